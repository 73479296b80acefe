// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Whether a change does no harm, or makes no difference, up to a margin declared beforehand.
///
/// `non-inferiority` asks whether the change is worse than the control by less than the margin, where the
/// pilot card's direction (or `direction`) says what worse is; `equivalence` asks whether the difference is
/// smaller than the margin either way. Each one-sided test is made at (1 − level) ⁄ 2, so that a question
/// is answered by whether the interval of the effects row lies inside the margins: 95 % for tests at 2.5 %,
/// 90 % for tests at 5 %. The answer is `shown`, `refuted` (the interval lies wholly outside) or
/// `inconclusive`. A difference that is not significant shows nothing of the kind.
///
/// A yes/no outcome is compared by Farrington and Manning's score test and its interval (`newcombe` takes
/// Newcombe's instead), any other by Welch's; with `block` or `cluster` both are compared as means, as in
/// impact/difference-in-means. The margin is in the outcome's unit, 0.05 for five percentage points; it is
/// the card's smallest difference that would matter unless given.
struct Equivalence: ArmStage {
  static let info = StageInfo(
    "equivalence", version: 1,
    summary: "Tests whether a change does no harm, or makes no difference, up to a margin.",
    namesExperiment: true,
    example: """
      no-harm:
        use: impact/equivalence
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          aim: non-inferiority
          margin: 0.03
          direction: increase
          outcome: recertified
          arm: condition
          control: No_Letter
      """,
    source:
      "Schuirmann (1987), J. Pharmacokinetics and Biopharmaceutics 15:657–680; Farrington and "
      + "Manning (1990), Statistics in Medicine 9:1447–1454; Newcombe (1998), Statistics in Medicine "
      + "17:873–890.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("What is to be shown: not worse, or not different.")
  var aim: Aim
  @Parameter("Largest difference that does not matter; the card's smallest that does unless given.")
  var margin: Double?
  @Parameter("Which way is better, where no pilot card says it.")
  var direction: Direction?
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
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter(
    "How arms are compared: score for yes/no outcomes, welch, with 'block' neyman, with 'cluster' cr2."
  )
  var variance: Variance?
  @Parameter(
    "Two-sided confidence level; each one-sided test has half of what it leaves.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values of the decisions are raised, over all contrasts and outcomes.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Aim: String, ParameterChoice {
    case nonInferiority = "non-inferiority"
    case equivalence
  }

  enum Direction: String, ParameterChoice {
    case increase
    case decrease
  }

  enum Variance: String, ParameterChoice {
    case score
    case newcombe
    case welch
    case neyman
    case cr2
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
    @Port("What was shown: one row per outcome and contrast.") var decisions: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(
      arm: arm, control: control, treatment: treatment, outcome: outcome, pool: pool
    ).validate()
    if let margin, !(margin > 0 && margin.isFinite) {
      throw .user("'margin' is not positive", at: "margin", help: "give its size without a sign")
    }
    guard let variance else { return }
    let takes: Variance? = cluster != nil ? .cr2 : block != nil ? .neyman : nil
    if let takes, variance != takes {
      throw .user(
        "variance \(variance.rawValue) passes over '\(cluster != nil ? "cluster" : "block")'"
          + (cluster != nil ? ": inference follows assignment" : ""), at: "variance",
        help: "leave 'variance' out")
    }
    if takes == nil, variance == .cr2 || variance == .neyman {
      throw .user(
        "variance \(variance.rawValue) needs '\(variance == .cr2 ? "cluster" : "block")'",
        at: "variance", help: "name the column, or leave 'variance' out")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises, "decisions": DecisionsTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let arms = try arms(of: cases)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: pool)
    var unassigned = CaseSelection(Array(0..<cases.count))
    unassigned.require(arms.parameter, arms.column, arms.validity)
    unassigned.notes.forEach(context.note)
    let block = try cases.groups(block, at: "block")
    let cluster = try cases.groups(cluster, at: "cluster")
    let comparison = Comparison.arms(isAdjusted: false)
    var effects = StageEffects(adjust: .none, card: origin.card, columns: input.cases.schema)
    var decisions = DecisionsTable(adjust: adjust)
    for column in outcome {
      try context.checkCancellation()
      let measured = try cases.numbers(column, at: "outcome")
      let margins = try margins(of: column, card: input.pilot)
      for contrast in contrasts {
        let compared = ComparedCases(
          contrast, of: arms, outcome: measured, block: block, cluster: cluster)
        for note in compared.selection.notes {
          context.note("\(column), \(contrast.name): \(note)")
        }
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: comparison)
        let variance = try variance(of: measured, rows: compared.selection.rows)
        let plan = PlanCheck(
          input.pilot?.plan, method: Self.info.name, variance: variance.rawValue,
          adjust: contrasts.count * outcome.count > 1 ? adjust.rawValue : nil,
          estimand: origin.isRandomised ? "ITT" : "difference")
        if effects.effects.isEmpty { plan.deviations.forEach(context.note) }
        effect.raise(plan.flags + unassigned.flags + compared.flags)
        let test = try self.test(compared, variance, margins, into: &effect)
        effects.append(effect, grade: comparison.grade(origin.design))
        decisions.append(test, aim: aim, effect: effect)
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    try decisions.decide()
    decisions.sentences.forEach(context.note)
    output.decisions = try decisions.table()
    return output
  }

  private func arms(of cases: Cases) throws(StageFault) -> Arms {
    if let arm { return try Arms(cases, arm: arm) }
    guard let treatment else { throw .noArm }
    guard let arms = Arms(zeroOne: try cases.numbers(treatment, at: "treatment")) else {
      throw Arms.isDose(treatment)
    }
    return arms
  }

  /// The margins on the side that matters, or on both.
  private func margins(
    of column: ColumnName, card: PilotCard?
  ) throws(StageFault) -> EquivalenceTest.Margins {
    let declared = card?.outcome(for: column.name)
    guard let size = margin ?? declared?.minimumDifference, size > 0 else {
      throw StageFault(
        "\(column): no margin is declared", at: "margin",
        help: "add margin: with the largest difference that would not matter, decided beforehand")
    }
    let isIncrease: Bool?
    switch (declared?.direction, direction) {
    case (.some(let known), .some(let given)) where known.rawValue != given.rawValue:
      throw StageFault(
        "\(column): the pilot card's direction is \(known.rawValue), not \(given.rawValue)",
        at: "direction", help: "leave 'direction' out: the card says it")
    case (.some(let known), _): isIncrease = known == .increase
    case (nil, .some(let given)): isIncrease = given == .increase
    case (nil, nil): isIncrease = nil
    }
    do throws(EstimationFault) {
      switch aim {
      case .equivalence: return try .init(lower: -size, upper: size)
      case .nonInferiority:
        guard let isIncrease else { break }
        return try .init(lower: isIncrease ? -size : nil, upper: isIncrease ? nil : size)
      }
    } catch {
      throw StageFault(error, of: column.name)
    }
    throw StageFault(
      "\(column): nothing says which way is worse", at: "direction",
      help: "add direction: increase where more is better, decrease where less is")
  }

  /// The chosen variance, held against what the outcome is.
  private func variance(
    of outcome: Measurements, rows: [Int]
  ) throws(StageFault) -> Variance {
    if cluster != nil { return .cr2 }
    if block != nil { return .neyman }
    let isYesNo = rows.allSatisfy { outcome.values[$0] == 0 || outcome.values[$0] == 1 }
    guard let variance else { return isYesNo ? .score : .welch }
    if variance == .score || variance == .newcombe, !isYesNo {
      throw StageFault(
        "variance \(variance.rawValue) is for yes/no outcomes, and '\(outcome.column)' holds other "
          + "numbers", at: "variance", help: "leave 'variance' out")
    }
    return variance
  }
}
