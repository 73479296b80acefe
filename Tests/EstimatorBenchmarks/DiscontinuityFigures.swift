// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Statistics

/// Regression discontinuity with chosen bandwidths and nearest neighbours on 10⁶ cases.
enum DiscontinuityFigures {
  static func all() throws -> [Figure] {
    let count = 1_000_000
    let running = fractions(count, 0.6180339887498949).map { 2 * $0 - 1 + 0.5 * $0 * $0 }
    let noise = fractions(count, 0.41421356237309503)
    let outcome = (0..<count).map { row in
      let x = running[row]
      let curve: Double = 1 + 0.8 * x - 0.6 * x * x
      return curve + (x >= 0.1 ? 0.7 : 0) + noise[row]
    }
    var error = 0.0
    let plain = try Measure(runs: 3) {
      error = try RegressionDiscontinuity(outcome: outcome, running: running, cutoff: 0.1)
        .effect.robust.standardError
    }
    let density = try Measure(runs: 3) {
      _ = try DensityDiscontinuity(running: running, cutoff: 0.1)
    }
    let peer = Peer("rdrobust_million.py", [String(count)])
    return [
      Figure(
        name: "regression discontinuity, 10^6 rows, mserd, nearest neighbours",
        value: milliseconds(plain.least), target: "10 × rdrobust",
        peer: Peer.line("rdrobust", peer, ours: plain.least, figure: error, tolerance: 1e-4)),
      Figure(
        name: "density at a cut-off, 10^6 rows", value: milliseconds(density.least), target: "–"),
    ]
  }

  private static func fractions(_ count: Int, _ step: Double) -> [Double] {
    (1...count).map { (Double($0) * step).truncatingRemainder(dividingBy: 1) }
  }
}
