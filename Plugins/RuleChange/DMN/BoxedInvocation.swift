// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// A call of a function with its arguments by name.
struct BoxedInvocation: BoxedExpression {
  private let function: (any BoxedExpression)?
  private let arguments: [(name: String, expression: (any BoxedExpression)?)]

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    function = reader.expression(in: element)
    arguments = element.children("binding").map {
      ($0.child("parameter")?["name"] ?? "", reader.expression(in: $0))
    }
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    guard case .function(let function) = try self.function?.evaluate(in: scope) else {
      return .null
    }
    var values: [FEELValue] = []
    for (_, expression) in arguments {
      values.append(try expression?.evaluate(in: scope) ?? .null)
    }
    guard let ordered = function.order(values, labels: arguments.map(\.name)) else {
      scope.onError?(
        FEELFault(.wrongArguments, "'\(function)' does not take the arguments of an invocation"))
      return .null
    }
    return try function.call(ordered, depth: scope.callDepth)
  }
}
