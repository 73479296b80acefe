// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct InstrumentTests {
  private func run(
    _ with: String, cases: Table, card: PilotCard? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun("instrument", with, cases: cases, card: card)
  }

  /// Offers by lot to every other of 200; those who are willing take up, and fare better anyway.
  private func offers(pull: Int = 60) throws -> Table {
    func will(_ row: Int) -> Int { row * 37 % 100 }
    let taken = (0..<200).map { will($0) + ($0 / 100 == 1 ? pull : 0) > 70 ? 1.0 : 0 }
    return try Table([
      ("offer", .category(CategoryColumn((0..<200).map { $0 / 100 == 1 ? "letter" : "none" }))),
      ("offered", .number(FixedColumn((0..<200).map { Double($0 / 100) }))),
      ("took", .number(FixedColumn(taken))),
      ("never", .number(FixedColumn((0..<200).map { _ in 0.0 }))),
      (
        "fared",
        .number(
          FixedColumn(
            (0..<200).map { taken[$0] * 5 + Double(will($0)) / 20 + Double($0 * 13 % 7) }))
      ),
      ("town", .number(FixedColumn((0..<200).map { Double($0 / 10) }))),
      ("half", .category(CategoryColumn((0..<200).map { $0 % 2 == 0 ? "x" : "y" }))),
    ])
  }

  /// R estimatr 1.0.0 `iv_robust(lpacks ~ lrprice + lrincome | salestax + lrincome)`, HC1, and R's Wald tests
  /// of `lpacks - b * lrprice` (reference case iv-2sls; bounds by uniroot).
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the reference run is met`() async throws {
    let reference = try Reference("iv-2sls")
    let run = try await run(
      "{outcome: lpacks, treatment: lrprice, instrument: salestax, covariates: lrincome, variance: hc1}",
      cases: reference.cases)
    let effects = try run.effects
    #expect(effects.map(\.estimand) == ["difference", "LATE"])
    #expect(effects.map(\.contrast) == ["per unit of salestax", "per unit of lrprice"])
    try reference.expect(effects[1], equals: "just_identified_HC1/lrprice")
    #expect(effects[1].method == "2SLS" && effects[1].count == 48)
    let tests = try run.table("tests")
    guard case .number(let low) = tests["ar_low"], case .number(let high) = tests["ar_high"] else {
      Issue.record("no bounds")
      return
    }
    expectClose(low[0], -1.929129833095556, 1e-8)
    expectClose(high[0], -0.3564074112666288, 1e-8)
    #expect(try run.table("first_stage")["term"]?.texts() == ["salestax"])
  }

  @Test func `the LATE stands beside the ITT, which it divides by the share that was moved`()
    async throws
  {
    let run = try await run(
      "{outcome: fared, treatment: took, instrument: offer, control: none, design: individual-rct}",
      cases: try offers())
    let effects = try run.effects
    #expect(effects.map(\.estimand) == ["ITT", "LATE"])
    #expect(effects.map(\.contrast) == ["letter - none", "took: 1 - 0"])
    #expect(effects.map(\.smsLevel) == [5, 5])
    guard case .number(let moved) = try run.table("first_stage")["estimate"] else {
      Issue.record("no first stage")
      return
    }
    expectClose(
      effects[1].estimate, try #require(effects[0].estimate) / (try #require(moved[0])), 1e-10)
    #expect(effects[0].treatedCount == 100 && effects[1].count == 200)
    #expect(effects[1].flags.isEmpty)
    #expect(try run.check("first-stage").passed)
  }

  @Test func `a weak instrument lowers the grade, raises a flag and says so`() async throws {
    let run = try await run(
      "{outcome: fared, treatment: took, instrument: offered, design: individual-rct}",
      cases: try offers(pull: 3))
    let effects = try run.effects
    #expect(effects.map(\.smsLevel) == [5, 2])
    #expect(effects[1].flags == ["weak-instrument"] && effects[0].flags.isEmpty)
    #expect(
      run.notes.contains {
        $0.hasPrefix("Evidence 2 of 5") && $0.contains("hardly moves 'took'")
      })
    #expect(run.notes.contains { $0.contains("the first stage is weak (F ") })
    let check = try run.check("first-stage", "fared")
    #expect(!check.passed && check.flag == "weak-instrument" && check.threshold == 10)
    #expect(check.message.hasPrefix("The instrument hardly moves 'took': F "))
    #expect(run.notes.contains { $0.contains("the Anderson–Rubin set has no end") })
    let tests = try run.table("tests")
    let set = try #require(tests["ar_set"]?.texts().first ?? nil)
    #expect(set == "everything" || set.contains("infinity"))
    for name in ["ar_low", "ar_high"] {
      guard case .number(let bounds) = tests[name] else { continue }
      #expect(bounds[0].map { $0.isFinite } ?? true)
    }
  }

  @Test func `everybody who complied is everybody`() async throws {
    let run = try await run(
      "{outcome: fared, treatment: offered, instrument: offer, control: none}", cases: try offers())
    let effects = try run.effects
    expectClose(effects[1].estimate, try #require(effects[0].estimate), 1e-10)
    expectClose(effects[1].standardError, try #require(effects[0].standardError), 1e-10)
    #expect(run.notes.contains { $0.contains("decides 'offered' wholly") })
  }

  @Test func `clusters give CR2, and the plan may ask for the LATE`() async throws {
    let card = try Sample.card {
      $0["plan"] = ["method": "instrument", "estimand": "LATE", "variance": "cr2"]
      $0["arms"] = [["id": "none", "control": true], ["id": "letter"]]
    }
    let run = try await run(
      "{outcome: fared, treatment: took, instrument: offer, cluster: town}", cases: try offers(),
      card: card)
    let late = try #require(try run.effects.last)
    #expect(late.variance == "cr2, df Satterthwaite")
    #expect(late.clusters == 20 && late.flags.contains("few-clusters"))
    #expect(!run.notes.contains { $0.hasPrefix("the plan's") })
  }

  @Test(arguments: [
    (
      "treatment: took, instrument: took", "instrument",
      "'took' is both 'treatment' and 'instrument'"
    ),
    (
      "treatment: never, instrument: offered", "treatment",
      "fared: 'never', given the covariates, does not vary, so no uncertainty can be estimated"
    ),
    (
      "treatment: took, instrument: never", "instrument",
      "the cases left: arm 'treated' has no cases"
    ),
    (
      "treatment: took, instrument: offer", "instrument",
      "'control' is missing: which arm are the others compared with?"
    ),
    (
      "treatment: took, instrument: offered, control: none", "control",
      "'control' names a label, and 'offered' holds numbers"
    ),
    (
      "treatment: took, instrument: offered, covariates: offer", "covariates",
      "fared: the design has no unique solution: 'offer.none' follows from the other columns"
    ),
    (
      "treatment: took, instrument: offered, variance: cr1", "variance",
      "variance cr1 sums by cluster, and no 'cluster' is named"
    ),
    ("treatment: absent, instrument: offered", "treatment", "there is no column 'absent'"),
    (
      "treatment: half, instrument: offered", "treatment",
      "column 'half' is category, and 'treatment' needs numbers or true and false"
    ),
  ])
  func `what cannot be says so`(with: String, parameter: String, message: String) async throws {
    let found = try await fault(
      "instrument", "{outcome: fared, \(with)}", cases: try offers())
    #expect(found.message == message)
    #expect(found.parameter == parameter)
  }
}
