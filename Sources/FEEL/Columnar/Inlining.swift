// SPDX-License-Identifier: EUPL-1.2

extension Node {
  /// The node with calls of functions that the language defines replaced by what they compute, so that
  /// whole columns go through it.
  func inlined(in scope: FEELScope) -> Node {
    let functions = scope.definedFunctions
    let node = functions.isEmpty ? self : inlined(functions)
    return node.withMeansAsQuotients(scope.groups)
  }

  private func inlined(_ functions: [String: FEELFunction]) -> Node {
    // A name that the expression gives itself hides the function.
    guard boundNames.allSatisfy({ functions[$0] == nil }) else { return self }
    let node = mapChildren { $0.inlined(functions) }
    guard case .invocation(let callee, let arguments) = node.form,
      case .name(let name) = callee.form,
      let function = functions[name], let definition = function.definition,
      arguments.count == function.parameters.count, arguments.allSatisfy({ $0.name == nil })
    else { return node }
    let values = Dictionary(
      zip(function.parameters, arguments.map(\.value)), uniquingKeysWith: { first, _ in first })
    return definition.root.substituting(values, at: range)
  }

  /// Names that the node itself brings into the scope of its parts.
  private var boundNames: [String] {
    switch form {
    case .quantified(_, let iterators, _), .loop(let iterators, _): iterators.map(\.name)
    case .function(let parameters, _): parameters.map(\.name)
    case .context(let entries): entries.map(\.key)
    default: []
    }
  }
}

// Calls that cannot have a result
extension Node {
  /// Finds a call of such a function with other arguments than its parameters.
  func checkCalls(in scope: FEELScope) throws(FEELFault) {
    let functions = scope.definedFunctions
    if !functions.isEmpty, let fault = wrongCall(functions) { throw fault }
  }

  private func wrongCall(_ functions: [String: FEELFunction]) -> FEELFault? {
    if case .invocation(let callee, let arguments) = form, case .name(let name) = callee.form,
      let function = functions[name], arguments.count != function.parameters.count
    {
      return FEELFault(
        .wrongArguments, "'\(name)' does not take these arguments",
        help: "write \(name)(\(function.parameters.joined(separator: ", ")))", range: range)
    }
    var fault: FEELFault?
    form.forEachChild { fault = fault ?? $0.wrongCall(functions) }
    return fault
  }
}

extension Node.Test {
  func inlined(in scope: FEELScope) -> Node.Test { mapNodes { $0.inlined(in: scope) } }
}

extension FEELScope {
  fileprivate var definedFunctions: [String: FEELFunction] {
    constants.compactMapValues { value in
      if case .function(let function) = value, function.definition != nil { function } else { nil }
    }
  }
}

extension FEELExpression {
  /// Whether the language itself has a function of this name.
  public static func hasFunction(named name: String) -> Bool { BuiltIn.named(name) != nil }
}
