// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit

/// `proeftuin plugin helper DIR`: puts the helper of this version into a plugin's folder.
struct CopyLanguageFile: Tool {
  static let info = ToolInfo(
    "helper", summary: "Writes proeftuin.py or proeftuin.R of this version into a folder.")

  @Parameter("Folder of the plugin.") var folder: String
  @Parameter("Language: python or r; the one that is there already unless given.")
  var language: Language?

  enum Language: String, ParameterChoice {
    case python, r
  }

  func run() async throws -> ToolAnswer {
    guard FileStatusCheck.isFolder(folder) else {
      throw StageFault("there is no folder '\(folder)'", at: "folder", kind: .user)
    }
    let asked = language.flatMap { StageLanguage(rawValue: $0.rawValue) }
    let languages =
      asked.map { [$0] }
      ?? StageLanguage.allCases.filter { FileStatusCheck.isFile("\(folder)/\($0.fileName)") }
    guard !languages.isEmpty else {
      throw StageFault(
        "'\(folder)' has no helper yet", at: "language", help: "say --language python or r",
        kind: .user)
    }
    for language in languages {
      do {
        try Data(language.bytes).write(
          to: URL(filePath: "\(folder)/\(language.fileName)"), options: .atomic)
      } catch {
        throw StageFault("'\(folder)' cannot be written", at: "folder", kind: .user)
      }
    }
    return ToolAnswer(
      .text(languages.map { "\(folder)/\($0.fileName)" }.joined(separator: "\n")))
  }
}
