// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Whether an experiment can be trusted: arms of the planned sizes, alike before the change, and
/// outcomes seen as often in one arm as in another.
///
/// The sample ratio stands on everybody who was assigned, missing outcomes included: a missing outcome
/// is attrition. Its test is Pearson's χ², and it fails only below p = 0.001 (`srm_threshold`), since
/// it is looked at in every experiment and a failure condemns all effects. Where clusters were
/// assigned, clusters are counted. Attrition is given for each arm and tested over all arms; above 20 %
/// (`attrition_limit`) it warns whatever the arms. Balance is Hansen and Bowers' omnibus test for each
/// arm against the control; a missing covariate is set to the mean and given an indicator there, and
/// left out of its line in the balance table.
struct Trust: Stage {
  static let info = StageInfo(
    "trust", version: 1,
    summary: "Checks arm sizes, attrition and balance before any effect is believed.",
    example: """
      trust:
        use: impact/trust
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          arm: condition
          control: No_Letter
          outcome: recertified
          covariates: [service_center, household_size]
      """,
    source: "Fabijan et al. (2019), KDD, 2156–2164; Hansen and Bowers (2008), Statistical Science "
      + "23:219–236.")

  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Planned share, or ratio, of each arm; equal unless given.")
  var shares: NamedValues<Double> = NamedValues()
  @Parameter("Column, or list of columns, of outcomes that may be missing.")
  var outcome: [ColumnName] = []
  @Parameter("Columns measured before the change, which the arms should have alike.")
  var covariates: [ColumnName] = []
  @Parameter("Column of the strata within which cases were assigned.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Cases to keep.")
  var `where`: Expression?
  @Parameter("The sample ratio fails below this p-value.", in: 0...0.5)
  var srmThreshold = 0.001
  @Parameter("Attrition that differs between arms warns below this p-value.", in: 0...0.5)
  var attritionThreshold = 0.01
  @Parameter("Share of missing outcomes that warns.", in: 0...1)
  var attritionLimit = 0.2
  @Parameter("Balance warns below this p-value.", in: 0...0.5)
  var balanceThreshold = 0.01

  struct Input: PortSet {
    @Port("One row per assigned case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per check.") var checks: Table
    @Port("One row per covariate and arm.") var balance: Table
  }

  func validate() throws(StageFault) {
    for entry in shares.entries where !(entry.value > 0 && entry.value.isFinite) {
      throw .user("the share of '\(entry.name)' is not positive", at: "shares")
    }
    for column in covariates where column == arm || outcome.contains(column) {
      throw .user("'\(column)' is a covariate and something else at once", at: "covariates")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
      "balance": BalanceTable.promises,
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let cases = try Cases(input.cases, where: `where`)
    let arms = try Arms(cases, arm: arm)
    let units = try AssignedUnits(cases, arms, cluster: cluster, block: block)
    var checks = units.checks
    checks.append(
      try SampleRatioCheck(shares: shares, threshold: srmThreshold).check(arms, units))
    for column in outcome {
      let attrition = Attrition(
        try cases.column(column, at: "outcome"), named: column.name, arms: arms)
      checks += attrition.checks(limit: attritionLimit, threshold: attritionThreshold)
    }
    var lines: [BalanceTable.Line] = []
    if !covariates.isEmpty {
      let control = try arms.control(control, card: input.pilot)
      var columns: [Covariate] = []
      for column in covariates {
        columns.append(try cases.covariate(column, at: "covariates"))
      }
      for contrast in try arms.contrasts(control: control, pool: NamedValues()) {
        let balance = BalanceCheck(contrast, arms, columns, units)
        lines += balance.lines
        checks += try balance.checks(threshold: balanceThreshold)
      }
    }
    for check in checks where !check.passed { context.note(check.message) }
    var output = Output()
    output.checks = TrustChecks.table(checks)
    output.balance = try BalanceTable.table(lines)
    return output
  }
}
