// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What is known of one reform: its impact on the whole and on each group, and what may be shown of it.
struct ReformImpact: Sendable {
  let variant: SchemeVariant
  let whole: Impact
  /// For each column, in the order of the partitions, the impact on its groups.
  let parts: [[Impact]]
  let suppression: ImpactSuppression

  init(_ variant: SchemeVariant, _ measure: ImpactMeasure, _ partitions: [UnitPartition]) {
    self.variant = variant
    whole = measure.whole()
    parts = partitions.map { measure.impacts(of: $0) }
    suppression = ImpactSuppression(whole: whole, parts: parts)
  }
}

/// One line of a table of impacts.
struct ImpactRow: Sendable {
  let reform: String
  let group: String
  let value: String?
  let impact: Impact
  let hidden: Set<ImpactSuppression.Figure>

  /// The whole population under a reform.
  init(whole measured: ReformImpact) {
    reform = measured.variant.id
    group = "all"
    value = "all"
    impact = measured.whole
    hidden = measured.suppression.whole
  }

  /// The groups of a column under a reform.
  static func groups(
    of measured: ReformImpact, _ partitions: [UnitPartition], _ part: Int
  ) -> [ImpactRow] {
    partitions[part].labels.enumerated().map { group, label in
      ImpactRow(
        reform: measured.variant.id, group: partitions[part].name, value: label,
        impact: measured.parts[part][group],
        hidden: measured.suppression.hidden(part: part, group: group))
    }
  }

  private init(
    reform: String, group: String, value: String?, impact: Impact,
    hidden: Set<ImpactSuppression.Figure>
  ) {
    self.reform = reform
    self.group = group
    self.value = value
    self.impact = impact
    self.hidden = hidden
  }

  /// A figure of the row; nil where one that it tells of, or follows from, is hidden.
  func shown(_ value: Double?, _ figures: ImpactSuppression.Figure...) -> Double? {
    hidden.isDisjoint(with: figures) ? value : nil
  }

  var flags: String? {
    if hidden.contains(.units) { return "suppressed" }
    return hidden.isEmpty ? nil : "partly suppressed"
  }
}

/// The figures of impacts as columns, the same in every table that holds them.
enum ImpactTable {
  /// How many groups one column may have.
  static let groupLimit = 200

  static func table(_ rows: [ImpactRow]) throws(TableFault) -> Table {
    try Table(keys(rows) + figures(rows) + [flags(rows)])
  }

  static func keys(_ rows: [ImpactRow]) -> [(name: String, column: Column)] {
    [
      ("reform", .category(CategoryColumn(rows.map(\.reform)))),
      ("group", .category(CategoryColumn(rows.map(\.group)))),
      ("value", .category(CategoryColumn(rows.map(\.value)))),
    ]
  }

  static func figures(_ rows: [ImpactRow]) -> [(name: String, column: Column)] {
    func number(_ value: (ImpactRow) -> Double?) -> Column {
      .number(FixedColumn(rows.map(value)))
    }
    let units = rows.map { $0.hidden.contains(.units) ? nil : Int64($0.impact.units) }
    return [
      ("n", .integer(FixedColumn(units))),
      ("weighted_n", number { $0.shown($0.impact.weight, .units) }),
      ("gainers", number { $0.shown($0.impact.gainers, .gainers) }),
      ("losers", number { $0.shown($0.impact.losers, .losers) }),
      ("unchanged", number { $0.shown($0.impact.unchanged, .unchanged) }),
      ("undecided", number { $0.shown($0.impact.undecided, .undecided) }),
      ("mean_gain", number { $0.shown($0.impact.meanGain, .gainsAndLosses) }),
      ("mean_loss", number { $0.shown($0.impact.meanLoss, .gainsAndLosses) }),
      // With the total change it would give the number of decided units, and so of undecided ones.
      ("mean_change", number { $0.shown($0.impact.meanChange, .change, .undecided) }),
      ("total_gain", number { $0.shown($0.impact.totalGain, .gainsAndLosses) }),
      ("total_loss", number { $0.shown($0.impact.totalLoss, .gainsAndLosses) }),
      ("total_change", number { $0.shown($0.impact.totalChange, .change) }),
      ("baseline_total", number { $0.shown($0.impact.baselineTotal, .units) }),
      ("reform_total", number { $0.shown($0.impact.reformTotal, .change) }),
    ]
  }

  static func flags(_ rows: [ImpactRow]) -> (name: String, column: Column) {
    ("flags", .category(CategoryColumn(rows.map(\.flags))))
  }

  static let promises =
    ["reform", "group", "value"].map { ColumnPromise($0, .category) }
    + [ColumnPromise("n", .integer)]
    + [
      "weighted_n", "gainers", "losers", "unchanged", "undecided", "mean_gain", "mean_loss",
      "mean_change", "total_gain", "total_loss", "total_change", "baseline_total", "reform_total",
    ].map { ColumnPromise($0, .number) } + [ColumnPromise("flags", .category)]
}
