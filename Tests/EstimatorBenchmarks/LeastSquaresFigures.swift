// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Statistics
import Tables

/// Least squares at the size of a national agency.
enum LeastSquaresFigures {
  static func all() throws -> [Figure] {
    let rows = 1_000_000
    var random = RandomStream(seed: 11, name: "bench")
    var design = Design(rows: rows)
    var outcome = [Double](repeating: 0, count: rows)
    for column in 1...9 {
      let values = (0..<rows).map { _ in random.uniform() }
      for row in 0..<rows { outcome[row] += values[row] * Double(column) }
      design.append("x\(column)", values)
    }
    for row in 0..<rows { outcome[row] += random.uniform() }
    let clusters = Grouping((0..<rows).map { _ in random.integer(below: 1_000) })
    let cr1 = try Measure(runs: 3) {
      _ = try OLS(outcome: outcome, design: design).covariance(.cr1(clusters))
    }
    let cr2 = try Measure(runs: 3) {
      _ = try OLS(outcome: outcome, design: design).covariance(.cr2(clusters))
    }
    return [
      Figure(
        name: "OLS, 10^6 rows x 10, 1000 clusters, CR1", value: milliseconds(cr1.least),
        target: "150 ms"),
      Figure(
        name: "OLS, 10^6 rows x 10, 1000 clusters, CR2", value: milliseconds(cr2.least),
        target: "2000 ms"),
    ]
  }
}
