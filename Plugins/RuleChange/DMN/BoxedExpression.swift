// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// An expression of a decision model, in one of the standard's boxed forms; parsed once.
protocol BoxedExpression: Sendable {
  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue
}

/// Reads the boxed forms of one model.
struct BoxedReader {
  /// The names that expressions may use wherever they stand.
  var names: [String]
  let types: ItemTypes
  /// The type of the variable that takes the value.
  var resultType: String?
  /// The language of expressions that do not name theirs.
  var mode = FEELScope.Mode.feel
  /// The element of the graph that is being read, in words.
  var owner = ""
  /// Where expressions are gathered that cannot be read.
  var unreadable: UnreadableExpressions?

  /// Takes note of an expression that cannot be read; one that nobody wrote is none.
  func report(_ fault: FEELFault, in element: MarkupElement?) {
    guard let text = element?.child("text"), !text.text.allSatisfy(\.isWhitespace) else { return }
    unreadable?.add(fault, in: text, of: owner)
  }

  /// The expression among the children of an element; nil where there is none.
  func expression(in element: MarkupElement) -> (any BoxedExpression)? {
    for child in element.children {
      if let expression = form(of: child) { return expression }
    }
    return nil
  }

  /// The expression that an element is.
  private func form(of element: MarkupElement) -> (any BoxedExpression)? {
    guard let expression = speaking(element).bare(element) else { return nil }
    guard let type = element["typeRef"] ?? element.child("typeRef")?.text,
      element.name != "functionDefinition"
    else { return expression }
    let place = BoxedPlace(owner: owner, line: element.place?.line, source: "")
    return TypedExpression(inner: expression, type: type, types: types, place: place)
  }

  private func bare(_ element: MarkupElement) -> (any BoxedExpression)? {
    switch element.name {
    case "literalExpression": BoxedLiteral(element, self)
    case "decisionTable": BoxedTable(element, self)
    case "context": BoxedContext(element, self)
    case "invocation": BoxedInvocation(element, self)
    case "list": BoxedList(element, self)
    case "relation": BoxedRelation(element, self)
    case "functionDefinition": BoxedFunction(element, self)
    case "conditional": BoxedConditional(element, self)
    case "for": BoxedLoop(element, self)
    case "some", "every": BoxedQuantifier(element, self)
    case "filter": BoxedFilter(element, self)
    default: nil
    }
  }

  /// The reader inside an element that may name the language of its expressions.
  private func speaking(_ element: MarkupElement) -> BoxedReader {
    var reader = self
    reader.mode = FEELScope.Mode(language: element["expressionLanguage"], within: mode)
    return reader
  }

  /// The reader inside a form that gives names of its own.
  func adding(_ more: [String]) -> BoxedReader {
    var reader = self
    reader.names += more
    return reader
  }
}

extension FEELScope {
  /// The scope with more names.
  func adding(_ entries: [String: FEELValue]) -> FEELScope {
    var scope = self
    scope.constants.merge(entries) { $1 }
    return scope
  }
}

/// An expression whose value is made to fit a declared type.
private struct TypedExpression: BoxedExpression {
  let inner: any BoxedExpression
  let type: String
  let types: ItemTypes
  let place: BoxedPlace

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    types.coerced(try inner.evaluate(in: scope), to: type, telling: scope.naming(place).onError)
  }
}

/// The expressions of a model that cannot be read; they have no value.
final class UnreadableExpressions {
  struct Entry: Sendable {
    let fault: FEELFault
    let text: MarkupElement
    let owner: String
  }

  private(set) var entries: [Entry] = []

  func add(_ fault: FEELFault, in text: MarkupElement, of owner: String) {
    entries.append(Entry(fault: fault, text: text, owner: owner))
  }
}
