// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import Tables

/// What was found: for each outcome a plot and a table of its effects.
struct FindingsSection {
  let effects: [Effect]
  let cards: [PilotCard]
  let wording: EvaluationWording

  /// Effects that stand on one axis.
  private struct Group {
    let format: EffectFormat
    var effects: [Effect]
  }

  var blocks: [ReportBlock] {
    var blocks: [ReportBlock] = [.heading(wording.findingsHeading)]
    guard !effects.isEmpty else {
      return blocks + [.paragraph(InlineText(wording.noEffects))]
    }
    for group in groups {
      guard let first = group.effects.first else { continue }
      let title = "\(label(of: first)) (\(wording.name(of: first.role)))"
      blocks.append(.heading(title, level: 2))
      let sentences = sentences(of: group)
      if !sentences.isEmpty { blocks.append(.list(sentences)) }
      blocks.append(.figure(InlineText(caption(of: first)), chart: plot(of: group, title)))
      blocks.append(.table(table(of: group, title)))
    }
    return blocks
  }

  private var groups: [Group] {
    var groups: [Group] = []
    var places: [[ExactText]: Int] = [:]
    let order: [PilotCard.Role] = [.primary, .secondary, .guardrail, .displacement]
    for role in order {
      for effect in effects where effect.role == role {
        let key = [
          effect.experiment, effect.outcome, effect.scale?.rawValue ?? "", effect.unit ?? "",
        ].map(ExactText.init)
        if let place = places[key] {
          groups[place].effects.append(effect)
        } else {
          places[key] = groups.count
          groups.append(Group(format: EffectFormat(effect), effects: [effect]))
        }
      }
    }
    return groups
  }

  private func card(of effect: Effect) -> PilotCard? {
    cards.first { $0.id.isExactly(effect.experiment) }
  }

  private func outcome(of effect: Effect) -> PilotCard.Outcome? {
    card(of: effect)?.outcome(for: effect.outcome)
  }

  /// A sentence for each effect on everybody.
  private func sentences(of group: Group) -> [InlineText] {
    group.effects.filter { $0.subgroup == nil }.compactMap { effect in
      EffectSentence(effect, card: card(of: effect), language: wording.spoken).text
    }.map { InlineText($0) }
  }

  private func label(of effect: Effect) -> String {
    let label = outcome(of: effect)?.label ?? effect.outcome
    let isOnlyOne = effects.allSatisfy { $0.experiment.isExactly(effect.experiment) }
    return isOnlyOne ? label : "\(effect.experiment): \(label)"
  }

  private func caption(of effect: Effect) -> String {
    guard let direction = outcome(of: effect)?.direction else { return wording.plotCaption }
    return wording.plotCaption + " "
      + (direction == .increase ? wording.moreIsBetter : wording.lessIsBetter)
  }

  private func contrast(_ effect: Effect) -> String {
    guard case .arms(let treated, let control) = Contrast(effect.contrast) else {
      return effect.contrast
    }
    let card = card(of: effect)
    return wording.versus(
      card?.label(ofArm: treated) ?? treated, card?.label(ofArm: control) ?? control)
  }

  private func details(_ effect: Effect) -> String? {
    let details = [effect.subgroup, effect.time, distinction(effect)].compactMap(\.self)
    return details.isEmpty ? nil : details.joined(separator: ", ")
  }

  /// What tells an effect from others of the same comparison: what is estimated, else how.
  private func distinction(_ effect: Effect) -> String? {
    func isTwin(_ other: Effect) -> Bool {
      other.experiment == effect.experiment && other.outcome == effect.outcome
        && other.contrast == effect.contrast && other.subgroup == effect.subgroup
        && other.time == effect.time && other.scale == effect.scale
    }
    let twins = effects.filter(isTwin)
    if Set(twins.map(\.estimand)).count > 1 { return effect.estimand }
    return Set(twins.map(\.method)).count > 1 ? effect.method : nil
  }

  private func row(_ effect: Effect) -> String {
    details(effect).map { "\(contrast(effect)) (\($0))" } ?? contrast(effect)
  }

  /// The rows; where there are subgroups, those of one contrast stand together under its name.
  private func rows(of group: Group) -> [ForestPlot.Row] {
    func row(_ effect: Effect, _ label: String) -> ForestPlot.Row {
      .estimate(
        label, group.format.shown(effect.estimate), low: group.format.shown(effect.confidenceLow),
        high: group.format.shown(effect.confidenceHigh))
    }
    guard group.effects.contains(where: { details($0) != nil }) else {
      return group.effects.map { row($0, contrast($0)) }
    }
    var rows: [ForestPlot.Row] = []
    var seen: Set<ExactText> = []
    for effect in group.effects where seen.insert(ExactText(effect.contrast)).inserted {
      rows.append(.heading(contrast(effect)))
      for part in group.effects where part.contrast.isExactly(effect.contrast) {
        rows.append(row(part, details(part) ?? wording.everyone))
      }
    }
    return rows
  }

  private func plot(of group: Group, _ title: String) -> ForestPlot {
    let format = group.format
    var plot = ForestPlot(
      title,
      rows: rows(of: group),
      format: format.number, level: group.effects.first?.level ?? 0.95,
      isLogarithmic: format.isRatio)
    if let effect = group.effects.first, effect.scale == .difference,
      let outcome = outcome(of: effect), let minimum = outcome.minimumDifference, minimum != 0
    {
      let end = outcome.direction == .increase ? minimum.magnitude : -minimum.magnitude
      plot.band = ForestPlot.Band(from: 0, to: end, label: wording.tooSmall)
    }
    return plot
  }

  private func table(of group: Group, _ title: String) -> ReportTable {
    let format = group.format
    let number = format.isRatio ? format.number : format.number.signed
    let level = group.effects.first?.level ?? 0.95
    return ReportTable(
      title,
      columns: [
        .init(wording.contrastColumn), .init(wording.effectColumn, format: number),
        .init(wording.language.wording.interval(level: level), alignment: .trailing),
        .init(wording.pValueColumn, format: .pValue), .init(wording.casesColumn, format: .count),
      ],
      rows: group.effects.map { effect in
        [
          .text(InlineText(row(effect))), .number(format.shown(effect.estimate)),
          .text(InlineText(interval(of: effect, format, usual: level))),
          .number(effect.adjustedPValue ?? effect.pValue), .number(effect.count.map(Double.init)),
        ]
      },
      note: note(of: group))
  }

  private func interval(of effect: Effect, _ format: EffectFormat, usual: Double) -> String {
    let low = format.shown(effect.confidenceLow).map {
      format.number.bare($0, in: wording.language)
    }
    let high = format.shown(effect.confidenceHigh).map {
      format.number.bare($0, in: wording.language)
    }
    guard let low, let high else { return wording.language.wording.notAvailable }
    let ends = "\(low) \(wording.language.wording.to) \(high)"
    guard let level = effect.level, level != usual else { return ends }
    return "\(ends) (\(wording.language.wording.interval(level: level)))"
  }

  private func note(of group: Group) -> InlineText? {
    var notes: [String] = []
    if group.effects.contains(where: { $0.adjustedPValue != nil }) {
      notes.append(wording.adjusted)
    }
    var flags: [String] = []
    for flag in group.effects.flatMap(\.flags) where !flags.contains(flag) { flags.append(flag) }
    if !flags.isEmpty { notes.append(wording.flagged(flags)) }
    return notes.isEmpty ? nil : InlineText(notes.joined(separator: " "))
  }
}
