// SPDX-License-Identifier: EUPL-1.2

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
    let outcomes = ModelTestFolder(
      path: path, referenceDate: date?.day ?? CalendarDate(year: 2025, month: 1, day: 1)
    ).run()
    guard !outcomes.isEmpty else {
      throw StageFault(
        "the folder holds no test cases", at: "path",
        help: "test cases are .xml files with the element testCases", kind: .user)
    }
    if let results {
      let lines = outcomes.map {
        "\($0.folder),\($0.file),\($0.id),\($0.passed ? "SUCCESS" : "ERROR")\n"
      }
      try Data(lines.joined().utf8).write(to: URL(filePath: results))
    }
    let failed = outcomes.filter { !$0.passed }
    return ToolAnswer(
      .text(Self.text(failed)),
      notes: ["\(outcomes.count - failed.count) passed, \(failed.count) failed"],
      succeeded: failed.isEmpty)
  }

  /// Each failed case with its differences, and the number of them by folder.
  private static func text(_ failed: [ModelTestRun.Outcome]) -> String {
    var text = ""
    for outcome in failed {
      text += "\(outcome.folder) \(outcome.file) \(outcome.id)\n"
      for difference in outcome.differences { text += "  \(difference)\n" }
    }
    let byFolder = Dictionary(grouping: failed, by: \.folder).mapValues(\.count)
    for (folder, count) in byFolder.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      text += "\(count) failed in \(folder)\n"
    }
    return text
  }
}
