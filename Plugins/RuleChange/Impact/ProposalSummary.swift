// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What each reform costs, and how many gain and lose by it, one row per reform.
struct ProposalSummary {
  let result: String
  let unit: String?
  private var rows: [(variant: SchemeVariant, impact: Impact)] = []

  init(result: String, unit: String?) {
    self.result = result
    self.unit = unit
  }

  mutating func add(_ variant: SchemeVariant, _ impact: Impact) { rows.append((variant, impact)) }

  func table() throws(TableFault) -> Table {
    func number(_ value: (Impact) -> Double?) -> Column {
      .number(FixedColumn(rows.map { value($0.impact) }))
    }
    func share(_ part: @escaping (Impact) -> Double) -> (Impact) -> Double? {
      { $0.decided > 0 ? part($0) / $0.decided : nil }
    }
    func text(_ value: (SchemeVariant) -> String?) -> Column {
      .text(TextColumn(rows.map { value($0.variant) }))
    }
    return try Table([
      ("reform", text(\.id)), ("title", text(\.title)), ("legal_effect", text(\.legalEffect)),
      ("result", text { _ in result }), ("unit", text { _ in unit }),
      ("n", .integer(FixedColumn(rows.map { Int64($0.impact.units) }))),
      ("weighted_n", number(\.weight)), ("budget_baseline", number(\.baselineTotal)),
      ("budget_reform", number(\.reformTotal)), ("budget_change", number(\.totalChange)),
      ("winners", number(\.gainers)), ("losers", number(\.losers)),
      ("unchanged", number(\.unchanged)), ("undecided", number(\.undecided)),
      ("share_winners", number(share(\.gainers))), ("share_losers", number(share(\.losers))),
      ("mean_gain", number(\.meanGain)), ("mean_loss", number(\.meanLoss)),
    ])
  }
}
