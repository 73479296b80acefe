// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Digests
import Documents
import Pipelines
import RunStore

/// `proeftuin diff RUN RUN`: what differs between two runs, and why.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what differs between two runs: file, parameters, inputs, results.")

  @Argument(help: "The earlier run.")
  var first: String

  @Argument(help: "The later run.")
  var second: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let store = try self.store.required()
    let difference = try RunDifference(
      store.run(named: first), store.run(named: second), in: store)
    Terminal.answer(answer.json ? difference.json.pretty : difference.text)
  }
}
