// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

import struct Tables.RandomStreams

/// Small, lopsided and degenerate data: whatever comes in, a figure is a number or there is a fault.
struct ResamplingRobustnessTests {
  private let streams = RandomStreams(seed: 1, name: "robustness")

  private struct Data {
    let outcome: [Double]
    let arms: TwoArms
    let clusters: Grouping?
    let design: Design

    init(_ seed: UInt64) throws {
      var random = SeededGenerator(seed)
      let rows = Int.random(in: 2...14, using: &random)
      let distinct = Int.random(in: 1...4, using: &random)
      let scale: Double = [1.0, 1e-9, 1e9].randomElement(using: &random) ?? 1
      let outcome = (0..<rows).map { _ in
        Double(Int.random(in: 0..<distinct, using: &random)) * scale
      }
      let hasClusters = Bool.random(using: &random)
      let size = Int.random(in: 1...3, using: &random)
      let clusters = hasClusters ? Grouping((0..<rows).map { $0 / size }) : nil
      let unitArm = (0..<rows).map { _ in Int.random(in: 0...1, using: &random) }
      let isWhole = Int.random(in: 0..<5, using: &random) > 0
      let arm = (0..<rows).map { unitArm[hasClusters && isWhole ? $0 / size : $0] }
      let hasBlocks = Bool.random(using: &random)
      let blocks = hasBlocks ? Grouping((0..<rows).map { $0 / size * size / 4 }) : nil
      self.outcome = outcome
      self.clusters = clusters
      arms = try TwoArms(
        outcome: outcome, arm: Grouping(arm), treated: "1", control: "0", blocks: blocks,
        clusters: clusters)
      var design = Design(rows: rows)
      design.append("treated", arm.map { Double($0) })
      if Bool.random(using: &random) {
        design.append("x", (0..<rows).map { Double($0 * $0 % 3) })
      }
      self.design = design
    }
  }

  private func expectNumbers(_ numbers: [Double?], at location: SourceLocation = #_sourceLocation) {
    #expect(numbers.allSatisfy { $0?.isFinite ?? true }, "\(numbers)", sourceLocation: location)
  }

  private func expectPValue(_ value: Double, at location: SourceLocation = #_sourceLocation) {
    #expect(value > 0 && value <= 1, "\(value)", sourceLocation: location)
  }

  /// Runs what may refuse the data; any other error than the estimator's own is a failure.
  private func attempt(_ body: () throws -> Void) throws -> Int {
    do {
      try body()
      return 1
    } catch is EstimationFault {
      return 0
    }
  }

  @Test func `a figure is a number, or there is a fault`() throws {
    var done = [Int](repeating: 0, count: 4)
    for seed in 0..<300 as Range<UInt64> {
      guard let data = try? Data(seed) else { continue }
      for statistic in RandomisationTest.Statistic.allCases {
        done[0] += try attempt {
          let test = try RandomisationTest(
            data.arms, statistic, .init(draws: 39, limit: 60, streams: streams))
          expectNumbers([
            test.estimate, test.statistic, test.nullStandardDeviation, test.interval.lower,
            test.interval.upper, test.monteCarloError,
          ])
          for value in [test.pValue, test.upperPValue, test.lowerPValue] { expectPValue(value) }
          if let lower = test.interval.lower { #expect(lower <= test.estimate + 1e-9 * abs(lower)) }
          if let upper = test.interval.upper { #expect(upper >= test.estimate - 1e-9 * abs(upper)) }
        }
      }
      done[1] += try attempt {
        guard let clusters = data.clusters else { return }
        let test = try WildClusterBootstrap(
          outcome: data.outcome, design: data.design, position: 1, clusters: clusters, draws: 39,
          streams: streams)
        expectNumbers([test.estimate.value, test.interval.lower, test.interval.upper])
        expectPValue(test.pValue)
      }
      for method in BootstrapInterval.allCases {
        for statistic in Bootstrap.Statistic.allCases {
          done[2] += try attempt {
            let bootstrap = try Bootstrap(
              data.arms, statistic, .init(method, draws: 39, streams: streams))
            expectNumbers([
              bootstrap.estimate, bootstrap.standardError, bootstrap.interval.lower,
              bootstrap.interval.upper, bootstrap.lowerError, bootstrap.upperError, bootstrap.bias,
            ])
            expectPValue(bootstrap.pValue)
          }
        }
        done[2] += try attempt {
          let bootstrap = try Bootstrap(
            outcome: data.outcome, design: data.design, position: 1, clusters: data.clusters,
            strata: nil, .init(method, draws: 39, streams: streams))
          expectNumbers([
            bootstrap.estimate, bootstrap.standardError, bootstrap.interval.lower,
            bootstrap.interval.upper,
          ])
          expectPValue(bootstrap.pValue)
        }
      }
      done[3] += try attempt {
        let test = try JointDifferences(
          outcomes: [data.arms.outcome, data.arms.outcome.map { $0 * $0 }],
          arms: data.arms.isTreated.map { $0 ? 1 : 0 }, blocks: data.arms.blocks,
          clusters: data.arms.clusters,
          hypotheses: [0, 1].map { .init(outcome: $0, treated: [1], control: 0, name: "h") })
        for result in [
          test.westfallYoung(families: [[0, 1]], .minP, draws: 39, limit: 60, streams: streams),
          test.romanoWolf(families: [[0, 1]], draws: 39, streams: streams),
        ] {
          for value in result.adjusted + result.unadjusted { expectPValue(value) }
        }
      }
    }
    // Each kind has met data that it can work with.
    #expect(done.allSatisfy { $0 > 20 }, "\(done)")
  }
}
