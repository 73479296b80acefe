// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

/// A real trial of 3,539 families in three arms.
///
/// District of Columbia, Moore and others (2022), CC0.
///
/// The figures are R's (`t.test`, `chisq.test`), tolerances 1e-8 and as many digits as were printed.
@Suite(.enabled(if: Reference.hasLetters, Reference.lettersAbsent))
struct RecertificationLettersTests {
  /// The file as a pilot lead reads it: `NA` is missing, success is `Processed`.
  private func cases() throws -> Table {
    let options = CSVOptions(missing: ["", "NA"])
    let table = try CSVReader(options).read(path: Reference.letters).table
    let status = try table.column("recert_status").texts()
    return try table.adding(
      "recertified", .boolean(BooleanColumn(status.map { $0.map { $0 == "Processed" } })))
  }

  private static let anyLetter = """
    outcome: recertified
    arm: condition
    control: No_Letter
    pool:
      any_letter: [Open_Appt, Specific_Appt]
    """

  @Test func `any letter raises the share that recertifies`() async throws {
    let run = try await ImpactRun("difference-in-means", Self.anyLetter, cases: try cases())
    let effect = try run.effect("any_letter - No_Letter")
    expectClose(effect.estimate, 0.0551089883, 1e-9)
    expectClose(effect.statistic, 3.125818261, 1e-9)
    expectClose(effect.degreesOfFreedom, 2374.196607, 1e-9)
    expectClose(effect.pValue, 0.0017945572, 1e-7)
    expectClose(effect.confidenceLow, 0.0205366890767, 1e-9)
    expectClose(effect.confidenceHigh, 0.0896812874453, 1e-9)
    #expect(effect.count == 3520 && effect.treatedCount == 2348 && effect.controlCount == 1172)
    #expect(effect.flags == ["outcome-missing"])
    #expect(
      run.notes.contains(
        "recertified, any_letter - No_Letter: 19 of 3539 cases have no 'recertified' (outcome) and "
          + "are left out"))
  }

  @Test func `the two letters differ by less than chance`() async throws {
    let effect = try await ImpactRun(
      "difference-in-means", "{outcome: recertified, arm: condition, control: Specific_Appt}",
      cases: try cases()
    ).effect("Open_Appt - Specific_Appt")
    expectClose(effect.estimate, 0.016333495855, 1e-9)
    expectClose(effect.statistic, 0.7942934102, 1e-9)
    expectClose(effect.degreesOfFreedom, 2345.999365, 1e-9)
    expectClose(effect.pValue, 0.427104978, 1e-8)
  }

  @Test func `the arms have equal sizes among all who were assigned`() async throws {
    let run = try await ImpactRun(
      "trust", "{arm: condition, outcome: recertified}", cases: try cases())
    let ratio = try run.check("sample-ratio")
    expectClose(ratio.statistic, 0.00904210, 1e-5)
    expectClose(ratio.pValue, 0.9954892, 1e-7)
    #expect(ratio.passed)
    #expect(
      try run.check("attrition").message
        == "19 of 3539 assigned cases (0.5 %) have no 'recertified'")
    #expect(
      try run.check("attrition-in-arm", "recertified, Specific_Appt").message.contains("9 of 1181"))
  }

  @Test func `the centre with a single case is flagged as a stratum of the regression`()
    async throws
  {
    let run = try await ImpactRun(
      "regression",
      "{outcome: recertified, arm: condition, control: No_Letter, block: service_center}",
      cases: try cases())
    #expect(try run.effects[0].flags == ["outcome-missing", "singleton-stratum"])
    #expect(try run.effects[0].count == 3519)
    #expect(run.notes.contains { $0.contains("'Virginia_Williams' of 'service_center'") })
  }

  @Test func `the centre with a single case is flagged as a stratum of the difference`()
    async throws
  {
    let run = try await ImpactRun(
      "difference-in-means", Self.anyLetter + "\nblock: service_center", cases: try cases())
    let effect = try run.effect("any_letter - No_Letter")
    // The office with four cases has one in the control arm: nothing shows its variance.
    #expect(effect.flags == ["outcome-missing", "singleton-stratum", "thin-stratum"])
    #expect(effect.count == 3515)
    #expect(run.notes.contains { $0.contains("'Offc_Spec_Svcs' of 'service_center' has one case") })
  }

  @Test func `as a covariate it has no hc2 variance, and the fault names it`() async throws {
    let found = try await fault(
      "regression",
      "{outcome: recertified, arm: condition, control: No_Letter, covariates: service_center}",
      cases: try cases())
    #expect(found.parameter == "covariates")
    #expect(found.message.contains("'Virginia_Williams' of 'service_center'"))
  }

  /// Welch's p-value above, 0.0017945572, is what drawing the arms again comes to with so many cases.
  @Test func `drawing the arms again agrees with Welch's test`() async throws {
    let run = try await ImpactRun(
      "randomisation-test", Self.anyLetter + "\ndraws: 1999", cases: try cases())
    let effect = try run.effect("any_letter - No_Letter")
    expectClose(effect.estimate, 0.0551089883, 1e-9)
    expectClose(effect.statistic, 3.125818261, 1e-9)
    let pValue = try #require(effect.pValue)
    #expect((pValue - 0.0018).magnitude < 0.004)
    expectClose(effect.confidenceLow, 0.0205366890767, 0.15)
    expectClose(effect.confidenceHigh, 0.0896812874453, 0.05)
  }

  @Test func `resampling families gives Welch's standard error`() async throws {
    let run = try await ImpactRun(
      "bootstrap", Self.anyLetter + "\ndraws: 499\ninterval: percentile", cases: try cases())
    let effect = try run.effect("any_letter - No_Letter")
    expectClose(effect.standardError, 0.0551089883 / 3.125818261, 0.15)
  }
}
