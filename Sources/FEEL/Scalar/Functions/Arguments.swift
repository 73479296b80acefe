// SPDX-License-Identifier: EUPL-1.2

/// The arguments of a call in the order of the parameters, read by kind.
///
/// A list of one value stands for the value where one is wanted, and a value for a list of one.
struct Arguments: Sendable {
  let function: String
  let signature: Signature
  let values: [FEELValue?]
  let scope: FEELScope

  /// Whether the argument is there and not null.
  func has(_ place: Int) -> Bool { place < values.count && !(values[place]?.isNull ?? true) }

  func value(_ place: Int) -> FEELValue {
    place < values.count ? values[place] ?? .null : .null
  }

  func text(_ place: Int) throws(FEELFault) -> String {
    guard let text = single(place).string else { throw wrongKind(place, "text") }
    return text
  }

  func number(_ place: Int) throws(FEELFault) -> Decimal128 {
    guard let number = single(place).number else { throw wrongKind(place, "number") }
    return number
  }

  /// A whole number.
  func whole(_ place: Int) throws(FEELFault) -> Int {
    var number = try number(place)
    // The standard drops the fraction; a rule with one is more likely a mistake.
    if scope.mode.isStandard { number = number.rounded(scale: 0, .down) ?? number }
    guard let whole = number.int64 else {
      throw invalid("'\(parameter(place))' of '\(function)' is a whole number")
    }
    return Int(whole)
  }

  func boolean(_ place: Int) throws(FEELFault) -> Bool {
    guard let boolean = single(place).boolean else { throw wrongKind(place, "boolean") }
    return boolean
  }

  func list(_ place: Int) -> [FEELValue] {
    let value = value(place)
    return value.list ?? [value]
  }

  /// The numbers of a list; nil where one of them is null.
  func numbers(_ place: Int) throws(FEELFault) -> [Decimal128]? {
    var numbers: [Decimal128] = []
    for element in list(place) {
      switch element {
      case .number(let number): numbers.append(number)
      case _ where scope.mode == .bFeel && function != "mode": break
      case .null: return nil
      default: throw wrongKind(place, "list of numbers", isElement: element.kind)
      }
    }
    return numbers
  }

  func single(_ place: Int) -> FEELValue {
    let value = value(place)
    if case .list(let elements) = value, elements.count == 1 { return elements[0] }
    return value
  }

  func invalid(_ message: String, help: String? = nil) -> FEELFault {
    FEELFault(.invalidValue, message, help: help)
  }

  func wrongKind(_ place: Int, _ wanted: String, isElement kind: String? = nil) -> FEELFault {
    let found = kind.map { "one with a \($0)" } ?? "a \(single(place).kind)"
    return FEELFault(
      .typeMismatch,
      "'\(function)' needs a \(wanted) as '\(parameter(place))', not \(found)",
      help: signature.text)
  }

  private func parameter(_ place: Int) -> String {
    place < signature.parameters.count ? signature.parameters[place].name : "argument"
  }
}
