// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import RunStore

/// `proeftuin gc`: removes what nothing refers to.
struct GCCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Removes what no run refers to.")

  @Flag(help: "Only say what would go.")
  var dryRun = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func run() async throws {
    let store = try self.store.required()
    let removed = try await store.gc(dryRun: dryRun, wait: LockWait { Terminal.tell($0) })
    if answer.json {
      Terminal.answer(removed.json)
      return
    }
    Terminal.answer(
      "\(dryRun ? "would remove" : "removed") \(removed.objects) objects, \(removed.entries) stages "
        + "and \(removed.leftovers) left-over files: \(removed.bytes) bytes")
  }
}
