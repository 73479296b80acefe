// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// How much each treated group and period counts in a two-way estimate; weights add up to 1.
struct TwoWayWeightsTable {
  private var rows: [(outcome: String, cell: TwoWayWeights.Cell)] = []

  mutating func append(_ weights: TwoWayWeights, outcome: String) {
    rows += weights.cells.map { (outcome, $0) }
  }

  func table() throws(TableFault) -> Table {
    try Table([
      ("outcome", .text(TextColumn(rows.map(\.outcome)))),
      ("adopted", .integer(FixedColumn(rows.map { Int64($0.cell.group) as Int64? }))),
      ("time", .integer(FixedColumn(rows.map { Int64($0.cell.time) as Int64? }))),
      ("weight", .number(FixedColumn(rows.map { $0.cell.weight as Double? }))),
    ])
  }

  static var promises: [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("adopted", .integer),
      ColumnPromise("time", .integer), ColumnPromise("weight", .number),
    ]
  }
}
