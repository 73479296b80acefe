// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// `proeftuin rules check FILE`: all faults of a scheme file, and its worked examples.
struct CheckScheme: Tool {
  static let info = ToolInfo(
    "check", summary: "Checks a scheme file and works out the examples in it.")

  @Parameter("The scheme file.") var file: String
  @Parameter("Reform files, applied on top of each other before the check.")
  var reforms: [String] = []
  @Parameter("A day on which every parameter must have a value, as 2025-01-01.")
  var date: RuleDate?

  func run() async throws -> ToolAnswer {
    var files = RuleFiles()
    guard var scheme = files.scheme(file) else { return files.answer }
    for path in reforms {
      guard let (next, _) = files.reformed(scheme, by: path) else { return files.answer }
      scheme = next
    }
    let faults = scheme.lateFaults(on: date?.day)
    files.add(faults)
    return faults.hasErrors ? files.answer : answer(scheme, warnings: files.text)
  }

  private func answer(_ scheme: Scheme, warnings: String?) -> ToolAnswer {
    let results = scheme.runTests(on: date?.day)
    let failed = results.count { !$0.passed }
    let (decisions, examples) = (scheme.decisions.count, scheme.tests.count)
    var notes = [warnings].compactMap { $0 }
    notes.append(
      "scheme '\(scheme.id)': \(decisions) \(decisions == 1 ? "decision" : "decisions"), "
        + "\(examples) worked \(examples == 1 ? "example" : "examples") with \(results.count) "
        + "\(results.count == 1 ? "result" : "results"), \(failed) failed")
    if results.isEmpty { notes.append("no example is worked out; add some under 'tests:'") }
    return ToolAnswer(.table(results.table), notes: notes, succeeded: failed == 0)
  }
}
