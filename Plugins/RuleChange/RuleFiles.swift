// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// The files that a tool reads, one after the other, with all that is wrong with them.
struct RuleFiles {
  private(set) var documents: [Document] = []
  private var faults: [Diagnostic] = []

  /// The scheme of a file; nil where it has errors.
  mutating func scheme(_ path: String) -> Scheme? {
    guard let root = load(path) else { return nil }
    let (scheme, found) = SchemeReader.scheme(root)
    faults += found.diagnostics
    return scheme
  }

  /// A scheme after the reform of a file, with the reform.
  mutating func reformed(_ scheme: Scheme, by path: String) -> (Scheme, Reform)? {
    guard let root = load(path) else { return nil }
    var reader = SchemeReader()
    let reform = Reform.read(root, &reader)
    faults += reader.faults.diagnostics
    guard let reform, !reader.faults.hasErrors else { return nil }
    let (next, found) = ReformApplication.apply(reform, to: scheme)
    faults += found.diagnostics
    return next.map { ($0, reform) }
  }

  /// A case that is to be explained under schemes.
  mutating func caseFile(_ path: String, for schemes: [Scheme]) -> CaseFile? {
    guard let root = load(path) else { return nil }
    let (file, found) = CaseFile.read(root, for: schemes)
    faults += found.diagnostics
    return file
  }

  mutating func add(_ found: SchemeFaults) { faults += found.diagnostics }

  private mutating func load(_ path: String) -> LocatedNode? {
    let document = Document.load(path: path)
    documents.append(document)
    guard let root = document.root, !document.hasErrors else { return nil }
    return LocatedNode(node: root, file: document.file)
  }

  private var all: [Diagnostic] { documents.flatMap(\.diagnostics) + faults }

  /// What is wrong, as `proeftuin check` shows the faults of a pipeline; nil where nothing is.
  var text: String? {
    all.isEmpty ? nil : DiagnosticRenderer().text(all, files: documents.map(\.file))
  }

  /// The faults as a tool answers with them.
  var answer: ToolAnswer {
    let errors = all.count { $0.severity == .error }
    return ToolAnswer(
      .readable(text ?? "", .array(all.sorted().map(\.json))),
      notes: ["\(errors) \(errors == 1 ? "error" : "errors")"], succeeded: false)
  }
}
