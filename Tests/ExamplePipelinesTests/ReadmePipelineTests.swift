// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Foundation
import Pipelines
import Testing

/// The pipeline that the README explains is the first that people copy: it works, and ends as shown.
struct ReadmePipelineTests {
  private static func readme() throws -> String {
    try String(contentsOf: Installed.root.appending(path: "README.md"), encoding: .utf8)
  }

  /// The fenced block of YAML, as a file of its own.
  private static func withPipeline<Value>(
    _ work: (URL) async throws -> Value
  ) async throws -> Value {
    let parts = try readme().components(separatedBy: "```yaml\n")
    try #require(parts.count == 2, "the README has one block of YAML")
    let block = try #require(parts[1].components(separatedBy: "```").first)
    let file = FileManager.default.temporaryDirectory
      .appending(path: "readme-\(UUID().uuidString).yaml")
    try block.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await work(file)
  }

  @Test func `it checks without a fault`() async throws {
    try await Self.withPipeline { file in
      #expect(Installed.check(file).diagnostics == [])
    }
  }

  @Test func `its verdict is the one that the README shows`() async throws {
    let verdict = try await Self.withPipeline { file in
      try Verdict(record: await Installed.run(file).record("verdict", "verdict"))
    }
    let shown = try Self.readme().replacing("\n", with: " ")
    // A page of text has ordinary spaces where a sentence keeps its figure and unit together.
    let summary = verdict.summary.replacing("\u{A0}", with: " ")
    let isShown = shown.contains("verdict \(verdict.decision.rawValue): \(summary)")
    #expect(isShown, "the run says: \(verdict.summary)")
  }
}
