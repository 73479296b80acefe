// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit

/// Finds what is wrong between the elements of a model and with its expressions.
struct ModelCheck {
  private let document: ModelDocument
  private let all: [String: ModelDocument]
  private let models: DecisionModels
  private var diagnostics: [Diagnostic] = []

  /// All faults of a model that lies beside others, those of its document included.
  static func faults(
    of document: ModelDocument, among documents: [ModelDocument], _ models: DecisionModels
  ) -> [Diagnostic] {
    var check = ModelCheck(document, documents, models)
    check.checkImports()
    check.checkIdentifiers()
    check.checkReferences()
    check.checkTypes()
    check.checkLoops()
    check.checkExpressions()
    return document.diagnostics + check.diagnostics
  }

  private init(
    _ document: ModelDocument, _ documents: [ModelDocument], _ models: DecisionModels
  ) {
    self.document = document
    self.models = models
    all = Dictionary(documents.map { ($0.namespace, $0) }) { first, _ in first }
  }

  private mutating func report(
    _ code: DiagnosticCode, severity: Diagnostic.Severity = .error, _ message: String,
    at span: SourceSpan?, help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: severity, message, help: help, file: document.file.name, span: span))
  }
}

// What elements point to
extension ModelCheck {
  private mutating func checkImports() {
    for element in document.root.children("import") {
      let namespace = element["namespace"] ?? ""
      let isModel = element["importType"] == ModelVersion.oneFive.rawValue
      guard isModel, all[namespace] == nil else { continue }
      report(
        .modelImport, "\(element.title) wants the model of '\(namespace)', which is not here",
        at: element.opening,
        help: Suggestion.question(for: namespace, among: all.keys.sorted())
          ?? "put the file with that namespace into the same folder")
    }
  }

  private mutating func checkIdentifiers() {
    var seen: Set<String> = []
    document.root.walk { element in
      guard let id = element.own("id"), element.namespace == nil else { return }
      if !seen.insert(id).inserted {
        report(
          .modelReference, "\(element.title) has the id '\(id)', which something else has too",
          at: element.opening, help: "an id names one thing: give it another")
      }
    }
  }

  /// What a reference of each kind must point to.
  private static let wanted: [String: [String]] = [
    "requiredDecision": ["decision"], "requiredInput": ["inputData"],
    "requiredKnowledge": ["businessKnowledgeModel", "decisionService"],
    "requiredAuthority": ["knowledgeSource"], "outputDecision": ["decision"],
    "encapsulatedDecision": ["decision"], "inputDecision": ["decision"], "inputData": ["inputData"],
  ]

  private mutating func checkReferences() {
    for owner in document.root.children {
      owner.walk { element in
        guard let href = element.own("href"), element.namespace == nil else { return }
        check(href, of: element, in: owner)
      }
    }
  }

  private mutating func check(
    _ href: String, of element: MarkupElement, in owner: MarkupElement
  ) {
    let parts = href.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let namespace = parts[0].isEmpty ? document.namespace : String(parts[0])
    let id = parts.count > 1 ? String(parts[1]) : ""
    let isImported = document.root.children("import").contains { $0["namespace"] == namespace }
    guard namespace == document.namespace || isImported else {
      report(
        .modelReference, "\(owner.title) refers to '\(href)', a model that it does not import",
        at: element.opening, help: "add an import with namespace=\"\(namespace)\"")
      return
    }
    // A missing import is told once.
    guard let target = all[namespace] else { return }
    let wanted = Self.wanted[element.name]
    guard let found = target.root.children.first(where: { $0.own("id") == id }) else {
      let ids = target.root.children.filter { wanted?.contains($0.name) ?? true }
        .compactMap { $0.own("id") }
      report(
        .modelReference, "\(owner.title) refers to '\(href)', which is nothing",
        at: element.opening, help: Suggestion.question(for: id, among: ids))
      return
    }
    if let wanted, !wanted.contains(found.name) {
      report(
        .modelReference, "'\(element.name)' of \(owner.title) points to \(found.title)",
        at: element.opening, help: "it takes " + wanted.joined(separator: " or "))
    }
  }
}

// Types, loops and expressions
extension ModelCheck {
  private static let ownTypes: Set = [
    "string", "number", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration", "Any", "list", "context", "range", "function", "Null", "null",
  ]

  private mutating func checkTypes() {
    let defined = models.models[document.namespace]?.types.definitions ?? [:]
    let isOpen = document.root.children("import").contains { all[$0["namespace"] ?? ""] == nil }
    for owner in document.root.children where owner.namespace == nil {
      owner.walk { element in
        let type = element.name == "typeRef" ? element.text : element.own("typeRef")
        guard let type, !isOpen, !Self.ownTypes.contains(type), defined[type] == nil,
          !type.contains("<")
        else { return }
        report(
          .modelType, severity: .warning,
          "\(owner.title) has the type '\(type)', which nothing defines: it takes any value",
          at: element.opening,
          help: Suggestion.question(
            for: type, among: defined.keys.sorted() + Self.ownTypes.sorted()))
      }
    }
  }

  private mutating func checkLoops() {
    let elements = models.models[document.namespace]?.elements ?? [:]
    var told: Set<String> = []
    for element in document.root.children {
      guard let id = element.own("id"), !told.contains(id), elements[id] != nil,
        let path = loop(from: .init(namespace: document.namespace, id: id))
      else { continue }
      told.formUnion(path.filter { $0.namespace == document.namespace }.map(\.id))
      let names = (path + [path[0]]).map { "'\(models[$0]?.name ?? $0.id)'" }
      report(
        .modelLoop, "\(element.title) needs itself: " + names.joined(separator: " needs "),
        at: element.opening, help: "take one of these requirements away")
    }
  }

  /// The way by which an element requires itself; nil where it does not.
  ///
  /// Knowledge may call itself.
  private func loop(
    from start: DecisionModel.ElementID
  ) -> [DecisionModel.ElementID]? {
    var before: [DecisionModel.ElementID: DecisionModel.ElementID] = [:]
    var open = [start]
    while let id = open.popLast() {
      for next in models[id]?.requirements ?? [] {
        if next == start {
          var path = [id]
          while let previous = before[path[0]] { path.insert(previous, at: 0) }
          if path == [start], case .knowledge = models[start]?.kind { continue }
          return path
        }
        if before[next] == nil {
          before[next] = id
          open.append(next)
        }
      }
    }
    return nil
  }

  /// They are warnings: as the standard says, such an expression is null.
  private mutating func checkExpressions() {
    for entry in models.unreadable[document.namespace] ?? [] {
      report(
        .badExpression, severity: .warning, "\(entry.owner): \(entry.fault.message)",
        at: entry.fault.range.flatMap { entry.text.span(inText: $0) } ?? entry.text.opening,
        help: entry.fault.help)
    }
  }
}

extension DiagnosticCode {
  static let modelImport: DiagnosticCode = "model-import"
  static let modelReference: DiagnosticCode = "model-reference"
  static let modelType: DiagnosticCode = "model-type"
  static let modelLoop: DiagnosticCode = "model-loop"
}
