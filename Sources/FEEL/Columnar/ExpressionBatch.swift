// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// Several expressions over one table: parts that they share are computed once, and rows go through
/// all of them block by block, while they are in the processor's cache.
///
/// An expression may name the results of those before it. The results are those of evaluating one
/// expression after the other.
public struct ExpressionBatch: Sendable {
  public struct Entry: Sendable {
    /// What later expressions call the result, if they may.
    public let name: String?
    public let expression: FEELExpression

    public init(_ expression: FEELExpression, named name: String? = nil) {
      self.expression = expression
      self.name = name
    }
  }

  /// The first expression that has no result, and why.
  public struct Failure: Error, Sendable, Hashable {
    public let place: Int
    public let fault: FEELFault
  }

  public let entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  /// Each expression's value for every row.
  ///
  /// A fault of the mode `strict` names the first row concerned and how many there are.
  public func columns(over table: Table, in scope: FEELScope) throws(Failure) -> [Column] {
    if let columns = columnsByBlocks(over: table, in: scope) { return columns }
    return try columnsAtOnce(over: table, in: scope)
  }

  /// The results of all blocks; nil for a small table, and where only the whole table tells the fault
  /// or the type.
  func columnsByBlocks(over table: Table, in scope: FEELScope) -> [Column]? {
    guard table.rowCount > BlockEvaluation.smallestBlock,
      (try? checkNames(over: table, in: scope)) != nil
    else { return nil }
    return program(over: table, in: scope).columnsByBlocks(over: table.columns)?.map { $0[0] }
  }

  private func columnsAtOnce(
    over table: Table, in scope: FEELScope
  ) throws(Failure) -> [Column] {
    try checkNames(over: table, in: scope)
    let roots = program(over: table, in: scope).plannedRoots().compactMap { $0 }
    var evaluator = ColumnEvaluator(table, scope, count: table.rowCount, cache: LaneCache())
    var columns: [Column] = []
    for (place, entry) in entries.enumerated() {
      do throws(FEELFault) {
        let column = try evaluator.result(of: roots[place])
        if let name = entry.name { try evaluator.add(name, column) }
        columns.append(column)
      } catch {
        throw Failure(place: place, fault: error)
      }
    }
    return columns
  }
}

extension ExpressionBatch {
  /// The expressions as steps of one view.
  private func program(over table: Table, in scope: FEELScope) -> ColumnProgram {
    let columns = table.names.enumerated().map { (name: $0.element, place: $0.offset) }
    var program = ColumnProgram([ColumnProgram.View(scope, columns: columns)])
    program.steps = entries.map { entry in
      ColumnProgram.Step(in: [0], names: [entry.name], .expression(entry.expression))
    }
    return program
  }

  /// Finds a misspelt name even where no row would reach it.
  private func checkNames(over table: Table, in scope: FEELScope) throws(Failure) {
    guard scope.mode == .strict else { return }
    var names = zip(table.names, table.columns).map { ($0, $1.type.emptyColumn) }
    for (place, entry) in entries.enumerated() {
      do {
        try Interpreter(scope, table: Table(names)).checkNames(entry.expression.references)
      } catch let fault as FEELFault {
        throw Failure(place: place, fault: fault)
      } catch {
        throw Failure(
          place: place, fault: FEELFault(.wrongArguments, "two columns have one name"))
      }
      if let name = entry.name { names.append((name, ColumnType.boolean.emptyColumn)) }
    }
  }
}

extension ColumnEvaluator {
  /// An expression's column in canonical form.
  func result(of root: Node) throws(FEELFault) -> Column {
    do throws(FEELFault) {
      return try column(of: root, lane(root, nil))
    } catch {
      guard error == .exactOverflow else { throw error }
    }
    // Intermediate results may outgrow 64 bits where the last one does not.
    let schema = zip(table.names, table.columns).map { ColumnSchema($0, $1.type) }
    return try resultByRow(of: root, type(of: root, over: schema) ?? .text)
  }

  /// Every row by the interpreter.
  func resultByRow(of root: Node, _ type: ColumnType) throws(FEELFault) -> Column {
    let values = try values(of: root, nil)
    do throws(FEELFault) {
      return try RowAssembly.column(values, as: type, mode: scope.mode)
    } catch {
      throw error.at(root.range)
    }
  }

  /// The type of a result over tables of this schema.
  private func type(
    of root: Node, over schema: [ColumnSchema]
  ) throws(FEELFault) -> ColumnType? {
    let empty = schema.map { (name: $0.name, column: $0.type.emptyColumn) }
    guard let table = try? Table(empty) else { return nil }
    return Selection.type(of: try ColumnEvaluator(table, scope, count: 0).lane(root, nil))
  }
}
