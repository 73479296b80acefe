// SPDX-License-Identifier: EUPL-1.2

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
    return TypedExpression(inner: expression, type: type, types: types)
  }

  private func bare(_ element: MarkupElement) -> (any BoxedExpression)? {
    switch element.name {
    case "literalExpression": BoxedLiteral(element.source, self)
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

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    types.coerced(try inner.evaluate(in: scope), to: type)
  }
}
