// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// `proeftuin new plugin NAME --language python|r|swift|command`: a plugin that works at once.
struct NewPlugin: Tool {
  static let info = ToolInfo(
    "new", summary: "Writes a plugin with a stage, a test and a pipeline that uses it.")

  @Parameter("Name of the plugin: small letters, digits and hyphens.") var name: String
  @Parameter("Language: python, r, swift, or command for a tool that runs as it is.")
  var language: Language = .python
  @Parameter("Folder to write it into, under its name.") var into = "."
  @Parameter("For swift: path or address of Proeftuin's own package.") var package: String?

  enum Language: String, ParameterChoice {
    case python, r, swift, command
  }

  func run() async throws -> ToolAnswer {
    guard Name.isStage(name[...]) else {
      throw StageFault(
        "'\(name)' is no name for a plugin", at: "name",
        help: "small letters, digits and hyphens, a letter first: my-stages", kind: .user)
    }
    let folder = into == "." ? name : "\(into)/\(name)"
    guard !FileManager.default.fileExists(atPath: folder) else {
      throw StageFault(
        "there is something at '\(folder)' already", help: "nothing was written; take another name",
        kind: .user)
    }
    let files = try Scaffold(name: name, language: language, package: package).files
    do {
      for file in files {
        let path = "\(folder)/\(file.path)"
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(file.bytes).write(to: URL(filePath: path))
      }
    } catch {
      try? FileManager.default.removeItem(atPath: folder)
      throw StageFault(
        "'\(folder)' cannot be written", help: "check that the folder is yours; nothing was left",
        kind: .user)
    }
    return ToolAnswer(
      .text(files.map { "\(folder)/\($0.path)" }.joined(separator: "\n")),
      notes: ["next: \(next(folder))"])
  }

  private func next(_ folder: String) -> String {
    switch language {
    case .swift: "cd \(folder) && make"
    case .python, .r, .command:
      "proeftuin plugin check \(folder), then proeftuin run \(folder)/\(name).yaml"
    }
  }
}
