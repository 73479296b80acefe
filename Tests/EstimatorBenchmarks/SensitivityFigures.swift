// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import Statistics
import Tables

/// Sensitivity to trends of an event study with three periods before adoption and four since.
enum SensitivityFigures {
  static func all() throws -> [Figure] {
    let study = study()
    let bounds = (0..<10).map { Double($0) * 2 / 9 }
    let end = try RelativeMagnitudes(TrendSensitivity(study, of: .first), .conditional)
      .interval(1).interval.upper
    func measure(draws: Int) throws -> Measure {
      try Measure(runs: 5) {
        let sensitivity = try RelativeMagnitudes(
          TrendSensitivity(study, of: .first),
          .hybrid(draws: draws, RandomStreams(seed: 3, name: "sensitivity")))
        _ = try sensitivity.intervals(bounds)
      }
    }
    let usual = try measure(draws: 1_000)
    let many = try measure(draws: 10_000)
    let smooth = try Measure(runs: 5) {
      let sensitivity = try SmoothnessSensitivity(TrendSensitivity(study, of: .first))
      for bound in bounds { _ = try sensitivity.interval(bound / 50) }
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "study-\(getpid()).csv")
    let rows = [study.estimates] + study.times.indices.map(study.covariance.row)
    let lines = rows.map { $0.map { "\($0)" }.joined(separator: ",") }
    try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = Peer("relative_magnitudes.py", [file.path, "3", "\(end)"])
    return [
      Figure(
        name: "relative magnitudes, 10 bounds, 1000 draws", value: milliseconds(usual.least),
        target: "50 x honestdid",
        peer: Peer.line(
          "honestdid", peer, ours: usual.least, figure: end, tolerance: 6e-4)),
      Figure(
        name: "relative magnitudes, 10 bounds, 10000 draws", value: milliseconds(many.least),
        target: "-"),
      Figure(
        name: "smooth trends, 10 bounds", value: milliseconds(smooth.least), target: "-"),
    ]
  }

  /// Of the size and correlation of the county employment panel.
  private static func study() -> EventStudy {
    let times = [-4, -3, -2, 0, 1, 2, 3]
    let errors = [0.024, 0.018, 0.014, 0.012, 0.017, 0.036, 0.034]
    var covariance = Matrix(rows: 7, columns: 7)
    for i in 0..<7 {
      for j in 0..<7 {
        covariance[i, j] = errors[i] * errors[j] * (i == j ? 1 : 0.6 / Double(1 + abs(i - j)))
      }
    }
    return EventStudy(
      times: times, estimates: [0.003, 0.025, 0.024, -0.020, -0.051, -0.137, -0.101],
      covariance: covariance, reference: -1)
  }
}
