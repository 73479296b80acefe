// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation

/// The document of a decision model, whatever its version, in the form of DMN 1.5.
struct ModelDocument: Sendable {
  let file: SourceFile
  /// The element `definitions`, upgraded.
  let root: MarkupElement
  /// The version that the document was written in; nil where it names none.
  let version: ModelVersion?
  /// What is wrong with the document by itself; other models and expressions are checked apart.
  let diagnostics: [Diagnostic]

  var namespace: String { root["namespace"] ?? "" }

  /// The document as DMN 1.5: UTF-8, in the schema's order.
  var text: String { MarkupWriter.document(root, own: ModelVersion.oneFive.rawValue) }

  /// Reads a document; nil with one fault where it is none.
  static func read(_ bytes: [UInt8], name: String) -> (ModelDocument?, [Diagnostic]) {
    let file = SourceFile(name: name, text: String(decoding: bytes, as: UTF8.self))
    let root: MarkupElement
    do {
      root = try MarkupElement.parse(bytes)
    } catch {
      return (nil, [error.diagnostic(in: name)])
    }
    guard root.name == "definitions", ModelVersion.isModel(root.namespace) else {
      return (nil, [.noModel(root, name)])
    }
    let (upgraded, diagnostics) = ModelUpgrade.upgrade(root, file: name)
    let document = ModelDocument(
      file: file, root: upgraded,
      version: root.namespace.flatMap { ModelVersion(rawValue: $0) }, diagnostics: diagnostics)
    return (document, diagnostics)
  }

  /// Reads a file; nil with one fault where it cannot be.
  static func load(path: String) -> (ModelDocument?, [Diagnostic]) {
    guard let data = FileManager.default.contents(atPath: path) else {
      return (nil, [.unreadable(path)])
    }
    return read(Array(data), name: path)
  }
}

extension MarkupFault {
  func diagnostic(in file: String) -> Diagnostic {
    Diagnostic(
      .modelSyntax, "the file cannot be read as XML: \(reason)",
      help: reason.contains("document type")
        ? "take the DOCTYPE away: it could draw in other files" : nil,
      file: file, span: SourceSpan(at: SourcePosition(line: line, column: column)))
  }
}

extension Diagnostic {
  static func unreadable(_ path: String) -> Diagnostic {
    Diagnostic(
      .unreadableFile, "the file cannot be read", help: "check that it is there and may be read",
      file: path, span: nil)
  }

  fileprivate static func noModel(_ root: MarkupElement, _ file: String) -> Diagnostic {
    Diagnostic(
      .modelSyntax,
      root.name == "definitions"
        ? "this is no decision model of a known version of DMN"
        : "this is no decision model: it starts with '\(root.name)'",
      help: "a model starts with 'definitions' in the namespace of DMN "
        + ModelVersion.allCases.map(\.number).joined(separator: ", "),
      file: file, span: root.opening)
  }
}

extension DiagnosticCode {
  static let modelSyntax: DiagnosticCode = "model-syntax"
  static let modelSchema: DiagnosticCode = "model-schema"
}
