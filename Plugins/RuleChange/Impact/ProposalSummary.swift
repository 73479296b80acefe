// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What each reform costs, and how many gain and lose by it, one row per reform.
struct ProposalSummary {
  let result: String
  let unit: String?

  /// One row for each reform; the impacts on entitlements stand beside those on what people get.
  func table(_ reforms: [ReformImpact], entitled: [Impact]) throws(TableFault) -> Table {
    let rows = reforms.map { ImpactRow(whole: $0) }
    func number(_ value: (ImpactRow) -> Double?) -> Column {
      .number(FixedColumn(rows.map(value)))
    }
    func share(_ part: Double, of impact: Impact) -> Double? {
      impact.decided > 0 ? part / impact.decided : nil
    }
    // A budget at full take-up is shown where the one beside it is, and few changes hide it too.
    func claim(_ value: (Impact) -> Double) -> Column {
      .number(
        FixedColumn(
          zip(rows, entitled).map { row, impact in
            1..<HiddenCells.smallest ~= impact.counts.changed
              ? nil : row.shown(value(impact), .units, .change)
          }))
    }
    func text(_ value: (SchemeVariant) -> String?) -> Column {
      .text(TextColumn(reforms.map { value($0.variant) }))
    }
    let units = rows.map { $0.hidden.contains(.units) ? nil : Int64($0.impact.units) }
    return try Table([
      ("reform", text(\.id)), ("title", text(\.title)), ("legal_effect", text(\.legalEffect)),
      ("result", text { _ in result }), ("unit", text { _ in unit }),
      ("n", .integer(FixedColumn(units))),
      ("weighted_n", number { $0.shown($0.impact.weight, .units) }),
      ("budget_baseline", number { $0.shown($0.impact.baselineTotal, .units) }),
      ("budget_reform", number { $0.shown($0.impact.reformTotal, .change) }),
      ("budget_change", number { $0.shown($0.impact.totalChange, .change) }),
      ("winners", number { $0.shown($0.impact.gainers, .gainers) }),
      ("losers", number { $0.shown($0.impact.losers, .losers) }),
      ("unchanged", number { $0.shown($0.impact.unchanged, .unchanged) }),
      ("undecided", number { $0.shown($0.impact.undecided, .undecided) }),
      (
        "share_winners",
        number { $0.shown(share($0.impact.gainers, of: $0.impact), .gainers, .undecided) }
      ),
      (
        "share_losers",
        number { $0.shown(share($0.impact.losers, of: $0.impact), .losers, .undecided) }
      ),
      ("mean_gain", number { $0.shown($0.impact.meanGain, .gainsAndLosses) }),
      ("mean_loss", number { $0.shown($0.impact.meanLoss, .gainsAndLosses) }),
      ("entitled_baseline", claim(\.baselineTotal)), ("entitled_reform", claim(\.reformTotal)),
      ("entitled_change", claim(\.totalChange)), ImpactTable.flags(rows),
    ])
  }

  static let promises =
    ["reform", "title", "legal_effect", "result", "unit"].map { ColumnPromise($0, .text) }
    + [ColumnPromise("n", .integer)]
    + [
      "weighted_n", "budget_baseline", "budget_reform", "budget_change", "winners", "losers",
      "unchanged", "undecided", "share_winners", "share_losers", "mean_gain", "mean_loss",
      "entitled_baseline", "entitled_reform", "entitled_change",
    ].map { ColumnPromise($0, .number) } + [ColumnPromise("flags", .category)]
}
