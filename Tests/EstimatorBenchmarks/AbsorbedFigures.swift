// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import Statistics
import Tables

/// Two absorbed effects over ten million rows, beside pyfixest's `feols`.
enum AbsorbedFigures {
  static func all() throws -> [Figure] {
    try [
      figure("100,000 x 1,000 groups", rows: 10_000_000) { random in
        (random.integer(below: 100_000), random.integer(below: 1_000))
      },
      figure("342 x 60 groups", rows: 10_000_000) { random in
        (random.integer(below: 342), random.integer(below: 60))
      },
      // Workers who move seldom, and then to the next firm: groups hang together by few rows.
      figure("chained workers x firms", rows: 1_000_000) { random in
        let worker = random.integer(below: 100_000)
        return (worker, worker / 50 + (random.integer(below: 20) == 0 ? 1 : 0))
      },
    ]
  }

  private static func figure(
    _ name: String, rows: Int, groups: (inout RandomStream) -> (Int, Int)
  ) throws -> Figure {
    var random = RandomStream(seed: 17, name: "absorbed")
    let drawn = (0..<rows).map { _ in groups(&random) }
    let one = drawn.map { Int32($0.0) }
    let two = drawn.map { Int32($0.1) }
    let (first, second) = (Int(one.max() ?? 0) + 1, Int(two.max() ?? 0) + 1)
    let x1 = one.map { random.uniform() + Double($0 % 7) }
    let x2 = two.map { random.uniform() - Double($0 % 5) }
    let y = one.indices.map {
      x1[$0] - 2 * x2[$0] + Double(one[$0] % 11) + Double(two[$0] % 13) + random.uniform()
    }
    let columns = try RawColumns([("y", y), ("x1", x1), ("x2", x2)], [("f1", one), ("f2", two)])
    let effects = FixedEffects([
      ("f1", Grouping(codes: one, labels: (0..<first).map { String($0) })),
      ("f2", Grouping(codes: two, labels: (0..<second).map { String($0) })),
    ])
    var error = 0.0
    let measure = try Measure(runs: 2) {
      var design = Design(rows: rows, intercept: false, capacity: 2)
      design.append("x1", x1)
      design.append("x2", x2)
      let fit = try OLS(outcome: y, design: design, absorbing: effects)
      error = try fit.covariance(.cr1(effects.groupings[0])).standardErrors[0]
    }
    let peer = Peer("absorbed.py", [columns.folder, rows == 1_000_000 ? "lsmr" : "map"])
    let seconds = measure.least
    return Figure(
      name: "OLS, \(rows == 1_000_000 ? "10^6" : "10^7") rows, \(name)",
      value: milliseconds(seconds),
      target: "as pyfixest",
      peer: Peer.line("pyfixest", peer, ours: seconds, figure: error, tolerance: 1e-6))
  }
}

/// Columns as raw bytes in a temporary folder, for a peer to read; removed with the value.
final class RawColumns {
  let folder: String

  init(_ numbers: [(name: String, values: [Double])], _ codes: [(name: String, values: [Int32])])
    throws
  {
    let place = FileManager.default.temporaryDirectory.appending(path: "peer-columns-\(getpid())")
    folder = place.path
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (name, values) in numbers {
      try values.withUnsafeBytes { Data($0) }.write(to: place.appending(path: name))
    }
    for (name, values) in codes {
      try values.withUnsafeBytes { Data($0) }.write(to: place.appending(path: name))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}
