// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation

/// A script under `peers/` that does the same work with somebody else's program.
///
/// It is started as `python3 SCRIPT ARGUMENTS… ANSWER` and writes two lines to ANSWER: its best time in
/// seconds, and the figure that both must agree on. A peer that is not installed gives none.
struct Peer {
  let seconds: Double
  let figure: Double

  init?(_ script: String, _ arguments: [String] = []) {
    let answer = FileManager.default.temporaryDirectory.appending(path: "peer-\(getpid()).txt")
    defer { try? FileManager.default.removeItem(at: answer) }
    let python = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] ?? "python3"
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "peers/\(script)").path
    guard let child = Child(python, [path] + arguments + [answer.path]), child.status == 0,
      let text = try? String(contentsOf: answer, encoding: .utf8)
    else { return nil }
    let numbers = text.split(whereSeparator: \.isNewline).compactMap { Double($0) }
    guard numbers.count == 2 else { return nil }
    (seconds, figure) = (numbers[0], numbers[1])
  }

  /// "numpy takes 4.1 ×, equal", or what is not.
  static func line(
    _ name: String, _ peer: Peer?, ours seconds: Double, figure: Double, tolerance: Double
  ) -> String {
    guard let peer else { return "\(name): not installed" }
    let ratio = (peer.seconds / seconds * 10).rounded() / 10
    let isEqual = abs(peer.figure - figure) <= tolerance * abs(peer.figure)
    return "\(name) takes \(ratio) ×, "
      + (isEqual ? "equal" : "NOT EQUAL: \(peer.figure) there, \(figure) here")
  }
}
