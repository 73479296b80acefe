// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// `proeftuin rules test PATH`: decision models against the test cases beside them.
struct TestModels: Tool {
  static let info = ToolInfo(
    "test", summary: "Runs a folder of DMN models against the test cases beside them.")

  @Parameter("The folder, with models (.dmn) and test cases (.xml), as deep as it goes.")
  var path: String
  @Parameter("File to write with a line for each case: folder,file,case,SUCCESS or ERROR.")
  var results: String?
  @Parameter("The day that today() and now() give; 2025-01-01 unless given.")
  var date: RuleDate?

  func run() async throws -> ToolAnswer {
    let clock = ContinuousClock()
    let start = clock.now
    let result = ModelTestFolder(
      path: path, referenceDate: date?.day ?? CalendarDate(year: 2025, month: 1, day: 1)
    ).run()
    let seconds = Double((clock.now - start) / .milliseconds(1)) / 1000
    guard !result.outcomes.isEmpty || !result.faults.isEmpty else {
      throw StageFault(
        "the folder holds no test cases", at: "path",
        help: "test cases are .xml files with the element testCases", kind: .user)
    }
    if let results {
      let lines = result.outcomes.map {
        "\($0.folder),\($0.file),\($0.id),\($0.passed ? "SUCCESS" : "ERROR")\n"
      }
      try Data(lines.joined().utf8).write(to: URL(filePath: results))
    }
    let failed = result.outcomes.filter { !$0.passed }
    let errors = result.faults.filter { $0.severity == .error }
    return ToolAnswer(
      .text(Self.text(failed, errors, result)),
      notes: Self.notes(result, failed: failed.count, seconds),
      succeeded: failed.isEmpty && errors.isEmpty)
  }

  private static func notes(
    _ result: ModelTestFolder.Result, failed: Int, _ seconds: Double
  ) -> [String] {
    let time = (seconds * 10).rounded() / 10
    var notes = ["\(result.outcomes.count - failed) passed, \(failed) failed in \(time) s"]
    if result.unreadable > 0 {
      notes.append(
        result.unreadable == 1
          ? "1 file of test cases cannot be read"
          : "\(result.unreadable) files of test cases cannot be read")
    }
    let warnings = result.faults.count { $0.severity == .warning }
    if warnings > 0 {
      notes.append(
        "\(warnings) \(warnings == 1 ? "warning" : "warnings") about models and test files; "
          + "'rules convert FILE' shows those of a model")
    }
    return notes
  }

  /// The faults of files, each failed case with its differences, and the number of them by folder.
  private static func text(
    _ failed: [ModelTestRun.Outcome], _ errors: [Diagnostic], _ result: ModelTestFolder.Result
  ) -> String {
    var text = ""
    if !errors.isEmpty { text += DiagnosticRenderer().text(errors, files: result.files) + "\n\n" }
    for outcome in failed {
      text += "\(outcome.folder) \(outcome.file) \(outcome.id)\n"
      for difference in outcome.differences { text += "  \(difference)\n" }
      for reason in outcome.reasons { text += "    because: \(reason)\n" }
    }
    let byFolder = Dictionary(grouping: failed, by: \.folder).mapValues(\.count)
    for (folder, count) in byFolder.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      text += "\(count) failed in \(folder)\n"
    }
    return text
  }
}
