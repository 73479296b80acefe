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
    case .collectSum: return hits
    }
  }

  private func fallbacks() throws(RuleFault) -> [FEELValue] {
    var values: [FEELValue] = []
    for output in table.outputs { values.append(try output.fallback?.value(in: scope) ?? .null) }
    return values
  }

  private func results(of rows: [TableTrace.Row]) throws(RuleFault) -> [FEELValue] {
    var values: [FEELValue] = []
    for output in table.outputs.indices {
      var results: [FEELValue] = []
      for row in rows {
        results.append(try table.rows[row.number - 1].outputs[output].value(in: scope))
      }
      values.append(try combined(results))
    }
    return values
  }

  private func combined(_ results: [FEELValue]) throws(RuleFault) -> FEELValue {
    guard table.hit == .collectSum else { return results.first ?? .null }
    var sum = Decimal128.zero
    for result in results {
      if result.isNull { return .null }
      guard let number = result.number, let next = sum.adding(number) else {
        throw RuleFault("COLLECT SUM adds numbers", at: table.origin)
      }
      sum = next
    }
    return .number(sum)
  }
}
