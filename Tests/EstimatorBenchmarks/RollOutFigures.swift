// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import Statistics
import Tables

/// Group-time effects at the size of all schools of a country over twenty periods.
enum RollOutFigures {
  static func all() throws -> [Figure] {
    let sample = Sample(units: 10_000, periods: 20)
    let file = FileManager.default.temporaryDirectory.appending(path: "panel-\(getpid()).csv")
    try sample.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = Peer("group_time.py", [file.path])
    var overall = 0.0
    let measure = try Measure(runs: 5) {
      let rows = try AdoptionPanel(
        units: Grouping(sample.units), times: sample.times, adopted: sample.adopted)
      let panel = try BalancedPanel(
        rows, outcome: sample.outcome, covariates: [("x1", sample.first), ("x2", sample.second)])
      let result = try CallawaySantAnna(panel)
      let aggregates = GroupTimeAggregate.Kind.allCases.map(result.aggregate)
      overall = aggregates[0].overall
      _ = try result.bands(
        of: aggregates, draws: 1_000, multiplier: .mammen,
        streams: RandomStreams(seed: 5, name: "bands"))
    }
    return [
      Figure(
        name: "Callaway-Sant'Anna, 10^4 x 20, 1000 draws", value: milliseconds(measure.least),
        target: "10 x csdid",
        peer: Peer.line(
          "csdid", peer, ours: measure.least, figure: overall, tolerance: 1e-8)),
      try sunAbraham(sample, file), try imputation(sample),
    ]
  }

  private static func sunAbraham(_ sample: Sample, _ file: URL) throws -> Figure {
    let peer = Peer("saturated_event_study.py", [file.path])
    var atAdoption = 0.0
    let measure = try Measure(runs: 3) {
      let units = Grouping(sample.units)
      let rows = try AdoptionPanel(units: units, times: sample.times, adopted: sample.adopted)
      let result = try SunAbraham(rows, outcome: sample.outcome) { .cr1(units.selecting($0)) }
      let study = result.eventStudy()
      atAdoption = study.estimates[study.times.firstIndex(of: 0) ?? 0]
    }
    return Figure(
      name: "Sun-Abraham, 10^4 x 20, 4 groups, CR1", value: milliseconds(measure.least), target: "",
      peer: Peer.line(
        "pyfixest", peer, ours: measure.least, figure: atAdoption, tolerance: 1e-6))
  }

  private static func imputation(_ sample: Sample) throws -> Figure {
    let measure = try Measure(runs: 3) {
      let rows = try AdoptionPanel(
        units: Grouping(sample.units), times: sample.times, adopted: sample.adopted)
      _ = try ImputationEstimator(rows, outcome: sample.outcome).effects.aggregate(.simple)
    }
    return Figure(
      name: "Imputation, 10^4 x 20, conservative errors", value: milliseconds(measure.least),
      target: "")
  }

  /// Units that adopt in period 5, 9, 13, 17 or never, with two covariates that trends rest on.
  private struct Sample {
    var units: [Int] = []
    var times: [Int] = []
    var adopted: [Int?] = []
    var outcome: [Double] = []
    var first: [Double] = []
    var second: [Double] = []

    init(units count: Int, periods: Int) {
      var random = RandomStream(seed: 12, name: "panel")
      for unit in 0..<count {
        let covariates = (random.uniform(), random.uniform())
        let place = min(4, Int(random.uniform() * 4 + covariates.0))
        let date = [nil, 5, 9, 13, 17][place]
        let level = random.uniform()
        for time in 1...periods {
          let since = date.map { time - $0 } ?? -1
          units.append(unit)
          times.append(time)
          adopted.append(date)
          first.append(covariates.0)
          second.append(covariates.1)
          outcome.append(
            level + 0.1 * Double(time) * (1 + covariates.0 - covariates.1)
              + (since >= 0 ? 0.2 : 0) + random.uniform())
        }
      }
    }

    func write(to file: URL) throws {
      var text = "unit,time,adopted,y,x1,x2\n"
      for row in units.indices {
        text += "\(units[row]),\(times[row]),\(adopted[row] ?? 0),\(outcome[row]),\(first[row]),"
        text += "\(second[row])\n"
      }
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
  }
}
