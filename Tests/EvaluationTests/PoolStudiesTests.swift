// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Foundation
import StageKit
import StageTesting
import Tables
import Testing

@testable import Evaluation

/// The thirteen BCG vaccine trials.
///
/// Colditz and others (1994), JAMA 271:698–702, table 1.
enum VaccineTrials {
  static let treatedEvents: [Int64] = [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27]
  static let treated: [Int64] = [
    123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913,
  ]
  static let controlEvents: [Int64] = [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29]
  static let control: [Int64] = [
    139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854,
  ]

  static func table() throws -> Table {
    func column(_ values: [Int64]) -> Column { .integer(FixedColumn(values)) }
    return try Table([
      ("trial", column(Array(1...13))), ("a", column(treatedEvents)), ("n1", column(treated)),
      ("c", column(controlEvents)), ("n0", column(control)),
    ])
  }

  static let parameters = """
    label: trial
    treated_events: a
    treated_n: n1
    control_events: c
    control_n: n0

    """
}

struct PoolStudiesTests {
  private func pool(
    _ table: Table, with yaml: String
  ) async throws -> (pooled: Table, studies: Table) {
    let output = try await StageRun(PoolStudies.self, with: yaml)(["effects": .table(table)])
    return (try output.table("pooled"), try output.table("studies"))
  }

  private func expect(
    _ table: Table, _ name: String, _ expected: Double,
    at location: SourceLocation = #_sourceLocation
  ) {
    let value = table.number(name) ?? .nan
    #expect(
      (value - expected).magnitude <= 1e-6 * expected.magnitude,
      "\(name) is \(value), not \(expected)", sourceLocation: location)
  }

  /// R metafor 3.8.1 `rma`, 1e-6 relative.
  @Test func `the vaccine trials pool to metafor's random effect`() async throws {
    let pooled = try await pool(VaccineTrials.table(), with: VaccineTrials.parameters).pooled
    expect(pooled, "estimate", -0.714532348365)
    expect(pooled, "std_error", 0.180791745519)
    expect(pooled, "conf_low", -1.108443723)
    expect(pooled, "conf_high", -0.32062097373)
    expect(pooled, "p_value", 0.00192001508513)
    expect(pooled, "tau2", 0.313243325981)
    expect(pooled, "i2", 0.9222138607)
    expect(pooled, "q", 152.233008082)
    expect(pooled, "prediction_low", -1.99601696702)
    expect(pooled, "prediction_high", 0.566952270292)
    #expect(pooled.number("k") == 13)
    #expect(pooled.text("scale") == "log_risk_ratio")
  }

  @Test(arguments: [
    ("fixed", -0.430285163654, 0.0404987517109), ("dl", -0.714117222073, 0.178742089535),
    ("reml", -0.714532348365, 0.17978153178),
  ])
  func `normal quantiles give metafor's other models`(
    method: String, estimate: Double, error: Double
  ) async throws {
    let pooled = try await pool(
      VaccineTrials.table(),
      with: VaccineTrials.parameters + "method: \(method)\nhartung_knapp: false"
    ).pooled
    expect(pooled, "estimate", estimate)
    expect(pooled, "std_error", error)
    #expect(pooled.number("df") == nil)
  }

  @Test func `without Hartung and Knapp the prediction interval is normal`() async throws {
    let pooled = try await pool(
      VaccineTrials.table(), with: VaccineTrials.parameters + "hartung_knapp: false"
    ).pooled
    expect(pooled, "prediction_low", -1.86669234661)
    expect(pooled, "prediction_high", 0.437627649877)
    let none = try await pool(
      VaccineTrials.table(), with: VaccineTrials.parameters + "prediction: none"
    ).pooled
    #expect(none.number("prediction_low") == nil)
  }

  @Test func `weights add up to one`() async throws {
    let studies = try await pool(VaccineTrials.table(), with: VaccineTrials.parameters).studies
    let weights = (0..<13).compactMap { studies.number("weight", $0) }
    #expect((weights.reduce(0, +) - 1).magnitude < 1e-12)
    #expect(studies.text("label", 3) == "4")
  }

  /// The published table against the reference file, where it is there.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the typed counts are those of the reference`() throws {
    let columns = try Reference.columns(of: "meta-bcg")
    let sick = try #require(columns["tpos"]).compactMap { Int64($0) }
    let well = try #require(columns["tneg"]).compactMap { Int64($0) }
    #expect(sick == VaccineTrials.treatedEvents)
    #expect(zip(sick, well).map { $0 + $1 } == VaccineTrials.treated)
    let other = try #require(columns["cpos"]).compactMap { Int64($0) }
    let spared = try #require(columns["cneg"]).compactMap { Int64($0) }
    #expect(other == VaccineTrials.controlEvents)
    #expect(zip(other, spared).map { $0 + $1 } == VaccineTrials.control)
  }

  @Test func `an effects table is pooled by its own columns`() async throws {
    let table = EffectsTable.table([
      Samples.effect(experiment: "north", estimate: 0.02),
      Samples.effect(experiment: "south", estimate: 0.04),
      Samples.effect(experiment: "west", estimate: 0.03, standardError: nil),
    ])
    let (pooled, studies) = try await pool(table, with: "method: fixed")
    expect(pooled, "estimate", 0.03)
    expect(pooled, "std_error", 0.01 / 2.0.squareRoot())
    #expect(pooled.text("unit") == "share")
    #expect(studies.text("left_out", 2) == "no standard error")
    #expect(studies.number("weight", 2) == nil)
  }

  @Test func `one outcome is chosen from several`() async throws {
    let table = EffectsTable.table([
      Samples.effect("applied", estimate: 0.02), Samples.effect("applied", estimate: 0.04),
      Samples.effect("paid", estimate: 0.9),
    ])
    let pooled = try await pool(table, with: "outcome: applied").pooled
    expect(pooled, "estimate", 0.03)
    await #expect { try await pool(table, with: "method: dl") } throws: {
      ($0 as? StageFault)?.parameter == "outcome"
    }
  }

  @Test(arguments: [
    ("estimate: effect", "estimate"), ("std_error: se", "std_error"), ("label: place", "label"),
    ("outcome: x", "outcome"),
  ])
  func `a column that is not there is named`(yaml: String, parameter: String) async throws {
    let table = EffectsTable.table([Samples.effect(estimate: 0.02)])
    await #expect { try await pool(table, with: yaml) } throws: {
      ($0 as? StageFault)?.parameter == parameter
    }
  }

  @Test func `counts need all four columns`() {
    let run = StageRun(PoolStudies.self, with: "treated_events: a")
    #expect(run.validation?.parameter == "treated_n")
  }

  @Test func `plain ratios are not averaged`() async throws {
    let table = EffectsTable.table([
      Samples.effect(estimate: 1.2) { $0.scale = .ratio },
      Samples.effect(estimate: 1.3) { $0.scale = .ratio },
    ])
    await #expect(throws: StageFault.self) { try await pool(table, with: "method: dl") }
  }

  @Test func `one study is too few for random effects`() async throws {
    let table = EffectsTable.table([Samples.effect(estimate: 0.2)])
    await #expect { try await pool(table, with: "method: reml") } throws: {
      ($0 as? StageFault)?.message == "1 studies where at least 2 are needed"
    }
  }
}
