// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Reports
import StageKit

/// `proeftuin stages [NAME]`: every stage, those of a plugin, or everything about one.
struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "Lists the stages, or explains one.",
    discussion: """
      As Markdown it is a reference page:
        proeftuin stages impact --format markdown > Stages.md
      """)

  @Argument(
    help: "A stage, such as impact/difference-in-means, or a plugin, such as impact.",
    completion: .custom { _, _, _ in
      let catalog = PluginOptions.standardCatalog
      return catalog.plugins + catalog.names
    })
  var name: String?

  @Option(help: "How they are shown.")
  var format = Format.text

  @Flag(name: .long, help: "Short for --format json.")
  var json = false

  @OptionGroup var plugins: PluginOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
  }

  func run() throws {
    let catalog = plugins.catalog
    guard let name else { return show(catalog.stages, title: "Stages") }
    if let stage = catalog[name] { return explain(stage) }
    let stages = catalog.stages.filter { $0.plugin == name }
    guard !stages.isEmpty else {
      throw CommandFailure(
        .usage, "there is no stage '\(name)'",
        help: Suggestion.question(for: name, among: catalog.names + catalog.plugins)
          ?? "'proeftuin stages' lists them all")
    }
    show(stages, title: "Stages of \(name)")
  }

  private func explain(_ stage: StageDeclaration) {
    switch json ? .json : format {
    case .text: Terminal.answer(StagePage.text(stage))
    case .json: Terminal.answer(stage.json)
    case .markdown: Terminal.answer(StageReference.markdown([stage], title: stage.info.name))
    }
  }

  private func show(_ stages: [StageDeclaration], title: String) {
    switch json ? .json : format {
    case .text: Terminal.answer(list(stages))
    case .json: Terminal.answer(.array(stages.map(\.json)))
    case .markdown: Terminal.answer(StageReference.markdown(stages, title: title))
    }
  }

  private func list(_ stages: [StageDeclaration]) -> String {
    TextTable(
      [TextTable.Column("stage"), TextTable.Column("what it does", isFlexible: true)],
      rows: stages.map { [$0.name, $0.info.summary] }
    ).text(width: Terminal.answersAreSeen ? Terminal.width : nil)
  }
}

extension Catalog {
  /// Plugins that have stages, in the order of registration.
  fileprivate var plugins: [String] {
    stages.map(\.plugin).reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
  }
}
