// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import StageKit

/// `proeftuin new plugin NAME --language …`: the tool `plugin new` under the name that people look for.
struct NewPluginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "Writes a plugin with a stage, a test and a pipeline that uses it.")

  @Argument(help: "The plugin's name: small letters, digits and hyphens.")
  var name: String

  @Option(help: "python, r, swift, or command for a tool that runs as it is.")
  var language = Language.python

  @Option(help: ArgumentHelp("The folder to write it into, under its name.", valueName: "dir"))
  var into = "."

  @Option(
    help: ArgumentHelp("For swift: where Proeftuin's own package is.", valueName: "path-or-address")
  )
  var package: String?

  enum Language: String, ExpressibleByArgument, CaseIterable {
    case python, r, swift, command
  }

  func run() async throws {
    guard !Installation.current.plugins.contains(name) else {
      throw CommandFailure(
        .usage, "the plugin name '\(name)' is taken by a plugin of Proeftuin",
        help: "nothing was written; take another name")
    }
    var arguments = ["plugin", "new", name, "--language", language.rawValue, "--into", into]
    if let package { arguments += ["--package", package] }
    guard let tool = try ToolCommand(arguments, Installation.current) else {
      throw CommandFailure(
        .usage, "this program was built without plugins in other languages",
        help: "add ExternalPlugin to main.swift")
    }
    try await tool.run()
  }
}
