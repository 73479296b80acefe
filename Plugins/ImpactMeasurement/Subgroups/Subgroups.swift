// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Effects on subgroups, whether they differ, and whether the change harms those who can bear it least.
///
/// Each subgroup's effect is that of `impact/difference-in-means` among its cases (Welch, or CR2 with
/// `cluster`), and with `covariates` or `block` that of `impact/regression` (HC2, or CR2). That one
/// subgroup's effect is certain and another's is not says nothing of whether they differ: `tests` has
/// for each variable a Wald test of equal effects, and for two subgroups the difference between them,
/// from one model that keeps every subgroup's own coefficients.
///
/// P-values are raised over all subgroup effects of the stage, and over all tests, by Holm's method
/// unless chosen otherwise. A subgroup with fewer than ten cases in an arm (`at_least`) is not shown. A
/// variable that the pilot card did not declare is flagged `deviates-from-plan`: such a finding is a
/// question for the next experiment. Rows carry a subgroup, so that no verdict is decided by them.
struct Subgroups: ArmStage {
  static let info = StageInfo(
    "subgroups", version: 1,
    summary: "Estimates effects on declared subgroups and tests whether they differ.",
    namesExperiment: true,
    example: """
      subgroups:
        use: impact/subgroups
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: recertified
          arm: condition
          control: No_Letter
          subgroups:
            channel: channel
            young: age < 27
          vulnerable: {channel: [post]}
          direction: increase
      """,
    source:
      "Wang et al. (2007), New England J. of Medicine 357:2189–2194; Gelman and Stern (2006), The "
      + "American Statistician 60:328–331; Holm (1979), Scandinavian J. of Statistics 6:65–70.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("What sorts cases, by name: a column or an expression; the card's plan unless given.")
  var subgroups: NamedValues<Expression> = NamedValues()
  @Parameter("Subgroups that may not be harmed: for a name of 'subgroups' the values to watch.")
  var vulnerable: NamedValues<[String]> = NamedValues()
  @Parameter("Which way is better, for the harm check; the card's unless given.")
  var direction: Direction?
  @Parameter("Columns measured before the change to adjust for; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Column of the strata within which cases were assigned, as fixed indicators.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Cases to keep.")
  var `where`: Expression?
  @Parameter("Cases that each arm of a subgroup needs to be shown.", in: 10...1_000_000)
  var atLeast = 10
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all subgroup effects and over all tests.")
  var adjust: Adjustment = .holm
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Direction: String, ParameterChoice {
    case increase
    case decrease
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome, contrast and subgroup.") var effects: Table
    @Port("One row per outcome, contrast and variable: do effects differ.") var tests: Table
    @Port("Whether vulnerable subgroups are harmed.") var checks: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome).validate()
    for column in covariates
    where outcome.contains(column) || column == arm || column == treatment || column == block {
      throw .user(
        "'\(column)' is a covariate and something else at once", at: "covariates",
        help: "name each column once")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "tests": InteractionTable.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let arms = try arms(of: cases)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: NamedValues())
    let variables = try SubgroupVariable.all(of: self, cases, card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan,
      method: isAdjusted ? Regression.info.name : DifferenceInMeans.info.name,
      variance: variance, covariates: covariates.map(\.name), adjust: adjust.rawValue,
      estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    var findings = SubgroupFindings(
      stage: self, origin: origin, plan: plan, watch: try watch(variables, card: input.pilot),
      columns: input.cases.schema)
    for variable in variables {
      if !variable.isDeclared {
        context.note("subgroup '\(variable.name)' is not in the plan on the pilot card")
      }
      if let missing = variable.groups.validity.map({ $0.count - $0.setCount }), missing > 0 {
        context.note(
          "\(missing) of \(cases.count) cases have no '\(variable.name)' (subgroup) and are left out "
            + "of its subgroups")
      }
      var parts: [SubgroupCases] = []
      for code in variable.order {
        parts.append(try SubgroupCases(variable, code, of: self, cases))
      }
      for column in outcome {
        for contrast in contrasts {
          try context.checkCancellation()
          try findings.add(variable, parts, column, contrast, in: context)
        }
      }
    }
    return try findings.output(in: context)
  }
}

extension Subgroups {
  /// Whether subgroups are estimated by regression.
  var isAdjusted: Bool { !covariates.isEmpty || block != nil }

  var variance: String { cluster != nil ? "cr2" : isAdjusted ? "hc2" : "welch" }

  func arms(of cases: Cases) throws(StageFault) -> Arms {
    if let arm { return try Arms(cases, arm: arm) }
    guard let treatment else { throw .noArm }
    guard let arms = Arms(zeroOne: try cases.numbers(treatment, at: "treatment")) else {
      throw Arms.isDose(treatment)
    }
    return arms
  }

  /// The subgroups whose harm is watched, each of which must be there.
  private func watch(
    _ variables: [SubgroupVariable], card: PilotCard?
  ) throws(StageFault) -> HarmCheck {
    var titles: [String] = []
    for entry in vulnerable.entries {
      guard let variable = variables.first(where: { $0.name.isExactly(entry.name) }) else {
        throw .user(
          "'vulnerable' names '\(entry.name)', which is none of the subgroups", at: "vulnerable",
          help: "subgroups: " + variables.map(\.name).joined(separator: ", "))
      }
      for label in entry.value {
        guard let code = variable.groups.labels.firstIndex(where: { $0.isExactly(label) }) else {
          throw StageFault(
            "no case has '\(label)' of subgroup '\(entry.name)'", at: "vulnerable",
            help: "values: "
              + variable.order.map { variable.groups.labels[$0] }.joined(separator: ", "))
        }
        titles.append(variable.title(code))
      }
    }
    return HarmCheck(vulnerable: titles, direction: direction, card: card)
  }
}
