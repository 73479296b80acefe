// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What a contract says of one column; a term that it does not say is nil.
struct ColumnTerms: Sendable {
  let name: String
  var type: DeclaredType?
  var required = false
  var unique = false
  var minimum: RangeEnd?
  var maximum: RangeEnd?
  /// The values there may be, as they are shown.
  var allowed: [String]?
  var pattern: TextPattern?
  var refersTo: ReferenceTerms?
  var severity: Severity = .error

  init(_ name: String) { self.name = name }

  /// The words of a block of terms.
  static let keys = [
    "type", "required", "unique", "minimum", "maximum", "allowed", "pattern", "refers_to",
    "severity",
  ]
}

/// The end of a range, kept as it was written so that amounts stay exact.
struct RangeEnd: Sendable, Hashable {
  enum Value: Sendable, Hashable {
    case number(Double)
    case date(CalendarDate)
    case timestamp(Timestamp)
  }

  let text: String
  let value: Value

  /// Reads a number without an exponent, a date or a time.
  init?(_ text: String) {
    self.text = text
    if let date = CalendarDate(text) {
      value = .date(date)
    } else if let timestamp = Timestamp(text) {
      value = .timestamp(timestamp)
    } else if Self.isPlainNumber(text), let number = Double(text), number.isFinite {
      value = .number(number)
    } else {
      return nil
    }
  }

  /// Whether values of that type can be compared with it.
  func suits(_ type: ColumnType) -> Bool {
    switch value {
    case .number: type.isNumeric
    case .date: type == .date || type == .timestamp
    case .timestamp: type == .timestamp
    }
  }

  /// Whether it lies above another; nil where the two cannot be compared.
  func isAbove(_ other: RangeEnd) -> Bool? {
    switch (value, other.value) {
    case (.number(let left), .number(let right)): left > right
    case (.date(let left), .date(let right)): left > right
    case (.timestamp(let left), .timestamp(let right)): left > right
    case (.date, .timestamp), (.timestamp, .date):
      instant.flatMap { left in
        other.instant.map { left > $0 }
      }
    case (.number, _), (_, .number): nil
    }
  }

  /// Microseconds since 1970, where it is a day or a time.
  var instant: Int64? {
    switch value {
    case .number: nil
    case .date(let date): Timestamp(date: date)?.microseconds
    case .timestamp(let timestamp): timestamp.microseconds
    }
  }
}

extension RangeEnd {
  /// Rounds to so many decimals as an integer of that scale: upwards for a minimum, else downwards.
  ///
  /// - Returns: the least or greatest value where the number lies beyond 64 bits.
  func scaled(by scale: Int, upwards: Bool) -> Int64 {
    let isNegative = text.hasPrefix("-")
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count > 1 ? parts[1] : ""
    let kept = parts[0] + (scale > 0 ? "." + decimals.prefix(scale) : "")
    let isExact = decimals.dropFirst(scale).allSatisfy { $0 == "0" }
    guard let whole = DecimalText.parse(String(kept), scale: scale) else {
      return isNegative ? .min : .max
    }
    // Cutting off goes towards zero: upwards below it, and downwards above it.
    if isExact || upwards == isNegative { return whole }
    let (moved, overflow) = whole.addingReportingOverflow(upwards ? 1 : -1)
    return overflow ? whole : moved
  }

  private static func isPlainNumber(_ text: String) -> Bool {
    let digits = text.drop { $0 == "-" || $0 == "+" }
    guard text.count - digits.count <= 1 else { return false }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }
}
