// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// Each covariate in the two arms, as cases came and as they were made alike.
struct MatchedBalanceTable {
  struct Line {
    let before: MatchedBalance
    let after: MatchedBalance
  }

  private static let figures: [(name: String, read: @Sendable (MatchedBalance) -> Double?)] = [
    ("treated_mean", { $0.treatedMean }), ("control_mean", { $0.controlMean }),
    ("standardised_difference", { $0.standardisedDifference }),
    ("variance_ratio", { $0.varianceRatio }),
  ]

  static var promises: [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("contrast", .text),
      ColumnPromise("covariate", .text),
    ]
      + ["before", "after"].flatMap { when in
        figures.map { ColumnPromise("\($0.name)_\(when)", .number) }
      }
  }

  private var outcomes: [String] = []
  private var contrasts: [String] = []
  private var lines: [Line] = []

  mutating func append(_ more: [Line], outcome: String, contrast: String) {
    lines += more
    outcomes += more.map { _ in outcome }
    contrasts += more.map { _ in contrast }
  }

  func table() throws(TableFault) -> Table {
    var columns: [Column] = [
      .text(TextColumn(outcomes)), .text(TextColumn(contrasts)),
      .text(TextColumn(lines.map(\.before.name))),
    ]
    columns += Self.figures.map { figure in
      .number(FixedColumn(lines.map { figure.read($0.before) }))
    }
    columns += Self.figures.map { figure in
      .number(FixedColumn(lines.map { figure.read($0.after) }))
    }
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

/// How many cases each arm had, how many count, and as how many they count.
struct MatchedSizesTable {
  struct Line {
    let arm: String
    let cases: Int
    let used: Int
    let effective: Double
  }

  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("contrast", .text), ColumnPromise("arm", .text),
    ColumnPromise("cases", .integer), ColumnPromise("used", .integer),
    ColumnPromise("effective", .number),
  ]

  private var outcomes: [String] = []
  private var contrasts: [String] = []
  private var lines: [Line] = []

  mutating func append(_ more: [Line], outcome: String, contrast: String) {
    lines += more
    outcomes += more.map { _ in outcome }
    contrasts += more.map { _ in contrast }
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(outcomes)), .text(TextColumn(contrasts)),
      .text(TextColumn(lines.map(\.arm))),
      .integer(FixedColumn(lines.map { Int64($0.cases) })),
      .integer(FixedColumn(lines.map { Int64($0.used) })),
      .number(FixedColumn(lines.map(\.effective))),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}
