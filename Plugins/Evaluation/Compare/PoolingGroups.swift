// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Tables

/// Effects that could be pooled with each other: one outcome, contrast, subgroup and time.
struct PoolingGroups {
  struct Group {
    /// Places of the effects among the lines of the comparison.
    var lines: [Int]
    let outcome: String
    let contrast: String
    let subgroup: String?
    let time: String?
  }

  let groups: [Group]

  init(_ compared: ComparedExperiments, outcomes: [String], contrasts: [String]) {
    var places: [[ExactText]: Int] = [:]
    var groups: [Group] = []
    for (line, item) in compared.lines.enumerated() where item.notPooled == nil {
      let effect = item.effect
      let outcome =
        outcomes.count > 1
        ? outcomes[0] : effect.metric.map { Metric($0).name } ?? effect.outcome
      let contrast = contrasts.count > 1 ? contrasts[0] : effect.contrast
      let key = [outcome, contrast, effect.subgroup ?? "", effect.time ?? ""].map(ExactText.init)
      if let place = places[key] {
        groups[place].lines.append(line)
      } else {
        places[key] = groups.count
        groups.append(
          Group(
            lines: [line], outcome: effect.outcome, contrast: effect.contrast,
            subgroup: effect.subgroup, time: effect.time))
      }
    }
    self.groups = groups
  }
}

/// Decides whether the effects of a group may be pooled.
struct PoolingDecision {
  /// Places of the effects that have what pooling needs.
  var usable: [Int] = []
  /// Why nothing can be pooled, whatever anybody asks.
  var impossible: String?
  /// Why it should not be.
  var objections: [String] = []

  init(
    _ group: PoolingGroups.Group, in compared: ComparedExperiments, reader: AspectReader
  ) {
    let wording = reader.wording
    usable = group.lines.filter { compared.lines[$0].effect.lacking(wording) == nil }
    let effects = usable.map { compared.lines[$0].effect }
    let places = usable.map { compared.lines[$0].experiment }
    let different = Set(places)
    if usable.count < 2 {
      impossible =
        group.lines.count < 2
        ? wording.notAlone(group.outcome, group.contrast) : wording.fewerThanTwo
      return
    }
    if Set(effects.map(\.scale)).count > 1 {
      impossible = wording.otherScales
    } else if Set(effects.map { ExactText($0.unit ?? "") }).count > 1 {
      impossible = wording.otherUnits
    } else if effects.first?.scale == .ratio {
      impossible = wording.plainRatio
    }
    if impossible != nil { return }
    if different.count < places.count { objections.append(wording.sharedCases) }
    if Set(effects.map { ExactText($0.estimand ?? "") }).count > 1 {
      objections.append(wording.otherEstimands)
    }
    let experiments = different.sorted().map { place in
      var experiment = compared.experiments[place]
      experiment.effects = usable.map { compared.lines[$0] }
        .filter { $0.experiment == place }.map(\.effect)
      return experiment
    }
    let differing = Aspect.Code.allCases.filter { code in
      code.preventsPooling && reader.aspect(code, of: experiments).isComparable == false
    }
    if !differing.isEmpty { objections.append(wording.notComparable(on: differing)) }
  }
}

extension Effect {
  /// What the effect lacks to be pooled.
  func lacking(_ wording: EvaluationWording) -> String? {
    guard let estimate, estimate.isFinite else { return wording.noEstimate }
    guard let standardError, standardError.isFinite, standardError > 0 else {
      return wording.noStandardError
    }
    return nil
  }
}
