// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Applies a decision table to one case, row by row as it stands on paper.
struct TableCaseEvaluation {
  private let table: DecisionTable
  private let scope: FEELScope

  init(_ table: DecisionTable, in scope: FEELScope) {
    self.table = table
    self.scope = scope
  }

  /// A value for each output, and which rows gave them.
  func result() throws(RuleFault) -> (values: [FEELValue], trace: TableTrace) {
    var inputs: [TableTrace.Input] = []
    for input in table.inputs {
      inputs.append(
        TableTrace.Input(
          source: input.expression.source, formula: input.expression.feel.worked(in: scope),
          value: try input.expression.value(in: scope)))
    }
    var rows: [TableTrace.Row] = []
    for place in table.rows.indices { rows.append(try row(place, inputs)) }
    let hits = rows.filter(\.failures.isEmpty)
    let fired = try fired(hits)
    let values = try fired.isEmpty ? fallbacks() : results(of: fired)
    return (
      values,
      TableTrace(
        hit: table.hit, inputs: inputs, fired: fired,
        nearest: fired.isEmpty ? rows.min { $0.failures.count < $1.failures.count } : nil,
        usesDefault: fired.isEmpty && table.hasDefaults)
    )
  }

  private func row(
    _ place: Int, _ inputs: [TableTrace.Input]
  ) throws(RuleFault) -> TableTrace.Row {
    let row = table.rows[place]
    var cells: [TableTrace.Cell] = []
    for (input, cell) in row.cells.enumerated() {
      let passed: Bool?
      do throws(FEELFault) {
        passed =
          cell.tests.isAny
          ? true : try cell.tests.evaluate(input: inputs[input].value, in: scope)
      } catch {
        throw RuleFault(error, at: cell.origin)
      }
      cells.append(
        TableTrace.Cell(
          input: input, source: cell.tests.source, tests: cell.tests.shapes(in: scope),
          passed: passed, isAny: cell.tests.isAny))
    }
    return TableTrace.Row(
      number: place + 1, cells: cells, outputs: row.outputs.map { $0.feel.worked(in: scope) },
      legal: row.legal)
  }

  /// The rows that count, of those that apply.
  private func fired(_ hits: [TableTrace.Row]) throws(RuleFault) -> [TableTrace.Row] {
    switch table.hit {
    case .unique:
      guard hits.count > 1 else { return hits }
      let numbers = hits.map { "\($0.number)" }.joined(separator: " and ")
      throw RuleFault(
        "the table is UNIQUE, and rules \(numbers) apply at once",
        help: "decide which one holds, or write hit: FIRST", at: table.origin)
    case .first: return Array(hits.prefix(1))
    case .any:
      let found = try hits.map { row throws(RuleFault) in try results(of: row) }
      if let other = found.firstIndex(where: { $0 != found[0] }) {
        throw RuleFault(
          "rules \(hits[0].number) and \(hits[other].number) apply at once and differ",
          help: "under ANY all rules that apply give the same", at: table.origin)
      }
      return Array(hits.prefix(1))
    case .priority: return Array(try byPriority(hits).prefix(1))
    case .collectSum, .collectMinimum, .collectMaximum, .collectCount: return hits
    }
  }

  /// The rows with the output first whose value stands first among those of its column.
  private func byPriority(_ hits: [TableTrace.Row]) throws(RuleFault) -> [TableTrace.Row] {
    var ranked: [(ranks: [Int], row: TableTrace.Row)] = []
    for row in hits {
      let ranks = zip(table.outputs, try results(of: row)).map { output, value in
        output.values.firstIndex(of: value) ?? output.values.count
      }
      ranked.append((ranks, row))
    }
    return ranked.sorted { left, right in
      left.ranks == right.ranks
        ? left.row.number < right.row.number : left.ranks.lexicographicallyPrecedes(right.ranks)
    }.map(\.row)
  }

  private func results(of row: TableTrace.Row) throws(RuleFault) -> [FEELValue] {
    var values: [FEELValue] = []
    for output in table.rows[row.number - 1].outputs { values.append(try output.value(in: scope)) }
    return values
  }

  private func fallbacks() throws(RuleFault) -> [FEELValue] {
    var values: [FEELValue] = []
    for output in table.outputs { values.append(try output.fallback?.value(in: scope) ?? .null) }
    return values
  }

  private func results(of rows: [TableTrace.Row]) throws(RuleFault) -> [FEELValue] {
    var perRow: [[FEELValue]] = []
    for row in rows { perRow.append(try results(of: row)) }
    var values: [FEELValue] = []
    for output in table.outputs.indices { values.append(try combined(perRow.map { $0[output] })) }
    return values
  }

  private func combined(_ results: [FEELValue]) throws(RuleFault) -> FEELValue {
    switch table.hit {
    case .unique, .any, .priority, .first: return results.first ?? .null
    case .collectCount: return .number(Decimal128(results.count))
    case .collectSum: return try reduced(results) { $0.adding($1) }
    case .collectMinimum: return try reduced(results) { min($0, $1) }
    case .collectMaximum: return try reduced(results) { max($0, $1) }
    }
  }

  private func reduced(
    _ results: [FEELValue], _ combine: (Decimal128, Decimal128) -> Decimal128?
  ) throws(RuleFault) -> FEELValue {
    var total: Decimal128?
    for result in results {
      if result.isNull { return .null }
      guard let number = result.number else {
        throw RuleFault("\(table.hit.rawValue) takes numbers", at: table.origin)
      }
      guard let before = total else {
        total = number
        continue
      }
      guard let next = combine(before, number) else {
        throw RuleFault("a total is too large to be exact", at: table.origin)
      }
      total = next
    }
    return total.map { .number($0) } ?? .null
  }
}
