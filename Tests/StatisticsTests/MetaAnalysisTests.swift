// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2 and metafor 3.8.1 on the thirteen BCG vaccine trials.
///
/// Trials: Colditz et al. (1994), JAMA 271:698–702. 1e-8 relative, the interval of τ² 1e-6.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct MetaAnalysisReferenceTests {
  private func effects(_ reference: Reference) throws -> (effects: [Double], variances: [Double]) {
    let columns = try ["tpos", "tneg", "cpos", "cneg"].map { name in
      try reference.numbers(name).map { Int($0) }
    }
    let estimates = try columns[0].indices.map { row in
      try TwoProportions(
        treated: Proportion(columns[0][row], of: columns[0][row] + columns[1][row]),
        control: Proportion(columns[2][row], of: columns[2][row] + columns[3][row])
      ).logRiskRatio()
    }
    return (estimates.map(\.value), estimates.map { $0.standardError * $0.standardError })
  }

  @Test func `log risk ratios are metafor's`() throws {
    let reference = try Reference("meta-bcg")
    let studies = try effects(reference)
    for (value, expected) in zip(studies.effects, try reference.list("RR_effects/yi")) {
      expectClose(value, expected, 1e-12)
    }
    for (value, expected) in zip(studies.variances, try reference.list("RR_effects/vi")) {
      expectClose(value, expected, 1e-12)
    }
  }

  @Test(arguments: [
    ("RR_common", MetaAnalysis.Method.fixed, false), ("RR_DL_z", .dl, false),
    ("RR_DL_knha", .dl, true), ("RR_PM_z", .pm, false), ("RR_PM_knha", .pm, true),
    ("RR_REML_z", .reml, false), ("RR_REML_knha", .reml, true),
  ])
  func `pooled effects are metafor's`(
    name: String, method: MetaAnalysis.Method, hartungKnapp: Bool
  ) throws {
    let reference = try Reference("meta-bcg")
    let studies = try effects(reference)
    let result = try MetaAnalysis(
      effects: studies.effects, variances: studies.variances, method: method,
      hartungKnapp: hartungKnapp)
    var figures = [
      ("estimate", result.estimate.value), ("se", result.estimate.standardError),
      ("stat", result.estimate.statistic), ("p", result.estimate.pValue),
      ("ci_low", result.estimate.interval.lower), ("ci_high", result.estimate.interval.upper),
      ("tau2", result.tauSquared), ("I2", 100 * (try #require(result.iSquared))),
      ("H2", try #require(result.hSquared)),
      ("Q", try #require(result.heterogeneity).statistic),
      ("Q_p", try #require(result.heterogeneity).pValue),
    ]
    if method != .fixed {
      let prediction = try #require(result.predictionInterval)
      figures += [("pi_low", prediction.lower), ("pi_high", prediction.upper)]
    }
    for (figure, value) in figures {
      expectClose(value, try reference.number("\(name)/\(figure)"), 1e-8, figure)
    }
  }

  @Test func `weights are metafor's`() throws {
    let reference = try Reference("meta-bcg")
    let studies = try effects(reference)
    let result = try MetaAnalysis(
      effects: studies.effects, variances: studies.variances, method: .dl)
    for (weight, expected) in zip(result.weights, try reference.list("weights_DL")) {
      expectClose(100 * weight, expected, 1e-8)
    }
  }

  @Test func `the interval of the variance between studies is metafor's Q-profile`() throws {
    let reference = try Reference("meta-bcg")
    let studies = try effects(reference)
    let interval = try MetaAnalysis(
      effects: studies.effects, variances: studies.variances, method: .reml
    ).tauSquaredInterval()
    let expected = try reference.list("RR_REML_tau2_qprofile/tau2")
    expectClose(interval.lower, expected[1], 1e-6)
    expectClose(interval.upper, expected[2], 1e-6)
  }
}

struct MetaAnalysisTests {
  private static let effects = [0.2, 0.5, -0.1, 0.9, 0.4]
  private static let variances = [0.02, 0.05, 0.01, 0.08, 0.03]

  @Test func `studies that agree leave no variance between them`() throws {
    for method in MetaAnalysis.Method.allCases {
      let result = try MetaAnalysis(
        effects: [0.30, 0.31, 0.29], variances: [0.1, 0.2, 0.3], method: method)
      #expect(result.tauSquared == 0)
      #expect(result.iSquared == 0)
    }
  }

  @Test func `Paule and Mandel's variance makes Q equal to its expectation`() throws {
    let tauSquared = try MetaAnalysis(
      effects: Self.effects, variances: Self.variances, method: .pm
    ).tauSquared
    let widened = try MetaAnalysis(
      effects: Self.effects, variances: Self.variances.map { $0 + tauSquared }, method: .fixed)
    expectClose(try #require(widened.heterogeneity).statistic, 4, 1e-12)
  }

  /// For equal variances v, REML has the closed form τ² = s² − v.
  @Test func `equal variances give REML its closed form`() throws {
    let result = try MetaAnalysis(
      effects: Self.effects, variances: Array(repeating: 0.02, count: 5), method: .reml)
    let spread = try Sample("effects", Self.effects).variance
    expectClose(result.tauSquared, spread - 0.02, 1e-12)
  }

  @Test func `REML lies at the top of the restricted likelihood`() throws {
    let top = try MetaAnalysis(effects: Self.effects, variances: Self.variances, method: .reml)
      .tauSquared
    let peak = try restrictedLikelihood(top)
    #expect(try restrictedLikelihood(top * 1.01) < peak)
    #expect(try restrictedLikelihood(top * 0.99) < peak)
  }

  /// The product of the densities, times the standard error of μ̂ for the restriction.
  private func restrictedLikelihood(_ tauSquared: Double) throws -> Double {
    let total = Self.variances.map { $0 + tauSquared }
    let pooled = try MetaAnalysis(effects: Self.effects, variances: total, method: .fixed).estimate
    return zip(Self.effects, total).reduce(pooled.standardError) { product, study in
      product
        * Distribution.normal(mean: pooled.value, standardDeviation: study.1.squareRoot())
        .density(study.0)
    }
  }

  @Test func `adding a constant moves the effect and nothing else`() throws {
    for method in MetaAnalysis.Method.allCases {
      let before = try MetaAnalysis(
        effects: Self.effects, variances: Self.variances, method: method, hartungKnapp: true)
      let after = try MetaAnalysis(
        effects: Self.effects.map { $0 + 10 }, variances: Self.variances, method: method,
        hartungKnapp: true)
      expectClose(after.estimate.value, before.estimate.value + 10, 1e-12)
      expectClose(after.tauSquared, before.tauSquared, 1e-10)
      expectClose(after.estimate.standardError, before.estimate.standardError, 1e-10)
    }
  }

  @Test func `one study is pooled as itself when the effect is fixed`() throws {
    let result = try MetaAnalysis(effects: [0.4], variances: [0.04], method: .fixed)
    #expect(result.estimate.value == 0.4)
    expectClose(result.estimate.standardError, 0.2, 1e-15)
    #expect(result.heterogeneity == nil)
  }

  @Test func `one study has no variance between studies`() throws {
    #expect(throws: EstimationFault.tooFew("studies", count: 1, needed: 2)) {
      try MetaAnalysis(effects: [0.4], variances: [0.04], method: .reml)
    }
  }

  @Test func `a variance of zero is a fault`() throws {
    #expect(
      throws: EstimationFault.outOfRange("the standard error of every study", allowed: "positive")
    ) { try MetaAnalysis(effects: [1, 2], variances: [0, 1], method: .dl) }
  }
}
