// SPDX-License-Identifier: EUPL-1.2

extension FEELExpression {
  /// What must go wrong whatever the row holds, as a division by a constant that is zero.
  ///
  /// Only parts that some row reaches are looked at: a branch that the constants rule out is not, and
  /// nothing behind the first operand of `and` and `or`.
  public func constantFaults(in scope: FEELScope) -> [FEELFault] {
    var search = ConstantFaultSearch(interpreter: Interpreter(scope), names: scope.constants)
    search.visit(root)
    return search.found
  }
}

private struct ConstantFaultSearch {
  var interpreter: Interpreter
  let names: [String: FEELValue]
  var found: [FEELFault] = []

  mutating func visit(_ node: Node) {
    if isConstant(node) {
      _ = value(of: node)
      return
    }
    switch node.form {
    case .arithmetic(.divide, let left, let right):
      visit(left)
      guard isConstant(right) else { return visit(right) }
      if let divisor = value(of: right)?.number, divisor.isZero {
        found.append(FEELFault.divisionByZero.at(node.range))
      }
    case .conditional(let condition, let first, let second):
      guard isConstant(condition) else {
        for part in [condition, first, second] { visit(part) }
        return
      }
      visit(value(of: condition)?.boolean == true ? first : second)
    case .conjunction(let operands), .disjunction(let operands):
      if let first = operands.first { visit(first) }
    case .quantified, .loop, .function, .context, .filter: break
    default: for child in node.children { visit(child) }
    }
  }

  private func isConstant(_ node: Node) -> Bool {
    !node.usesInput
      && node.references.allSatisfy { reference in
        names[reference.path[0]] != nil || names[reference.path.joined(separator: ".")] != nil
      }
  }

  /// The value of a constant part; what is wrong with its values is kept.
  private mutating func value(of node: Node) -> FEELValue? {
    do throws(FEELFault) {
      return try interpreter.evaluate(node)
    } catch {
      if error.code.dependsOnValues, !found.contains(error) { found.append(error) }
      return nil
    }
  }
}

extension Node {
  fileprivate var children: [Node] {
    var children: [Node] = []
    form.forEachChild { children.append($0) }
    return children
  }
}
