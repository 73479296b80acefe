// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

import struct Tables.RandomStreams

struct WildClusterBootstrapTests {
  private static let sizes = [3, 5, 4, 6, 3, 4, 5, 3, 4, 3]
  private static let treated: Set<Int32> = [0, 3, 4, 7]
  private let clusters = Grouping(
    sizes.indices.flatMap { [Int](repeating: $0, count: sizes[$0]) })
  private let outcome: [Double] = [
    2.6, 3.25, 2.15, 0.4, 1, 1.25, 0.15, 2, 2.5, 1.4, 1.6, 2.25, 3.85, 4.1, 3, 3.6, 3.85, 2.75,
    2.05, 2.25, 2.9, 1.6, 1.75, 2.35, 2.6, 0.9, 0.3, 0.45, 0.65, 1.3, 3.2, 3.8, 2.8, 1.05, 1.2,
    1.4, 0.8, 2.45, 1.45, 1.6,
  ]
  private let covariate: [Double] = [
    0, 1.5, 0.5, 1, 0, 1.5, 0.5, 2, 2, 1, 0, 1.5, 0.5, 2, 1, 0, 1.5, 0.5, 1.5, 0.5, 2, 0, 1.5, 0.5,
    2, 1, 0, 1.5, 0.5, 2, 2, 1, 0, 0.5, 2, 1, 0, 1.5, 0.5, 2,
  ]

  private var design: Design {
    var design = Design(rows: 40)
    design.append("treated", clusters.codes.map { Self.treated.contains($0) ? 1 : 0 })
    design.append("x", covariate)
    return design
  }

  private func bootstrap(
    _ weights: WildClusterBootstrap.Weights = .rademacher, draws: Int = 999, seed: UInt64 = 1,
    outcome: [Double]? = nil, clusters: Grouping? = nil, level: Double = 0.95
  ) throws -> WildClusterBootstrap {
    try WildClusterBootstrap(
      outcome: outcome ?? self.outcome, design: design, position: 1,
      clusters: clusters ?? self.clusters, weights: weights, draws: draws, level: level,
      streams: RandomStreams(seed: seed, name: "wild"))
  }

  /// numpy 2.4.6: the model refitted for each of 2¹⁰ vectors of signs, ties counted, the interval by
  /// halving; wildboottest 0.3.2 (`bootstrap_type="11"`): t = 4.752533, p = 0.003906 with ties.
  @Test func `few clusters have all their signs looked at`() throws {
    let bootstrap = try bootstrap()
    #expect(bootstrap.isExact && bootstrap.draws == 512 && bootstrap.monteCarloError == nil)
    expectClose(bootstrap.estimate.value, 1.7269204152249136, 1e-12)
    expectClose(bootstrap.estimate.standardError, 0.3633683959087441, 1e-12)
    #expect(bootstrap.pValue == 4.0 / 1_024)
    expectClose(try #require(bootstrap.interval.lower), 0.7567537107919232, 1e-9)
    expectClose(try #require(bootstrap.interval.upper), 2.477456127405728, 1e-9)
  }

  /// wildboottest 0.3.2 with 99,999 Webb draws: p = 0.0029.
  @Test func `Webb's weights give wildboottest's p-value`() throws {
    let bootstrap = try bootstrap(.webb, draws: 20_000)
    #expect(!bootstrap.isExact)
    #expect((bootstrap.pValue - 0.0029).magnitude < 4 * (bootstrap.monteCarloError ?? 0))
  }

  @Test func `drawn signs come near the exact p-value and depend on their index alone`() throws {
    // With 511 draws the 512 vectors of signs are not all looked at.
    let many = try (0..<20).map { try self.bootstrap(draws: 511, seed: UInt64($0)) }
    let mean = many.map { $0.pValue * 512 - 1 }.reduce(0, +) / 20 / 511
    #expect((mean - 4.0 / 1_024).magnitude < 0.003)
    #expect(try bootstrap(draws: 511, seed: 3) == many[3])
    #expect(many[3].monteCarloError != nil)
  }

  @Test(arguments: [0.8, 0.9, 0.95])
  func `the ends of the interval are what the test just accepts`(level: Double) throws {
    let bootstrap = try bootstrap(level: level)
    let slope = design.column(1)
    for (end, sign) in [(bootstrap.interval.lower, -1.0), (bootstrap.interval.upper, 1.0)] {
      let end = try #require(end)
      for (step, accepted) in [(-1e-6, true), (1e-6, false)] {
        let shifted = zip(outcome, slope).map { $0 - (end + sign * step) * $1 }
        let test = try self.bootstrap(outcome: shifted)
        #expect((test.pValue > 1 - level + 1e-9) == accepted)
      }
    }
  }

  @Test func `too few signs leave the interval open`() throws {
    let four = Grouping(clusters.codes.map { [0, 1, 1, 0, 2, 3, 3, 2, 1, 3][Int($0)] })
    let bootstrap = try bootstrap(clusters: four)
    #expect(bootstrap.draws == 8)
    #expect(bootstrap.interval.lower == nil && bootstrap.interval.upper == nil)
  }

  @Test func `what cannot be tested is a fault`() throws {
    let two = Grouping(clusters.codes.map { Self.treated.contains($0) ? 1 : 0 })
    #expect(throws: EstimationFault.self) { try bootstrap(clusters: two) }
    #expect(throws: EstimationFault.oneCluster) {
      try bootstrap(clusters: Grouping(clusters.codes.map { _ in 0 }))
    }
    let halves = Grouping((0..<40).map { $0 / 20 })
    #expect(throws: EstimationFault.tooFew("clusters", count: 2, needed: 3)) {
      try bootstrap(clusters: halves)
    }
    #expect(throws: EstimationFault.zeroVariance("the estimate of 'treated'")) {
      try bootstrap(outcome: outcome.map { _ in 2 })
    }
    #expect(throws: EstimationFault.outOfRange("the number of draws", allowed: "positive")) {
      try bootstrap(draws: 0)
    }
  }
}
