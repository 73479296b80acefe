// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// One experiment as far as it is known: its card, its effects, or both.
struct ComparedExperiment {
  let id: String
  /// What the comparison calls it.
  var name: String
  var card: PilotCard?
  var effects: [Effect] = []

  /// The outcomes that are compared: those of the effects, else the card's primary ones.
  func outcomes(among wanted: [String]) -> [PilotCard.Outcome] {
    guard let card else { return [] }
    let measured = effects.compactMap { card.outcome(for: $0.outcome) }
    var seen: Set<ExactText> = []
    let found = measured.filter { seen.insert(ExactText($0.id)).inserted }
    if !found.isEmpty { return found }
    if !wanted.isEmpty {
      return card.outcomes.filter { outcome in
        wanted.contains { outcome.isCalled($0) }
      }
    }
    return card.outcomes.filter { $0.role == .primary }
  }
}

/// One line of the comparison: an effect, or an experiment that published none.
struct ComparedEffect {
  let experiment: Int
  let effect: Effect
  var weight: Double?
  var notPooled: String?
}

/// What is compared: the experiments in order of appearance, and their effects.
struct ComparedExperiments {
  private(set) var experiments: [ComparedExperiment] = []
  private(set) var lines: [ComparedEffect] = []

  /// - Throws: `StageFault` for a table that holds no effects, or a choice that leaves none.
  init(
    effects: [Labeled<Table>], cards: [Labeled<PilotCard>], outcomes: [String],
    contrasts: [String], names: NamedValues<String>, wording: EvaluationWording
  ) throws(StageFault) {
    for card in cards where position(of: card.value.id) == nil {
      let name = names[card.value.id] ?? names[card.label] ?? card.value.id
      experiments.append(
        ComparedExperiment(id: card.value.id, name: name, card: card.value))
    }
    let all = try effects.effects()
    let chosen = all.filter { item in
      isWanted(item.effect, outcomes: outcomes, contrasts: contrasts)
    }
    if chosen.isEmpty, !all.isEmpty {
      throw Self.nothingChosen(all.map(\.effect), outcomes: outcomes)
    }
    for (label, effect) in chosen {
      let place = position(of: effect.experiment) ?? experiments.count
      if place == experiments.count {
        let name = names[effect.experiment] ?? names[label] ?? effect.experiment
        experiments.append(ComparedExperiment(id: effect.experiment, name: name))
      }
      experiments[place].effects.append(effect)
      lines.append(ComparedEffect(experiment: place, effect: effect))
    }
    addUnpublished(outcomes, wording)
  }

  mutating func set(weight: Double, of line: Int) { lines[line].weight = weight }

  mutating func set(notPooled reason: String, of line: Int) { lines[line].notPooled = reason }

  private func position(of id: String) -> Int? {
    experiments.firstIndex { $0.id.isExactly(id) }
  }

  private func isWanted(_ effect: Effect, outcomes: [String], contrasts: [String]) -> Bool {
    let card = position(of: effect.experiment).flatMap { experiments[$0].card }
    let isOutcome =
      outcomes.isEmpty
      || outcomes.contains { wanted in
        effect.outcome.isExactly(wanted) || effect.isOf(metric: wanted)
          || card?.outcome(for: effect.outcome)?.isCalled(wanted) ?? false
      }
    return isOutcome
      && (contrasts.isEmpty || contrasts.contains { effect.contrast.isExactly($0) })
  }

  /// A line for each experiment that has a card and no effect: nothing is left out, nothing made up.
  private mutating func addUnpublished(_ wanted: [String], _ wording: EvaluationWording) {
    for (place, experiment) in experiments.enumerated() where experiment.effects.isEmpty {
      let outcomes = experiment.outcomes(among: wanted)
      for outcome in outcomes {
        var effect = Effect(
          experiment: experiment.id, outcome: outcome.id, contrast: "", role: outcome.role)
        effect.metric = outcome.metric
        effect.unit = outcome.unit
        effect.design = experiment.card?.design.rawValue.published
        var line = ComparedEffect(experiment: place, effect: effect)
        line.notPooled = wording.noEffectPublished
        lines.append(line)
      }
    }
  }

  private static func nothingChosen(_ effects: [Effect], outcomes: [String]) -> StageFault {
    func different(_ texts: [String]) -> String {
      var seen: Set<ExactText> = []
      return texts.filter { seen.insert(ExactText($0)).inserted }.joined(separator: ", ")
    }
    let parameter = outcomes.isEmpty ? "contrast" : "outcome"
    return .user(
      "no effect is of the chosen \(parameter)", at: parameter,
      help: "outcomes: \(different(effects.map(\.outcome))); contrasts: "
        + different(effects.map(\.contrast)))
  }
}

extension PilotCard.Outcome {
  fileprivate func isCalled(_ name: String) -> Bool {
    id.isExactly(name) || column?.isExactly(name) ?? false || metric?.isExactly(name) ?? false
      || metric.map { Metric($0).name.isExactly(name) } ?? false
  }
}

extension Effect {
  fileprivate func isOf(metric name: String) -> Bool {
    guard let metric else { return false }
    return metric.isExactly(name) || Metric(metric).name.isExactly(name)
  }
}

/// A metric and its version, as `take-up@2`.
struct Metric {
  let name: String
  let version: String?

  init(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1)
    name = parts.first.map(String.init) ?? text
    version = parts.count == 2 ? String(parts[1]) : nil
  }
}
