// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// An expression of the DMN expression language (FEEL), parsed once; equal where the sources are.
public struct FEELExpression: Sendable {
  public let source: String
  let root: Node
  /// The free names that the expression uses, in order, with keys and properties after them.
  ///
  /// Names inside a filter's brackets may be keys of its items and are left out.
  public let references: [Reference]

  /// Reads an expression.
  ///
  /// Where the names in scope are known, they may hold spaces, dots and other signs, and the longest
  /// that fits is taken. A name in backticks may hold anything. In the mode `feel`, what the standard
  /// takes for an error of evaluation, such as a call of an unknown function, is no fault of reading.
  /// In the mode `strict` the functions are those of the language and the ones named here, which the
  /// scope must hold. The types are those that a model defines: their names may hold spaces and dots too.
  public init(
    parsing source: String, names: [String]? = nil, types: [String] = [],
    functions: Set<String> = [], mode: FEELScope.Mode = .strict
  ) throws(FEELFault) {
    var parser = try Parser(source, names: names, types: types, functions: functions, mode: mode)
    root = try parser.parseWhole()
    references = root.references
    self.source = source
  }

  /// The value without a row: names are those of the scope.
  public func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    var interpreter = Interpreter(scope)
    if scope.mode == .strict { try interpreter.checkNames(references) }
    do throws(FEELFault) {
      return try interpreter.evaluate(root)
    } catch {
      guard scope.endsErrors else { throw error }
      return .null
    }
  }

  /// The value for one row of a table.
  public func evaluate(
    row: Int, of table: Table, in scope: FEELScope
  ) throws(FEELFault) -> FEELValue {
    precondition(row >= 0 && row < table.rowCount, "a row outside the table")
    var interpreter = Interpreter(scope, table: table)
    if scope.mode == .strict { try interpreter.checkNames(references) }
    interpreter.start(row: row, input: nil)
    return try interpreter.evaluate(root)
  }
}

extension FEELScope {
  /// Whether an error that ends an evaluation becomes null here: not inside a call, whose caller
  /// it ends too.
  var endsErrors: Bool { mode.isStandard && callDepth == 0 }
}

extension FEELExpression: Hashable, CustomStringConvertible {
  public static func == (left: FEELExpression, right: FEELExpression) -> Bool {
    left.source.utf8.elementsEqual(right.source.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in source.utf8 { hasher.combine(byte) }
  }

  public var description: String { source }
}

extension Interpreter {
  /// Finds a misspelt name even where no row would reach it.
  func checkNames(_ references: [Reference]) throws(FEELFault) {
    for reference in references {
      try checkName(reference)
    }
  }

  private func checkName(_ reference: Reference) throws(FEELFault) {
    let path = reference.path
    if let groups = scope.groups, groups.lists[path[0]] != nil {
      guard path.count > 1, !groups.members.contains(path[1]) else { return }
      throw .unknownName(path[1], known: groups.members.names).at(reference.range)
    }
    for count in stride(from: path.count, through: 1, by: -1) {
      let name = path.prefix(count).joined(separator: ".")
      if hasColumn(name) { return }
      guard var value = scope.constants[name] else { continue }
      for key in path.dropFirst(count) {
        guard case .context(let context) = value else { return }
        guard let next = context[key] else {
          throw .unknownName(key, known: context.keys).at(reference.range)
        }
        value = next
      }
      return
    }
    throw .unknownName(path[0], known: knownNames).at(reference.range)
  }
}
