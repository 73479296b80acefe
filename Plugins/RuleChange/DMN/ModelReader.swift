// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Makes a model of a document, every expression parsed with the names that it may use.
struct ModelReader {
  private let root: MarkupElement
  private let namespace: String
  private let known: DecisionModels
  private let imports: [String: String]
  private let types: ItemTypes
  /// Keys with signs in them: an expression may write them after a dot.
  private let keys: [String]
  private let unreadable = UnreadableExpressions()

  init(_ root: MarkupElement, known: DecisionModels) {
    self.root = root
    self.known = known
    namespace = root["namespace"] ?? ""
    var imports: [String: String] = [:]
    var types = ItemTypes(root)
    var keys = root.keys
    for element in root.children("import") {
      let (space, name) = (element["namespace"] ?? "", element["name"] ?? "")
      guard let model = known.models[space] else { continue }
      imports[space] = name
      types.add(model.types, under: name)
      keys += model.elements.values.map(\.name)
    }
    self.imports = imports
    self.types = types
    self.keys = Array(Set(keys)).filter { key in
      !key.unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
    }
  }

  func model() -> DecisionModel {
    var elements: [String: DecisionModel.Element] = [:]
    for (position, element) in root.children.enumerated() {
      guard let kind = kind(of: element) else { continue }
      let variable = element.child("variable")
      elements[element["id"] ?? "#\(position)"] = DecisionModel.Element(
        name: variable?["name"] ?? element["name"] ?? "", type: variable?["typeRef"], kind: kind,
        requirements: requirements(of: element))
    }
    return DecisionModel(
      name: root["name"] ?? "", namespace: namespace, types: types, mode: mode,
      elements: elements, imports: imports)
  }

  private var mode: FEELScope.Mode { FEELScope.Mode(language: root["expressionLanguage"]) }

  /// The model, and the expressions in it that cannot be read.
  func checkedModel() -> (model: DecisionModel, unreadable: [UnreadableExpressions.Entry]) {
    let model = model()
    return (model, unreadable.entries)
  }

  private func kind(of element: MarkupElement) -> DecisionModel.Element.Kind? {
    switch element.name {
    case "inputData": return .input
    case "decision": return .decision(reader(of: element).expression(in: element))
    case "businessKnowledgeModel":
      let logic = element.child("encapsulatedLogic") ?? MarkupElement(name: "encapsulatedLogic")
      // A function's own type names its result or, since DMN 1.2, a type of functions.
      return .knowledge(
        BoxedFunction(
          logic, reader(of: element), resultType: types.result(of: element.variableType)))
    case "decisionService":
      return .service(
        DecisionModel.Service(
          outputs: ids(element.children("outputDecision")),
          inputs: ids(element.children("inputData") + element.children("inputDecision"))))
    default: return nil
    }
  }

  private func reader(of element: MarkupElement) -> BoxedReader {
    var names = keys
    for id in requirements(of: element) {
      if let name = imports[id.namespace] { names.append(name) }
      if id.namespace == namespace || imports[id.namespace] == "" {
        let name = known[id]?.name ?? root.children.first { $0["id"] == id.id }?.variableName
        if let name { names.append(name) }
      }
    }
    if element.name == "businessKnowledgeModel" { names.append(element.variableName) }
    return BoxedReader(
      names: names, types: types, resultType: types.result(of: element.variableType), mode: mode,
      owner: element.title, unreadable: unreadable)
  }

  private func requirements(of element: MarkupElement) -> [DecisionModel.ElementID] {
    ids(
      element.children.filter {
        ["informationRequirement", "knowledgeRequirement"].contains($0.name)
      }.flatMap(\.children))
  }

  /// What references point to: `#id` here, or `namespace#id` in another model.
  private func ids(_ references: [MarkupElement]) -> [DecisionModel.ElementID] {
    references.compactMap { reference in
      guard let href = reference["href"], let sign = href.lastIndex(of: "#") else { return nil }
      let space = String(href[..<sign])
      return DecisionModel.ElementID(
        namespace: space.isEmpty ? namespace : space, id: String(href[href.index(after: sign)...]))
    }
  }
}

extension MarkupElement {
  fileprivate var variableType: String? { child("variable")?["typeRef"] }

  var variableName: String { child("variable")?["name"] ?? self["name"] ?? "" }

  /// The names of components, entries, columns and outputs anywhere below.
  fileprivate var keys: [String] {
    var keys = children.flatMap(\.keys)
    switch name {
    case "itemComponent", "column", "output", "formalParameter":
      if let name = self["name"] { keys.append(name) }
    case "contextEntry": if let name = child("variable")?["name"] { keys.append(name) }
    default: break
    }
    return keys
  }
}
