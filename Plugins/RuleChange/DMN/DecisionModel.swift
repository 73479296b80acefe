// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// A decision model of the DMN standard (1.1 to 1.5): what it knows, asks and decides.
struct DecisionModel: Sendable {
  /// A node of the model's graph of requirements.
  struct Element: Sendable {
    enum Kind: Sendable {
      case input
      case decision((any BoxedExpression)?)
      case knowledge(BoxedFunction)
      case service(Service)
    }

    let name: String
    let type: String?
    let kind: Kind
    let requirements: [ElementID]
  }

  /// Decisions offered as one function.
  struct Service: Sendable {
    let outputs: [ElementID]
    let inputs: [ElementID]
  }

  /// An element among all models: the namespace of its model and its identifier there.
  struct ElementID: Sendable, Hashable {
    let namespace: String
    let id: String
  }

  let name: String
  let namespace: String
  let types: ItemTypes
  /// The language of expressions that do not name theirs.
  let mode: FEELScope.Mode
  let elements: [String: Element]
  /// The names of imports by namespace.
  let imports: [String: String]
}

/// Models that may import each other.
struct DecisionModels: Sendable {
  private(set) var models: [String: DecisionModel] = [:]
  /// The expressions that cannot be read, by the namespace of their model.
  private(set) var unreadable: [String: [UnreadableExpressions.Entry]] = [:]

  /// The models of some documents; each is read once what it imports is.
  init(_ roots: [MarkupElement]) {
    var waiting = roots
    while !waiting.isEmpty {
      let open = Set(waiting.map { $0["namespace"] ?? "" })
      let ready = waiting.firstIndex { root in
        root.children("import").allSatisfy {
          !open.contains($0["namespace"] ?? "") || $0["namespace"] == root["namespace"]
        }
      }
      // Models in a circle are read in any order.
      let root = waiting.remove(at: ready ?? 0)
      let (model, unreadable) = ModelReader(root, known: self).checkedModel()
      models[model.namespace] = model
      if !unreadable.isEmpty { self.unreadable[model.namespace] = unreadable }
    }
  }

  subscript(id: DecisionModel.ElementID) -> DecisionModel.Element? {
    models[id.namespace]?.elements[id.id]
  }

  /// The element of a model with a name, decisions first.
  func element(named name: String, in namespace: String) -> DecisionModel.ElementID? {
    let found = models[namespace]?.elements.filter { $0.value.name == name } ?? [:]
    let best = found.min { left, right in
      (left.value.rank, left.key) < (right.value.rank, right.key)
    }
    return best.map { DecisionModel.ElementID(namespace: namespace, id: $0.key) }
  }
}

extension DecisionModel.Element {
  fileprivate var rank: Int {
    switch kind {
    case .decision: 0
    case .service: 1
    case .knowledge: 2
    case .input: 3
    }
  }
}
