// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Applies a decision table to every row of a population.
struct TableEvaluation {
  private let table: DecisionTable
  private let data: Table
  private let count: Int
  private let scope: FEELScope

  init(_ table: DecisionTable, over data: Table, count: Int, _ scope: FEELScope) {
    self.table = table
    self.data = data
    self.count = count
    self.scope = scope
  }

  /// A column for each output.
  func columns(_ ambiguity: SchemeEvaluation.Ambiguity) throws(RuleFault) -> [Column] {
    let hits = try hits()
    if table.hit == .collectSum { return try sums(hits) }
    var free = Bitmap(repeating: true, count: count)
    var twice = Bitmap(repeating: false, count: count)
    var chosen: [Bitmap] = []
    for hit in hits {
      chosen.append(hit & free)
      twice = twice | (hit & ~free)
      free = free & ~hit
    }
    if table.hit == .unique, !twice.noneSet {
      guard ambiguity == .undecided else { throw ambiguous(hits, twice) }
      chosen = chosen.map { $0 & ~twice }
    }
    var columns: [Column] = []
    for output in table.outputs.indices {
      columns.append(try column(of: output, chosen: chosen, free: free))
    }
    return columns
  }

  /// For each rule the cases to which it applies; an open test (on a missing value) does not apply.
  func hits() throws(RuleFault) -> [Bitmap] {
    let inputs = try inputColumns()
    var known = [[String: Bitmap]](repeating: [:], count: inputs.count)
    var hits: [Bitmap] = []
    for row in table.rows {
      var hit = Bitmap(repeating: true, count: count)
      for (place, cell) in row.cells.enumerated() where !cell.tests.isAny {
        let passed: Bitmap
        if let before = known[place][cell.tests.source] {
          passed = before
        } else {
          passed = try passes(cell, inputs[place])
          known[place][cell.tests.source] = passed
        }
        hit = hit & passed
      }
      hits.append(hit)
    }
    return hits
  }

  /// What the tests look at, one column for each input of the table.
  func inputColumns() throws(RuleFault) -> [Column] {
    var columns: [Column] = []
    for input in table.inputs { columns.append(try input.expression.column(over: data, scope)) }
    return columns
  }

  private func passes(_ cell: TableCell, _ input: Column) throws(RuleFault) -> Bitmap {
    do throws(FEELFault) {
      return try cell.tests.evaluate(over: input, table: data, in: scope).values
    } catch {
      throw RuleFault(error, at: cell.origin)
    }
  }

  private func ambiguous(_ hits: [Bitmap], _ twice: Bitmap) -> RuleFault {
    let first = twice.setIndices[0]
    let rules = hits.indices.filter { hits[$0][first] }.map { "\($0 + 1)" }
    return RuleFault(
      "the table is UNIQUE, and rules \(rules.joined(separator: " and ")) apply at once",
      help: "rules/check-table shows where rules overlap; decide which one holds, or write "
        + "hit: FIRST",
      at: table.origin, count: twice.setCount)
  }
}

// Outputs
extension TableEvaluation {
  private func column(
    of output: Int, chosen: [Bitmap], free: Bitmap
  ) throws(RuleFault) -> Column {
    var parts: [ColumnBlend.Part] = []
    for (row, mask) in zip(table.rows, chosen) {
      parts.append(try part(row.outputs[output], mask))
    }
    if let fallback = table.outputs[output].fallback { parts.append(try part(fallback, free)) }
    return try assembled(parts)
  }

  /// The results of the cases that a rule decides; no other case is computed.
  private func part(
    _ expression: RuleExpression, _ mask: Bitmap
  ) throws(RuleFault) -> ColumnBlend.Part {
    let rows = mask.setIndices
    guard !rows.isEmpty else {
      return ColumnBlend.Part(rows: [], column: Column.missing(.text, count: 0))
    }
    if expression.feel.references.allSatisfy({ data[$0.path[0]] == nil }),
      let constant = try constant(expression, count: rows.count)
    {
      return ColumnBlend.Part(rows: rows, column: constant)
    }
    let column = try expression.column(over: data.taking(rows: rows), scope)
    return ColumnBlend.Part(rows: rows, column: column)
  }

  /// A result that no column changes; a table without columns could not tell how many cases there are.
  private func constant(
    _ expression: RuleExpression, count: Int
  ) throws(RuleFault) -> Column? {
    do throws(FEELFault) {
      let value = try expression.feel.evaluate(in: scope)
      return ColumnBlend.repeating(value, as: value.isNull ? .text : .integer, count: count)
    } catch {
      // A dotted name is no constant; the columnar evaluation tells what is wrong with others.
      guard error.code == .unknownName else { throw RuleFault(error, at: expression.origin) }
      return nil
    }
  }

  private func assembled(_ parts: [ColumnBlend.Part]) throws(RuleFault) -> Column {
    guard let column = ColumnBlend.assembled(parts, count: count) else {
      throw RuleFault(
        "the rules' results do not fit one exact column",
        help: "let all rows give one kind of value, and no amount over 18 digits",
        at: table.origin)
    }
    return column
  }

  /// The sum of the outputs of all rules that apply; where none does, the default or nothing.
  private func sums(_ hits: [Bitmap]) throws(RuleFault) -> [Column] {
    let free = hits.reduce(Bitmap(repeating: true, count: count)) { $0 & ~$1 }
    var columns: [Column] = []
    for output in table.outputs.indices {
      var parts: [ColumnBlend.Part] = []
      for (row, hit) in zip(table.rows, hits) { parts.append(try part(row.outputs[output], hit)) }
      if let fallback = table.outputs[output].fallback {
        parts.append(try part(fallback, free))
      }
      columns.append(try sum(parts.filter { !$0.rows.isEmpty }))
    }
    return columns
  }

  private func sum(_ parts: [ColumnBlend.Part]) throws(RuleFault) -> Column {
    let type = Column.commonType(of: parts.map(\.column))
    guard let type, type.isNumeric || parts.isEmpty else {
      throw RuleFault("COLLECT SUM adds numbers", at: table.origin)
    }
    var valid = Bitmap(repeating: false, count: count)
    var open = valid
    for part in parts {
      for (place, row) in part.rows.enumerated() {
        valid.set(row, to: true)
        if part.column.isMissing(at: place) { open.set(row, to: true) }
      }
    }
    valid = valid & ~open
    if type == .number || !type.isNumeric {
      var sums = [Double](repeating: 0, count: count)
      for part in parts {
        let values = part.column.converted(to: .number)?.doubles()?.values ?? []
        for (row, value) in zip(part.rows, values) {
          sums[row] += value
        }
      }
      return .number(FixedColumn(sums, validity: valid))
    }
    var sums = [Int64](repeating: 0, count: count)
    for part in parts {
      let values = part.column.converted(to: type)?.scaled(to: type.places)
      guard let values else { throw tooLarge }
      for (row, value) in zip(part.rows, values) {
        let (sum, overflow) = sums[row].addingReportingOverflow(value)
        guard !overflow else { throw tooLarge }
        sums[row] = sum
      }
    }
    let column = FixedColumn(sums, validity: valid)
    return type == .integer ? .integer(column) : .decimal(column, scale: type.places)
  }

  private var tooLarge: RuleFault {
    RuleFault("a sum is too large to be exact", at: table.origin)
  }
}
