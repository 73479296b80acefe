// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

@testable import ImpactMeasurement

/// Cases that are read in passes give the effects that cases in memory give.
struct StreamedTests {
  /// More than one batch, with gaps in every column.
  private static let cases = Result<Table, any Error> {
    var state: UInt64 = 20_170_401
    func next() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    let count = 66_000
    func some<Value>(_ share: Double, _ value: () -> Value) -> [Value?] {
      (0..<count).map { _ in next() < share ? nil : value() }
    }
    let sites = (0..<40).map { "site \($0)" }
    let arms = some(0.01) { ["letter", "none", "visit"][Int(next() * 3)] }
    let columns: [(String, Column)] = [
      ("arm", .category(CategoryColumn(arms))),
      ("treated", .integer(FixedColumn(arms.map { $0.map { $0 == "none" ? 0 : 1 } }))),
      ("dose", .number(FixedColumn(some(0.02) { 10 * next() }))),
      ("age", .integer(FixedColumn(some(0.03) { Int64(18 + 60 * next()) }))),
      ("region", .text(TextColumn(some(0.01) { ["north", "south", "west"][Int(next() * 3)] }))),
      ("site", .category(CategoryColumn(some(0.01) { sites[Int(next() * 40)] }))),
      ("weight", .number(FixedColumn(some(0.01) { 0.5 + next() }))),
      (
        "paid",
        .number(
          FixedColumn(
            arms.map { arm in
              next() < 0.05 ? nil : 100 + (arm == "letter" ? 3 : 0) + 20 * next()
            }))
      ),
      ("granted", .boolean(BooleanColumn(some(0.04) { next() < 0.4 }))),
    ]
    return try Table(columns)
  }

  @Test(arguments: [
    ("difference-in-means", "outcome: [paid, granted]\narm: arm\ncontrol: none"),
    ("difference-in-means", "outcome: paid\narm: arm\ncontrol: none\npool: {any: [letter, visit]}"),
    ("difference-in-means", "outcome: paid\narm: arm\ncontrol: none\nvariance: pooled"),
    ("difference-in-means", "outcome: granted\ntreatment: treated\nvariance: hc2"),
    ("difference-in-means", "outcome: paid\narm: arm\ncontrol: none\ncluster: site"),
    ("difference-in-means", "outcome: paid\ntreatment: treated\ncluster: site\nvariance: cr1"),
    ("difference-in-means", "outcome: paid\narm: arm\ncontrol: none\nwhere: age > 40"),
    ("regression", "outcome: [paid, granted]\narm: arm\ncontrol: none\ncovariates: [age, region]"),
    ("regression", "outcome: paid\ntreatment: dose\ncovariates: [age]\nvariance: hc3"),
    ("regression", "outcome: paid\narm: arm\ncontrol: none\ncovariates: [region]\ncluster: site"),
    (
      "regression",
      "outcome: paid\ntreatment: treated\ncluster: site\nvariance: cr1\nweight: weight"
    ),
    ("regression", "outcome: paid\narm: arm\ncontrol: none\nwhere: region = \"north\""),
  ])
  func `effects are the same in passes as in memory`(stage: String, with: String) async throws {
    let held = try await ImpactRun(stage, with, cases: Self.cases.get())
    let streamed = try await CaseStream.$heldCases.withValue(0) {
      try await ImpactRun(stage, with, cases: Self.cases.get())
    }
    let pairs = zip(try held.effects, try streamed.effects)
    #expect(try held.effects.count == streamed.effects.count)
    for (left, right) in pairs {
      #expect(left.contrast == right.contrast)
      #expect(left.flags == right.flags)
      #expect(left.count == right.count)
      #expect(left.treatedCount == right.treatedCount)
      #expect(left.controlCount == right.controlCount)
      #expect(left.clusters == right.clusters)
      #expect(left.variance == right.variance)
      #expect(left.method == right.method)
      expectClose(right.estimate, left.estimate ?? .nan, 1e-9, "estimate")
      expectClose(right.standardError, left.standardError ?? .nan, 1e-8, "std_error")
      expectClose(right.degreesOfFreedom, left.degreesOfFreedom ?? .nan, 1e-7, "df")
    }
    #expect(held.notes == streamed.notes)
  }

  @Test(arguments: [
    ("regression", "outcome: paid\narm: arm\ncontrol: none\ncovariates: [age]\ninteract: true"),
    ("regression", "outcome: paid\narm: arm\ncontrol: none\nblock: region"),
    ("regression", "outcome: paid\narm: arm\ncontrol: none\nfixed_effects: [region, site]"),
    ("regression", "outcome: paid\narm: arm\ncontrol: none\ncluster: [site, region]"),
    ("difference-in-means", "outcome: paid\narm: arm\ncontrol: none\nblock: region"),
  ])
  func `what needs all cases at once still works`(stage: String, with: String) async throws {
    let streamed = try await CaseStream.$heldCases.withValue(0) {
      try await ImpactRun(stage, with, cases: Self.cases.get())
    }
    let held = try await ImpactRun(stage, with, cases: Self.cases.get())
    #expect(try streamed.effects == held.effects)
  }

  @Test func `cases of which none is whole are a fault`() async throws {
    let table = try Table([
      ("hours", .number(FixedColumn([1, 2, 3]))), ("region", .missing(.text, count: 3)),
      ("paid", .number(FixedColumn([1, 2, 4]))),
    ])
    let found = try await CaseStream.$heldCases.withValue(0) {
      try await fault(
        "regression", "outcome: paid\ntreatment: hours\ncovariates: [region]", cases: table)
    }
    #expect(found.message.contains("rows"))
  }

  @Test(arguments: [
    ("outcome: paid\narm: site\ncontrol: none", "different values: those are no arms"),
    ("outcome: paid\narm: arm\ncontrol: nobody", "no case is in arm 'nobody' of 'arm'"),
    ("outcome: paid\ntreatment: dose", "'dose' holds other numbers than 0 and 1"),
    ("outcome: missing\narm: arm\ncontrol: none", "there is no column 'missing'"),
    ("outcome: paid\narm: arm\ncontrol: none\nwhere: age > 400", "'where' keeps none"),
  ])
  func `faults say what they say in memory`(with: String, message: String) async throws {
    let found = try await CaseStream.$heldCases.withValue(0) {
      try await fault("difference-in-means", with, cases: Self.cases.get())
    }
    #expect(found.message.contains(message))
  }
}
