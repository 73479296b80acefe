// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The table of covariates by arm.
enum BalanceTable {
  struct Line {
    let covariate: String
    let arm: String
    /// Cases of the arm that have the covariate.
    let count: Int
    var mean: Double?
    var controlMean: Double?
    var standardisedDifference: Double?

    init(covariate: String, arm: String, count: Int) {
      self.covariate = covariate
      self.arm = arm
      self.count = count
    }
  }

  static let promises = [
    ColumnPromise("covariate", .text), ColumnPromise("arm", .text), ColumnPromise("mean", .number),
    ColumnPromise("control_mean", .number), ColumnPromise("standardised_difference", .number),
    ColumnPromise("n", .integer),
  ]

  static func table(_ lines: [Line]) throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(lines.map(\.covariate))), .text(TextColumn(lines.map(\.arm))),
      .number(FixedColumn(lines.map(\.mean))), .number(FixedColumn(lines.map(\.controlMean))),
      .number(FixedColumn(lines.map(\.standardisedDifference))),
      .integer(FixedColumn(lines.map { Int64($0.count) })),
    ]
    return try Table(zip(promises, columns).map { ($0.name, $1) })
  }
}
