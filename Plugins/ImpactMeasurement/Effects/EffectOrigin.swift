// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// What every effect of a stage has in common: experiment, design, subgroup, and the card's outcomes.
struct EffectOrigin {
  let experiment: String
  let card: PilotCard?
  let design: PilotCard.Design?
  let subgroup: String?
  let level: Double

  /// - Throws: `StageFault` where the card and the parameter `design` differ, or where the card says
  ///   that something else than the analysed unit was assigned and no cluster is named.
  init(
    _ context: StageContext, card: PilotCard?, design: DesignChoice?, cluster: ColumnName?,
    where filter: Expression?, level: Double
  ) throws(StageFault) {
    if let card, let design, card.design != design.design {
      throw StageFault(
        "the pilot card's design is \(card.design.rawValue), not \(design.design.rawValue)",
        at: "design", help: "leave 'design' out: the card says it")
    }
    if let card, cluster == nil, !card.unitOfAssignment.isSameWord(as: card.unitOfAnalysis) {
      throw StageFault(
        "the pilot card says that each \(card.unitOfAssignment) was assigned, and the cases are "
          + "analysed one by one as each \(card.unitOfAnalysis): inference follows assignment",
        at: "cluster",
        help: "name the column that tells which \(card.unitOfAssignment) a case belongs to, as in "
          + "cluster: \(card.unitOfAssignment)")
    }
    experiment = card?.id ?? context.experiment
    self.card = card
    self.design = card?.design ?? design?.design
    subgroup = filter?.writtenOut
    self.level = level
  }

  /// Whether cases came into their arms by chance, in a way that a comparison of arms may rely on.
  var isRandomised: Bool { design == .individualRCT || design == .clusterRCT }

  /// An effect without figures yet.
  ///
  /// - Parameters:
  ///   - outcome: the column.
  ///   - contrast: as in the effects table.
  ///   - comparison: what is compared, which says whether the design is made use of.
  ///   - estimand: such as LATE or ATT; ITT, or a difference where chance did not decide, unless given.
  /// - Returns: a row of the effects table that says what is estimated, for whom, and by which design.
  func effect(
    of outcome: String, contrast: String, comparison: Comparison, estimand: String? = nil
  ) -> Effect {
    let declared = card?.outcome(for: outcome)
    let isUndeclared = card != nil && declared == nil
    var effect = Effect(
      experiment: experiment, outcome: outcome, contrast: contrast,
      role: declared?.role ?? (isUndeclared ? .secondary : .primary),
      flags: isUndeclared ? ["deviates-from-plan"] : [])
    effect.metric = declared?.metric
    effect.unit = declared?.unit
    effect.design = (design ?? comparison.ownDesign)?.rawValue
    effect.estimand = estimand ?? (isRandomised ? "ITT" : "difference")
    effect.level = level
    effect.scale = .difference
    effect.subgroup = subgroup
    if let design, !isRandomised, design.hasEstimatorOfItsOwn,
      !comparison.designs.contains(design)
    {
      effect.flags.append("design-not-used")
    }
    return effect
  }
}

extension Effect {
  /// Takes over an estimate and its uncertainty.
  mutating func take(_ estimate: Estimate) {
    self.estimate = estimate.value
    standardError = estimate.standardError
    statistic = estimate.statistic
    degreesOfFreedom = estimate.degreesOfFreedom.isFinite ? estimate.degreesOfFreedom : nil
    pValue = estimate.pValue
    confidenceLow = estimate.interval.lower
    confidenceHigh = estimate.interval.upper
    level = estimate.level
  }

  /// Says how many clusters there were; fewer than forty are few.
  mutating func take(clusters count: Int?) {
    clusters = count
    if let count, count < 40 { raise(["few-clusters"]) }
  }

  /// Says how the variance came about: the estimator, its small-sample factor, and the rule for df.
  mutating func take(variance name: String, rule: String) {
    let factor = name.hasPrefix("cr1") ? " × G/(G − 1) · (N − 1)/(N − K)" : ""
    let small = name == "hc1" ? " × N/(N − K)" : factor
    variance = "\(name)\(small), df \(rule)"
  }

  /// Adds codes that are not there yet.
  mutating func raise(_ codes: [String]) {
    for code in codes where !flags.contains(code) { flags.append(code) }
  }
}

extension PilotCard.Design {
  /// Whether the design asks for more than a comparison of arms.
  fileprivate var hasEstimatorOfItsOwn: Bool {
    switch self {
    case .steppedWedge, .differenceInDifferences, .regressionDiscontinuity, .interruptedTimeSeries,
      .syntheticControl, .matching:
      true
    case .individualRCT, .clusterRCT, .beforeAfter, .qualitative, .simulation, .notPublished: false
    }
  }
}

extension String {
  fileprivate func isSameWord(as other: String) -> Bool {
    lowercased().filter(\.isLetter) == other.lowercased().filter(\.isLetter)
  }
}
