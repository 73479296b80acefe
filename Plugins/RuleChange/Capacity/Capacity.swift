// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Works out how many staff keep waiting within the norm, under the rules as they are and as they would be.
struct Capacity: Stage {
  static let info = StageInfo(
    "capacity", version: 1,
    summary: "Simulates the line of cases, and finds the staff that keeps waiting within the norm.",
    draws: true,
    example: """
      staff:
        use: rules/capacity
        with:
          loads:
            baseline: {cases: 400, minutes: 30}
            reform: {cases: 460, minutes: 22, handling: lognormal, cv: 0.8}
          hours: 36
          norm: 60
          share: 0.9
      """,
    source: """
      Discrete-event simulation of the line M/G/c, first come first served (Kiefer and Wolfowitz 1955); \
      Erlang C (Erlang 1917) beside it where work is exponential.
      """)

  @Parameter("By name, cases in a period and minutes of work for each; the first is the baseline.")
  var loads: NamedValues<CaseLoad>
  @Parameter("Hours in a period in which staff work on cases, each.", in: 0.1...10_000)
  var hours: Double
  @Parameter("Minutes of working time within which work on a case must begin.", in: 0...)
  var norm: Double = 0
  @Parameter("Share of cases that must begin within the norm.", in: 0.01...0.999) var share = 0.8
  @Parameter("Share of paid time that goes to cases; fte are staff over this.", in: 0.05...1)
  var productive = 1.0
  @Parameter("A number of staff that is also tried in each load.", in: 1...1000) var staff: Int?
  @Parameter("The most staff that there may be.", in: 1...1000) var limit = 200
  @Parameter("Simulated stretches, each with draws of its own.", in: 2...10_000)
  var replicates = 100
  @Parameter("Cases in each stretch that count.", in: 100...1_000_000) var cases = 2000
  @Parameter("Cases before these, which still find the line empty.", in: 0...1_000_000)
  var warmUp = 500

  struct Output: PortSet {
    @Port("One row per load: work, and the staff and fte that keep waiting within the norm.")
    var summary: Table
    @Port("One row per load and number of staff tried: waiting, with the error of the simulation.")
    var trials: Table
  }

  func validate() throws(StageFault) {
    if loads.isEmpty { throw StageFault("there is no load", at: "loads", kind: .user) }
    let stretch = cases + warmUp
    guard replicates * stretch <= Self.largestSimulation else {
      throw StageFault(
        "\(replicates) replicates of \(stretch) cases are more than the "
          + "\(Self.largestSimulation) that fit in memory", at: "replicates",
        help: "the Monte Carlo errors of a smaller run tell whether it is needed", kind: .user)
    }
    for entry in loads.entries {
      let least = leastStaff(entry.value)
      guard least <= limit else {
        throw StageFault(
          "load '\(entry.name)' needs at least \(least) staff to keep up, and the limit is \(limit)",
          at: "limit", help: "raise it, or look again at cases, minutes and hours", kind: .user)
      }
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["summary": CapacityTables.summary, "trials": CapacityTables.trials])
  }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    let streams = try context.randomStreams()
    var tables = CapacityTables(norm: norm, share: share, productive: productive)
    for (place, entry) in loads.entries.enumerated() {
      let load = entry.value
      let lines = (0..<replicates).map { index in
        WaitingLine(load, arrivals: arrivals(load), cases: warmUp + cases, streams[index])
      }
      var trials: [StaffTrial] = []
      var needed: StaffTrial?
      for staff in leastStaff(load)...limit {
        try context.checkCancellation()
        let trial = StaffTrial(staff: staff, lines: lines, warmUp: warmUp, norm: norm)
        trials.append(trial)
        guard trial.shareWithin.value >= share else { continue }
        needed = trial
        break
      }
      if let staff, Double(staff) > offered(load), !trials.contains(where: { $0.staff == staff }) {
        trials.append(StaffTrial(staff: staff, lines: lines, warmUp: warmUp, norm: norm))
      }
      tellDoubts(entry.name, trials, needed, in: context)
      tables.add(
        CapacityTables.Load(
          name: entry.name, load: load, arrivals: arrivals(load), trials: trials,
          needed: needed?.staff, limit: limit,
          overloaded: staff.flatMap { Double($0) > offered(load) ? nil : $0 }))
      context.progress(place + 1, of: loads.entries.count)
    }
    var output = Output()
    output.summary = try tables.summaryTable()
    output.trials = try tables.trialTable()
    return output
  }
}

extension Capacity {
  /// Simulated cases of a load, which all staff numbers share: a few hundred megabytes.
  private static let largestSimulation = 20_000_000

  /// Cases per minute.
  private func arrivals(_ load: CaseLoad) -> Double { load.cases / (hours * 60) }

  /// Staff that would be busy all the time.
  private func offered(_ load: CaseLoad) -> Double { arrivals(load) * load.minutes }

  /// The fewest staff that can keep up at all; beyond any limit where the number has no end.
  private func leastStaff(_ load: CaseLoad) -> Int {
    let offered = offered(load)
    return offered < 1e9 ? Int(offered.rounded(.down)) + 1 : Int.max
  }

  private func tellDoubts(
    _ name: String, _ trials: [StaffTrial], _ needed: StaffTrial?, in context: StageContext
  ) {
    if needed == nil {
      context.note(
        "load '\(name)': no number of staff up to \(limit) keeps waiting within the norm")
    }
    for trial in trials where trial.isUndecided(share) {
      context.note(
        "load '\(name)': with \(trial.staff) staff the share within the norm lies within two errors of "
          + "the wanted one; more replicates decide")
    }
  }
}
