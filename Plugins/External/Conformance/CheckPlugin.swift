// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// `proeftuin plugin check DIR`: whether a plugin does what the protocol asks.
struct CheckPlugin: Tool {
  static let info = ToolInfo(
    "check", summary: "Tries a plugin: manifest, stages, messages, faults, stopping.")

  @Parameter("Folder of the plugin.") var folder: String
  @Parameter("File to write the results to as JUnit XML, for a build server.") var junit: String?

  func run() async throws -> ToolAnswer {
    let (results, faults) = try await ConformanceKit.run(folder: folder)
    if let junit { try write(JUnitReport.text(results, of: folder), to: junit) }
    let failed = results.count(where: \.hasFailed)
    let skipped = results.count(where: \.isSkipped)
    var notes: [String] = []
    if !faults.isEmpty {
      let files = Set(faults.map(\.file)).sorted().map { Document.load(path: $0).file }
      notes.append(DiagnosticRenderer().text(faults, files: files))
    }
    for result in results where result.hasFailed {
      notes.append(
        "\(result.check.name): \(result.check.demand)\n  to mend it: \(result.check.mend)")
    }
    notes.append(
      "\(results.count - failed - skipped) passed, \(failed) failed, \(skipped) skipped")
    return ToolAnswer(.table(try Self.table(results)), notes: notes, succeeded: failed == 0)
  }

  private static func table(_ results: [ConformanceResult]) throws -> Table {
    try Table([
      ("check", .text(TextColumn(results.map(\.check.name)))),
      ("result", .category(CategoryColumn(results.map(\.word)))),
      ("what", .text(TextColumn(results.map { $0.detail.isEmpty ? $0.check.demand : $0.detail }))),
      ("mend", .text(TextColumn(results.map { $0.hasFailed ? $0.check.mend : nil }))),
    ])
  }

  private func write(_ text: String, to path: String) throws(StageFault) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw StageFault("'\(path)' cannot be written", at: "junit", kind: .user)
    }
  }
}
