// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Reports
import StageKit

/// `proeftuin stages [NAME]`: every stage, or everything about one.
struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "Lists the stages, or explains one.")

  @Argument(
    help: "A stage, such as impact/difference-in-means.",
    completion: .custom { _, _, _ in PluginOptions.standardCatalog.names })
  var name: String?

  @OptionGroup var plugins: PluginOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let catalog = plugins.catalog
    guard let name else {
      if answer.json {
        Terminal.answer(.array(catalog.stages.map(\.json)))
      } else {
        Terminal.answer(list(catalog))
      }
      return
    }
    guard let stage = catalog[name] else {
      throw CommandFailure(
        .usage, "there is no stage '\(name)'",
        help: Suggestion.question(for: name, among: catalog.names)
          ?? "'proeftuin stages' lists them all")
    }
    Terminal.answer(answer.json ? stage.json.pretty : StagePage.text(stage))
  }

  private func list(_ catalog: Catalog) -> String {
    TextTable(
      [TextTable.Column("stage"), TextTable.Column("what it does", isFlexible: true)],
      rows: catalog.stages.map { [$0.name, $0.info.summary] }
    ).text(width: Terminal.answersAreSeen ? Terminal.width : nil)
  }
}
