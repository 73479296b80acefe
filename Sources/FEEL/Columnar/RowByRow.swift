// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Nodes without a kernel: the interpreter evaluates them row by row.
extension ColumnEvaluator {
  /// The node's values where a sample tells their kind, and only a promise where it tells no type.
  func rowByRow(
    _ node: Node, _ active: Bitmap?, sample: FEELValue
  ) throws(FEELFault) -> Lane {
    switch sample {
    case .number: try rowByRow(node, active, .number)
    case .boolean: try rowByRow(node, active, .boolean)
    case .text: try rowByRow(node, active, .text)
    case .date: try rowByRow(node, active, .date)
    case .dateTime: try rowByRow(node, active, .timestamp)
    default: .rows(sample: sample)
    }
  }

  func rowByRow(
    _ node: Node, _ active: Bitmap?, _ type: ColumnType
  ) throws(FEELFault) -> Lane {
    if let category = onlyCategory(in: node) {
      let type = type == .text ? ColumnType.category : type
      if let column = try perText(of: category, node, active, type) { return .column(column) }
      return .column(try assemble(values(of: node, active), type, node))
    }
    return .column(try assemble(values(of: node, active), type, node))
  }

  private func assemble(
    _ values: [FEELValue], _ type: ColumnType, _ node: Node
  ) throws(FEELFault) -> Column {
    do throws(FEELFault) {
      return try RowAssembly.column(values, as: type, mode: scope.mode)
    } catch {
      throw error.at(node.range)
    }
  }

  /// Each row's value; null in rows that are not active.
  func values(of node: Node, _ active: Bitmap?) throws(FEELFault) -> [FEELValue] {
    try values(active) { interpreter throws(FEELFault) in try interpreter.evaluate(node) }
  }

  func values(
    _ active: Bitmap?, _ evaluate: (inout Interpreter) throws(FEELFault) -> FEELValue
  ) throws(FEELFault) -> [FEELValue] {
    var values = [FEELValue](repeating: .null, count: count)
    var interpreter = Interpreter(scope, table: table)
    var first: FEELFault?
    var failures = 0
    for row in 0..<count where active?[row] ?? true {
      interpreter.start(row: row, input: input?.feelValue(at: row))
      do throws(FEELFault) {
        values[row] = try evaluate(&interpreter)
      } catch {
        failures += 1
        if first == nil {
          first = error
          first?.row = row
        }
      }
    }
    if var first {
      first.rowCount = failures
      throw first
    }
    return values
  }
}

extension ColumnEvaluator {
  /// The values of these rows alone.
  func values(of node: Node, at rows: [Int]) throws(FEELFault) -> [FEELValue] {
    var interpreter = Interpreter(scope, table: table)
    var values: [FEELValue] = []
    values.reserveCapacity(rows.count)
    for row in rows {
      interpreter.start(row: row, input: input?.feelValue(at: row))
      values.append(try interpreter.evaluate(node))
    }
    return values
  }
}

// Categories
extension ColumnEvaluator {
  /// The category column that is all a node reads.
  func onlyCategory(in node: Node) -> (name: String, column: CategoryColumn)? {
    let names = columnNames(in: node)
    guard names.count == 1, let name = names.first, case .category(let column) = columns[name],
      input == nil || !node.usesInput
    else { return nil }
    return (name, column)
  }

  /// Evaluates the node once for each text of the dictionary; nil where a text has no result, so that
  /// the row concerned can be named.
  private func perText(
    of category: (name: String, column: CategoryColumn), _ node: Node, _ active: Bitmap?,
    _ type: ColumnType
  ) throws(FEELFault) -> Column? {
    let column = category.column
    guard column.dictionary.count < count else { return nil }
    let size = column.dictionary.count + 1
    let texts = CategoryColumn(
      codes: (0..<size).map { Int32(min($0, size - 2)) }, dictionary: column.dictionary,
      validity: Bitmap((0..<size).map { $0 < size - 1 }))
    guard size > 1, let table = try? Table([(name: category.name, column: .category(texts))]) else {
      return nil
    }
    let evaluator = ColumnEvaluator(table, scope, count: size)
    let results: [FEELValue]
    do throws(FEELFault) {
      results = try evaluator.values(of: node, nil)
    } catch {
      return nil
    }
    // Behind the texts stand the result for a missing text and the null of rows not reached.
    let small = try assemble(results + [.null], type, node)
    let missing = Int32(size - 1)
    var places = column.codes.array
    if let validity = column.validity {
      for row in places.indices where !validity[row] { places[row] = missing }
    }
    if let active {
      for row in places.indices where !active[row] { places[row] = missing + 1 }
    }
    return RowAssembly.gather(small, places)
  }
}
