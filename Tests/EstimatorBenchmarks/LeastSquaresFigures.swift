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
    let codes = (0..<rows).map { _ in Int32(random.integer(below: 1_000)) }
    let clusters = Grouping(codes: codes, labels: (0..<1_000).map { String($0) })
    var coefficient = 0.0
    var error = 0.0
    let cr1 = try Measure(runs: 3) {
      let fit = try OLS(outcome: outcome, design: design)
      coefficient = fit.coefficients[1]
      error = try fit.covariance(.cr1(clusters)).standardErrors[1]
    }
    let cr2 = try Measure(runs: 3) {
      _ = try OLS(outcome: outcome, design: design).covariance(.cr2(clusters))
    }
    let columns = try RawColumns(
      [("y", outcome)] + (1...9).map { ("x\($0)", design.column($0)) }, [("cluster", codes)])
    let bare = Peer("least_squares.py", ["numpy", columns.folder])
    let whole = Peer("least_squares.py", ["pyfixest", columns.folder])
    return [
      Figure(
        name: "OLS, 10^6 rows x 10, 1000 clusters, CR1", value: milliseconds(cr1.least),
        target: "150 ms",
        peer: Peer.line("pyfixest", whole, ours: cr1.least, figure: error, tolerance: 1e-8) + "; "
          + Peer.line(
            "numpy's bare solution", bare, ours: cr1.least, figure: coefficient, tolerance: 1e-8)),
      Figure(
        name: "OLS, 10^6 rows x 10, 1000 clusters, CR2", value: milliseconds(cr2.least),
        target: "2000 ms"),
    ]
  }
}
