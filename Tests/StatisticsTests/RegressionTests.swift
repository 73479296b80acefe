// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct RegressionTests {
  @Test func `weights of one change nothing`() throws {
    let data = Survey(1)
    let plain = try data.model()
    let weighted = try data.model(weights: Array(repeating: 1, count: data.outcome.count))
    for estimator in data.estimators {
      let first = try plain.covariance(estimator)
      let second = try weighted.covariance(estimator)
      for position in plain.names.indices {
        expectClose(
          second.standardErrors[position], first.standardErrors[position], 1e-10, estimator.name)
        expectClose(
          second.degreesOfFreedom[position], first.degreesOfFreedom[position], 1e-8,
          estimator.name)
      }
    }
  }

  @Test func `constant weights change no robust standard error`() throws {
    let data = Survey(2)
    let plain = try data.model()
    let weighted = try data.model(weights: Array(repeating: 3.5, count: data.outcome.count))
    for estimator in data.estimators {
      let first = try plain.covariance(estimator).standardErrors
      let second = try weighted.covariance(estimator).standardErrors
      for position in first.indices {
        expectClose(second[position], first[position], 1e-9, estimator.name)
      }
    }
  }

  @Test func `one row per cluster makes each clustered variance its robust one`() throws {
    let data = Survey(3)
    let model = try data.model()
    let rows = Grouping(Array(data.outcome.indices))
    let pairs: [(VarianceEstimator, VarianceEstimator)] = [
      (.cr0(rows), .hc0), (.cr1(rows), .hc1), (.cr2(rows), .hc2), (.cr3(rows), .hc3),
    ]
    for (clustered, robust) in pairs {
      let first = try model.covariance(clustered).standardErrors
      let second = try model.covariance(robust).standardErrors
      for position in first.indices {
        expectClose(first[position], second[position], 1e-10, robust.name)
      }
    }
  }

  @Test func `the order of rows and the names of clusters do not matter`() throws {
    let data = Survey(4)
    var random = SeededGenerator(11)
    let order = data.outcome.indices.shuffled(using: &random)
    let shuffled = data.selecting(order)
    let first = try data.model()
    let second = try shuffled.model()
    for (one, other) in zip(data.estimators, shuffled.estimators) {
      let before = try first.covariance(one)
      let after = try second.covariance(other)
      for position in first.names.indices {
        expectClose(second.coefficients[position], first.coefficients[position], 1e-12)
        expectClose(
          after.standardErrors[position], before.standardErrors[position], 1e-12, one.name)
        expectClose(
          after.degreesOfFreedom[position], before.degreesOfFreedom[position], 1e-11, one.name)
      }
    }
  }

  @Test func `a coefficient is the contrast that picks it`() throws {
    let data = Survey(5)
    let model = try data.model()
    for estimator in data.estimators {
      let picked = try model.contrast([0, 1, 0], named: "x", estimator)
      let direct = try model.estimate(1, model.covariance(estimator))
      expectClose(picked.value, direct.value, 1e-12)
      expectClose(picked.standardError, direct.standardError, 1e-11, estimator.name)
      expectClose(picked.degreesOfFreedom, direct.degreesOfFreedom, 1e-10, estimator.name)
    }
  }

  @Test func `many blocks of rows give the fit of normal equations`() throws {
    var random = SeededGenerator(7)
    let x = (0..<20_000).map { _ in Double.random(in: -1..<1, using: &random) }
    let y = x.map { 2 + 3 * $0 + Double.random(in: -1..<1, using: &random) }
    var design = Design(rows: x.count, capacity: 1)
    design.append("x", x)
    let model = try OLS(outcome: y, design: design)
    let meanX = x.reduce(0, +) / 20_000
    let meanY = y.reduce(0, +) / 20_000
    var cross = 0.0
    var squares = 0.0
    for (a, b) in zip(x, y) {
      cross += (a - meanX) * (b - meanY)
      squares += (a - meanX) * (a - meanX)
    }
    expectClose(model.coefficients[1], cross / squares, 1e-11)
    expectClose(model.leverages().reduce(0, +), 2, 1e-11)
  }

  @Test func `fits that run side by side agree to the last bit`() async throws {
    let data = Survey(14)
    let alone = try data.model().covariance(.cr2(data.clusters))
    try await withThrowingTaskGroup(of: CoefficientCovariance.self) { group in
      for _ in 0..<8 { group.addTask { try data.model().covariance(.cr2(data.clusters)) } }
      for try await covariance in group { #expect(covariance == alone) }
    }
  }

  @Test func `a large mean of the outcome costs no digits`() throws {
    var data = Survey(15)
    let near = try data.model()
    data.outcome = data.outcome.map { $0 + 1e8 }
    let far = try data.model()
    expectClose(far.coefficients[1], near.coefficients[1], 1e-6)
    expectClose(far.coefficients[0], near.coefficients[0] + 1e8, 1e-14)
    expectClose(far.residualSumOfSquares, near.residualSumOfSquares, 1e-6)
  }

  @Test func `a column that follows from earlier ones is named`() throws {
    let data = Survey(6)
    var design = data.design
    design.append("twice x", design.column(1).map { 2 * $0 + 1 })
    #expect(throws: EstimationFault.rankDeficient(columns: ["twice x"])) {
      try OLS(outcome: data.outcome, design: design)
    }
  }

  @Test func `indicators of all groups beside an intercept name the last one`() throws {
    let data = Survey(6)
    var design = Design(rows: data.outcome.count)
    design.appendIndicators("group", Grouping(data.outcome.indices.map { $0 % 3 }), reference: -1)
    #expect(throws: EstimationFault.rankDeficient(columns: ["group.2"])) {
      try OLS(outcome: data.outcome, design: design)
    }
  }

  @Test func `a column of zeros is named`() throws {
    let data = Survey(6)
    var design = data.design
    design.append("nothing", data.outcome.map { _ in 0 })
    #expect(throws: EstimationFault.rankDeficient(columns: ["nothing"])) {
      try OLS(outcome: data.outcome, design: design)
    }
  }

  @Test func `columns of very different size are not dependent`() throws {
    let data = Survey(6)
    var design = Design(rows: data.outcome.count)
    design.append("tiny", data.design.column(1).map { $0 * 1e-9 })
    design.append("huge", data.design.column(2).map { $0 * 1e9 })
    let scaled = try OLS(outcome: data.outcome, design: design)
    let plain = try data.model()
    expectClose(scaled.coefficients[1] * 1e-9, plain.coefficients[1], 1e-11)
    expectClose(scaled.coefficients[2] * 1e9, plain.coefficients[2], 1e-11)
  }

  @Test(arguments: [VarianceEstimator.hc2, .hc3])
  func `a stratum of one case is a fault that names its row`(estimator: VarianceEstimator) throws {
    let data = Survey(8)
    var design = data.design
    design.append("lonely", data.outcome.indices.map { $0 == 5 ? 1 : 0 })
    let model = try OLS(outcome: data.outcome, design: design)
    #expect(throws: EstimationFault.leverageOne(rows: [5])) { try model.covariance(estimator) }
    #expect(try model.covariance(.hc1).standardErrors.allSatisfy(\.isFinite))
  }

  @Test(arguments: [false, true])
  func `an effect on a single cluster has no degrees of freedom`(weighted: Bool) throws {
    let data = Survey(9)
    var design = data.design
    design.append("first cluster", data.clusters.indicator(0))
    let weights = weighted ? data.outcome.indices.map { 1 + Double($0 % 4) } : nil
    let model = try OLS(outcome: data.outcome, design: design, weights: weights)
    for estimator in [VarianceEstimator.cr2(data.clusters), .cr3(data.clusters)] {
      let covariance = try model.covariance(estimator)
      #expect(try model.estimate(1, covariance).standardError > 0)
      #expect(throws: EstimationFault.noDegreesOfFreedom("first cluster")) {
        try model.estimate(3, covariance)
      }
    }
  }

  @Test func `indicators of all clusters leave the effects within them`() throws {
    let data = Survey(9)
    var design = data.design
    design.appendIndicators("cluster", data.clusters)
    let model = try OLS(outcome: data.outcome, design: design)
    let covariance = try model.covariance(.cr2(data.clusters))
    #expect(try model.estimate(1, covariance).degreesOfFreedom > 2)
    #expect(throws: EstimationFault.noDegreesOfFreedom("cluster.3")) {
      try model.estimate(try #require(model.position(of: "cluster.3")), covariance)
    }
  }

  @Test func `a single cluster is a fault`() throws {
    let data = Survey(10)
    let one = Grouping(data.outcome.map { _ in 1 })
    #expect(throws: EstimationFault.oneCluster) { try data.model().covariance(.cr1(one)) }
  }

  @Test func `a value that is not finite is a fault that names the column`() throws {
    let data = Survey(11)
    var design = data.design
    var column = design.column(1)
    column[3] = .infinity
    design.append("broken", column)
    #expect(throws: EstimationFault.notFinite("broken", rows: [3])) {
      try OLS(outcome: data.outcome, design: design)
    }
  }

  @Test func `a weight that is not positive is a fault`() throws {
    let data = Survey(12)
    var weights = [Double](repeating: 1, count: data.outcome.count)
    weights[2] = 0
    #expect(
      throws: EstimationFault.outOfRange(
        "the weight of every row", allowed: "positive and finite")
    ) { try data.model(weights: weights) }
  }

  @Test func `as many columns as rows are too many`() throws {
    var design = Design(rows: 2)
    design.append("x", [1, 2])
    #expect(throws: EstimationFault.tooFew("rows", count: 2, needed: 3)) {
      try OLS(outcome: [1, 2], design: design)
    }
  }

  @Test func `Lin's effects of several arms are those of the arms alone`() throws {
    let data = Survey(13)
    let arm = Grouping(data.outcome.indices.map { ["no", "letter", "visit"][$0 * 7 % 3] })
    let control = Int(try #require(arm.code(of: "no")))
    let design = Design.lin(
      arm: arm, control: control, covariates: [("x", data.design.column(1))])
    #expect(
      design.names == [
        "(Intercept)", "letter", "visit", "x_c", "letter:x_c", "visit:x_c",
      ])
    let model = try OLS(outcome: data.outcome, design: design)
    // In each arm by itself: regress on x, predict at the overall mean.
    let x = data.design.column(1)
    let mean = x.reduce(0, +) / Double(x.count)
    func level(_ label: String) throws -> Double {
      let code = try #require(arm.code(of: label))
      let rows = x.indices.filter { arm.codes[$0] == code }
      var part = Design(rows: rows.count)
      part.append("x", rows.map { x[$0] - mean })
      return try OLS(outcome: rows.map { data.outcome[$0] }, design: part).coefficients[0]
    }
    expectClose(model.coefficients[1], try level("letter") - level("no"), 1e-9)
    expectClose(model.coefficients[2], try level("visit") - level("no"), 1e-9)
  }
}

/// Sixty rows in twelve clusters, two regressors.
private struct Survey: Sendable {
  var outcome: [Double] = []
  var design: Design
  var clusters: Grouping

  init(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    var x: [Double] = []
    var z: [Double] = []
    var codes: [Int] = []
    for row in 0..<60 {
      let cluster = row * row % 12
      x.append(random.normal())
      z.append(Double(cluster % 4) + 0.3 * random.normal())
      outcome.append(1 + 0.5 * x[row] - z[row] + random.normal() * (1 + 0.5 * z[row].magnitude))
      codes.append(row / 5)
    }
    design = Design(rows: 60)
    design.append("x", x)
    design.append("z", z)
    clusters = Grouping(codes)
  }

  var estimators: [VarianceEstimator] {
    [
      .classical, .hc0, .hc1, .hc2, .hc3, .cr0(clusters), .cr1(clusters), .cr2(clusters),
      .cr3(clusters),
    ]
  }

  func model(weights: [Double]? = nil) throws -> OLS {
    try OLS(outcome: outcome, design: design, weights: weights)
  }

  func selecting(_ rows: [Int]) -> Survey {
    var result = self
    result.outcome = rows.map { outcome[$0] }
    result.design = Design(rows: rows.count)
    for position in 1..<design.columnCount {
      let column = design.column(position)
      result.design.append(design.names[position], rows.map { column[$0] })
    }
    result.clusters = Grouping(rows.map { Int(clusters.codes[$0]) })
    return result
  }
}
