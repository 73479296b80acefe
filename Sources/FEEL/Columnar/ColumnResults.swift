// SPDX-License-Identifier: EUPL-1.2

public import Tables

extension FEELExpression {
  /// The value for every row of a table, as a column.
  ///
  /// A fault of the mode `strict` names the first row concerned and how many there are.
  public func evaluate(over table: Table, in scope: FEELScope) throws(FEELFault) -> Column {
    do throws(ExpressionBatch.Failure) {
      return try ExpressionBatch([ExpressionBatch.Entry(self)]).columns(over: table, in: scope)[0]
    } catch {
      throw error.fault
    }
  }

  /// The rows where the expression is true, for filters: null counts as false.
  public func mask(over table: Table, in scope: FEELScope) throws(FEELFault) -> Bitmap {
    let batch = ExpressionBatch([ExpressionBatch.Entry(self)])
    if let columns = batch.columnsByBlocks(over: table, in: scope),
      case .boolean(let column) = columns[0]
    {
      return column.values
    }
    let evaluator = try evaluator(table, scope)
    return try evaluator.truth(root.inlined(in: scope), nil, "a condition").isTrue
  }

  /// The type of the column that the expression gives over such a table.
  ///
  /// - Returns: nil where the values are all null, or only the rows can tell.
  /// - Throws: a fault for an unknown name or a clash of types, without looking at any row.
  public func type(
    over schema: [ColumnSchema], in scope: FEELScope
  ) throws(FEELFault) -> ColumnType? {
    let columns = schema.map { (name: $0.name, column: $0.type.emptyColumn) }
    let table: Table
    do {
      table = try Table(columns)
    } catch {
      throw FEELFault(.wrongArguments, "two columns have one name")
    }
    try root.checkCalls(in: scope)
    let root = root.inlined(in: scope)
    let lane = try evaluator(table, scope).lane(root, nil)
    if lane.isRows, !lane.sample.isNull { throw .notAColumn(lane.sample, root) }
    if case .scalar(let value) = lane, !value.isNull, Selection.type(of: lane) == nil {
      throw .notAColumn(value, root)
    }
    return Selection.type(of: lane)
  }

  private func evaluator(
    _ table: Table, _ scope: FEELScope
  ) throws(FEELFault) -> ColumnEvaluator {
    if scope.mode == .strict {
      try Interpreter(scope, table: table).checkNames(references)
    }
    return ColumnEvaluator(table, scope, count: table.rowCount)
  }
}

extension UnaryTests {
  /// Which rows of an input pass one of the tests; missing where that is open.
  ///
  /// The table holds columns that the tests may name; it has as many rows as the input.
  public func evaluate(
    over input: Column, table: Table? = nil, in scope: FEELScope
  ) throws(FEELFault) -> BooleanColumn {
    let count = input.count
    precondition(table.map { $0.rowCount == count } ?? true, "a table of another length")
    let table = table ?? .withoutColumns
    if scope.mode == .strict {
      try Interpreter(scope, table: table).checkNames(references)
    }
    let evaluator = ColumnEvaluator(table, scope, count: count, input: input)
    let tests = tests.map { $0.inlined(in: scope) }
    if scope.mode != .bFeel, let truth = try evaluator.passes(tests, .column(input), nil, nil) {
      return BooleanColumn(truth.isTrue, validity: truth.isTrue | truth.isFalse)
    }
    let values = try evaluator.values(nil) { interpreter throws(FEELFault) in
      .optional(try interpreter.passes(tests, interpreter.input ?? .null))
    }
    return BooleanColumn(values.map(\.boolean))
  }
}

extension Table {
  /// A table without columns, for expressions that name none.
  fileprivate static var withoutColumns: Table {
    guard let table = try? Table([]) else {
      preconditionFailure("a table without columns has no faults")
    }
    return table
  }
}

extension ColumnEvaluator {
  /// A lane as the column that is the result.
  func column(of root: Node, _ lane: Lane) throws(FEELFault) -> Column {
    do throws(FEELFault) {
      switch lane {
      case .column(let column): return column.canonical
      case .scalar(let value):
        if value.isNull { return .text(TextColumn([String?](repeating: nil, count: count))) }
        guard let type = Selection.type(of: lane) else { throw .notAColumn(value, root) }
        return try RowAssembly.column(repeating: value, as: type, count: count)
      case .days: throw .notAColumn(DaySpans.sample, root)
      case .rows(let sample):
        guard sample.isNull else { throw .notAColumn(sample, root) }
        return try column(ofUnknown: root)
      }
    } catch {
      throw error.at(root.range)
    }
  }

  /// Values whose type only they tell.
  private func column(ofUnknown root: Node) throws(FEELFault) -> Column {
    let values = try values(of: root, nil)
    guard let type = RowAssembly.type(of: values) else {
      guard let value = values.first(where: { !$0.isNull }) else {
        return .text(TextColumn([String?](repeating: nil, count: count)))
      }
      throw .notAColumn(value, root)
    }
    return try RowAssembly.column(values, as: type, mode: scope.mode)
  }
}

extension FEELFault {
  static func notAColumn(_ value: FEELValue, _ node: Node) -> FEELFault {
    var help: String?
    switch value {
    case .daysTimeDuration: help = "take .days, or divide by duration(\"P1D\")"
    case .yearsMonthsDuration: help = "take .years or .months"
    case .list: help = "take one value, as list[1], or count() or sum() of it"
    case .context: help = "take one of its values, as name.key"
    default: break
    }
    return FEELFault(
      .notAColumn, "the result is a \(value.kind), which a column cannot hold", help: help,
      range: node.range)
  }
}

extension Column {
  /// Zero in missing rows, and a category's texts in the order of their rows.
  fileprivate var canonical: Column {
    switch self {
    case .boolean, .text: self
    case .integer(let column): .integer(column.canonical)
    case .number(let column): .number(column.canonical)
    case .decimal(let column, let scale): .decimal(column.canonical, scale: scale)
    case .date(let column): .date(column.canonical)
    case .timestamp(let column): .timestamp(column.canonical)
    case .category(let column):
      .category(
        CategoryColumn(
          codes: column.codes, dictionary: column.dictionary, validity: column.validity))
    }
  }
}

extension FixedColumn {
  fileprivate var canonical: FixedColumn { FixedColumn(values, validity: validity) }
}
