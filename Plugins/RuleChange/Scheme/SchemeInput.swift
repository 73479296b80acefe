// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// What the rules need to know of a unit: a column of the population.
struct SchemeInput: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable, CaseIterable {
    case boolean
    case integer
    case number
    /// Exact amounts, as money is.
    case decimal
    case text
    case date
  }

  let name: String
  var title: Title?
  let kind: Kind
  var level = SchemeEntities.Level.unit
  /// The only values that there are; none where the kind alone limits them.
  var allowed: [FEELValue] = []
  var minimum: FEELValue?
  var maximum: FEELValue?
  var unit: String?
  var legal: [LegalReference] = []
  var evidence: Evidence?
  /// The value that a reform gives everybody; the population's column is then not read.
  var fixed: FEELValue?

  /// The allowed texts, which cells of decision tables may write without quotes.
  var words: [String] { allowed.compactMap(\.string) }
}

extension SchemeInput.Kind {
  /// The type of the column, as far as it is known before the population is.
  var columnType: ColumnType {
    switch self {
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .decimal: .decimal(scale: 2)
    case .text: .category
    case .date: .date
    }
  }

  /// What columns of the population serve, in words.
  var wanted: String {
    switch self {
    case .boolean: "a boolean column"
    case .integer: "an integer column"
    case .number: "a column of numbers"
    case .decimal: "an exact column: integer or decimal"
    case .text: "a text column"
    case .date: "a date column"
    }
  }

  func accepts(_ type: ColumnType) -> Bool {
    switch (self, type) {
    case (.boolean, .boolean), (.integer, .integer), (.date, .date): true
    case (.number, _): type.isNumeric
    case (.decimal, .integer), (.decimal, .decimal): true
    case (.text, _): type.isTextual
    default: false
    }
  }

  /// The text of a file as a value of this kind; nil where it is none.
  func value(of text: String) -> FEELValue? {
    switch self {
    case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
    case .number, .decimal: Decimal128(text).map { .number($0) }
    case .integer: Decimal128(text).flatMap { $0.isWhole ? .number($0) : nil }
    case .text: .text(text)
    case .date: CalendarDate(text).flatMap { FEELValue(day: $0) }
    }
  }
}

extension FEELValue {
  /// A day of the calendar as a value.
  init?(day: CalendarDate) {
    guard let date = FEELDate(days: Int64(day.daysSince1970)) else { return nil }
    self = .date(date)
  }

  /// The value as an expression writes it, which for a date is not how `string()` does.
  var source: String {
    if case .date(let date) = self { "@\"\(date)\"" } else { literal }
  }
}
