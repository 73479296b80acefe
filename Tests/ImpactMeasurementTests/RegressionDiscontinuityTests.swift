// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct RegressionDiscontinuityTests {
  private func run(
    _ with: String, card: PilotCard? = nil, cases: Table? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun(
      "regression-discontinuity", with, cases: try cases ?? RuleSample.table(), card: card)
  }

  private static let plain = "outcome: y\nrunning: x\ncutoff: 0.1"

  /// Python rdrobust 2.1.1 on the same cases: bias-corrected τ, robust se, τ, h and b.
  @Test(arguments: [
    (
      plain,
      [
        0.9196838447104243, 0.13879833190825877, 0.9293660705654974, 0.47314899082242484,
        0.6965851908132651,
      ]
    ),
    (
      plain + "\ncovariates: [z1, z2]",
      [
        0.7989032926111659, 0.11545698243451062, 0.7921541109122323, 0.4088548663955827,
        0.6170231385180897,
      ]
    ),
    (
      plain + "\ncluster: team",
      [
        0.9068046974340347, 0.09387355171159019, 0.9208572379740625, 0.41889523810237317,
        0.6397986181401967,
      ]
    ),
    (
      "outcome: yf\nrunning: x\ncutoff: 0.1\ntreatment: d",
      [
        0.9378780837845635, 0.19582314195192307, 0.9353020504521686, 0.4581323778027714,
        0.716701076030881,
      ]
    ),
    (
      plain + "\nvariance: hc2",
      [
        0.9177420661413804, 0.13287199264166602, 0.9287082918452962, 0.4663515599999316,
        0.687466214977105,
      ]
    ),
  ])
  func `the effect is rdrobust's, bias taken away`(with: String, expected: [Double]) async throws {
    let run = try await run(with)
    let effect = try #require(try run.effects.first)
    expectClose(effect.estimate, expected[0], 1e-4)
    expectClose(effect.standardError, expected[1], 1e-4)
    let half = 1.959963984540054 * expected[1]
    expectClose(effect.confidenceLow, expected[0] - half, 1e-3)
    expectClose(effect.confidenceHigh, expected[0] + half, 1e-3)
    let estimates = try run.table("estimates")
    #expect(estimates["method"]?.texts().prefix(3) == ["conventional", "bias-corrected", "robust"])
    expectClose(estimates["estimate"]?.doubles()?.values[0], expected[2], 1e-4)
    expectClose(estimates["h_left"]?.doubles()?.values[0], expected[3], 1e-4)
    expectClose(estimates["b_right"]?.doubles()?.values[0], expected[4], 1e-4)
  }

  @Test func `the row says what is estimated, for whom and how`() async throws {
    let run = try await run(Self.plain)
    let effect = try #require(try run.effects.first)
    #expect(effect.estimand == "ATE at the cut-off" && effect.design == "regression-discontinuity")
    #expect(effect.contrast == "treated - control" && effect.smsLevel == 4)
    #expect(effect.variance?.hasPrefix("nearest-neighbour (3)") == true)
    #expect(effect.count == 229 && effect.treatedCount == 111 && effect.controlCount == 118)
    #expect(effect.degreesOfFreedom == nil && effect.flags.isEmpty)
    #expect(try run.table("effects").schema == EffectsTable.schema)
    let fuzzy = try await self.run("outcome: yf\nrunning: x\ncutoff: 0.1\ntreatment: d").effects[0]
    #expect(fuzzy.estimand == "LATE at the cut-off")
    #expect(fuzzy.method == "regression-discontinuity (fuzzy)")
  }

  @Test func `treated below turns the sign and the numbers`() async throws {
    let above = try await run(Self.plain).effects[0]
    let below = try await run(Self.plain + "\ntreated: below").effects[0]
    expectClose(below.estimate, -(try #require(above.estimate)), 1e-12)
    expectClose(below.confidenceLow, -(try #require(above.confidenceHigh)), 1e-12)
    #expect(below.treatedCount == above.controlCount)
  }

  @Test func `sensitivity has bandwidths, donuts, placebos and covariates`() async throws {
    let run = try await run(
      Self.plain + "\ncovariates: [z1, site]\ndonut: [0.02, 0.05]\nplacebo: -0.4")
    let kinds = try #require(try run.table("sensitivity")["kind"]?.texts().compactMap(\.self))
    #expect(kinds.filter { $0 == "bandwidth" }.count == 5)
    #expect(kinds.filter { $0 == "donut" }.count == 2)
    #expect(kinds.filter { $0 == "placebo" }.count == 1)
    #expect(kinds.filter { $0 == "covariate" }.count == 2)
    #expect(try run.check("covariate-continuity", "z1").passed)
    #expect(try run.check("placebo-cutoff").passed)
    #expect(try run.check("density").passed)
  }

  @Test func `people who chose their side lower the grade`() async throws {
    let moved = try RuleSample.table(2000) { x, row in
      x > -0.5 && x < 0.1 && row % 3 > 0 ? 0.2 - x : x
    }
    let run = try await run(Self.plain, cases: moved)
    let check = try run.check("density")
    #expect(!check.passed && check.flag == "density-jump" && check.severity == .error)
    let effect = try run.effects[0]
    #expect(effect.smsLevel == 2 && effect.flags.contains("density-jump"))
    #expect(run.notes.contains { $0.contains("chosen their side") })
  }

  @Test func `people who crowd beside the cut-off are found`() async throws {
    let moved = try RuleSample.table(2000) { x, row in
      let place = (Double(row) * 0.41421356237309503).truncatingRemainder(dividingBy: 1)
      return x > -0.15 && x < 0.1 && row % 2 == 0 ? 0.1 + 0.02 * place : x
    }
    let check = try await run(Self.plain, cases: moved).check("bunching")
    #expect(!check.passed && check.flag == "bunching" && check.message.contains("smooth density"))
    #expect(try await run(Self.plain).check("bunching").passed)
  }

  @Test func `a covariate that jumps lowers the grade`() async throws {
    let run = try await run("outcome: yf\nrunning: x\ncutoff: 0.1\ncovariates: y")
    #expect(try !run.check("covariate-continuity", "y").passed)
    #expect(try run.effects[0].smsLevel == 2)
    #expect(try run.effects[0].flags.contains("covariate-jump"))
  }

  @Test func `heaped values are said, and few of them lower the grade`() async throws {
    let heaped = try RuleSample.table { x, _ in (x * 10).rounded() / 10 }
    let run = try await run("outcome: y\nrunning: x\ncutoff: 0.05", cases: heaped)
    let check = try run.check("heaping")
    #expect(!check.passed && check.message.contains("11 different values below"))
    #expect(try run.effects[0].flags.contains("heaped"))
  }

  @Test func `a treatment that hardly changes is a weak instrument`() async throws {
    let run = try await run("outcome: yf\nrunning: x\ncutoff: -0.4\ntreatment: d")
    let check = try run.check("first-stage")
    #expect(!check.passed && check.flag == "weak-instrument" && check.message.contains("below 10"))
    #expect(try run.effects[0].flags.contains("weak-instrument"))
    #expect(try run.effects[0].smsLevel == 2)
  }

  @Test func `cases that miss something are left out and counted`() async throws {
    let run = try await run("outcome: holes\nrunning: x\ncutoff: 0.1")
    #expect(try run.effects[0].flags == ["outcome-missing"])
    #expect(
      run.notes.contains("holes: 6 of 600 cases have no 'holes' (outcome) and are left out"))
  }

  @Test func `several outcomes share the family of their p-values`() async throws {
    let effects = try await run("outcome: [y, yf]\nrunning: x\ncutoff: 0.1\nadjust: holm").effects
    #expect(effects.map(\.outcome) == ["y", "yf"])
    #expect(effects.allSatisfy { $0.adjustedPValue != nil })
  }

  @Test func `a planned complier effect is no deviation of a fuzzy design`() async throws {
    let card = try Sample.card {
      $0["plan"] = ["estimand": "LATE at the cut-off", "method": "regression-discontinuity"]
      $0["design"] = "regression-discontinuity"
    }
    let run = try await run("outcome: yf\nrunning: x\ncutoff: 0.1\ntreatment: d", card: card)
    #expect(!run.notes.contains { $0.contains("the plan's estimand") })
  }

  @Test(arguments: [
    ("outcome: y\nrunning: x\ncutoff: 40", "cutoff", "has no cases of 'x' on one side"),
    ("outcome: y\nrunning: x\ncutoff: 1.4915", "cutoff", "above the cut-off of 'x'"),
    ("outcome: y\nrunning: same\ncutoff: 0.1", "running", "is the same in all cases"),
    ("outcome: y\nrunning: site\ncutoff: 0.1", "running", "needs numbers"),
    (
      "outcome: y\nrunning: x\ncutoff: 0.1\ntreatment: same", "treatment",
      "does not change at the cut-off"
    ),
    ("outcome: y\nrunning: x\ncutoff: 0.1\nbandwidth: 0.002", "bandwidth", "within the bandwidth"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\nbandwidth: 0", "bandwidth", "more than 0"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\nbias_bandwidth: 1", "bias_bandwidth", "without"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\norder: 2\nbias_order: 2", "bias_order", "more than"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\ncovariates: [z1, z1]", "covariates", "'z1'"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\ncovariates: x", "covariates", "at once"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\nvariance: cr1", "variance", "no 'cluster'"),
    (
      "outcome: y\nrunning: x\ncutoff: 0.1\ncluster: team\nvariance: hc1", "variance",
      "inference follows assignment"
    ),
    ("outcome: y\nrunning: x\ncutoff: 0.1\ncluster: one", "cluster", "one cluster"),
    ("outcome: same\nrunning: x\ncutoff: 0.1", "outcome", "same"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\nwhere: x < -0.9", "cutoff", "on one side"),
    ("outcome: y\nrunning: x\ncutoff: 0.1\ndonut: -1", "donut", "more than 0"),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("regression-discontinuity", with, cases: try RuleSample.table())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }
}

/// The 600 cases on which Python's figures rest (see StatisticsTests, CutoffSample).
enum RuleSample {
  private static func fractions(_ count: Int, _ step: Double) -> [Double] {
    (1...count).map { (Double($0) * step).truncatingRemainder(dividingBy: 1) }
  }

  static func table(
    _ count: Int = 600, moving: (Double, Int) -> Double = { x, _ in x }
  ) throws -> Table {
    let u = fractions(count, 0.6180339887498949)
    let e = fractions(count, 0.41421356237309503)
    let z = fractions(count, 0.7320508075688772)
    let g = fractions(count, 0.23606797749978958)
    let x = u.enumerated().map { row, u in moving(2 * u - 1 + 0.5 * u * u, row) }
    let z1 = (0..<count).map { z[$0] + 0.2 * x[$0] }
    let z2 = g.map { $0 - 0.5 }
    let d = (0..<count).map { row -> Double in
      let k = Double(row + 1)
      let draw = (k * k * 0.6457513110645906).truncatingRemainder(dividingBy: 1)
      return draw < (x[row] >= 0.1 ? 0.8 : 0.2) ? 1 : 0
    }
    let y = (0..<count).map { row -> Double in
      let v = x[row]
      let curve: Double = 1 + 0.8 * v - 0.6 * v * v + 0.4 * v * v * v
      let jump: Double = v >= 0.1 ? 0.7 : 0
      let error: Double = (e[row] - 0.5) * (1 + 0.3 * v)
      return curve + jump + error + 0.5 * z1[row] - 0.3 * z2[row]
    }
    let yf = (0..<count).map { row -> Double in
      let v = x[row]
      let curve: Double = 1 + 0.8 * v - 0.6 * v * v
      return curve + 0.9 * d[row] + (e[row] - 0.5) + 0.5 * z1[row]
    }
    func number(_ values: [Double]) -> Column { .number(FixedColumn(values)) }
    let holes: [Double?] = y.enumerated().map { $0.offset % 100 == 7 ? nil : $0.element }
    return try Table([
      ("x", number(x)), ("y", number(y)), ("yf", number(yf)), ("d", number(d)),
      ("z1", number(z1)), ("z2", number(z2)), ("team", number(g.map { ($0 * 25).rounded(.down) })),
      ("holes", .number(FixedColumn(holes))),
      ("same", number([Double](repeating: 3, count: count))),
      ("site", .text(TextColumn((0..<count).map { ["north", "south"][$0 / 3 % 2] }))),
      ("one", .text(TextColumn([String](repeating: "a", count: count)))),
    ])
  }
}
