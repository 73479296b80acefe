// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What each scheme gives a population, one row per scheme.
///
/// A unit gets something where its result is above zero, or true. Sums are over the decided units, each
/// with its weight; the mean is that of the units that get something.
struct AppliedSummary {
  static let columns: [ColumnPromise] = [
    ColumnPromise("scheme", .text), ColumnPromise("title", .text), ColumnPromise("result", .text),
    ColumnPromise("unit", .text), ColumnPromise("n", .integer),
    ColumnPromise("undecided", .integer),
    ColumnPromise("recipients", .number), ColumnPromise("share", .number),
    ColumnPromise("mean", .number), ColumnPromise("total", .number), ColumnPromise("flags", .text),
  ]

  private struct Row {
    let result: Apply.Result
    var units = 0
    var undecided = 0
    /// Units that get something, each counted once.
    var receiving = 0
    /// The same and all decided units, by weight.
    var recipients = 0.0
    var decided = 0.0
    /// In the smallest unit that the amounts have, so that sums of cents are exact.
    var received = 0.0
    var total = 0.0
    var divisor = 1.0

    /// Whether a count would tell of few people: those who get something, or those who get nothing.
    var isSuppressed: Bool {
      [receiving, units - undecided - receiving, undecided].contains {
        1..<HiddenCells.smallest ~= $0
      }
    }
  }

  private let weights: [Double]?
  private var rows: [Row] = []

  init(weights: [Double]?) { self.weights = weights }

  /// Adds a scheme with its results; false where they are no amounts.
  mutating func add(_ result: Apply.Result, _ column: Column) -> Bool {
    guard column.type.isNumeric || column.type == .boolean || column.missingCount == column.count
    else { return false }
    var row = Row(result: result)
    row.units = column.count
    row.divisor = (0..<column.type.places).reduce(1.0) { power, _ in power * 10 }
    let amounts = Self.amounts(column)
    for place in 0..<column.count {
      guard !column.isMissing(at: place) else {
        row.undecided += 1
        continue
      }
      let weight = weights?[place] ?? 1
      row.decided += weight
      row.total += weight * amounts[place]
      guard amounts[place] > 0 else { continue }
      row.receiving += 1
      row.recipients += weight
      row.received += weight * amounts[place]
    }
    rows.append(row)
    return true
  }

  func table() throws(TableFault) -> Table {
    func number(_ value: (Row) -> Double?) -> Column {
      .number(FixedColumn(rows.map { $0.isSuppressed ? nil : value($0) }))
    }
    func text(_ value: (Row) -> String?) -> Column { .text(TextColumn(rows.map(value))) }
    return try Table([
      ("scheme", text(\.result.name)), ("title", text(\.result.scheme.title)),
      ("result", text(\.result.decision)),
      ("unit", text { $0.result.scheme.decision($0.result.decision)?.unit }),
      ("n", .integer(FixedColumn(rows.map { Int64($0.units) }))),
      (
        "undecided",
        .integer(FixedColumn(rows.map { $0.isSuppressed ? nil : Int64($0.undecided) }))
      ),
      ("recipients", number(\.recipients)),
      ("share", number { $0.decided > 0 ? $0.recipients / $0.decided : nil }),
      ("mean", number { $0.recipients > 0 ? $0.received / $0.divisor / $0.recipients : nil }),
      ("total", number { $0.total / $0.divisor }),
      ("flags", text { $0.isSuppressed ? "suppressed" : nil }),
    ])
  }

  private static func amounts(_ column: Column) -> [Double] {
    switch column {
    case .integer(let column), .decimal(let column, _): column.values.map { Double($0) }
    default: column.doubles()?.values ?? [Double](repeating: 0, count: column.count)
    }
  }
}
