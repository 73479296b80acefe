// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import RunStore

/// `proeftuin verify`: whether everything in the store is as it was written.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks that everything remembered is as it was written.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let outcome = try store.required().verify()
    if answer.json {
      Terminal.answer(outcome.json)
    } else {
      for finding in outcome.findings {
        let word = finding.severity == .error ? Terminal.red("error") : "note"
        Terminal.answer("\(word)[\(finding.code.rawValue)]: \(finding.message)")
        if let help = finding.help { Terminal.answer("  \(help)") }
      }
      Terminal.tell(
        "\(outcome.isSound ? "sound" : "damaged"): \(outcome.objects) objects, "
          + "\(outcome.entries) stages, \(outcome.receipts) receipts, \(outcome.runs) runs")
    }
    if !outcome.isSound { throw ExitCode.storeFault }
  }
}
