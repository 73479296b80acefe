// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// A function with typed parameters; one in Java or PMML has no value.
struct BoxedFunction: BoxedExpression {
  private let parameters: [(name: String, type: String?)]
  private let body: (any BoxedExpression)?
  private let resultType: String?
  private let isForeign: Bool
  private let types: ItemTypes

  init(_ element: MarkupElement, _ reader: BoxedReader, resultType: String? = nil) {
    var formal = element.children("formalParameter").map { ($0["name"] ?? "", $0["typeRef"]) }
    // The inputs of a table without parameters of its function are these.
    if formal.isEmpty, let table = element.child("decisionTable") {
      formal = table.children("input").compactMap { $0.child("inputExpression") }
        .map { ($0.plainSource, $0["typeRef"]) }
    }
    parameters = formal
    isForeign = (element["kind"] ?? "FEEL") != "FEEL"
    body = reader.adding(parameters.map(\.name)).expression(in: element)
    self.resultType = resultType
    types = reader.types
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    if isForeign { scope.onError?(.foreign) }
    return isForeign ? .null : .function(function(in: scope))
  }

  var parameterNames: [String] { parameters.map(\.name) }

  /// The function with the names around it.
  func function(in scope: FEELScope) -> FEELFunction {
    FEELFunction(
      parameters: parameters.map(\.name), types: parameters.map(\.type), result: resultType
    ) { (arguments, depth) throws(FEELFault) in
      if isForeign { scope.onError?(.foreign) }
      guard !isForeign, let body else { return .null }
      var inner = scope
      inner.callDepth = depth
      for (parameter, value) in zip(parameters, arguments) {
        let coerced = types.coerced(value, to: parameter.type, telling: scope.onError)
        // An argument of another type makes the call an error.
        if coerced.isNull, !value.isNull { return .null }
        inner.constants[parameter.name] = coerced
      }
      return types.coerced(
        try body.evaluate(in: inner), to: resultType, telling: scope.onError)
    }
  }
}

extension MarkupElement {
  /// The text of an expression that is a name.
  fileprivate var plainSource: String {
    source.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension FEELFault {
  fileprivate static let foreign = FEELFault(
    .unknownFunction, "a function in Java or PMML is not run",
    help: "write its logic in FEEL")
}
