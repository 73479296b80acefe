// SPDX-License-Identifier: EUPL-1.2

internal import CDecimal

extension Decimal128: LosslessStringConvertible {
  /// Reads digits with an optional sign, point and exponent; nil for anything else.
  public init?(_ text: String) {
    var rest = Substring(text).utf8
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      rest.removeFirst()
    }
    let whole = rest.prefix(while: Self.isDigit)
    rest = rest.dropFirst(whole.count)
    var fractionCount = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fractionCount = rest.prefix(while: Self.isDigit).count
      guard fractionCount > 0 else { return nil }
      rest = rest.dropFirst(fractionCount)
    }
    guard whole.count + fractionCount > 0 else { return nil }
    if let first = rest.first, first | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        rest.removeFirst()
      }
      guard (1...6).contains(rest.count), rest.allSatisfy(Self.isDigit) else { return nil }
    } else if !rest.isEmpty {
      return nil
    }
    self.init(validated: text)
  }

  init?(validated text: String) {
    var buffer = text.utf8.map { CChar(bitPattern: $0) } + [0]
    var flags: UInt32 = 0
    self.init(__bid128_from_string(&buffer, 0, &flags))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// Plain digits without trailing zeros; an exponent only beyond some hundred places.
  public var description: String {
    let (coefficient, exponent) = reduced
    var digits = String(coefficient)
    let sign = isNegative ? "-" : ""
    if exponent >= 0 {
      guard exponent <= 100 else { return "\(sign)\(digits)E+\(exponent)" }
      return sign + digits + String(repeating: "0", count: exponent)
    }
    guard exponent >= -120 else { return "\(sign)\(digits)E\(exponent)" }
    if digits.utf8.count <= -exponent {
      digits = String(repeating: "0", count: 1 - exponent - digits.utf8.count) + digits
    }
    let point = digits.utf8.count + exponent
    return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
  }
}
