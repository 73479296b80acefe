// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

@testable import External

/// The pages on plugins say what the code does.
struct ConformancePageTests {
  let folder: PluginFolder

  init() throws { folder = try PluginFolder() }

  private static let pages = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Plugins/External/External.docc")

  private static func text(_ page: String) throws -> String {
    try String(contentsOf: pages.appending(path: page), encoding: .utf8)
  }

  @Test func `the table lists every check in its order, with what it asks and how to mend it`()
    throws
  {
    let rows = try Self.text("Conformance.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
    let wanted = ConformanceKit.checks.map { "| `\($0.name)` | \($0.demand) | \($0.mend) |" }
    #expect(wanted.count >= 10)
    for (row, line) in zip(rows, wanted) where row != line {
      Issue.record("Conformance.md has the row\n\(row)\nand the check is\n\(line)")
    }
    #expect(rows.count == wanted.count, "the rows begin with `| ` and the name of a check")
  }

  @Test func `the policy that the page on safety shows is one that can be read`() throws {
    let parts = try Self.text("Safety.md").components(separatedBy: "```yaml\n")
    #expect(parts.count > 2)
    for part in parts.dropFirst() {
      let block = try #require(part.components(separatedBy: "```").first)
      let (policy, faults) = PolicyReader.read(path: try folder.write(block, to: "policy.yaml"))
      #expect(policy != nil && faults.isEmpty, "\(faults.map(\.message))\n\(block)")
    }
  }

  @Test func `the page on safety names the limits that hold without a policy`() throws {
    let page = try Self.text("Safety.md")
    let standard = Limits.standard
    #expect(page.contains("| `processes` | how many at once | \(standard.processes ?? 0) |"))
    #expect(page.contains("included | \(ExternalAttempt.size(standard.output)), "))
    #expect(standard.memory == nil && standard.time == nil)
    #expect(RunningProgram.grace == .seconds(2), "three pages say two seconds")
  }

  @Test func `the page on the protocol is of the version that is spoken`() throws {
    let current = PluginManifest.ProtocolVersion.current
    #expect(
      try Self.text("Protocol.md").hasPrefix(
        "# The protocol of external stages, version \(current)\n"))
  }

  @Test func `the page on the manifest names every key`() throws {
    let page = try Self.text("Manifest.md")
    for key in ManifestReader.keys + StageReader.keys {
      #expect(page.contains("`\(key)`"), "\(key)")
    }
    for type in ParameterType.names { #expect(page.contains("`\(type)`"), "\(type)") }
  }

  @Test func `no page leads to one that is not there`() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.pages.path) {
      for link in try Self.text(name).matches(of: /\]\(([^)#:]+\.md)\)/) {
        let target = Self.pages.appending(path: String(link.1)).standardizedFileURL
        #expect(FileManager.default.fileExists(atPath: target.path), "\(name): \(link.1)")
      }
    }
  }
}
