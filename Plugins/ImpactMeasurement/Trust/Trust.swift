// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Whether an experiment can be trusted: arms of the planned sizes, alike before the change, outcomes
/// seen as often in one arm as in another, and a design that was carried out as it was drawn.
///
/// The sample ratio stands on everybody who was assigned, missing outcomes included: a missing outcome
/// is attrition. Its test is Pearson's χ², and it fails only below p = 0.001 (`srm_threshold`), since
/// it is looked at in every experiment and a failure condemns all effects; where no arm's share is off
/// by `srm_practical` it only warns. Where clusters were assigned, clusters are counted. Attrition is
/// given for each arm and tested over all arms, and only informs where no two arms differ by
/// `attrition_practical`; above 20 % (`attrition_limit`) it warns whatever the
/// arms. Where outcomes are missing, `bounds` has Lee's bounds on the effect for each contrast (also
/// within the groups of `tighten`), and Manski's where `range` says what values an outcome can have.
/// Balance is Hansen and Bowers' omnibus test for each arm against the control; a missing covariate is
/// set to the mean and given an indicator there, and left out of its line in the balance table.
///
/// `received` gives the matrix of assigned and received arms, `exposed` the share that an effect of
/// assignment is diluted to, `running` with `cutoff` a binomial test of the counts next to a cut-off,
/// and `unit`, `time` and `adopted` a test of linear trends before the change. What a failed check does
/// to the grade of the evidence is said in a note, and by `evaluation/verdict`.
struct Trust: ArmStage {
  static let info = StageInfo(
    "trust", version: 1,
    summary: "Checks arm sizes, attrition, balance and design before any effect is believed.",
    example: """
      trust:
        use: impact/trust
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          arm: condition
          control: No_Letter
          outcome: recertified
          range: {recertified: [0, 1]}
          covariates: [service_center, household_size]
      """,
    source: "Fabijan et al. (2019), KDD, 2156–2164; Hansen and Bowers (2008), Statistical Science "
      + "23:219–236; Lee (2009), Review of Economic Studies 76:1071–1102; Horowitz and Manski (2000), "
      + "J. of the American Statistical Association 95:77–84; Cattaneo, Titiunik and Vazquez-Bare "
      + "(2017), J. of Policy Analysis and Management 36:643–681; Roth (2022), American Economic "
      + "Review: Insights 4:305–322.")

  @Parameter("Column that names the arm of each case; the pilot card's arms unless given.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Planned share, or ratio, of each arm; equal unless given.")
  var shares: NamedValues<Double> = NamedValues()
  @Parameter("Columns of outcomes that may be missing; the pilot card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Columns measured before the change, which the arms should have alike.")
  var covariates: [ColumnName] = []
  @Parameter("Column of the strata within which cases were assigned.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Column of the arm that each case got in the end, or of true and false.")
  var received: ColumnName?
  @Parameter("Column of true and false that says whom the change reached.")
  var exposed: ColumnName?
  @Parameter("Column of a few groups known before assignment, within which bounds are tightened.")
  var tighten: ColumnName?
  @Parameter("The least and the largest value that an outcome can have, for worst-case bounds.")
  var range: NamedValues<[Double]> = NamedValues()
  @Parameter("Column that a cut-off sorts cases by.")
  var running: ColumnName?
  @Parameter("The cut-off of 'running': who reaches it gets the change.")
  var cutoff: Double?
  @Parameter("Column of the panel units.")
  var unit: ColumnName?
  @Parameter("Column of the panel periods, in numbers.")
  var time: ColumnName?
  @Parameter("Column of each unit's first treated period; empty for never.")
  var adopted: ColumnName?
  @Parameter("Cases to keep.")
  var `where`: Expression?
  @Parameter("The sample ratio fails below this p-value.", in: 0...0.5)
  var srmThreshold = 0.001
  @Parameter("A mismatch of sizes only warns where no arm's share is off by this much.", in: 0...1)
  var srmPractical = 0.002
  @Parameter("Attrition that differs between arms warns below this p-value.", in: 0...0.5)
  var attritionThreshold = 0.01
  @Parameter("Attrition only informs where no two arms' shares differ by this much.", in: 0...1)
  var attritionPractical = 0.01
  @Parameter("Share of missing outcomes that warns.", in: 0...1)
  var attritionLimit = 0.2
  @Parameter("Balance warns below this p-value.", in: 0...0.5)
  var balanceThreshold = 0.01
  @Parameter("Share of cases that got something else than assigned that warns.", in: 0...1)
  var crossoverLimit = 0.1
  @Parameter("A difference in exposure below this warns of dilution.", in: 0...1)
  var exposureLimit = 0.5
  @Parameter("Counts on either side of the cut-off warn below this p-value.", in: 0...0.5)
  var manipulationThreshold = 0.01
  @Parameter("Trends before the change warn below this p-value.", in: 0...0.5)
  var trendThreshold = 0.05
  @Parameter("Two-sided confidence level of the bounds.", in: 0.5...0.999)
  var level = 0.95

  struct Input: CardInput {
    @Port("One row per assigned case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per check.") var checks: Table
    @Port("One row per covariate and arm.") var balance: Table
    @Port("One row per outcome, contrast and kind of bounds.") var bounds: Table
    @Port("One row per assigned arm and what was received.") var crossover: Table
  }

  var treatment: ColumnName? { nil }

  /// A cut-off or a roll-out can be checked without arms.
  var leavesArmOpen: Bool { arm == nil && running == nil && adopted == nil }

  func validate() throws(StageFault) {
    try TrustParameters(stage: self).validate()
  }

  func check(connected ports: Set<String>) throws(StageFault) {
    guard !ports.contains("pilot") else { return }
    try TrustParameters(stage: self).checkArms()
  }

  /// Without a card, or before any outcome is measured, sizes and balance can be checked all the same.
  func filled(by input: Input, in context: StageContext) throws -> Trust {
    guard input.pilot != nil else {
      try TrustParameters(stage: self).checkArms()
      return self
    }
    let measured = hasOutcome(in: input) ? try withOutcomes(by: input, in: context) : self
    return try measured.withArm(by: input, in: context)
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
      "balance": BalanceTable.promises, "bounds": BoundsTable.promises,
      "crossover": Crossover.promises,
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let cases = try Cases(input.cases, where: `where`)
    var findings = TrustFindings()
    if let arm {
      try findings.add(armsOf: cases, try Arms(cases, arm: arm), for: self, card: input.pilot)
    }
    try context.checkCancellation()
    if let running, let cutoff {
      findings.checks.append(
        try ManipulationCheck(running: running, cutoff: cutoff, threshold: manipulationThreshold)
          .check(cases))
    }
    if let unit, let time, let adopted {
      let trends = try ParallelTrendsCheck(
        cases, unit: unit, time: time, adopted: adopted, cluster: cluster)
      for column in outcome {
        findings.checks.append(
          try trends.check(try cases.numbers(column, at: "outcome"), threshold: trendThreshold))
      }
    }
    findings.tell(in: context)
    var output = Output()
    output.checks = TrustChecks.table(findings.checks)
    output.balance = try BalanceTable.table(findings.balance)
    output.bounds = try BoundsTable.table(findings.bounds)
    output.crossover = try Crossover.table(findings.crossover)
    return output
  }
}
