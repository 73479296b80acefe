// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import Statistics
import Tables

/// A study of the size of California's tobacco law: 40 units, 31 periods, 19 of them before.
///
/// pysyncon alone takes minutes.
enum SyntheticFigures {
  static func all() throws -> [Figure] {
    let study = try Study()
    defer { try? FileManager.default.removeItem(atPath: study.file) }
    return [try placebos(study), try differences(study)]
  }

  /// Weights of predictors for the treated unit and every donor in its place.
  private static func placebos(_ study: Study) throws -> Figure {
    var loss = 0.0
    let measure = try Measure(runs: 2) {
      let control = try SyntheticControl(
        study.panel, .predictors(study.predictors, importance: nil))
      let placebos = try control.placebosInSpace()
      loss = (control.units + placebos[0]).reduce(0) { $0 + $1.errorBefore * $1.errorBefore }
    }
    // Agreement first, where there is one answer: all predictors count alike.
    let even = [Double](repeating: 1, count: study.predictors.rows)
    let control = try SyntheticControl(
      study.panel, .predictors(study.predictors, importance: even))
    let agreed = (control.units + (try control.placebosInSpace())[0]).reduce(0) {
      $0 + $1.errorBefore * $1.errorBefore
    }
    let equal = Peer("synthetic_control.py", [study.file, "even"])
    let chosen = Peer("synthetic_control.py", [study.file, "chosen"])
    var line = Peer.line(
      "pysyncon", equal, ours: measure.least, figure: agreed, tolerance: 1e-3)
    if let equal, let chosen {
      let ratio = (chosen.seconds / measure.least).rounded()
      let isEqual = (equal.figure - agreed).magnitude <= 1e-3 * agreed
      let worse = (chosen.figure / loss * 1000).rounded() / 1000
      line =
        "pysyncon takes \(ratio) ×, \(isEqual ? "equal" : "NOT EQUAL") at equal importances, its "
        + "squared error \(worse) × ours when chosen"
    }
    return Figure(
      name: "Synthetic control, 40 nested placebos", value: milliseconds(measure.least),
      target: "100 x pysyncon", peer: line)
  }

  private static func differences(_ study: Study) throws -> Figure {
    var effect = 0.0
    let streams = RandomStreams(seed: 5, name: "bench")
    let measure = try Measure(runs: 3) {
      let fit = try SyntheticDifference(study.panel)
      effect = fit.effect
      _ = try fit.uncertainty(.placebo, draws: 200, streams: streams)
    }
    let peer = Peer("synthetic_difference.py", [study.file, "200"])
    return Figure(
      name: "Synthetic DiD, 200 placebo draws", value: milliseconds(measure.least),
      target: "50 x R synthdid",
      peer: Peer.line(
        "Python synthdid", peer, ours: measure.least, figure: effect, tolerance: 1e-2))
  }
}

/// Two common factors, a level for each unit, noise; the first unit falls by up to 20 from period 19 on.
private struct Study {
  let panel: TreatedPanel
  /// Three outcomes before, and four columns that the factors drive.
  let predictors: Matrix
  /// The same as CSV: unit, time, treated, y, and x0 to x6 of the unit in each row.
  let file: String

  init() throws {
    let (units, periods, from) = (40, 31, 19)
    var random = RandomStream(seed: 3, name: "prop99-like")
    func normal(_ random: inout RandomStream) -> Double {
      Distribution.normal.quantile(random.uniform() * 0.999998 + 0.000001)
    }
    var factors: [[Double]] = []
    for factor in 0..<2 {
      var level = 0.0
      factors.append(
        (0..<periods).map { time in
          level += normal(&random) + (factor == 0 ? -1.0 : 0.3) * (time > 8 ? 1 : -0.2)
          return level
        })
    }
    var values: [Double] = []
    var driven: [Double] = []
    for unit in 0..<units {
      let loadings = (0.5 + random.uniform(), random.uniform())
      let level = 100 + 25 * normal(&random) * 0.8
      let outcomes = (0..<periods).map { time in
        let fall = unit == 0 && time >= from ? -20 * Double(time - from + 1) / 12 : 0
        return level + 3 * loadings.0 * factors[0][time] + 4 * loadings.1 * factors[1][time]
          + 1.5 * normal(&random) + fall
      }
      values += outcomes
      driven += [outcomes[5], outcomes[10], outcomes[18]]
      driven += [
        loadings.0 + 0.2 * normal(&random), loadings.1 + 0.2 * normal(&random),
        level / 20 + normal(&random), normal(&random),
      ]
    }
    predictors = Matrix(rows: 7, columns: units, values: driven)
    panel = try TreatedPanel(
      units: (0..<units).map { "u\($0)" }, times: (0..<periods).map { "\(1970 + $0)" },
      outcomes: Matrix(rows: periods, columns: units, values: values),
      adoption: (0..<units).map { $0 == 0 ? from : nil })
    var text = "unit,time,treated,y,x0,x1,x2,x3,x4,x5,x6\n"
    for unit in 0..<units {
      let row = driven[(7 * unit)..<(7 * unit + 7)].map { "\($0)" }.joined(separator: ",")
      for time in 0..<periods {
        let treated = unit == 0 && time >= from ? 1 : 0
        text += "u\(unit),\(1970 + time),\(treated),\(values[unit * periods + time]),\(row)\n"
      }
    }
    file = FileManager.default.temporaryDirectory.appending(path: "study-\(getpid()).csv").path
    try text.write(toFile: file, atomically: true, encoding: .utf8)
  }
}
