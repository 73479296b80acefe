// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// Who may import whom.
///
/// A change here is a change of the architecture: say why in its commit.
struct LayeringTests {
  private static let plugin: Set = [
    "StageKit", "Experiments", "Documents", "Tables", "FEEL", "Statistics", "Reports", "Digests",
  ]

  /// Our own modules that each target may import, beside the third-party ones that it owns.
  private static let allowed: [String: Set<String>] = [
    "Documents": ["CYAML", "OrderedCollections"],
    "Digests": ["Crypto"],
    "Tables": [
      "CZip", "CExpat", "CXLSXWriter", "CZlib", "CZstd", "CSQLite", "CPQ", "CReadStat",
      "OrderedCollections",
    ],
    "FEEL": ["Tables", "CDecimal", "CKernels"],
    "StageKit": ["Documents", "Tables", "FEEL", "Logging"],
    "Experiments": ["Documents", "Tables"],
    "Reports": ["Documents", "Tables", "Mustache"],
    "Statistics": ["Tables", "CLAPACK", "CDistributions", "Numerics"],
    "Pipelines": ["StageKit", "Documents", "Tables", "FEEL", "Digests", "Logging"],
    "PilotIntake": plugin,
    // CExpat: the decision models of the DMN standard are XML.
    "RuleChange": plugin.union(["CExpat"]),
    "ImpactMeasurement": plugin,
    "Evaluation": plugin,
    // CProcess: a call of the kernel; SystemPackage: the paths and files that Subprocess takes.
    "External": plugin.union(["CProcess", "Subprocess", "SystemPackage"]),
    // Digests: the store that it keeps in memory addresses artifacts by digest, as every store does.
    "StageTesting": ["Pipelines", "StageKit", "Documents", "Tables", "Digests"],
    "RunStore": ["Pipelines", "StageKit", "Documents", "Tables", "Digests", "GRDB"],
    "Commands": [
      "RunStore", "Pipelines", "Reports", "StageKit", "Experiments", "Documents", "Tables",
      "Digests", "ArgumentParser",
    ],
    "proeftuin": [
      "Commands", "PilotIntake", "RuleChange", "ImpactMeasurement", "Evaluation", "External",
    ],
  ]

  /// What comes with the toolchain.
  private static let toolchain: Set = [
    "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch", "Synchronization",
  ]

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func folder(of target: String) -> URL {
    let name =
      ["PilotIntake", "RuleChange", "ImpactMeasurement", "Evaluation", "External"].contains(target)
      ? "Plugins" : "Sources"
    return root.appending(path: name).appending(path: target)
  }

  private static func files(in folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }

  private static func imports(in file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let position = words.firstIndex(of: "import"), position < words.count - 1,
        words[..<position].allSatisfy({
          ["public", "package", "internal"].contains($0) || $0.hasPrefix("@")
        })
      else { return nil }
      return String(words[position + 1].split(separator: ".")[0])
    }
  }

  @Test(arguments: allowed.keys.sorted())
  func `a target imports only what stands below it`(target: String) throws {
    let mayImport = (Self.allowed[target] ?? []).union(Self.toolchain)
    let files = Self.files(in: Self.folder(of: target))
    try #require(!files.isEmpty, "no sources of \(target)")
    for file in files {
      for name in try Self.imports(in: file) where !mayImport.contains(name) {
        Issue.record("\(target)/\(file.lastPathComponent) imports \(name)")
      }
    }
  }

  @Test func `every target is on the map`() throws {
    let folders = ["Sources", "Plugins"].flatMap { name in
      (try? FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: name).path))
        ?? []
    }
    let targets = folders.filter { !$0.hasPrefix("C") || $0 == "Commands" }.filter {
      !$0.hasPrefix(".")
    }
    #expect(Set(targets).subtracting(["Examples"]) == Set(Self.allowed.keys))
  }

  @Test func `every Swift file names its licence`() throws {
    for name in ["Sources", "Plugins", "Tests"] {
      for file in Self.files(in: Self.root.appending(path: name)) {
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(
          text.prefix(200).contains("SPDX-License-Identifier: EUPL-1.2"),
          "\(file.lastPathComponent) does not name its licence")
      }
    }
  }

  @Test func `the top level holds what a public repository needs and no more`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
      .filter { !$0.hasPrefix(".") }
    let wanted: Set = [
      "Package.swift", "Sources", "Plugins", "Tests", "pipelines", "README.md", "LICENSE",
      "CONTRIBUTING.md", "CHANGELOG.md", "publiccode.yml", "Makefile",
    ]
    #expect(Set(names).subtracting(["Package.resolved"]) == wanted)
  }

  @Test func `no name says nothing`() {
    let vague = ["Util", "Helper", "Common", "Misc", "Shared", "Core", "Manager"]
    for name in ["Sources", "Plugins", "Tests"] {
      for file in Self.files(in: Self.root.appending(path: name)) {
        let base = file.deletingPathExtension().lastPathComponent
        for word in vague where base.hasPrefix(word) || base.hasSuffix(word) {
          // CoreSchema is YAML's own term.
          if !base.hasPrefix("CoreSchema") { Issue.record("\(base) says nothing") }
        }
      }
    }
  }
}
