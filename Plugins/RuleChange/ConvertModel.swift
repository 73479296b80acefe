// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// `proeftuin rules convert FILE`: a decision model or a scheme in another form.
struct ConvertModel: Tool {
  static let info = ToolInfo(
    "convert",
    summary: "Writes a DMN model of any version, or a scheme, as DMN 1.5; or a model as a scheme.")

  enum Form: String, ParameterChoice {
    case dmn, scheme
  }

  @Parameter("The model (.dmn, .xml) or the scheme file (.yaml).")
  var file: String
  @Parameter("File to write; standard output unless given.")
  var output: String?
  @Parameter("What to write: dmn, or scheme; unless given, the ending of the output tells.")
  var to: Form?
  @Parameter("The day on which a scheme's parameters are taken; the latest values unless given.")
  var date: RuleDate?

  func run() async throws -> ToolAnswer {
    let isScheme = Self.isYAML(file)
    let form = to ?? (output.map(Self.isYAML) == true ? .scheme : .dmn)
    switch (isScheme, form) {
    case (true, .dmn): return try schemeAsModel()
    case (false, .dmn): return try modelAsModel()
    case (false, .scheme): return try modelAsScheme()
    case (true, .scheme):
      throw StageFault(
        "the file is a scheme already", at: "to", help: "write --to dmn", kind: .user)
    }
  }

  private static func isYAML(_ path: String) -> Bool {
    [".yaml", ".yml"].contains { path.lowercased().hasSuffix($0) }
  }
}

extension ConvertModel {
  private func schemeAsModel() throws -> ToolAnswer {
    let document = Document.load(path: file)
    guard let root = document.root, !document.hasErrors else {
      return faults(document.diagnostics, [document.file])
    }
    let (scheme, found) = SchemeReader.scheme(LocatedNode(node: root, file: document.file))
    guard let scheme else { return faults(found.diagnostics, [document.file]) }
    let (model, unfit) = SchemeExport.definitions(of: scheme, on: date?.day)
    guard let model else { return faults(unfit.diagnostics, [document.file]) }
    let text = MarkupWriter.document(model, own: ModelVersion.oneFive.rawValue)
    return try written(text, warnings: [], [])
  }

  private func modelAsModel() throws -> ToolAnswer {
    let (document, found) = ModelDocument.load(path: file)
    guard let document else { return faults(found, []) }
    let all = [document] + neighbours(of: document)
    let models = DecisionModels(all.map(\.root))
    let diagnostics = ModelCheck.faults(of: document, among: all, models)
    guard !diagnostics.contains(where: { $0.severity == .error }) else {
      return faults(diagnostics, [document.file])
    }
    return try written(document.text, warnings: diagnostics, [document.file])
  }

  private func modelAsScheme() throws -> ToolAnswer {
    let (document, found) = ModelDocument.load(path: file)
    guard let document else { return faults(found, []) }
    let (text, diagnostics) = SchemeImport.scheme(from: document)
    guard let text else { return faults(diagnostics, [document.file]) }
    return try written(text, warnings: diagnostics, [document.file])
  }

  /// The models in the same folder, among which are those that a model imports.
  private func neighbours(of document: ModelDocument) -> [ModelDocument] {
    guard document.root.child("import") != nil else { return [] }
    let folder = URL(filePath: file).deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { $0.hasSuffix(".dmn") }.compactMap {
      ModelDocument.load(path: folder.appending(path: $0).path).0
    }.filter { $0.namespace != document.namespace }
  }

  private func written(
    _ text: String, warnings: [Diagnostic], _ files: [SourceFile]
  ) throws -> ToolAnswer {
    let notes =
      warnings.isEmpty ? [] : [DiagnosticRenderer().text(warnings, files: files)]
    guard let output else { return ToolAnswer(.text(text), notes: notes) }
    do {
      try Data(text.utf8).write(to: URL(filePath: output))
    } catch {
      throw StageFault(
        "'\(output)' cannot be written", at: "output", help: "check the folder and its rights",
        kind: .user)
    }
    return ToolAnswer(.text(""), notes: notes + ["wrote \(output)"])
  }

  private func faults(_ faults: [Diagnostic], _ files: [SourceFile]) -> ToolAnswer {
    let errors = faults.count { $0.severity == .error }
    return ToolAnswer(
      .text(DiagnosticRenderer().text(faults, files: files)),
      notes: ["\(errors) \(errors == 1 ? "error" : "errors"); nothing is written"],
      succeeded: false)
  }
}
