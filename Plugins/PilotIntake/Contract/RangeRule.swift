// SPDX-License-Identifier: EUPL-1.2

import Tables

/// A column whose values do not lie beyond one end of a range.
struct RangeRule: ContractRule {
  /// The end in the unit of the column's buffer.
  private enum Limit: Sendable {
    case whole(Int64)
    case number(Double)
  }

  private(set) var tally: RuleOutcome
  private let column: String
  private let isMinimum: Bool
  private let limit: Limit

  init(_ terms: ColumnTerms, from end: RangeEnd, over type: ColumnType) {
    column = terms.name
    isMinimum = true
    limit = Self.limit(end, type, isMinimum: true)
    tally = RuleOutcome("is at least \(end.text)", of: terms.name, terms.severity)
  }

  init(_ terms: ColumnTerms, upTo end: RangeEnd, over type: ColumnType) {
    column = terms.name
    isMinimum = false
    limit = Self.limit(end, type, isMinimum: false)
    tally = RuleOutcome("is at most \(end.text)", of: terms.name, terms.severity)
  }

  mutating func check(_ batch: Table, firstRow: Int) {
    guard let column = batch[column] else { return }
    let beyond =
      switch (column, limit) {
      case (.integer(let values), .whole(let limit)), (.decimal(let values, _), .whole(let limit)),
        (.timestamp(let values), .whole(let limit)):
        beyond(values, limit)
      case (.date(let values), .whole(let limit)): beyond(values, Int32(clamping: limit))
      case (.number(let values), .number(let limit)): beyond(values, limit)
      default: Bitmap(repeating: false, count: column.count)
      }
    tally.add(breaking: beyond, open: column.missingCount, firstRow: firstRow)
  }
}

extension RangeRule {
  private static func limit(_ end: RangeEnd, _ type: ColumnType, isMinimum: Bool) -> Limit {
    switch (type, end.value) {
    case (.number, .number(let value)): .number(value)
    case (.decimal(let scale), .number): .whole(end.scaled(by: scale, upwards: isMinimum))
    case (.date, .date(let date)): .whole(Int64(date.daysSince1970))
    case (.timestamp, .date):
      // The last day counts whole.
      .whole((end.instant ?? 0) + (isMinimum ? 0 : Timestamp.microsecondsPerDay - 1))
    case (.timestamp, .timestamp(let timestamp)): .whole(timestamp.microseconds)
    default: .whole(end.scaled(by: 0, upwards: isMinimum))
    }
  }

  private func beyond<Value: ColumnScalar & Comparable>(
    _ column: FixedColumn<Value>, _ limit: Value
  ) -> Bitmap {
    let values = column.values
    var words = [UInt64](repeating: 0, count: (values.count + 63) / 64)
    if isMinimum {
      for row in values.indices where values[row] < limit {
        words[row >> 6] |= 1 << UInt64(row & 63)
      }
    } else {
      for row in values.indices where values[row] > limit {
        words[row >> 6] |= 1 << UInt64(row & 63)
      }
    }
    let beyond = Bitmap(words: words, count: values.count)
    return column.validity.map { beyond & $0 } ?? beyond
  }
}
