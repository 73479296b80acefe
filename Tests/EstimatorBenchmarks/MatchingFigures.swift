// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import Statistics
import Tables

/// Optimal full matching of 2,000 treated cases and as many controls.
enum MatchingFigures {
  static func all() throws -> [Figure] {
    var random = RandomStream(seed: 9, name: "matching")
    let treated = (0..<4_000).map { $0 < 2_000 }
    let scores = treated.map { 0.6 * random.uniform() + ($0 ? 0.4 : 0) * random.uniform() }
    let file = FileManager.default.temporaryDirectory.appending(path: "scores-\(getpid()).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    let lines = zip(scores, treated).map { "\($0),\($1 ? 1 : 0)" }
    try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    var distance = 0.0
    let measure = try Measure(runs: 1) {
      distance =
        try FullMatching(
          MatchingSpace(scores: scores), treated: treated, estimand: .treated
        ).distance
    }
    return [
      Figure(
        name: "Full matching, 2,000 x 2,000", value: milliseconds(measure.least), target: "10 s",
        peer: Peer.line(
          "SciPy's assignment", Peer("full_matching.py", [file.path]), ours: measure.least,
          figure: distance, tolerance: 1e-9))
    ]
  }
}
