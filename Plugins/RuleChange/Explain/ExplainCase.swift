// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// `proeftuin rules explain FILE --case case.yaml`: how the rules come to what they decide for one case.
struct ExplainCase: Tool {
  static let info = ToolInfo(
    "explain", summary: "Tells step by step what a scheme decides for one case, and why.")

  @Parameter("The scheme file.") var file: String
  @Parameter("The case: a YAML file with 'date' and, under 'in', what is known.")
  var `case`: String?
  @Parameter("The day whose rules hold, as 2025-01-01; the case's own unless given.")
  var date: RuleDate?
  @Parameter("The language of the sentences.") var lang: TraceLanguage = .nl
  @Parameter("Reform files, applied on top of each other, to tell where they lead elsewhere.")
  var reform: [String] = []

  func run() async throws -> ToolAnswer {
    var files = RuleFiles()
    guard let scheme = files.scheme(file) else { return files.answer }
    var reforms: [Reform] = []
    var reformed = scheme
    for path in reform {
      guard let (next, reform) = files.reformed(reformed, by: path) else { return files.answer }
      reformed = next
      reforms.append(reform)
    }
    guard let path = self.case else {
      throw StageFault(
        "there is no case to explain", at: "case",
        help: "name a YAML file with 'date' and, under 'in', what is known: --case case.yaml",
        kind: .user)
    }
    guard let known = files.caseFile(path, for: reforms.isEmpty ? [scheme] : [scheme, reformed])
    else { return files.answer }
    let day = date?.day ?? known.date
    let before = try CaseEvaluation.trace(
      scheme, on: day, given: known.values, members: known.members)
    guard !reforms.isEmpty else {
      return ToolAnswer(
        .readable(TraceText(trace: before, language: lang).text, before.json),
        notes: notes(day))
    }
    let after = try CaseEvaluation.trace(
      reformed, on: day, given: known.values, members: known.members)
    let comparison = TraceComparison(before: before, after: after, reforms: reforms)
    return ToolAnswer(
      .readable(
        ComparisonText(comparison: comparison, language: lang).text, comparison.json),
      notes: notes(day))
  }

  private func notes(_ day: CalendarDate?) -> [String] {
    day == nil ? ["no date is given: the last value of every figure holds"] : []
  }
}
