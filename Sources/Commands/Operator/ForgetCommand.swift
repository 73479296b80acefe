// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Foundation
import RunStore

/// `proeftuin forget RUN`: deletes a run's data for a retention rule and leaves a signed-off tombstone.
struct ForgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Deletes a run's data and notes who did so and why.")

  @Argument(help: ArgumentHelp("Which run.", valueName: "run"))
  var name: String

  @Option(help: "Why, for instance the retention rule.")
  var reason: String

  @Option(help: "Who decides so; the user's name unless given.")
  var by: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason takes a reason") }
  }

  func run() async throws {
    let store = try self.store.required()
    let forgotten = try await store.forget(
      store.run(named: name).id, by: by ?? NSUserName(), reason: reason,
      wait: LockWait { Terminal.tell($0) })
    Terminal.answer(
      answer.json
        ? forgotten.json.pretty
        : "forgot run \(forgotten.run): \(forgotten.removed.count) objects, \(forgotten.bytes) bytes"
    )
  }
}
