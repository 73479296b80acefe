// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Several outcomes (and contrasts) tested together, adjusted within declared families.
///
/// A family is a question that counts as answered "yes" if any of its outcomes moves; each is adjusted
/// apart, over its outcomes and all contrasts. `westfall-young` draws the assignment of all arms again
/// and `romano-wolf` resamples units within arms (and blocks); both step down from the most extreme
/// statistic, and take into account what outcomes of one person have to do with each other, so that
/// they reject more than Holm at the same error. The adjustments by p-values alone are here too, by
/// family.
///
/// Estimates, standard errors and intervals are those of impact/difference-in-means (intervals are not
/// adjusted); under a joint adjustment p_value is unadjusted and from the same draws as p_adjusted. A
/// case without one outcome counts for the others. Blocks with cases of one arm only are left out,
/// counted and flagged `one-armed-stratum`; unless all blocks are pairs, so are those in which an arm has
/// fewer than two units (`thin-stratum`), where they hold up to 5 % of the cases.
struct MultipleOutcomes: Stage {
  static let info = StageInfo(
    "multiple-outcomes", version: 1,
    summary: "Tests several outcomes together, with p-values adjusted within declared families.",
    draws: true, namesExperiment: true,
    example: """
      together:
        use: impact/multiple-outcomes
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          family:
            take_up: [recertified, on_time]
            burden: [calls, visits]
          arm: condition
          control: No_Letter
          adjust: westfall-young
      """,
    source: "Westfall and Young (1993), Resampling-Based Multiple Testing; Romano and Wolf (2005), "
      + "Econometrica 73:1237–1282; Young (2019), Quarterly J. Economics 134:557–598.")

  @Parameter("Families of outcomes under a name, each adjusted apart.")
  var family: NamedValues<[ColumnName]> = NamedValues()
  @Parameter("Instead of 'family': the outcomes of a single one.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Arms taken together, under a name: one more contrast for each name.")
  var pool: NamedValues<[String]> = NamedValues()
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Column of the strata within which cases were assigned.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("How p-values are raised within each family.")
  var adjust: FamilyAdjustment = .westfallYoung
  @Parameter("What westfall-young steps down by: the largest |t|, or the smallest p.")
  var stepDown: StepDownChoice?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Up to how many possible assignments each is looked at.", in: 0...1_000_000)
  var exactLimit = 20_000
  @Parameter("How many draws where there are more.", in: 99...1_000_000)
  var draws = 9_999
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum FamilyAdjustment: String, ParameterChoice {
    case none
    case holm
    case hochberg
    case hommel
    case bh
    case by
    case romanoWolf = "romano-wolf"
    case westfallYoung = "westfall-young"
  }

  enum StepDownChoice: String, ParameterChoice {
    case maxT = "max-t"
    case minP = "min-p"
  }

  struct Input: PortSet {
    @Port("One row per case.") var cases: TableBatches
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
    @Port("Family, draws and errors, one row per outcome and contrast.") var simulation: Table
  }

  static let figures = ["observed", "p_value", "p_value_error", "p_adjusted", "p_adjusted_error"]

  var isDrawing: Bool { [.westfallYoung, .romanoWolf].contains(adjust) }

  func validate() throws(StageFault) {
    if family.isEmpty == outcome.isEmpty {
      throw .user(
        family.isEmpty ? "neither 'family' nor 'outcome' is given" : "'family' names the outcomes",
        at: family.isEmpty ? "family" : "outcome", help: "give one of 'family' and 'outcome'")
    }
    for entry in family.entries where entry.value.isEmpty {
      throw .user("family '\(entry.name)' names no outcome", at: "family")
    }
    let outcomes = families.flatMap(\.outcomes)
    for (place, column) in outcomes.enumerated() where outcomes[..<place].contains(column) {
      throw .user(
        "'\(column)' is named twice", at: family.isEmpty ? "outcome" : "family",
        help: "an outcome belongs to one family")
    }
    try ArmParameters(
      arm: arm, control: control, treatment: treatment, outcome: outcomes, pool: pool
    ).validateWhole()
    if stepDown != nil, adjust != .westfallYoung {
      throw .user(
        "adjust \(adjust.rawValue) passes over 'step_down'", at: "step_down",
        help: "leave 'step_down' out: it belongs to westfall-young")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "simulation": SimulationTable.promises(Self.figures),
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let named =
      families.flatMap(\.outcomes) + [arm, treatment, block, cluster].compactMap(\.self)
    let cases = try Cases(input.cases.table(named, where: `where`), where: `where`)
    let experiment = try ExperimentCases(
      cases,
      ExperimentCases.Columns(
        arm: arm, control: control, treatment: treatment, pool: pool, block: block,
        cluster: cluster), card: input.pilot)
    let joint = try JointOutcomes(families, experiment, cases)
    joint.notes.forEach(context.note)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: joint.variance.rawValue,
      adjust: adjust.rawValue, estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    try context.checkCancellation()
    let test = try joint.test()
    let pValues =
      isDrawing ? try jointPValues(test, joint, try context.randomStreams()) : nil
    let comparison = Comparison.arms(isAdjusted: false)
    var effects: [Effect] = []
    var simulation = SimulationTable(Self.figures)
    for (place, hypothesis) in joint.hypotheses.enumerated() {
      var effect = origin.effect(
        of: hypothesis.outcome.name, contrast: hypothesis.contrast.name, comparison: comparison)
      effect.raise(plan.flags + joint.flags + hypothesis.flags)
      try joint.estimate(hypothesis, level: level, into: &effect)
      effect.method = "\(Self.info.name) (\(adjust.rawValue), family \(hypothesis.family))"
      effect.smsLevel = comparison.grade(origin.design)?.level
      if let pValues {
        effect.pValue = pValues.unadjusted[place]
        effect.adjustedPValue = pValues.adjusted[place]
        effect.variance = [effect.variance, "p by \(drawn(pValues))"].compactMap(\.self)
          .joined(separator: "; ")
      }
      if adjust == .westfallYoung, !origin.isRandomised { effect.raise(["assignment-assumed"]) }
      effects.append(effect)
    }
    if pValues == nil { try adjustByFamily(joint, &effects) }
    for (place, hypothesis) in joint.hypotheses.enumerated() {
      let effect = effects[place]
      simulation.append(
        effect, statistic: "family \(hypothesis.family), \(adjust.rawValue)",
        draws: pValues?.draws ?? 0, isExact: pValues?.isExact ?? true,
        [
          pValues == nil ? effect.statistic : test.observed[place].statistic, effect.pValue,
          pValues.flatMap { $0.monteCarloError(of: $0.unadjusted[place]) }, effect.adjustedPValue,
          pValues.flatMap { $0.monteCarloError(of: $0.adjusted[place]) },
        ])
    }
    if let grade = comparison.grade(origin.design) { context.note(grade.sentence) }
    var output = Output()
    output.effects = EffectsTable.table(effects)
    output.simulation = try simulation.table()
    return output
  }
}

extension MultipleOutcomes {
  fileprivate var families: [JointOutcomes.Family] {
    family.isEmpty
      ? [JointOutcomes.Family(name: "all", outcomes: outcome)]
      : family.entries.map { JointOutcomes.Family(name: $0.name, outcomes: $0.value) }
  }

  private func jointPValues(
    _ test: JointDifferences, _ joint: JointOutcomes, _ streams: RandomStreams
  ) throws(StageFault) -> JointPValues? {
    switch adjust {
    case .westfallYoung:
      test.westfallYoung(
        families: joint.places, stepDown == .minP ? .minP : .maxT, draws: draws,
        limit: exactLimit, streams: streams)
    case .romanoWolf:
      test.romanoWolf(families: joint.places, draws: draws, streams: streams)
    case .none, .holm, .hochberg, .hommel, .bh, .by: nil
    }
  }

  /// Where the p-values come from, as the interval comes from elsewhere.
  private func drawn(_ pValues: JointPValues) -> String {
    adjust == .romanoWolf
      ? "\(pValues.draws) resamples of units"
      : "assignment drawn again, "
        + (pValues.isExact ? "each of \(pValues.draws)" : "\(pValues.draws) draws")
  }

  private func adjustByFamily(
    _ joint: JointOutcomes, _ effects: inout [Effect]
  ) throws(StageFault) {
    guard let method = Adjustment(rawValue: adjust.rawValue) else { return }
    for places in joint.places {
      var family = places.map { effects[$0] }
      try method.apply(to: &family)
      for (place, effect) in zip(places, family) { effects[place] = effect }
    }
  }
}
