// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Pipelines
import Reports
import RunStore

/// `proeftuin runs`: what was run.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Lists the runs that are remembered, latest first.")

  @Argument(help: "Only runs of this pipeline.")
  var pipeline: String?

  @Option(help: "At most so many.")
  var limit = 20

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let runs = try store.existing()?.runs(of: pipeline, limit: limit) ?? []
    if answer.json {
      Terminal.answer(.array(runs.map(\.json)))
      return
    }
    guard !runs.isEmpty else {
      Terminal.tell("nothing has run here yet")
      return
    }
    let table = TextTable(
      [
        TextTable.Column("run"), TextTable.Column("pipeline"), TextTable.Column("status"),
        TextTable.Column("time", alignment: .trailing),
        TextTable.Column("title", isFlexible: true),
      ],
      rows: runs.map { run in
        [
          run.id.text, run.pipeline, run.status?.rawValue ?? "running",
          run.seconds.map(ResultTable.time) ?? "", run.title ?? "",
        ]
      })
    Terminal.answer(table.text(width: Terminal.answersAreSeen ? Terminal.width : nil))
  }
}
