// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

struct BootstrapTests {
  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun("bootstrap", with, cases: try cases ?? Sample.trial())
  }

  @Test(arguments: ["percentile", "basic", "bca", "studentised"])
  func `the estimate is the difference in means, and p fits the interval`(
    interval: String
  ) async throws {
    let cases = try Sample.trial()
    let run = try await run(
      "{outcome: paid, arm: arm, control: a, pool: {either: [b, c]}, draws: 999, interval: \(interval), design: individual-rct}",
      cases: cases)
    let means = try await ImpactRun(
      "difference-in-means",
      "{outcome: paid, arm: arm, control: a, pool: {either: [b, c]}, design: individual-rct}",
      cases: cases)
    #expect(try run.effects.map(\.contrast) == ["b - a", "c - a", "either - a"])
    for (effect, expected) in zip(try run.effects, try means.effects) {
      expectClose(effect.estimate, try #require(expected.estimate), 1e-12)
      let ratio = try #require(effect.standardError) / #require(expected.standardError)
      #expect((0.8...1.1).contains(ratio))
      let low = try #require(effect.confidenceLow)
      let high = try #require(effect.confidenceHigh)
      #expect((low...high).contains(0) == (try #require(effect.pValue) > 0.05))
      #expect(effect.flags == expected.flags && effect.count == expected.count)
      #expect(
        effect.variance
          == "bootstrap of cases within arms, 999 draws; \(interval) interval")
    }
    #expect(
      try run.table("simulation").names == [
        "outcome", "contrast", "statistic", "draws", "exact", "bias", "std_error_error",
        "conf_low_error", "conf_high_error", "p_value_error", "undefined",
      ])
  }

  @Test func `a ratio stands on its own scale`() async throws {
    let y = (0..<60).map { row -> Double in
      let base = Double(5 + row * 7 % 11)
      return row % 2 == 0 ? base : 2 * base
    }
    let cases = try Table([
      ("arm", .text(TextColumn((0..<60).map { $0 % 2 == 0 ? "a" : "b" }))),
      ("y", .number(FixedColumn(y))),
    ])
    let effect = try await run(
      "{outcome: y, arm: arm, control: a, statistic: ratio, draws: 499}", cases: cases
    )
    .effect("b - a")
    #expect(effect.scale == .ratio && effect.method == "bootstrap (ratio)")
    #expect((1.5...2.5).contains(try #require(effect.estimate)))
    #expect(try #require(effect.confidenceLow) > 1 && (try #require(effect.pValue)) < 0.01)
  }

  @Test func `covariates make it the regression's coefficient`() async throws {
    let cases = try Sample.trial()
    let with = "{outcome: dose, arm: arm, control: a, covariates: age"
    let run = try await run(with + ", draws: 299, block: site}", cases: cases)
    let regression = try await ImpactRun("regression", with + ", block: site}", cases: cases)
    for (effect, expected) in zip(try run.effects, try regression.effects) {
      expectClose(effect.estimate, try #require(expected.estimate), 1e-10)
      #expect(effect.method == "bootstrap (regression)")
      #expect(effect.variance?.contains("arms and blocks") == true)
    }
    #expect(try run.effects.count == 2)
  }

  @Test func `whole clusters are drawn, and draws repeat`() async throws {
    let with =
      "{outcome: dose, arm: arm, control: a, cluster: village, draws: 299, interval: basic}"
    let first = try await run(with)
    #expect(try await run(with).effects == first.effects)
    let effect = try first.effect("b - a")
    #expect(effect.clusters == 8 && effect.flags == ["few-clusters"])
    #expect(effect.variance == "bootstrap of clusters within arms, 299 draws; basic interval")
  }

  @Test(arguments: [
    ("{outcome: same, arm: arm, control: a}", "outcome", "does not vary"),
    ("{outcome: dose, arm: arm, control: a, cluster: site}", "cluster", "2 of 2 clusters"),
    (
      "{outcome: dose, arm: arm, control: a, cluster: village, where: 'village < 3'}", "cluster",
      "clusters in arm 'a'"
    ),
    (
      "{outcome: dose, arm: arm, control: a, covariates: age, statistic: ratio}", "statistic",
      "passes over 'covariates'"
    ),
    (
      "{outcome: dose, arm: arm, control: a, covariates: age, pool: {x: [b, c]}}", "pool",
      "taken together"
    ),
    ("{outcome: dose, arm: arm, control: a, interval: exact}", "interval", "exact"),
  ])
  func `what cannot be resampled is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("bootstrap", with, cases: try Sample.trial())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }
}
