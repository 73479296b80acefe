// SPDX-License-Identifier: EUPL-1.2

/// A value of the expression language.
public enum FEELValue: Sendable {
  case null
  case boolean(Bool)
  case number(Decimal128)
  case text(String)
  case date(FEELDate)
  case time(FEELTime)
  case dateTime(FEELDateTime)
  case daysTimeDuration(DaysTimeDuration)
  case yearsMonthsDuration(YearsMonthsDuration)
  case list([FEELValue])
  case context(FEELContext)
  case range(FEELRange)
  case function(FEELFunction)
}

extension FEELValue {
  public static func integer(_ value: Int64) -> FEELValue { .number(Decimal128(value)) }

  /// The number nearest to a double; null for NaN and infinity.
  public static func double(_ value: Double) -> FEELValue {
    Decimal128(value).map { .number($0) } ?? .null
  }

  /// A context of named values in this order.
  public static func context(_ entries: KeyValuePairs<String, FEELValue>) -> FEELValue {
    .context(FEELContext(entries.map { (key: $0.key, value: $0.value) }))
  }

  public var isNull: Bool { if case .null = self { true } else { false } }
  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  public var number: Decimal128? { if case .number(let value) = self { value } else { nil } }
  public var double: Double? { number?.double }
  /// The whole number that fits 64 bits, where the value is one.
  public var int64: Int64? { number?.int64 }
  public var string: String? { if case .text(let value) = self { value } else { nil } }
  public var list: [FEELValue]? { if case .list(let value) = self { value } else { nil } }
  public var context: FEELContext? { if case .context(let value) = self { value } else { nil } }

  /// What the value is, as messages say it.
  public var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .number: "number"
    case .text: "text"
    case .date: "date"
    case .time: "time"
    case .dateTime: "date and time"
    case .daysTimeDuration: "days and time duration"
    case .yearsMonthsDuration: "years and months duration"
    case .list: "list"
    case .context: "context"
    case .range: "range"
    case .function: "function"
    }
  }
}

extension FEELValue: Hashable {
  /// Text is equal by its UTF-8 bytes, numbers by value.
  public static func == (left: FEELValue, right: FEELValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
    case (.date(let left), .date(let right)): left == right
    case (.time(let left), .time(let right)): left == right
    case (.dateTime(let left), .dateTime(let right)): left == right
    case (.daysTimeDuration(let left), .daysTimeDuration(let right)): left == right
    case (.yearsMonthsDuration(let left), .yearsMonthsDuration(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.context(let left), .context(let right)): left == right
    case (.range(let left), .range(let right)): left == right
    case (.function(let left), .function(let right)): left == right
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .boolean(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value)
    case .text(let value): for byte in value.utf8 { hasher.combine(byte) }
    case .date(let value): hasher.combine(value)
    case .time(let value): hasher.combine(value)
    case .dateTime(let value): hasher.combine(value)
    case .daysTimeDuration(let value): hasher.combine(value)
    case .yearsMonthsDuration(let value): hasher.combine(value)
    case .list(let values): hasher.combine(values)
    case .context(let value): hasher.combine(value)
    case .range(let value): hasher.combine(value)
    case .function(let value): hasher.combine(value)
    }
  }
}

extension FEELValue {
  /// Whether two values are the same element of the language's domain.
  ///
  /// Moments that are the same instant on clocks of different places are equal and not identical.
  func isIdentical(to other: FEELValue) -> Bool {
    switch (self, other) {
    case (.time(let left), .time(let right)): left.isIdentical(to: right)
    case (.dateTime(let left), .dateTime(let right)):
      left.date == right.date && left.time.isIdentical(to: right.time)
    case (.list(let left), .list(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isIdentical(to: $1) }
    case (.context(let left), .context(let right)):
      left.entries.count == right.entries.count
        && left.entries.allSatisfy { right[$0.key]?.isIdentical(to: $0.value) ?? false }
    default: self == other
    }
  }
}

extension FEELTime {
  fileprivate func isIdentical(to other: FEELTime) -> Bool {
    nanosecond == other.nanosecond && offset == other.offset
  }
}

extension FEELValue: CustomStringConvertible {
  /// The value as text: a text as it is, anything else as the function `string()` writes it.
  public var description: String {
    if case .text(let value) = self { value } else { literal }
  }

  /// The value as it stands inside a list or a context, with texts in quotes.
  public var literal: String {
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .number(let value): return value.description
    case .text(let value): return quoted(value)
    case .date(let value): return value.description
    case .time(let value): return value.description
    case .dateTime(let value): return value.description
    case .daysTimeDuration(let value): return value.description
    case .yearsMonthsDuration(let value): return value.description
    case .list(let values): return "[\(values.map(\.literal).joined(separator: ", "))]"
    case .context(let value):
      let entries = value.entries.map { "\($0.key): \($0.value.literal)" }
      return "{\(entries.joined(separator: ", "))}"
    case .range(let value): return value.description
    case .function(let value): return value.description
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
