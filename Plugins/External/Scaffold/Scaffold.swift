// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit
import Tables

/// The files of a new plugin.
struct Scaffold {
  let files: [(path: String, bytes: [UInt8])]

  /// - Throws: `StageFault` where a Swift package does not know where Proeftuin's own is.
  init(name: String, language: NewPlugin.Language, package: String?) throws {
    let module = name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
    var words = ["name": name, "module": module, "plugins": "plugins: [.]\n"]
    var parts: [(String, [UInt8])]
    switch language {
    case .python:
      parts = [
        ("plugin.yaml", PackageResources.python_plugin_yaml),
        ("stages.py", PackageResources.python_stages_py),
        ("test_stages.py", PackageResources.python_test_stages_py),
        ("README.md", PackageResources.python_README_md),
      ]
    case .r:
      parts = [
        ("plugin.yaml", PackageResources.r_plugin_yaml),
        ("stages.R", PackageResources.r_stages_R),
        ("test-stages.R", PackageResources.r_test_stages_R),
        ("README.md", PackageResources.r_README_md),
      ]
    case .command:
      parts = [
        ("plugin.yaml", PackageResources.command_plugin_yaml),
        ("late.awk", PackageResources.command_late_awk),
        ("test.sh", PackageResources.command_test_sh),
        ("README.md", PackageResources.command_README_md),
      ]
    case .swift:
      words["plugins"] = ""
      (words["dependency"], words["identity"]) = try Self.dependency(package)
      parts = [
        ("Package.swift", PackageResources.swift_Package_swift_txt),
        ("Sources/\(module)/Late.swift", PackageResources.swift_Late_swift_txt),
        ("Sources/\(module)/Plugin.swift", PackageResources.swift_Plugin_swift_txt),
        ("Sources/Program/main.swift", PackageResources.swift_main_swift_txt),
        ("Tests/\(module)Tests/LateTests.swift", PackageResources.swift_LateTests_swift_txt),
        ("Makefile", PackageResources.swift_Makefile),
        ("README.md", PackageResources.swift_README_md),
      ]
    }
    parts.append(("\(name).yaml", PackageResources.pipeline_yaml))
    parts.append((".gitignore", PackageResources.gitignore))
    var files = parts.map { path, bytes in
      (path: path, bytes: Array(Self.filled(bytes, words).utf8))
    }
    files.append(("cases.csv", CSVWriter().bytes(try Self.cases())))
    if let helper = StageLanguage(rawValue: language.rawValue) {
      files.append((helper.fileName, helper.bytes))
    }
    self.files = files
  }

  private static func filled(_ template: [UInt8], _ words: [String: String]) -> String {
    words.reduce(String(decoding: template, as: UTF8.self)) { text, word in
      text.replacing("{{\(word.key)}}", with: word.value)
    }
  }

  /// The package that a Swift plugin depends on, and the name by which its products are found.
  private static func dependency(
    _ package: String?
  ) throws(StageFault) -> (dependency: String, identity: String) {
    guard let package, !package.isEmpty else {
      throw StageFault(
        "a plugin in Swift depends on Proeftuin's own package, and nobody said where that is",
        at: "package",
        help: "add --package PATH for a copy on this machine, or --package https://…",
        kind: .user)
    }
    let isAddress = package.contains("://")
    let place = isAddress ? package : Program.absolute(package)
    guard isAddress || FileStatusCheck.isFile("\(place)/Package.swift") else {
      throw StageFault(
        "there is no Swift package at '\(package)'", at: "package",
        help: "name the folder that holds Proeftuin's Package.swift", kind: .user)
    }
    let last = (place as NSString).lastPathComponent
    let identity = (last.hasSuffix(".git") ? String(last.dropLast(4)) : last).lowercased()
    return (
      isAddress
        ? ".package(url: \"\(place)\", from: \"0.1.0\")" : ".package(path: \"\(place)\")", identity
    )
  }

  /// Made-up cases: most are done within eight weeks, some are open still.
  private static func cases() throws -> Table {
    var random = RandomStream(seed: 1, name: "scaffold/cases")
    let rows = 200
    let days = (0..<rows).map { _ -> Int64? in
      let isOpen = random.uniform() < 0.03
      let taken = 5 + random.integer(below: 40) + random.integer(below: 40)
      return isOpen ? nil : Int64(taken)
    }
    let districts = (0..<rows).map { _ in ["centre", "north", "south"][random.integer(below: 3)] }
    return try Table([
      ("case", .text(TextColumn((0..<rows).map { "Z\(2_026_000 + $0)" }))),
      ("district", .category(CategoryColumn(districts))), ("days", .integer(FixedColumn(days))),
    ])
  }
}
