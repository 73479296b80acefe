// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct CapacityTests {
  /// Two staff, an offered load of 1.5.
  private static let with = """
    loads: {baseline: {cases: 45, minutes: 20}}
    hours: 10
    norm: 10
    share: 0.45
    replicates: 60
    cases: 1000
    warm_up: 200

    """

  /// M/M/1 has C = ρ and mean wait ρ ⁄ (μ − λ); M/M/2 has C = 2ρ² ⁄ (1 + ρ).
  @Test(arguments: [(1, 0.5, 0.5), (1, 0.9, 0.9), (2, 1.5, 9.0 / 14), (2, 1.0, 1.0 / 3)])
  func `Erlang C agrees with closed forms`(staff: Int, load: Double, waiting: Double) throws {
    let line = try #require(ErlangC(arrivals: load / 20, minutes: 20, staff: staff))
    #expect(abs(line.shareWaiting - waiting) < 1e-12)
    #expect(abs(line.meanWait - waiting * 20 / (Double(staff) - load)) < 1e-12)
    #expect(abs(line.shareWithin(0) - (1 - waiting)) < 1e-12)
  }

  @Test func `a line that cannot be kept up has no steady state`() {
    #expect(ErlangC(arrivals: 0.1, minutes: 20, staff: 2) == nil)
    #expect(ErlangC.staff(arrivals: 0.1, minutes: 20, norm: 0, share: 0.5, limit: 2) == nil)
    #expect(ErlangC.staff(arrivals: 0.1, minutes: 20, norm: 0, share: 0.5, limit: 9) == 3)
  }

  @Test func `the simulation agrees with Erlang C in the Markov case`() async throws {
    let run = StageRun(Capacity.self, with: Self.with)
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run([:])
    let trials = try output.table("trials")
    #expect(trials.names == CapacityTables.trials.map(\.name))
    func number(_ name: String) throws -> Double {
      try #require(try trials.column(name).doubles()?.values.first)
    }
    let wait = try number("mean_wait") - number("erlang_c_mean_wait")
    #expect(try wait.magnitude < 4 * number("mean_wait_mc_error"))
    let share = try number("share_within") - number("erlang_c_share_within")
    #expect(try share.magnitude < 4 * number("share_within_mc_error"))
    #expect(try number("mean_wait_mc_error") > 0)
    #expect(try number("utilisation") == 0.75)
    let summary = try output.table("summary")
    #expect(summary.names == CapacityTables.summary.map(\.name))
    #expect(try summary.column("staff").texts() == ["2"])
    #expect(try summary.column("erlang_c_staff").texts() == ["2"])
  }

  /// M/D/1 waits half as long as M/M/1 (Pollaczek and Khinchine: ρm(1 + cv²) ⁄ 2(1 − ρ)).
  @Test(arguments: [("constant", 0.0), ("lognormal, cv: 0.5", 0.5), ("exponential", 1.0)])
  func `waiting follows Pollaczek and Khinchine with one desk`(
    handling: String, cv: Double
  ) async throws {
    let with = """
      loads: {one: {cases: 15, minutes: 20, handling: \(handling)}}
      hours: 10
      share: 0.01
      replicates: 60
      cases: 1000
      warm_up: 200

      """
    let trials = try await StageRun(Capacity.self, with: with)([:]).table("trials")
    let wait = try #require(try trials.column("mean_wait").doubles()?.values.first)
    let error = try #require(try trials.column("mean_wait_mc_error").doubles()?.values.first)
    #expect((wait - 20 * (1 + cv * cv) / 2).magnitude < 4 * error)
    #expect(trials["erlang_c_mean_wait"]?.missingCount == (handling == "exponential" ? 0 : 1))
  }

  @Test func `waits of a case never grow with more staff`() throws {
    let load = CaseLoad(cases: 1, minutes: 20, handling: .lognormal, cv: 2)
    let line = WaitingLine(
      load, arrivals: 0.1, cases: 500, RandomStreams(seed: 1, name: "test")[0])
    let waits = (1...4).map { line.waits(staff: $0) }
    for (fewer, more) in zip(waits, waits.dropFirst()) {
      #expect(zip(fewer, more).allSatisfy { $0 >= $1 })
    }
    #expect(line.waits(staff: 500).allSatisfy { $0 == 0 })
  }

  @Test func `a reform with less work needs less staff, and none changes nothing`() async throws {
    let with =
      Self.with.replacing(
        "{baseline: {cases: 45, minutes: 20}}",
        with:
          "{baseline: {cases: 45, minutes: 60}, same: {cases: 45, minutes: 60}, less: {cases: 45, minutes: 20}}"
      ) + "productive: 0.5\nstaff: 1\n"
    let output = try await StageRun(Capacity.self, with: with)([:])
    let summary = try output.table("summary")
    let change = try summary.column("staff_change").doubles()?.values ?? []
    #expect(change[0] == 0 && change[1] == 0 && change[2] < 0)
    #expect(try summary.column("fte_change").doubles()?.values[2] == change[2] * 2)
    // One member of staff cannot keep up with any of the loads: there is no wait to tell.
    let trials = try output.table("trials")
    #expect(try trials.column("flags").texts().count { $0 == "overloaded" } == 3)
    #expect(trials["mean_wait"]?.missingCount == 3)
  }

  @Test func `the same seed gives the same waits`() async throws {
    let run = StageRun(Capacity.self, with: Self.with)
    let first = try await run([:], seed: 5).table("trials")
    #expect(try await run([:], seed: 5).table("trials") == first)
    #expect(try await run([:], seed: 6).table("trials") != first)
  }

  @Test(arguments: [
    ("{}", "no load", "loads"), ("{a: {cases: 100000, minutes: 60}}", "to keep up", "limit"),
  ])
  func `loads that nobody can handle are faults`(loads: String, message: String, at: String) {
    let fault = StageRun(Capacity.self, with: "loads: \(loads)\nhours: 10\n").validation
    #expect(fault?.message.contains(message) == true, "\(String(describing: fault))")
    #expect(fault?.parameter == at)
  }

  @Test(arguments: [
    ("{cases: 0, minutes: 1}", "more than 0"), ("{cases: 10}", "needs 'minutes'"),
    ("{cases: 1, minutes: 1, cv: 2}", "its own spread"),
    ("{cases: 1, minutes: 1, handling: slow}", "no choice 'slow'"),
  ])
  func `a load says how many cases and how much work`(load: String, message: String) {
    let run = StageRun(Capacity.self, with: "loads: {a: \(load)}\nhours: 10\n")
    #expect(run.diagnostics.contains { $0.message.contains(message) }, "\(run.diagnostics)")
  }

  @Test func `a simulation that does not fit in memory is a fault`() {
    let with = Self.with.replacing("replicates: 60", with: "replicates: 10000")
      .replacing("cases: 1000", with: "cases: 10000")
    #expect(StageRun(Capacity.self, with: with).validation?.parameter == "replicates")
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(Capacity.self, plugin: "rules").isEmpty)
  }
}
