// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// The results of a table's rules, as far as no case changes them.
///
/// Result 0 of an output is its default, result n that of rule n.
struct TableResults: Sendable {
  let outputs: [Output]

  struct Output: Sendable {
    /// A row for each result; missing where only the cases tell it.
    let constants: Column
    /// The results that cases change, by their number.
    let varying: [Int: RuleExpression]
    /// The type that holds all results; nil where the cases tell it, or the kinds clash.
    let type: ColumnType?
  }

  init(_ table: DecisionTable, over schema: [ColumnSchema], _ scope: FEELScope) {
    let names = Set(schema.map(\.name))
    outputs = table.outputs.enumerated().map { place, output in
      Self.output(
        [output.fallback] + table.rows.map { $0.outputs[place] }, names, schema, scope)
    }
  }

  private static func output(
    _ results: [RuleExpression?], _ names: Set<String>, _ schema: [ColumnSchema],
    _ scope: FEELScope
  ) -> Output {
    var values = [FEELValue](repeating: .null, count: results.count)
    var varying: [Int: RuleExpression] = [:]
    var types: [ColumnType?] = []
    for (number, result) in results.enumerated() {
      guard let result else { continue }
      if let value = constant(result, names, scope) {
        values[number] = value
        if !value.isNull { types.append(ColumnBlend.type(of: value)) }
      } else {
        varying[number] = result
        // A result that cannot be evaluated is a fault of the cases that come to it.
        types.append((try? result.feel.type(over: schema, in: scope)) ?? nil)
      }
    }
    if let constants = ColumnBlend.column(values) {
      return Output(constants: constants, varying: varying, type: common(types))
    }
    for case (let number, let result?) in results.enumerated() { varying[number] = result }
    return Output(
      constants: Column.missing(.text, count: results.count), varying: varying, type: nil)
  }

  private static func common(_ types: [ColumnType?]) -> ColumnType? {
    var common: ColumnType?
    for type in types {
      guard let type else { return nil }
      guard let known = common else {
        common = type
        continue
      }
      guard let wider = ColumnType.common(known, type) else { return nil }
      common = wider
    }
    return common
  }

  /// A result that no case changes; nil for others.
  ///
  /// One that cannot be evaluated is left to the cases too: it is a fault only if one comes to it.
  private static func constant(
    _ expression: RuleExpression, _ names: Set<String>, _ scope: FEELScope
  ) -> FEELValue? {
    guard expression.feel.references.allSatisfy({ !names.contains($0.path[0]) }),
      let value = try? expression.feel.evaluate(in: scope)
    else { return nil }
    return value.isNull || ColumnBlend.type(of: value) != nil ? value : nil
  }
}

// Columns of results
extension TableResults {
  /// The results that the cases get, by their numbers; nil where they do not fit one exact column.
  static func column(
    _ output: Output, _ numbers: [Int], over data: Table, _ scope: FEELScope
  ) throws(RuleFault) -> Column? {
    guard !output.varying.isEmpty else {
      let constants = output.type.flatMap { output.constants.converted(to: $0) }
      return (constants ?? output.constants).taking(rows: numbers)
    }
    var rows: [Int: [Int]] = [:]
    for (row, number) in numbers.enumerated() where output.varying[number] != nil {
      rows[number, default: []].append(row)
    }
    var columns = [output.constants]
    var sources = numbers
    var start = output.constants.count
    for (number, rows) in rows.sorted(by: { $0.key < $1.key }) {
      guard let expression = output.varying[number] else { continue }
      columns.append(try column(expression, at: rows, of: data, scope))
      for (place, row) in rows.enumerated() { sources[row] = start + place }
      start += rows.count
    }
    return ColumnBlend.joined(columns, as: output.type, rows: sources)
  }

  /// The values of an expression in some of the rows; no other row is computed.
  static func column(
    _ expression: RuleExpression, at rows: [Int], of data: Table, _ scope: FEELScope
  ) throws(RuleFault) -> Column {
    guard !data.names.isEmpty else {
      // Such a table cannot tell how many rows there are.
      let value: FEELValue
      do throws(FEELFault) {
        value = try expression.feel.evaluate(in: scope)
      } catch {
        throw RuleFault(error, at: expression.origin)
      }
      guard let column = ColumnBlend.column([value]) else {
        throw RuleFault("the result is a \(value.kind)", at: expression.origin)
      }
      return column.taking(rows: [Int](repeating: 0, count: rows.count))
    }
    guard rows.count < data.rowCount else { return try expression.column(over: data, scope) }
    return try expression.column(over: data.taking(rows: rows), scope)
  }
}

extension TableResults.Output {
  /// Whether the results of two rules, counted from 0, are the same; nil where cases tell it.
  func agree(_ first: Int, _ second: Int) -> Bool? {
    guard varying[first + 1] == nil, varying[second + 1] == nil else { return nil }
    return constants.taking(rows: [first + 1]) == constants.taking(rows: [second + 1])
  }
}
