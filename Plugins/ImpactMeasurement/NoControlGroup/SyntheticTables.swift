// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// The weights that make up what a treated unit is compared with.
struct SyntheticWeightsTable {
  struct Line {
    /// The treated unit, or the units that got the change at one time.
    let treated: String
    /// `unit`, `time` or `predictor`.
    let kind: String
    let label: String
    let weight: Double
  }

  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("treated", .text), ColumnPromise("kind", .text),
    ColumnPromise("label", .text), ColumnPromise("weight", .number),
  ]

  private var outcomes: [String] = []
  private var lines: [Line] = []

  mutating func append(_ more: [Line], outcome: String) {
    lines += more
    outcomes += more.map { _ in outcome }
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(outcomes)), .text(TextColumn(lines.map(\.treated))),
      .text(TextColumn(lines.map(\.kind))), .text(TextColumn(lines.map(\.label))),
      .number(FixedColumn(lines.map(\.weight))),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

/// What was observed, and what the weights make of the donors, period by period.
struct SyntheticPathTable {
  struct Line {
    let treated: String
    let time: String
    let observed: Double
    let synthetic: Double
    let gap: Double
    let isTreated: Bool
  }

  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("treated", .text), ColumnPromise("time", .text),
    ColumnPromise("observed", .number), ColumnPromise("synthetic", .number),
    ColumnPromise("gap", .number), ColumnPromise("after", .boolean),
  ]

  private var outcomes: [String] = []
  private var lines: [Line] = []

  mutating func append(_ more: [Line], outcome: String) {
    lines += more
    outcomes += more.map { _ in outcome }
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(outcomes)), .text(TextColumn(lines.map(\.treated))),
      .text(TextColumn(lines.map(\.time))), .number(FixedColumn(lines.map(\.observed))),
      .number(FixedColumn(lines.map(\.synthetic))), .number(FixedColumn(lines.map(\.gap))),
      .boolean(BooleanColumn(lines.map { Optional($0.isTreated) })),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

/// Estimates where there should be no effect, and without one donor.
struct PlacebosTable {
  struct Line {
    /// `space`, `time` or `leave-one-out`.
    let kind: String
    /// The donor in the treated unit's place, the treated unit, or the donor left out.
    var unit: String?
    /// The first period that counts as treated.
    var from: String?
    let effect: Double
    var errorBefore: Double?
    var errorAfter: Double?
    var ratio: Double?
    var pValue: Double?
  }

  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("kind", .text), ColumnPromise("unit", .text),
    ColumnPromise("from", .text), ColumnPromise("effect", .number),
    ColumnPromise("error_before", .number), ColumnPromise("error_after", .number),
    ColumnPromise("ratio", .number), ColumnPromise("p_value", .number),
  ]

  private var outcomes: [String] = []
  private var lines: [Line] = []

  mutating func append(_ more: [Line], outcome: String) {
    lines += more
    outcomes += more.map { _ in outcome }
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(outcomes)), .text(TextColumn(lines.map(\.kind))),
      .text(TextColumn(lines.map(\.unit))), .text(TextColumn(lines.map(\.from))),
      .number(FixedColumn(lines.map(\.effect))), .number(FixedColumn(lines.map(\.errorBefore))),
      .number(FixedColumn(lines.map(\.errorAfter))), .number(FixedColumn(lines.map(\.ratio))),
      .number(FixedColumn(lines.map(\.pValue))),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

/// The tables beside the effects, over all outcomes of the stage.
struct SyntheticDetails {
  private(set) var weights = SyntheticWeightsTable()
  private(set) var path = SyntheticPathTable()
  private(set) var placebos = PlacebosTable()
  private(set) var checks: [TrustCheck] = []

  mutating func append(_ found: SyntheticFinding, outcome: String) {
    weights.append(found.weights, outcome: outcome)
    path.append(found.path, outcome: outcome)
    placebos.append(found.placebos, outcome: outcome)
    for check in found.checks {
      var check = check
      check.subject = outcome
      checks.append(check)
    }
  }
}
