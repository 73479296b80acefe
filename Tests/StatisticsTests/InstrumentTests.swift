// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2 with estimatr 1.0.0 and AER 1.2.10, Stock and Watson's cigarettes of 1995.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct InstrumentReferenceTests {
  private func model(_ instruments: [String]) throws -> TwoStageLeastSquares {
    let reference = try Reference("iv-2sls")
    return try TwoStageLeastSquares(
      outcome: reference.numbers("lpacks"), treatment: ("lrprice", reference.numbers("lrprice")),
      instruments: instruments.map { ($0, try reference.numbers($0)) },
      covariates: [("lrincome", reference.numbers("lrincome"))])
  }

  private let clusters = Grouping((0..<48).map { $0 % 12 })

  @Test(arguments: [
    ("classical", VarianceEstimator.classical), ("HC0", .hc0), ("HC1", .hc1), ("HC2", .hc2),
    ("HC3", .hc3),
  ])
  func `two-stage least squares is estimatr's`(name: String, variance: VarianceEstimator) throws {
    let model = try model(["salestax", "cigtax"])
    let reference = try Reference("iv-2sls")
    let covariance = try model.secondStage.covariance(variance)
    for position in 0..<3 {
      try reference.expect(
        try model.secondStage.estimate(position, covariance),
        equals: "\(name)/\(model.secondStage.names[position])")
    }
  }

  @Test func `clustered variances are estimatr's`() throws {
    let fit = try model(["salestax", "cigtax"]).secondStage
    let reference = try Reference("iv-2sls")
    try reference.expect(
      try fit.estimate(1, fit.covariance(.cr1(clusters))),
      equals: "cluster_stata_cl_is_row_mod_12/lrprice")
    try reference.expect(
      try fit.estimate(1, fit.covariance(.cr2(clusters))), equals: "cluster_CR2/lrprice")
  }

  @Test func `one instrument is enough`() throws {
    let fit = try model(["salestax"]).secondStage
    try Reference("iv-2sls").expect(
      try fit.estimate(1, fit.covariance(.hc1)), equals: "just_identified_HC1/lrprice")
  }

  @Test func `tests of the stages are AER's`() throws {
    let model = try model(["salestax", "cigtax"])
    let reference = try Reference("iv-2sls")
    let plain = try #require(try model.firstStageTest(.classical))
    expectClose(
      plain.statistic, try reference.number("diagnostics/weak_instruments/statistic"), 1e-8)
    expectClose(plain.pValue, try reference.number("diagnostics/weak_instruments/p"), 1e-7)
    let robust = try #require(try model.firstStageTest(.hc1))
    expectClose(robust.statistic, try reference.number("first_stage_F_HC1"), 1e-8)
    let exogeneity = try #require(try model.exogeneityTest())
    expectClose(
      exogeneity.statistic, try reference.number("diagnostics/wu_hausman/statistic"), 1e-7)
    expectClose(exogeneity.pValue, try reference.number("diagnostics/wu_hausman/p"), 1e-7)
    let sargan = try #require(try model.overidentificationTest())
    expectClose(sargan.statistic, try reference.number("diagnostics/sargan/statistic"), 1e-7)
    expectClose(sargan.pValue, try reference.number("diagnostics/sargan/p"), 1e-7)
    for (place, name) in model.firstStage.names.enumerated() {
      expectClose(
        model.firstStage.coefficients[place], try reference.number("first_stage/\(name)"), 1e-8)
    }
  }

  /// R 4.2.2, sandwich 3.0.2, lmtest: the roots (uniroot, 1e-13) of
  /// `waldtest(lm(lpacks - b*lrprice ~ lrincome + Z), . ~ lrincome, vcov = vcovHC(., t))$F - qf(.95, q, 46 - q)`.
  @Test(arguments: [
    (["salestax"], "classical", [-1.852057859552497, -0.3306302690796462], 0.154521271848266),
    (["salestax"], "hc1", [-1.929129833095556, -0.3564074112666288], 0.1477733045509022),
    (
      ["salestax", "cigtax"], "classical", [-1.917034196430508, -0.5962251513669968],
      0.6817569347618633
    ),
    (["salestax", "cigtax"], "hc1", [-1.893340531804519, -0.616061458860834], 0.8021025451119956),
  ])
  func `Anderson and Rubin's set ends where R's Wald test rejects`(
    instruments: [String], variance: String, bounds: [Double], atMinusOne: Double
  ) throws {
    let model = try model(instruments)
    let estimator: VarianceEstimator = variance == "hc1" ? .hc1 : .classical
    let set = try model.andersonRubin(estimator)
    #expect(set.pieces.count == 1 && set.isBounded)
    let piece = try #require(set.pieces.first)
    expectClose(piece.lower, bounds[0], 1e-8)
    expectClose(piece.upper, bounds[1], 1e-8)
    expectClose(try model.andersonRubinTest(of: -1, estimator).statistic, atMinusOne, 1e-8)
  }
}

struct InstrumentTests {
  /// Half are offered, and a share of them takes the offer up; the error moves both.
  private func trial(
    _ seed: UInt64, rows: Int = 400, pull: Double
  ) -> (outcome: [Double], taken: [Double], offered: [Double]) {
    var random = SeededGenerator(seed)
    var outcome: [Double] = []
    var taken: [Double] = []
    let offered = (0..<rows).map { Double($0 % 2) }
    for row in 0..<rows {
      let will = random.normal()
      taken.append(will + pull * offered[row] > 0.5 ? 1 : 0)
      outcome.append(taken[row] + will + random.normal())
    }
    return (outcome, taken, offered)
  }

  private func fit(_ data: (outcome: [Double], taken: [Double], offered: [Double])) throws
    -> TwoStageLeastSquares
  {
    try TwoStageLeastSquares(
      outcome: data.outcome, treatment: ("taken", data.taken),
      instruments: [("offered", data.offered)])
  }

  @Test func `with one 0 and 1 instrument it is Wald's quotient`() throws {
    let model = try fit(trial(1, pull: 1))
    let quotient = model.reducedForm.coefficients[1] / model.firstStage.coefficients[1]
    expectClose(model.secondStage.coefficients[1], quotient, 1e-10)
  }

  @Test func `where everybody complies it is least squares`() throws {
    var data = trial(2, pull: 1)
    data.taken = data.offered
    let model = try fit(data)
    var design = Design(rows: 400)
    design.append("taken", data.taken)
    let plain = try OLS(outcome: data.outcome, design: design)
    expectClose(model.secondStage.coefficients[1], plain.coefficients[1], 1e-10)
    expectClose(
      try model.secondStage.covariance(.hc2).standardErrors[1],
      try plain.covariance(.hc2).standardErrors[1], 1e-10)
    #expect(model.isFullyDecided)
    #expect(try model.firstStageTest(.hc1) == nil)
    #expect(try model.exogeneityTest() == nil)
    // Then Anderson and Rubin's set is the usual interval.
    let usual = try plain.estimate(1, plain.covariance(.hc2))
    let set = try model.andersonRubin(.hc2)
    expectClose(set.pieces[0].lower, usual.interval.lower, 1e-7)
    expectClose(set.pieces[0].upper, usual.interval.upper, 1e-7)
  }

  @Test func `an instrument that moves hardly anybody leaves the set without end`() throws {
    let model = try fit(trial(4, pull: 0.02))
    let strength = try #require(try model.firstStageTest(.hc1))
    #expect(strength.statistic < 3.8)
    let set = try model.andersonRubin(.hc1)
    #expect(!set.isBounded && !set.isEmpty)
    #expect(set.contains(model.secondStage.coefficients[1]))
    for piece in set.pieces { #expect(!piece.lower.isNaN && !piece.upper.isNaN) }
  }

  /// 400 trials of 99 with a true effect of 1; the share's standard error is 0.011.
  ///
  /// Seeds are far apart, since the generator's streams are stretches of one sequence.
  @Test(arguments: [0.4, 1.2])
  func `the set holds the truth as often as it says, weak instrument or strong`(
    pull: Double
  ) throws {
    var covered = 0
    for seed in 0..<400 as Range<UInt64>
    where try fit(trial(1_000 * seed, rows: 99, pull: pull)).andersonRubin(.hc2).contains(1) {
      covered += 1
    }
    #expect((0.92...0.98).contains(Double(covered) / 400), "\(covered) of 400")
  }

  @Test func `instruments that contradict each other leave it empty`() throws {
    let rows = 600
    var random = SeededGenerator(9)
    let first = (0..<rows).map { Double($0 % 2) }
    let second = (0..<rows).map { Double($0 / 2 % 2) }
    let taken = (0..<rows).map { first[$0] + second[$0] + random.normal() / 10 }
    let outcome = (0..<rows).map { first[$0] - second[$0] + random.normal() / 10 }
    let model = try TwoStageLeastSquares(
      outcome: outcome, treatment: ("taken", taken),
      instruments: [("first", first), ("second", second)])
    #expect(try model.andersonRubin(.hc1).isEmpty)
    #expect(try #require(try model.overidentificationTest()).pValue < 1e-6)
  }

  @Test func `a set narrower than any grid is found`() throws {
    let rows = 300
    var random = SeededGenerator(12)
    let first = (0..<rows).map { Double($0 % 2) }
    let second = (0..<rows).map { Double($0 / 2 % 2) }
    let taken = (0..<rows).map { first[$0] + second[$0] + random.normal() }
    let outcome = (0..<rows).map { taken[$0] + 0.15 * (first[$0] - second[$0]) + random.normal() }
    let model = try TwoStageLeastSquares(
      outcome: outcome, treatment: ("taken", taken),
      instruments: [("first", first), ("second", second)])
    // The largest p-value of any effect: at a level just above one less it, the set is a sliver.
    func highest(_ centre: Double, _ step: Double) throws -> (effect: Double, p: Double) {
      try (-500..<500).map { centre + Double($0) * step }
        .map { ($0, try model.andersonRubinTest(of: $0, .hc1).pValue) }
        .max { $0.1 < $1.1 } ?? (centre, 0)
    }
    let best = try highest(highest(1, 2e-3).effect, 1e-5).p
    #expect(best > 0.0001 && best < 0.5)
    let sliver = try model.andersonRubin(.hc1, level: 1 - best * (1 - 1e-9))
    #expect(sliver.pieces.count == 1)
    let piece = try #require(sliver.pieces.first)
    #expect(piece.upper > piece.lower && piece.upper - piece.lower < 5e-5)
    #expect(try model.andersonRubin(.hc1, level: 1 - best * 1.01).isEmpty)
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `the bounds of the set are where its test rejects`(seed: UInt64) throws {
    let model = try fit(trial(seed, rows: 120, pull: 0.7))
    for piece in try model.andersonRubin(.hc2, level: 0.9).pieces {
      for bound in [piece.lower, piece.upper] where bound.isFinite {
        expectClose(try model.andersonRubinTest(of: bound, .hc2).pValue, 0.1, 1e-6)
      }
    }
  }

  @Test func `what no instrument moves is a fault`() {
    let rows = 40
    let offered = (0..<rows).map { Double($0 % 2) }
    let constant = [Double](repeating: 1, count: rows)
    let outcome = (0..<rows).map { Double($0 * 7 % 11) }
    #expect(
      throws: EstimationFault.zeroVariance("'taken', given the covariates,")
    ) {
      try TwoStageLeastSquares(
        outcome: outcome, treatment: ("taken", constant), instruments: [("offered", offered)])
    }
    // Exactly as many took it up among those who were offered it as among the others.
    let taken = (0..<rows).map { Double($0 / 2 % 2) }
    let fault = #expect(throws: EstimationFault.self) {
      try TwoStageLeastSquares(
        outcome: outcome, treatment: ("taken", taken), instruments: [("offered", offered)])
    }
    #expect(
      fault?.message
        == "the part of 'taken' that the instrument moves does not vary, so no uncertainty can be estimated"
    )
    #expect(throws: EstimationFault.zeroVariance("the outcome, given the treatment,")) {
      let moved = offered.map { 2 * $0 + 1 }
      return try TwoStageLeastSquares(
        outcome: moved.map { 5 * $0 }, treatment: ("taken", moved),
        instruments: [("offered", offered)])
    }
    #expect(throws: EstimationFault.rankDeficient(columns: ["again"])) {
      try TwoStageLeastSquares(
        outcome: outcome, treatment: ("taken", taken),
        instruments: [("offered", offered), ("again", offered)])
    }
  }
}
