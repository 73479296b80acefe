// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2 with estimatr 1.0.0, clubSandwich 0.5.8 and sandwich 3.0.2.
///
/// Standard errors 1e-8 relative, Satterthwaite's degrees of freedom 1e-6.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct RegressionReferenceTests {
  private static let heteroskedastic: [(String, VarianceEstimator)] = [
    ("classical", .classical), ("HC0", .hc0), ("HC1", .hc1), ("HC2", .hc2), ("HC3", .hc3),
  ]

  private func heteroskedasticModel(_ reference: Reference, weighted: Bool = false) throws -> OLS {
    let outcome = try reference.numbers("y")
    var design = Design(rows: outcome.count)
    design.append("x1", try reference.numbers("x1"))
    design.append("x2", try reference.numbers("x2"))
    let groups = try reference.texts("g")
    design.append("gb", groups.map { $0 == "b" ? 1 : 0 })
    design.append("gc", groups.map { $0 == "c" ? 1 : 0 })
    return try OLS(
      outcome: outcome, design: design, weights: weighted ? reference.numbers("w") : nil)
  }

  private func expect(
    _ model: OLS, _ estimator: VarianceEstimator, equals path: String, in reference: Reference
  ) throws {
    let covariance = try model.covariance(estimator)
    for position in model.names.indices {
      try reference.expect(
        try model.estimate(position, covariance), equals: "\(path)/\(model.names[position])")
    }
  }

  @Test(arguments: heteroskedastic)
  func `standard errors are estimatr's`(name: String, estimator: VarianceEstimator) throws {
    let reference = try Reference("ols-hc")
    let model = try heteroskedasticModel(reference)
    try expect(model, estimator, equals: name, in: reference)
  }

  @Test(arguments: heteroskedastic)
  func `weighted standard errors are estimatr's`(
    name: String, estimator: VarianceEstimator
  ) throws {
    let reference = try Reference("ols-hc")
    let model = try heteroskedasticModel(reference, weighted: true)
    try expect(model, estimator, equals: "weighted_\(name)", in: reference)
  }

  @Test func `fit, leverage and Wald test are R's`() throws {
    let reference = try Reference("ols-hc")
    let model = try heteroskedasticModel(reference)
    expectClose(try #require(model.rSquared), try reference.number("fit/r2"), 1e-10)
    expectClose(model.residualStandardDeviation, try reference.number("fit/sigma"), 1e-10)
    expectClose(model.residualSumOfSquares, try reference.number("fit/rss"), 1e-10)
    let highest = try #require(model.leverages().max())
    expectClose(highest, try reference.number("fit/max_leverage"), 1e-10)
    let test = try model.waldTest([1, 2, 3, 4], model.covariance(.hc1))
    expectClose(test.statistic, try reference.number("wald_HC1/F"), 1e-8)
    expectClose(test.pValue, try reference.number("wald_HC1/p"), 1e-8)
  }

  private func clusteredModel(_ reference: Reference, weighted: Bool = false) throws -> OLS {
    let outcome = try reference.numbers("y")
    var design = Design(rows: outcome.count)
    design.append("z", try reference.numbers("z"))
    design.append("x", try reference.numbers("x"))
    return try OLS(
      outcome: outcome, design: design, weights: weighted ? reference.numbers("w") : nil)
  }

  @Test(arguments: [
    ("CR0", false), ("stata", false), ("CR2", false), ("stata", true), ("CR2", true),
  ])
  func `clustered standard errors are estimatr's`(name: String, weighted: Bool) throws {
    let reference = try Reference("ols-cluster")
    let clusters = try reference.groups("cl")
    let estimator: VarianceEstimator =
      switch name {
      case "CR0": .cr0(clusters)
      case "stata": .cr1(clusters)
      default: .cr2(clusters)
      }
    try expect(
      clusteredModel(reference, weighted: weighted), estimator,
      equals: weighted ? "weighted_\(name)" : name, in: reference)
  }

  @Test func `CR3 is clubSandwich's`() throws {
    let reference = try Reference("ols-cluster")
    let model = try clusteredModel(reference)
    let errors = try model.covariance(.cr3(reference.groups("cl"))).standardErrors
    for (name, error) in zip(model.names, errors) {
      expectClose(error, try reference.number("clubSandwich_CR3_se/\(name)"), 1e-8, name)
    }
  }

  @Test(arguments: [("lin_HC2", VarianceEstimator.hc2), ("lin_HC1", .hc1)])
  func `Lin's estimator is estimatr's`(name: String, estimator: VarianceEstimator) throws {
    let reference = try Reference("lin-estimator")
    let model = try linModel(reference, arm: "z")
    let estimate = try model.estimate(1, model.covariance(estimator))
    try reference.expect(estimate, equals: "\(name)/z")
  }

  @Test func `Lin's estimator with assigned clusters is estimatr's`() throws {
    let reference = try Reference("lin-estimator")
    let model = try linModel(reference, arm: "zc")
    let covariance = try model.covariance(.cr2(reference.groups("cl")))
    for (position, name) in ["(Intercept)", "zc", "x1_c", "x2_c", "zc:x1_c", "zc:x2_c"].enumerated()
    {
      try reference.expect(
        try model.estimate(position, covariance), equals: "lin_cluster_CR2/\(name)")
    }
  }

  private func linModel(_ reference: Reference, arm: String) throws -> OLS {
    let arms = try reference.groups(arm)
    let design = Design.lin(
      arm: arms, control: Int(try #require(arms.code(of: "0"))),
      covariates: [("x1", try reference.numbers("x1")), ("x2", try reference.numbers("x2"))])
    return try OLS(outcome: reference.numbers("y"), design: design)
  }
}
