// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Pipelines
import Reports
import StageKit

/// `proeftuin plugins`: what is installed; `proeftuin plugins lock`: note which plugins a pipeline uses.
struct PluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins", abstract: "Shows the plugins that there are, and locks them.",
    discussion: """
      Plugins in other languages lie in 'Plugins/' beside a pipeline or the working folder, in a folder
      named with --plugins or PROEFTUIN_PLUGINS, or where a pipeline's 'plugins:' says.
      'proeftuin plugin add FOLDER' adds one, 'proeftuin new plugin NAME' writes one.
      """,
    subcommands: [ListPluginsCommand.self, LockPluginsCommand.self],
    defaultSubcommand: ListPluginsCommand.self)
}

/// Every plugin: compiled ones, and those found in folders.
struct ListPluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Shows name, version, stages, owner, licence, digest and place.")

  @OptionGroup var plugins: PluginOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let found = plugins.found()
    let all = Installation.current.descriptions.map { ($0, true) } + shown(found)
    if answer.json {
      Terminal.answer(.array(all.map { $0.0.json(isUsable: $0.1) }))
    } else {
      let table = TextTable(
        [
          TextTable.Column("plugin"), TextTable.Column("version"), TextTable.Column("stages"),
          TextTable.Column("owner"), TextTable.Column("licence"), TextTable.Column("digest"),
          TextTable.Column("where", isFlexible: true),
        ], rows: all.map { $0.0.row(isUsable: $0.1) })
      Terminal.answer(table.text(width: Terminal.answersAreSeen ? Terminal.width : nil))
    }
    let faults = found.flatMap(\.diagnostics)
    guard !faults.isEmpty else { return }
    Terminal.tell(DiagnosticRenderer.terminal.text(faults, beside: []))
    if faults.contains(where: { $0.severity == .error }) { throw ExitCode.pipelineFault }
  }

  /// Of two plugins with one name the first counts; the other is shown as shadowed.
  private func shown(_ found: [FoundPlugin]) -> [(PluginDescription, Bool)] {
    var seen = Set(Installation.current.plugins)
    return found.compactMap { plugin in
      plugin.description.map { ($0, seen.insert($0.name).inserted && plugin.isUsable) }
    }
  }
}

extension PluginDescription {
  fileprivate func row(isUsable: Bool) -> [String] {
    [
      name, version.map { "\($0)" } ?? "", stages.joined(separator: ", "), owner ?? "",
      licence ?? "", digest.map { String($0.prefix(12)) } ?? "",
      (folder ?? "in this program") + (isUsable ? "" : " (not usable)"),
    ]
  }

  fileprivate func json(isUsable: Bool) -> JSONValue {
    [
      "name": .string(name), "version": JSONValue(version.map { "\($0)" }),
      "protocol": .string(protocolName), "summary": JSONValue(summary),
      "stages": .array(stages.map { .string($0) }), "owner": JSONValue(owner),
      "licence": JSONValue(licence), "digest": JSONValue(digest), "folder": JSONValue(folder),
      "usable": .boolean(isUsable),
    ]
  }
}
