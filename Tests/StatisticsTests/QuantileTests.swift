// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

import struct Tables.RandomStreams

/// R 4.2.2 with quantreg 5.94 on 79 rows that a formula gives.
///
/// `i <- 0:78; arm <- i %% 2; x <- (i*7 %% 13)/4; u <- (i*37 %% 41)/7`,
/// `y <- 2 + 1.5*arm + 0.8*x + u*(1 + 0.5*arm) + (i*11 %% 17)/50 + (i*i %% 101)/1009`.
struct QuantileTests {
  private let rows = Array(0..<79)
  private var arm: [Double] { rows.map { Double($0 % 2) } }
  private var x: [Double] { rows.map { Double($0 * 7 % 13) / 4 } }
  private var outcome: [Double] {
    rows.map { i in
      let arm = Double(i % 2)
      let base = 2 + 1.5 * arm + 0.8 * Double(i * 7 % 13) / 4
      let noise = Double(i * 37 % 41) / 7 * (1 + 0.5 * arm)
      return base + noise + Double(i * 11 % 17) / 50 + Double(i * i % 101) / 1009
    }
  }
  private var clusters: Grouping { Grouping(rows.map { $0 / 8 }) }
  private var arms: Grouping { Grouping(rows.map { $0 % 2 }) }

  private func design(covariate: Bool = true) -> Design {
    var design = Design(rows: rows.count)
    design.append("arm", arm)
    if covariate { design.append("x", x) }
    return design
  }

  /// `rq(y ~ arm + x, tau, method = "br")`: coefficients, objective, and `summary(se = "ker")`.
  @Test(arguments: [
    (
      0.11, [2.6097794138468076, 2.0470839586577938, 0.8999428005096987], 28.6106893019963202,
      [0.8090257920875048, 0.8419375734135801, 0.4288937549506350]
    ),
    (
      0.25, [3.6900364575959226, 2.0823485063004377, 0.7908211808013594], 54.5297587781396018,
      [0.9145173332278925, 0.9634949333130692, 0.4929576751584018]
    ),
    (
      0.53, [5.0636613337108889, 3.2218703100665458, 0.9479135400443627], 70.2721091179385553,
      [0.9796064294028992, 0.9822775576624787, 0.5152635035798653]
    ),
    (
      0.75, [6.301079428005098, 3.834885459436500, 1.015328330737647], 52.537947614328189,
      [0.9029489819218761, 0.9329079245260771, 0.4839786940267152]
    ),
    (
      0.9, [7.060215206003122, 4.144343763273394, 0.966039926376892], 24.871485770918870,
      [0.7464365239804108, 0.7837600108037603, 0.4030303928526596]
    ),
  ])
  func `solutions, objectives and kernel errors are quantreg's`(
    quantile: Double, coefficients: [Double], objective: Double, errors: [Double]
  ) throws {
    let model = try QuantileRegression(outcome: outcome, design: design(), quantile: quantile)
    expectClose(model.objective, objective, 1e-10, "objective")
    for (a, b) in zip(model.coefficients, coefficients) { expectClose(a, b, 1e-9) }
    for (a, b) in zip(try model.kernelCovariance().standardErrors, errors) {
      expectClose(a, b, 1e-8, "error")
    }
  }

  /// `rq(y ~ arm, tau)$rho`; solutions are not unique there.
  @Test(arguments: [
    (0.25, 58.206567322667425), (0.5, 75.351100099108038), (0.9, 29.360567747416109),
  ])
  func `arms alone have the objective of the linear programme`(
    quantile: Double, objective: Double
  ) throws {
    let model = try QuantileRegression(
      outcome: outcome, design: design(covariate: false), quantile: quantile)
    expectClose(model.objective, objective, 1e-12)
  }

  @Test func `the effect of an arm alone is the difference of its quantiles`() throws {
    let model = try QuantileRegression(
      outcome: [1, 2, 3, 4, 5, 10, 20, 30, 40, 50], design: twoArms, quantile: 0.5)
    for (a, b) in zip(model.coefficients, [3.0, 27]) { expectClose(a, b, 1e-12) }
    #expect(model.tiedRows == 0)
  }

  private var twoArms: Design {
    var design = Design(rows: 10)
    design.append("arm", (0..<10).map { $0 < 5 ? 0 : 1 })
    return design
  }

  @Test func `tied outcomes are counted, and the objective is still the best`() throws {
    let counts = rows.map { Double($0 * 37 % 41 / 10) }
    let model = try QuantileRegression(outcome: counts, design: design(), quantile: 0.5)
    #expect(model.tiedRows > 5)
    for shift in [[0.1, 0, 0], [0, 0.1, 0], [0, 0, 0.1], [-0.1, 0.1, 0], [0, -0.1, -0.1]] {
      let fitted = rows.map { row in
        zip([1, arm[row], x[row]], zip(model.coefficients, shift))
          .reduce(0) { $0 + $1.0 * ($1.1.0 + $1.1.1) }
      }
      let other = zip(counts, fitted).reduce(0) { $0 + ($1.0 - $1.1).magnitude / 2 }
      #expect(other >= model.objective - 1e-9)
    }
  }

  @Test func `shifting and stretching the outcome does the same to the solution`() throws {
    let first = try QuantileRegression(outcome: outcome, design: design(), quantile: 0.53)
    let second = try QuantileRegression(
      outcome: outcome.map { 1e6 + 1000 * $0 }, design: design(), quantile: 0.53)
    expectClose(second.coefficients[1], 1000 * first.coefficients[1], 1e-8)
    expectClose(second.coefficients[0], 1e6 + 1000 * first.coefficients[0], 1e-8)
  }

  /// `summary(rq(y ~ arm + x, 0.53), se = "boot", R = 20000, bsmethod = "xy")`: 0.806 for arm and 0.404
  /// for x; here 300 draws within arms, Monte Carlo error 4 %.
  @Test func `the bootstrap's errors are those of quantreg's, within its Monte Carlo error`() throws
  {
    let bootstrap = try QuantileBootstrap(
      outcome: outcome, design: design(), quantiles: [0.53], arms: arms, draws: 300,
      streams: RandomStreams(seed: 7, name: "quantile"))
    let errors = bootstrap.covariances[0].standardErrors
    expectClose(errors[1], 0.806, 0.12)
    expectClose(errors[2], 0.404, 0.12)
    expectClose(bootstrap.monteCarloError(of: 1), 1 / (598.0).squareRoot(), 1e-12)
    #expect(bootstrap.failures == 0)
  }

  @Test func `the same seed gives the same errors, another seed others`() throws {
    func errors(_ seed: UInt64) throws -> [Double] {
      try QuantileBootstrap(
        outcome: outcome, design: design(covariate: false), quantiles: [0.25, 0.75], arms: arms,
        clusters: clusters, draws: 50, streams: RandomStreams(seed: seed, name: "quantile")
      ).covariances.flatMap(\.standardErrors)
    }
    #expect(try errors(1) == errors(1))
    #expect(try errors(1) != errors(2))
  }

  @Test func `clusters leave one degree of freedom less than there are`() throws {
    let model = try QuantileRegression(outcome: outcome, design: design(), quantile: 0.5)
    let covariance = try model.kernelCovariance(clusters: clusters)
    #expect(covariance.degreesOfFreedom == [9, 9, 9])
    // Every row its own cluster: the sums are those of rows, up to G⁄(G − 1) and τ(1 − τ) as estimated.
    let rowwise = try model.kernelCovariance(clusters: Grouping(rows))
    expectClose(
      rowwise.standardErrors[1], try model.kernelCovariance().standardErrors[1], 0.05)
  }

  @Test func `what cannot be is a fault`() throws {
    #expect(throws: EstimationFault.outOfRange("the quantile", allowed: "between 0 and 1")) {
      try QuantileRegression(outcome: outcome, design: design(), quantile: 1)
    }
    #expect(throws: EstimationFault.zeroVariance("the outcome")) {
      try QuantileRegression(outcome: rows.map { _ in 4 }, design: design(), quantile: 0.5)
    }
    #expect(throws: EstimationFault.zeroVariance("the outcome around its model")) {
      try QuantileRegression(
        outcome: rows.map { arm[$0] + 2 * x[$0] }, design: design(), quantile: 0.5)
    }
    #expect(throws: EstimationFault.oneCluster) {
      try QuantileBootstrap(
        outcome: outcome, design: design(), quantiles: [0.5],
        clusters: Grouping(rows.map { _ in 1 }),
        draws: 9, streams: RandomStreams(seed: 1, name: "quantile"))
    }
    #expect(throws: EstimationFault.rankDeficient(columns: ["twice"])) {
      var design = design()
      design.append("twice", arm)
      return try QuantileRegression(outcome: outcome, design: design, quantile: 0.5)
    }
  }
}
