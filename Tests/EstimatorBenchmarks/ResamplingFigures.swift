// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import Statistics

import struct Tables.RandomStream
import struct Tables.RandomStreams

/// Drawing assignments, signs and cases again.
enum ResamplingFigures {
  static func all() throws -> [Figure] { [try randomisation(), try wild(), try bootstrap()] }

  private static let streams = RandomStreams(seed: 3, name: "bench")

  private static func randomisation() throws -> Figure {
    var random = RandomStream(seed: 21, name: "bench")
    let outcome = (0..<10_000).map { _ in random.uniform() }
    let arms = try TwoArms(
      outcome: outcome, arm: Grouping((0..<10_000).map { $0 % 2 }), treated: "1", control: "0",
      blocks: Grouping((0..<10_000).map { $0 / 500 }))
    var deviation = 0.0
    let measure = try Measure(runs: 5) {
      deviation = try RandomisationTest(
        arms, .difference, .init(draws: 10_000, streams: streams)
      ).nullStandardDeviation
    }
    let peer = Peer.onNumbers("stratified_randomisation.py", outcome)
    return Figure(
      name: "randomisation test, 10^4 draws, 10^4 rows", value: milliseconds(measure.least),
      target: "numpy 4 ×",
      peer: Peer.line("numpy", peer, ours: measure.least, figure: deviation, tolerance: 0.04))
  }

  private static func wild() throws -> Figure {
    var random = RandomStream(seed: 22, name: "bench")
    let cluster = (0..<5_000).map { $0 / 10 }
    let shift = (0..<500).map { _ in random.uniform() }
    let treated = cluster.map { Double($0 % 2) }
    let covariate = (0..<5_000).map { _ in random.uniform() }
    let outcome = (0..<5_000).map {
      0.025 * treated[$0] + covariate[$0] + shift[cluster[$0]] + random.uniform()
    }
    var design = Design(rows: 5_000)
    design.append("treated", treated)
    design.append("covariate", covariate)
    let clusters = Grouping(cluster)
    var pValue = 0.0
    let measure = try Measure(runs: 5) {
      pValue = try WildClusterBootstrap(
        outcome: outcome, design: design, position: 1, clusters: clusters, streams: streams
      ).pValue
    }
    let peer = Peer.onNumbers(
      "wild_bootstrap.py", cluster.map { Double($0) } + treated + covariate + outcome)
    return Figure(
      name: "wild bootstrap, 9999 draws, 500 clusters", value: milliseconds(measure.least),
      target: "wildboottest 10 ×",
      peer: Peer.line("wildboottest", peer, ours: measure.least, figure: pValue, tolerance: 0.05))
  }

  private static func bootstrap() throws -> Figure {
    var random = RandomStream(seed: 23, name: "bench")
    let outcome = (0..<100_000).map { _ in random.uniform() }
    let arms = try TwoArms(
      outcome: outcome, arm: Grouping((0..<100_000).map { $0 / 50_000 }), treated: "1",
      control: "0")
    var error = 0.0
    let measure = try Measure(runs: 5) {
      error = try Bootstrap(
        arms, .difference, .init(.percentile, draws: 2_000, streams: streams)
      ).standardError
    }
    let peer = Peer.onNumbers("mean_bootstrap.py", outcome)
    return Figure(
      name: "bootstrap of a mean, 2000 draws, 10^5 rows", value: milliseconds(measure.least),
      target: "numpy 3 ×",
      peer: Peer.line("numpy", peer, ours: measure.least, figure: error, tolerance: 0.1))
  }
}

extension Peer {
  /// The peer on numbers that it reads from a file of raw doubles.
  fileprivate static func onNumbers(_ script: String, _ numbers: [Double]) -> Peer? {
    let file = FileManager.default.temporaryDirectory.appending(path: "numbers-\(getpid()).bin")
    defer { try? FileManager.default.removeItem(at: file) }
    let bytes = numbers.withUnsafeBytes { Data($0) }
    guard (try? bytes.write(to: file)) != nil else { return nil }
    return Peer(script, [file.path])
  }
}
