// SPDX-License-Identifier: EUPL-1.2

import Documents

/// Brings a model of any version of the standard into the form of DMN 1.5.
///
/// Elements get the order of the schema. What the standard's language does not know is dropped with a
/// warning; what belongs to other languages is kept.
struct ModelUpgrade {
  private let file: String
  private let names: ModelNames
  private(set) var diagnostics: [Diagnostic] = []

  static func upgrade(
    _ root: MarkupElement, file: String
  ) -> (root: MarkupElement, diagnostics: [Diagnostic]) {
    var upgrade = ModelUpgrade(file: file, names: ModelNames(root))
    var result = upgrade.element(root, as: "tDefinitions", within: nil)
    result.declarations = root.declarations.map {
      MarkupElement.Declaration(prefix: $0.prefix, namespace: ModelVersion.current($0.namespace))
    }.filter { $0.namespace != ModelVersion.feel && !ModelVersion.isModel($0.namespace) }
    return (result, upgrade.diagnostics)
  }

  private init(file: String, names: ModelNames) {
    self.file = file
    self.names = names
  }

  private mutating func element(
    _ old: MarkupElement, as type: String, within parent: MarkupElement?
  ) -> MarkupElement {
    var new = MarkupElement(name: old.name)
    new.place = old.place
    guard let form = ModelSchema.types[type] else {
      if type == ModelSchema.text {
        new.text = old.name == "typeRef" ? names.type(old.text) : old.text
        new.textPlaces = old.textPlaces
        return new
      }
      return foreign(old)
    }
    new.attributes = attributes(of: old, form, within: parent)
    new.children = children(of: old, form)
    return new
  }

  /// Diagrams and extensions: kept, under the namespaces of 1.5.
  private func foreign(_ old: MarkupElement) -> MarkupElement {
    var new = old
    new.namespace = old.namespace.map { ModelVersion.current($0) }
    if ModelVersion.isModel(new.namespace) { new.namespace = nil }
    new.children = old.children.map { foreign($0) }
    return new
  }
}

// Attributes
extension ModelUpgrade {
  private mutating func attributes(
    of old: MarkupElement, _ form: ModelSchema.Form, within parent: MarkupElement?
  ) -> [MarkupElement.Attribute] {
    var result: [MarkupElement.Attribute] = []
    for known in form.attributes {
      guard let value = value(of: known, old, within: parent) else {
        if known.isRequired {
          report(.modelSchema, "\(old.title) needs the attribute '\(known.name)'", at: old)
        }
        continue
      }
      if !known.values.isEmpty, !known.values.contains(value) {
        report(
          .modelSchema, "'\(known.name)' of \(old.title) cannot be '\(value)'", at: old,
          help: Suggestion.question(for: value, among: known.values)
            ?? "one of: " + known.values.joined(separator: ", "))
      }
      result.append(
        MarkupElement.Attribute(name: known.name, namespace: nil, prefix: nil, value: value))
    }
    for attribute in old.attributes where !isKnown(attribute, form) {
      if let namespace = attribute.namespace, form.isOpen, !ModelVersion.isModel(namespace) {
        if namespace != Self.schemaInstance { result.append(attribute) }
      } else {
        report(
          .modelSchema, severity: .warning,
          "\(old.title) has no attribute '\(attribute.name)' in DMN 1.5: it is dropped", at: old)
      }
    }
    return result
  }

  private static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

  private func isKnown(_ attribute: MarkupElement.Attribute, _ form: ModelSchema.Form) -> Bool {
    ModelVersion.isModel(attribute.namespace)
      && form.attributes.contains { $0.name == attribute.name }
  }

  private func value(
    of known: ModelSchema.Attribute, _ old: MarkupElement, within parent: MarkupElement?
  ) -> String? {
    let written = old.attributes.first {
      $0.name == known.name && ModelVersion.isModel($0.namespace)
    }?.value
    switch known.name {
    case "typeRef", "outputTypeRef":
      // The first versions wrote a type as an element.
      return (written ?? old.child("typeRef")?.text).map { names.type($0) }
    case "href": return written.map { names.reference($0) }
    case "expressionLanguage", "typeLanguage": return written.map { ModelVersion.current($0) }
    case "importType": return ModelVersion.current(written ?? ModelVersion.oneFive.rawValue)
    case "name" where old.name == "import": return written ?? ""
    case "name" where old.name == "variable": return written ?? parent?["name"]
    case "kind": return written ?? old["kind"].map { Self.kinds[$0] ?? $0 }
    default: return written
    }
  }

  /// How producers marked functions of other languages before the standard did.
  private static let kinds = ["J": "Java", "P": "PMML", "F": "FEEL"]
}

// Children
extension ModelUpgrade {
  private mutating func children(
    of old: MarkupElement, _ form: ModelSchema.Form
  ) -> [MarkupElement] {
    var result: [MarkupElement] = []
    var taken: Set<Int> = []
    for part in form.parts {
      let types = ModelSchema.groups[part.type] ?? [(part.name, part.type)]
      var count = 0
      for (place, child) in old.children.enumerated() where !taken.contains(place) {
        guard let type = types.first(where: { $0.name == child.name })?.type,
          ModelVersion.isModel(child.namespace) || part.name == "DMNDI"
        else { continue }
        taken.insert(place)
        count += 1
        if let most = part.most, count > most {
          report(.modelSchema, "\(old.title) has more than one '\(child.name)'", at: child)
          continue
        }
        result.append(element(child, as: type, within: old))
      }
      if count < part.least { result += filling(part, of: old) }
    }
    let rest = old.children.indices.filter { !taken.contains($0) }.map { old.children[$0] }
    return keeping(rest, of: old, form, in: result)
  }

  /// What stands in for a child that has to be there; reports one that cannot be guessed.
  private mutating func filling(
    _ part: ModelSchema.Part, of old: MarkupElement
  ) -> [MarkupElement] {
    if part.name == "text" { return [MarkupElement("text", text: "-")] }
    let what = part.name == "expression" ? "an expression" : "'\(part.name)'"
    report(.modelSchema, "\(old.title) has no \(what)", at: old)
    return []
  }

  /// Elements of other languages go among the extensions; unknown ones of the standard's are dropped.
  private mutating func keeping(
    _ rest: [MarkupElement], of old: MarkupElement, _ form: ModelSchema.Form,
    in children: [MarkupElement]
  ) -> [MarkupElement] {
    var children = children
    var extensions: [MarkupElement] = []
    for child in rest {
      if !ModelVersion.isModel(child.namespace), form.isOpen {
        extensions.append(foreign(child))
      } else if child.name != "typeRef" {
        report(
          .modelSchema, severity: .warning,
          "\(old.title) has no '\(child.name)' in DMN 1.5: it is dropped", at: child)
      }
    }
    guard !extensions.isEmpty else { return children }
    if let place = children.firstIndex(where: { $0.name == "extensionElements" }) {
      children[place].children += extensions
    } else {
      let place = children.first?.name == "description" ? 1 : 0
      children.insert(MarkupElement("extensionElements", [:], extensions), at: place)
    }
    return children
  }

  private mutating func report(
    _ code: DiagnosticCode, severity: Diagnostic.Severity = .error, _ message: String,
    at element: MarkupElement, help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: severity, message, help: help, file: file,
        span: element.place.map { SourceSpan(at: $0, length: element.name.count + 1) }))
  }
}

extension MarkupElement {
  /// The element in words, with its name where it has one.
  var title: String {
    let words = [
      "inputData": "input data", "businessKnowledgeModel": "knowledge model",
      "decisionService": "decision service", "knowledgeSource": "knowledge source",
      "itemDefinition": "item definition", "itemComponent": "component",
    ]
    let kind = words[name] ?? name
    return self["name"].map { "\(kind) '\($0)'" } ?? "'\(name)'"
  }

  /// Where the element's opening tag begins.
  var opening: SourceSpan? { place.map { SourceSpan(at: $0, length: name.count + 1) } }
}
