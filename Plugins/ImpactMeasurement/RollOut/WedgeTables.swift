// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// How the effect of a wedge grows with the periods since the start.
struct ExposureTable {
  struct Line {
    let since: Int
    let count: Int
    let estimate: Estimate
  }

  private var rows: [(outcome: String, line: Line)] = []

  mutating func append(_ lines: [Line], outcome: String) { rows += lines.map { (outcome, $0) } }

  func table() throws(TableFault) -> Table {
    func numbers(_ read: (Estimate) -> Double?) -> Column {
      .number(FixedColumn(rows.map { read($0.line.estimate) }))
    }
    return try Table([
      ("outcome", .text(TextColumn(rows.map(\.outcome)))),
      ("since", .integer(FixedColumn(rows.map { Int64($0.line.since) as Int64? }))),
      ("estimate", numbers(\.value)), ("std_error", numbers(\.standardError)),
      ("df", numbers { $0.degreesOfFreedom.isFinite ? $0.degreesOfFreedom : nil }),
      ("p_value", numbers(\.pValue)), ("conf_low", numbers(\.interval.lower)),
      ("conf_high", numbers(\.interval.upper)),
      ("n", .integer(FixedColumn(rows.map { Int64($0.line.count) as Int64? }))),
    ])
  }

  static let promises: [ColumnPromise] =
    [ColumnPromise("outcome", .text), ColumnPromise("since", .integer)]
    + ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"].map {
      ColumnPromise($0, .number)
    } + [ColumnPromise("n", .integer)]
}

/// How alike the cases of a wedge are.
struct WedgeComponents {
  private var rows: [(outcome: String, name: String, value: Double)] = []

  mutating func append(_ components: [(name: String, value: Double)], outcome: String) {
    rows += components.map { (outcome, $0.name, $0.value) }
  }

  func table() throws(TableFault) -> Table {
    try Table([
      ("outcome", .text(TextColumn(rows.map(\.outcome)))),
      ("component", .text(TextColumn(rows.map(\.name)))),
      ("value", .number(FixedColumn(rows.map { $0.value as Double? }))),
    ])
  }

  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("component", .text),
    ColumnPromise("value", .number),
  ]
}
