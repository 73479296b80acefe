// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

struct WildBootstrapTests {
  private static let sizes = [3, 5, 4, 6, 3, 4, 5, 3, 4, 3]

  private func offices(outcome: [Double]? = nil) throws -> Table {
    let office = Self.sizes.indices.flatMap { [Int](repeating: $0, count: Self.sizes[$0]) }
    let y: [Double] = [
      2.6, 3.25, 2.15, 0.4, 1, 1.25, 0.15, 2, 2.5, 1.4, 1.6, 2.25, 3.85, 4.1, 3, 3.6, 3.85, 2.75,
      2.05, 2.25, 2.9, 1.6, 1.75, 2.35, 2.6, 0.9, 0.3, 0.45, 0.65, 1.3, 3.2, 3.8, 2.8, 1.05, 1.2,
      1.4, 0.8, 2.45, 1.45, 1.6,
    ]
    let x = [
      0, 1.5, 0.5, 1, 0, 1.5, 0.5, 2, 2, 1, 0, 1.5, 0.5, 2, 1, 0, 1.5, 0.5, 1.5, 0.5, 2, 0, 1.5,
      0.5, 2, 1, 0, 1.5, 0.5, 2, 2, 1, 0, 0.5, 2, 1, 0, 1.5, 0.5, 2,
    ]
    return try Table([
      ("office", .text(TextColumn(office.map { "office \($0)" }))),
      ("arm", .text(TextColumn(office.map { [0, 3, 4, 7].contains($0) ? "new" : "old" }))),
      ("half", .text(TextColumn(office.map { $0 < 5 ? "first" : "second" }))),
      ("x", .number(FixedColumn(x))), ("y", .number(FixedColumn(outcome ?? y))),
    ])
  }

  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun("wild-bootstrap", with, cases: try cases ?? offices())
  }

  private let model = "outcome: y\narm: arm\ncontrol: old\ncluster: office\ncovariates: x\n"

  /// numpy 2.4.6: the model refitted for each of 2¹⁰ vectors of signs; wildboottest 0.3.2 gives the
  /// same t.
  @Test func `few clusters have all their signs looked at`() async throws {
    let run = try await run(model + "design: cluster-rct")
    let effect = try run.effect("new - old")
    expectClose(effect.estimate, 1.7269204152249136, 1e-10)
    expectClose(effect.standardError, 0.3633683959087441, 1e-10)
    #expect(effect.pValue == 4.0 / 1_024)
    expectClose(effect.confidenceLow, 0.7567537107919232, 1e-9)
    expectClose(effect.confidenceHigh, 2.477456127405728, 1e-9)
    #expect(effect.flags == ["few-clusters", "few-treated-clusters"])
    #expect(effect.smsLevel == 5 && effect.clusters == 10)
    #expect((effect.count, effect.treatedCount, effect.controlCount) == (40, 15, 25))
    #expect(
      effect.variance
        == "cr1 × G/(G − 1) · (N − 1)/(N − K), df clusters − 1; p and interval WCR, all signs")
    let simulation = try run.table("simulation")
    #expect(simulation["exact"]?.texts() == ["true"])
    #expect(simulation["draws"]?.texts() == ["512"])
  }

  @Test func `drawn weights come with their error, and repeat`() async throws {
    let with = model + "distribution: webb\ndraws: 499"
    let first = try await run(with)
    let again = try await run(with)
    #expect(try again.effects == first.effects)
    #expect(try first.effect("new - old").variance?.hasSuffix("499 draws") == true)
    #expect(try first.table("simulation")["p_value_error"]?.texts().first != .some(nil))
  }

  @Test func `too few clusters for the level leave the interval open`() async throws {
    let effect = try await run(model + "where: 'office != \"office 9\" and half = \"first\"'")
      .effect("new - old")
    #expect(effect.confidenceLow == nil && effect.confidenceHigh == nil)
    #expect(effect.flags.contains("open-interval"))
    #expect((effect.pValue ?? 0) >= 1.0 / 16)
  }

  @Test(arguments: [
    ("{outcome: y, arm: arm, control: old}", "cluster", "no 'cluster' is named"),
    (
      "{outcome: y, arm: arm, control: old, cluster: half}", "cluster",
      "2 clusters where at least 3 are needed"
    ),
    (
      "{outcome: y, arm: arm, control: old, cluster: office, covariates: x, where: 'half = \"third\"'}",
      "where", "keeps none"
    ),
    (
      "{outcome: y, arm: arm, control: old, cluster: office, interact: true}", "interact",
      "no covariates"
    ),
    (
      "{outcome: y, arm: arm, control: old, cluster: office, distribution: mammen}", "distribution",
      "mammen"
    ),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("wild-bootstrap", with, cases: try offices())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }

  @Test func `an outcome that does not vary is a fault`() async throws {
    let found = try await fault(
      "wild-bootstrap", model, cases: try offices(outcome: [Double](repeating: 2, count: 40)))
    #expect(found.parameter == "outcome" && found.message.contains("does not vary"))
  }
}
