// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageTesting
import Testing

@testable import External

/// Which files decide a plugin's results, and what their digest depends on.
struct CodeDigestTests {
  private static let files = [
    "run.sh", "stages.py", "notes.md", "src/a.py", "src/b.R", "src/deep/c.py", "src/deep/er/d.py",
    "uv.lock", ".hidden.py", ".git/x.py", "__pycache__/y.py", "src/__pycache__/z.py", "old.pyc",
  ]

  private static func folder() throws -> PluginFolder {
    let folder = try PluginFolder()
    for file in files { try folder.write("the content of \(file)\n", to: file) }
    return folder
  }

  @Test(arguments: [
    (["*.py"], ["stages.py"]), (["*.sh", "*.py"], ["run.sh", "stages.py"]),
    (["src/*.py"], ["src/a.py"]), (["src/*"], ["src/a.py", "src/b.R"]),
    (["*/*.py"], ["src/a.py"]),
    (["src/**/*.py"], ["src/a.py", "src/deep/c.py", "src/deep/er/d.py"]),
    (["**/*.py"], ["src/a.py", "src/deep/c.py", "src/deep/er/d.py", "stages.py"]),
    (["src/**"], ["src/a.py", "src/b.R", "src/deep/c.py", "src/deep/er/d.py"]),
    (["**/c.py"], ["src/deep/c.py"]), (["src/?.py"], ["src/a.py"]), (["s*s.p?"], ["stages.py"]),
    (["stages.py", "s*.py"], ["stages.py"]),
  ])
  func `patterns name files, in order of path`(patterns: [String], expected: [String]) throws {
    let folder = try Self.folder()
    #expect(
      try CodeDigest.files(in: folder.path, patterns: patterns, lockFiles: []) == expected)
  }

  @Test(arguments: [
    ("*", "a.py", true), ("*", "a/b.py", false), ("**", "a/b/c", true), ("a*b*c", "axxbyyc", true),
    ("a*b*c", "axxbyy", false), ("?", "é", true), ("?", "", false), ("a?", "a", false),
    ("[a]", "a", false), ("[a]", "[a]", true), ("*.py", ".py", true), ("a/**/b", "a/b", true),
    ("a/**/b", "a/x/y/b", true), ("a/**/b", "a/x/y/c", false), ("**/**/b", "b", true),
  ])
  func `a star stays in its folder, two do not`(pattern: String, path: String, fits: Bool) {
    #expect(PathPattern(pattern).matches(path) == fits)
  }

  @Test func `a pattern of many stars is soon done with`() {
    let pattern = PathPattern(String(repeating: "a*", count: 40) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 2000)))
  }

  private func digest(
    _ folder: PluginFolder, _ patterns: [String] = ["src/**/*.py"], lock: [String] = ["uv.lock"]
  ) throws -> String {
    try CodeDigest.digest(in: folder.path, patterns: patterns, lockFiles: lock).hex
  }

  @Test func `neither the place nor the time of the files matters`() throws {
    let (here, there) = (try Self.folder(), try Self.folder())
    for file in Self.files {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 86_400), .posixPermissions: 0o755],
        ofItemAtPath: there.path(file))
    }
    #expect(try digest(here) == digest(there))
  }

  @Test func `files beside the named ones do not matter`() throws {
    let folder = try Self.folder()
    let before = try digest(folder)
    try folder.write("changed", to: "notes.md")
    try folder.write("new", to: "src/new.R")
    try folder.write("new", to: "src/__pycache__/new.py")
    #expect(try digest(folder) == before)
  }

  @Test(arguments: ["src/a.py", "src/deep/er/d.py", "uv.lock", "src/new.py"])
  func `a named file that is changed or added does`(file: String) throws {
    let folder = try Self.folder()
    let before = try digest(folder)
    try folder.write("changed", to: file)
    #expect(try digest(folder) != before)
  }

  @Test func `the name of a file matters as its content does`() throws {
    let folder = try Self.folder()
    let before = try digest(folder)
    try FileManager.default.moveItem(
      atPath: folder.path("src/a.py"), toPath: folder.path("src/b.py"))
    #expect(try digest(folder) != before)
  }

  @Test(
    arguments: [
      (["../*.py"], [], true), (["/etc/*"], [], true), (["src/../../a"], [], true),
      (["run.sh"], ["../uv.lock"], true), (["*.jl"], [], false), (["run.sh"], ["no.lock"], false),
      (["run.sh"], ["*.lock"], false), (["src"], [], false), ([".hidden.py"], [], false),
    ] as [([String], [String], Bool)])
  func `what leads out of the folder or to nothing is a fault`(
    patterns: [String], lock: [String], leaves: Bool
  ) throws {
    let folder = try Self.folder()
    let fault = #expect(throws: CodeDigest.Fault.self) {
      try CodeDigest.digest(in: folder.path, patterns: patterns, lockFiles: lock).hex
    }
    if case .leavesFolder = fault { #expect(leaves) } else { #expect(!leaves) }
  }

  @Test func `a link to a file counts as that file, one to a folder is not followed`() throws {
    let folder = try Self.folder()
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: folder.path("src/link.py"), withDestinationPath: "../stages.py")
    try manager.createSymbolicLink(
      atPath: folder.path("src/round"), withDestinationPath: "../src")
    try manager.createSymbolicLink(
      atPath: folder.path("src/broken.py"), withDestinationPath: "nowhere.py")
    #expect(
      try CodeDigest.files(in: folder.path, patterns: ["src/**/*.py"], lockFiles: [])
        == ["src/a.py", "src/deep/c.py", "src/deep/er/d.py", "src/link.py"])
    let before = try digest(folder)
    try folder.write("changed", to: "stages.py")
    #expect(try digest(folder) != before)
  }
}
