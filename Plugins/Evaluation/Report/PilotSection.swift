// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import Tables

/// What was tried: the pilot card in the order in which people ask.
struct PilotSection {
  let cards: [PilotCard]
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    var blocks: [ReportBlock] = [.heading(wording.pilotHeading)]
    if cards.isEmpty { blocks.append(.paragraph(InlineText(wording.noCard))) }
    for card in cards {
      if cards.count > 2 {
        blocks.append(.details(card.title, [.facts(facts(of: card))]))
        continue
      }
      if cards.count > 1 { blocks.append(.heading(card.title, level: 2)) }
      blocks.append(.facts(facts(of: card)))
    }
    return blocks
  }

  private func facts(of card: PilotCard) -> [KeyFact] {
    var facts: [KeyFact] = []
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty {
        facts.append(KeyFact(name, InlineText(text.published ?? wording.notPublishedWord)))
      }
    }
    add(wording.organisationLabel, card.organisation.name)
    add(wording.problemLabel, card.problem)
    add(wording.goalLabel, card.goal)
    add(wording.changeLabel, card.change.description)
    add(wording.groupLabel, card.targetGroup)
    add(
      wording.armsLabel,
      card.arms.map { $0.isControl ? "\($0.label) (\(wording.control))" : $0.label }
        .joined(separator: "; "))
    add(wording.outcomesLabel, card.outcomes.map { outcome($0) }.joined(separator: "; "))
    add(wording.designLabel, wording.name(of: card.design))
    add(wording.unitLabel, card.unitOfAssignment)
    add(wording.recruitmentLabel, recruitment(of: card))
    add(wording.legalLabel, card.legalBasis.reference ?? card.legalBasis.type.rawValue)
    add(wording.periodLabel, period(of: card))
    add(wording.risksLabel, card.risks.joined(separator: "; "))
    add(wording.sourcesLabel, card.sources.joined(separator: "; "))
    return facts
  }

  private func outcome(_ outcome: PilotCard.Outcome) -> String {
    let isMain = outcome.role == .primary
    let format = EffectFormat(scale: Effect.Scale.difference.rawValue, unit: outcome.unit).number
    let least =
      isMain
      ? ", "
        + (outcome.minimumDifference.map { minimum in
          wording.leastWorth(format.text(minimum, in: wording.language))
        } ?? wording.minimumUnpublished)
      : ""
    return "\(outcome.label) (\(wording.name(of: outcome.role))\(least))"
  }

  private func recruitment(of card: PilotCard) -> String? {
    guard let recruitment = card.recruitment else { return nil }
    func figure(_ value: Double?) -> String {
      value.map { NumberFormat.count.text($0, in: wording.language) } ?? wording.notPublishedWord
    }
    return wording.asked(figure(recruitment.invited), figure(recruitment.participants))
  }

  private func period(of card: PilotCard) -> String? {
    func day(_ text: String?) -> String? {
      text.map { CalendarDate($0)?.spelledOut(in: wording.language) ?? $0 }
    }
    switch (day(card.start), day(card.end)) {
    case (let start?, let end?): return "\(start) \(wording.language.wording.to) \(end)"
    case (let start?, nil): return start
    case (nil, let end?): return end
    case (nil, nil): return nil
    }
  }
}
