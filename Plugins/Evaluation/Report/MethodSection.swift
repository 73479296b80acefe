// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import StageKit
import Tables

/// How the figures were computed: nothing about their uncertainty is silent.
struct MethodSection {
  let effects: [Effect]
  /// The trust checks of the effects' experiment; none where the effects are of several.
  let checks: [TrustCheck]
  let pooled: [Labeled<Table>]
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    guard !effects.isEmpty || !pooled.isEmpty else { return [] }
    var blocks: [ReportBlock] = [.heading(wording.methodHeading)]
    if !effects.isEmpty { blocks.append(.table(table)) }
    for item in pooled {
      let rows = TableRows(item.value)
      for row in rows.indices {
        blocks.append(
          .paragraph(
            InlineText(
              wording.poolingMethod(
                method: rows.text("method", row) ?? "",
                hartungKnapp: rows.flag("hartung_knapp", row) ?? false,
                tauSquared: NumberFormat.significant(3).text(
                  rows.number("tau2", row), in: wording.language)))))
      }
    }
    return blocks
  }

  private var table: ReportTable {
    ReportTable(
      wording.methodCaption,
      columns: [
        .init(wording.outcomeColumn), .init(wording.contrastColumn), .init(wording.methodColumn),
        .init(wording.estimandColumn), .init(wording.varianceColumn),
        .init(wording.errorColumn, format: .significant(4)),
        .init(wording.dfColumn, format: .number(decimals: 1)),
        .init(wording.clustersColumn, format: .count), .init(wording.evidenceColumn),
      ],
      rows: effects.map { effect in
        [
          text(effect.metric ?? effect.outcome), text(effect.contrast), text(effect.method),
          text(effect.estimand), text(effect.variance), .number(effect.standardError),
          effect.degreesOfFreedom.map { .number($0) } ?? .empty,
          effect.clusters.map { .number(Double($0)) } ?? .empty,
          text(effect.smsLevel(after: checks).map { wording.evidence($0) }),
        ]
      }, note: InlineText(wording.methodNote))
  }

  private func text(_ text: String?) -> ReportTable.Cell {
    text.map { .text(InlineText($0)) } ?? .text(InlineText(wording.language.wording.notAvailable))
  }
}
