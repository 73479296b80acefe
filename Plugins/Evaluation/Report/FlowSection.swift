// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import StageKit
import Tables

/// Who took part: the flow of cases from the file to the analysis.
struct FlowSection {
  let flows: [Labeled<Table>]
  let effects: [Effect]
  let checks: [TrustCheck]
  let cards: [PilotCard]
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    var blocks: [ReportBlock] = [.heading(wording.flowHeading)]
    if flows.isEmpty { blocks.append(.paragraph(InlineText(wording.noFlow))) }
    for flow in flows {
      let rows = TableRows(flow.value)
      let title = flows.count > 1 ? flow.label : wording.flowTitle
      // Counts of arms are known for one flow only: with several nobody says whose they are.
      let remaining = rows.indices.last.flatMap { rows.number("remaining", $0) }.map { Int($0) }
      let arms = flows.count == 1 ? arms(remaining: remaining) : []
      let chart = FlowChart(
        title, assessed: rows.indices.first.flatMap { rows.number("count", $0) }.map { Int($0) },
        excluded: losses(rows), arms: arms)
      blocks.append(.figure(InlineText(wording.flowCaption), chart: chart))
      if arms.isEmpty, let remaining {
        blocks.append(.paragraph(InlineText(wording.tookPart(remaining))))
      }
    }
    return blocks
  }

  private func losses(_ rows: TableRows) -> [FlowChart.Loss] {
    rows.indices.compactMap { row in
      guard let reason = rows.text("reason", row), let count = rows.number("count", row), count > 0
      else { return nil }
      // An intake names the condition that these cases do not meet.
      let isCondition = rows.text("step", row) == "excluded"
      return FlowChart.Loss(isCondition ? wording.notMet(reason) : reason, Int(count))
    }
  }

  /// The arms with the cases that count for the first primary outcome.
  ///
  /// How many were assigned follows from the share without an outcome, which impact/trust gives for
  /// each arm. It is shown only if all arms together are as many as came through the intake;
  /// otherwise it is not available, since then some number does not belong here.
  private func arms(remaining: Int?) -> [FlowChart.Arm] {
    let whole = effects.filter { $0.subgroup == nil && $0.role == .primary }
    guard let outcome = whole.first?.outcome else { return [] }
    var analysed: [(id: String, count: Int)] = []
    for effect in whole where effect.outcome.isExactly(outcome) {
      guard case .arms(let treated, let control) = Contrast(effect.contrast) else { continue }
      for (id, count) in [(control, effect.controlCount), (treated, effect.treatedCount)] {
        guard let count, isArm(id, outcome), !analysed.contains(where: { $0.id.isExactly(id) })
        else { continue }
        analysed.append((id, count))
      }
    }
    guard !analysed.isEmpty, analysed.reduce(0, { $0 + $1.count }) <= remaining ?? .max else {
      return []
    }
    let assigned = analysed.map { assignedCount($0.id, outcome, analysed: $0.count) }
    let known = assigned.compactMap(\.self)
    let isWhole = known.count == analysed.count && known.reduce(0, +) == remaining
    return zip(analysed, assigned).map { arm, assigned in
      let count = isWhole ? assigned : nil
      let lost = count.map { $0 - arm.count } ?? 0
      return FlowChart.Arm(
        label(of: arm.id), assigned: count,
        losses: lost > 0 ? [FlowChart.Loss(wording.noOutcome, lost)] : [], analysed: arm.count)
    }
  }

  /// Whether the name is an arm's and not that of several arms taken together.
  private func isArm(_ id: String, _ outcome: String) -> Bool {
    let declared = cards.flatMap(\.arms).map(\.id)
    if !declared.isEmpty { return declared.contains { $0.isExactly(id) } }
    let checked = checks.filter { $0.check == "attrition-in-arm" }
    return checked.isEmpty || checked.contains { $0.subject.isExactly("\(outcome), \(id)") }
  }

  private func assignedCount(_ id: String, _ outcome: String, analysed: Int) -> Int? {
    let check = checks.first {
      $0.check == "attrition-in-arm" && $0.subject.isExactly("\(outcome), \(id)")
    }
    guard let share = check?.value, share < 1 else { return nil }
    let count = Double(analysed) / (1 - share)
    return (count - count.rounded()).magnitude < 1e-6 ? Int(count.rounded()) : nil
  }

  private func label(of id: String) -> String {
    cards.flatMap(\.arms).first { $0.id.isExactly(id) }?.label ?? id
  }
}
