// SPDX-License-Identifier: EUPL-1.2

import Documents
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
    var documents = [Document.load(path: file)]
    guard var (scheme, faults) = read(documents[0]) else { return answer([], documents) }
    guard var checked = scheme else { return answer(faults.diagnostics, documents) }
    for path in reforms {
      let document = Document.load(path: path)
      documents.append(document)
      guard let root = document.root, !document.hasErrors else { return answer([], documents) }
      var reader = SchemeReader()
      let located = LocatedNode(node: root, file: document.file)
      guard let reform = Reform.read(located, &reader), !reader.faults.hasErrors else {
        return answer(reader.faults.diagnostics, documents)
      }
      (scheme, faults) = ReformApplication.apply(reform, to: checked)
      guard let next = scheme else { return answer(faults.diagnostics, documents) }
      checked = next
    }
    faults = checked.lateFaults(on: date?.day)
    if faults.hasErrors { return answer(faults.diagnostics, documents) }
    return answer(checked, warnings: faults.diagnostics, documents)
  }

  private func read(_ document: Document) -> (scheme: Scheme?, faults: SchemeFaults)? {
    guard let root = document.root, !document.hasErrors else { return nil }
    return SchemeReader.scheme(LocatedNode(node: root, file: document.file))
  }

  /// The faults as `proeftuin check` shows those of a pipeline.
  private func answer(_ faults: [Diagnostic], _ documents: [Document]) -> ToolAnswer {
    let all = documents.flatMap(\.diagnostics) + faults
    let text = DiagnosticRenderer().text(all, files: documents.map(\.file))
    let errors = all.count { $0.severity == .error }
    return ToolAnswer(
      .text(text), notes: ["\(errors) \(errors == 1 ? "error" : "errors")"], succeeded: false)
  }

  private func answer(
    _ scheme: Scheme, warnings: [Diagnostic], _ documents: [Document]
  ) -> ToolAnswer {
    let results = scheme.runTests(on: date?.day)
    let failed = results.count { !$0.passed }
    let decisions = scheme.decisions.count
    var notes =
      warnings.isEmpty
      ? [] : [DiagnosticRenderer().text(warnings, files: documents.map(\.file))]
    notes.append(
      "scheme '\(scheme.id)': \(decisions) \(decisions == 1 ? "decision" : "decisions"), "
        + "\(results.count) worked \(results.count == 1 ? "example" : "examples"), "
        + "\(failed) failed")
    if results.isEmpty { notes.append("no example is worked out; add some under 'tests:'") }
    return ToolAnswer(.table(results.table), notes: notes, succeeded: failed == 0)
  }
}
