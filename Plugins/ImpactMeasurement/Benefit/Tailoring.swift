// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Statistics
import Tables

/// Who should get which change: a shallow rule, learned on one part of the cases and valued on the other.
///
/// Each case gets a doubly robust score for each arm (`DoublyRobustScores`): outcome models are linear, or
/// logistic for yes and no; the chance of an arm is known in a randomised pilot, and logistic in the
/// covariates otherwise. The rule is the best tree of at most the given depth, found by looking at all of
/// them. Leaves with fewer than ten cases of an arm are not offered, and columns under `never` are
/// refused. Models, rule and value each come from other cases: nothing is valued on what it was made of.
///
/// The effect is the gain of the rule over the control for everybody; `values` compares it with every
/// other thing one could do. The rule leaves as a reform file for `rules/propose`.
struct Tailoring: Stage {
  static let info = StageInfo(
    "tailoring", version: 1,
    summary:
      "Learns who should get which change, values it on other cases, and writes it as a reform.",
    draws: true, namesExperiment: true,
    example: """
      tailored:
        use: impact/tailoring
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: recertified
          arm: condition
          control: No_Letter
          better: increase
          covariates: [household_size, months_on_benefit]
          splits: [household_size, months_on_benefit]
          never: [nationality]
          depth: 2
          budget: 0.5
          equal: [{column: service_center, of: share, within: 0.1}]
          decision: letter
          seed: 20170401
      """,
    source:
      "Athey and Wager (2021), Econometrica 89:133–161; Zhou, Athey and Wager (2023), Operations "
      + "Research 71:148–183.")

  @Parameter("Column that holds the outcome of each case.") var outcome: ColumnName
  @Parameter("Column that names the arm of each case.") var arm: ColumnName
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Which way is better; as the pilot card says unless given.") var better: Better?
  @Parameter("Columns measured before the change, which outcome and chance may depend on.")
  var covariates: [ColumnName] = []
  @Parameter("Columns that the rule may split on; the covariates unless given.")
  var splits: [ColumnName]?
  @Parameter("Columns that no rule may split on.") var never: [ColumnName] = []
  @Parameter("Levels of the rule at most.", in: 0...3) var depth = 2
  @Parameter("Cases of each arm that a leaf holds at least.", in: 10...) var leaf = 10
  @Parameter("Bins of a number at most; cuts lie at quantiles beyond.", in: 2...1000) var cuts = 32
  @Parameter("Column of the strata within which cases were assigned.") var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Cases to keep.") var `where`: Expression?
  @Parameter("Share, or ratio, in which arms were drawn; as they came out unless given.")
  var shares: NamedValues<Double> = NamedValues()
  @Parameter("How the chance of an arm is known; shares in a randomised pilot, else logistic.")
  var propensity: Propensity?
  @Parameter("Cost of one case in each arm; without it every arm but the control costs 1.")
  var costs: NamedValues<Double> = NamedValues()
  @Parameter(
    "Mean cost of a case at most: without 'costs' the share that may get something.", in: 0...)
  var budget: Double?
  @Parameter("What groups should have alike: column, of (share or value), within.")
  var equal: [EqualityRule] = []
  @Parameter("Share of cases that the rule is learned from.", in: 0.2...0.8) var learn = 0.5
  @Parameter("Parts of the cross-fitted models.", in: 2...20) var folds = 5
  @Parameter("Two-sided confidence level.", in: 0.5...0.999) var level = 0.95
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?
  @Parameter("Decision of the scheme that says who gets what.") var decision = "tailored_arm"
  @Parameter("What the decision gives for each arm, as an expression; the arm's name unless given.")
  var results: NamedValues<String> = NamedValues()
  @Parameter("Id of the reform.") var reform = "tailored"
  @Parameter("Id of the scheme that the reform changes.") var scheme: String?
  @Parameter("What the reform does to the law.") var legalEffect: String?

  enum Propensity: String, ParameterChoice {
    case shares
    case logistic
  }

  struct Input: PortSet {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("The gain of the rule over the control for everybody.") var effects: Table
    @Port("The rule: one row per leaf.") var rule: Table
    @Port("Values and gains of the rule, and of everything else one could do.") var values: Table
    @Port("Whether the rule keeps its promises on other cases.") var checks: Table
    @Port("The rule as a reform, for rules/propose.") var reform: FileArtifact
  }

  var splitColumns: [ColumnName] { splits ?? covariates }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: nil, outcome: [outcome])
      .validateWhole()
    for column in covariates + splitColumns where column == outcome || column == arm {
      throw .user("'\(column)' is a covariate and something else at once", at: "covariates")
    }
    for column in splitColumns where never.contains(column) {
      throw .user(
        "'\(column)' stands under 'never', and the rule may not split on it",
        at: splits == nil ? "covariates" : "splits",
        help: splits == nil
          ? "name under 'splits' the columns that the rule may split on" : "take it out of 'splits'"
      )
    }
    for column in splitColumns where !RuleReform.isName(column.name) {
      throw .user(
        "'\(column)' cannot be the name of an input of a scheme",
        at: splits == nil ? "covariates" : "splits",
        help: "rename the column at intake: letters, digits and underscores, a letter first")
    }
    guard RuleReform.isName(decision) else {
      throw .user(
        "'\(decision)' cannot be the name of a decision", at: "decision",
        help: "use letters, digits and underscores, a letter first")
    }
    guard RuleReform.isIdentifier(reform) else {
      throw .user(
        "'\(reform)' cannot be an id", at: "reform",
        help: "use small letters, digits and hyphens")
    }
    for entry in shares.entries where !(entry.value > 0 && entry.value.isFinite) {
      throw .user("the share of '\(entry.name)' is not positive", at: "shares")
    }
    for entry in costs.entries where !(entry.value >= 0 && entry.value.isFinite) {
      throw .user("the cost of '\(entry.name)' is negative", at: "costs")
    }
    if propensity == .logistic, !shares.isEmpty {
      throw .user("'shares' are known chances, and 'propensity' estimates them", at: "propensity")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "rule": RuleTable.promises,
      "values": ValuesTable.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try TailoringCases(
      self, Cases(input.cases, where: `where`), input.pilot, isRandomised: origin.isRandomised)
    cases.selection.notes.forEach(context.note)
    let way = try direction(input.pilot)
    for name in results.names where cases.arms.code(of: name) == nil {
      throw StageFault(
        "no case is in arm '\(name)' of '\(arm)'", at: "results",
        help: Suggestion.question(for: name, among: cases.arms.labels))
    }
    let streams = try context.randomStreams()
    let learned: LearnedRule
    do throws(EstimationFault) {
      learned = try LearnedRule(self, cases, streams, sign: way == .increase ? 1 : -1)
    } catch {
      throw StageFault(
        "\(outcome): \(error.message)", at: error.tailoringParameter, help: error.help)
    }
    return try output(learned, cases, origin, in: context)
  }

  private func direction(_ card: PilotCard?) throws(StageFault) -> PilotCard.Direction {
    let declared = card?.outcome(for: outcome.name)?.direction
    if let better, let declared, better.direction != declared {
      throw StageFault(
        "the pilot card says that '\(outcome)' should \(declared.rawValue)", at: "better",
        help: "leave it out: the card says it")
    }
    guard let way = better?.direction ?? declared else {
      throw StageFault(
        "which way is '\(outcome)' better?", at: "better",
        help: "add better: increase or decrease", kind: .user)
    }
    return way
  }
}

extension Tailoring {
  private func output(
    _ learned: LearnedRule, _ cases: TailoringCases, _ origin: EffectOrigin,
    in context: StageContext
  ) throws -> Output {
    let labels = cases.arms.labels
    let checks = TailoringChecks(
      self, learned.valuing, arms: learned.arms,
      clipped: learned.learning.scores.clipped + learned.valuing.scores.clipped, of: cases.count
    ).checks
    for check in checks where !check.passed { context.note(check.message) }
    let comparison: Comparison =
      if case .known = cases.propensities { .arms(isAdjusted: true) } else { .matched }
    var effect = origin.effect(
      of: outcome.name, contrast: "rule - \(labels[cases.control])", comparison: comparison,
      estimand: "policy value")
    let variance = cases.clusters == nil ? "hc2" : "cr2"
    let plan = PlanCheck(
      origin.card?.plan, method: Self.info.name, variance: variance,
      covariates: covariates.map(\.name), adjust: nil, estimand: "policy value")
    plan.deviations.forEach(context.note)
    effect.method = Self.info.name
    effect.raise(plan.flags)
    effect.raise(cases.selection.flags)
    effect.raise(checks.compactMap(\.flag))
    if cases.hasMixedClusters { effect.raise(["mixed-clusters"]) }
    effect.count = learned.arms.count
    effect.treatedCount = learned.arms.count { $0 != cases.control }
    effect.controlCount = learned.arms.count { $0 == cases.control }
    effect.take(clusters: learned.valuing.clusters?.count)
    if let gain = learned.gain {
      effect.take(gain)
      effect.take(
        variance: variance, rule: cases.clusters == nil ? "n − 1" : "Satterthwaite")
    } else {
      effect.raise(["rule-treats-nobody"])
      context.note("The rule gives everybody '\(labels[cases.control])': no leaf is worth more.")
    }
    var grade = comparison.grade(origin.design)
    if checks.contains(where: { $0.check == "overlap" && !$0.passed }) {
      grade?.lower(to: 2, because: "some cases had hardly a chance of some arm")
    }
    var effects = StageEffects(adjust: .none, card: origin.card, columns: [])
    effects.append(effect, grade: grade)
    for line in learned.lines { context.note("\(line.condition): \(line.arm)") }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.rule = try RuleTable.table(learned.lines)
    output.values = try learned.values.table()
    output.checks = TrustChecks.table(checks)
    output.reform = reformFile(learned, cases, origin.experiment)
    return output
  }

  private func reformFile(
    _ learned: LearnedRule, _ cases: TailoringCases, _ experiment: String
  ) -> FileArtifact {
    let labels = cases.arms.labels
    let worth =
      learned.gain.map {
        "a gain of \($0.value.asFigure) (\($0.interval.lower.asFigure) to "
          + "\($0.interval.upper.asFigure)) on '\(outcome)' over '\(labels[cases.control])' for everybody"
      } ?? "no gain over '\(labels[cases.control])' for everybody"
    let text = RuleReform(
      id: reform, title: "Who gets what, as learned from \(experiment)", scheme: scheme,
      rationale: "Learned from \(learned.learning.rows.count) cases of \(experiment) and valued on "
        + "\(learned.valuing.rows.count) others: \(worth).", legalEffect: legalEffect,
      decision: decision,
      results: labels.map { results[$0] ?? JSONValue.string($0).compact }, control: cases.control
    ).yaml(learned.tree, cases)
    return FileArtifact(mediaType: RuleReform.mediaType, bytes: Array(text.utf8))
  }
}

extension EstimationFault {
  fileprivate var tailoringParameter: String {
    switch self {
    case .tooFew(let what, _, _): what.contains("arm") ? "arm" : "cluster"
    case .outOfRange(let what, _): what.contains("chance") ? "shares" : "depth"
    case .oneCluster, .noDegreesOfFreedom: "cluster"
    case .notConverged: "covariates"
    default: "outcome"
    }
  }
}
