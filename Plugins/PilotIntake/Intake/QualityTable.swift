// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What is known of each column, and which rules the rows break: counts and row numbers, never a value.
struct QualityTable: Sendable {
  private struct Line: Sendable {
    var column: String?
    var type: String?
    var why: String?
    var rows: Int
    var missing: Int?
    var distinct: Int?
    var rule: String?
    var breaches: Int?
    var examples: String?
    var severity: Severity?
  }

  private var lines: [Line] = []

  /// A line about a column as it was read or derived, over all rows read.
  mutating func add(
    _ name: String, _ type: ColumnType, rows: Int, missing: Int, distinct: Int, why: String
  ) {
    lines.append(
      Line(
        column: name, type: type.name, why: why, rows: rows, missing: missing,
        distinct: distinct))
  }

  /// A line about a rule and the rows that break it.
  mutating func add(rule: String, of column: String?, broken rows: RowList, among count: Int) {
    lines.append(
      Line(
        column: column, rows: count, rule: rule, breaches: rows.count,
        examples: rows.examples.map { "data row \($0)" }))
  }

  /// A line about a rule of the contract; its rows are all, and missing are those for which it is open.
  mutating func add(_ outcome: RuleOutcome) {
    lines.append(
      Line(
        column: outcome.column, rows: outcome.rows, missing: outcome.open, rule: outcome.rule,
        breaches: outcome.breaches, examples: outcome.examples, severity: outcome.severity))
  }

  /// A line about all rows that nothing can break, such as who the data belong to.
  mutating func add(fact: String, rows: Int) {
    lines.append(Line(rows: rows, rule: fact))
  }

  /// A line about the rows that were left out since they have another number of fields.
  mutating func addMalformed(_ content: CaseFileContent) {
    let shown = content.malformed.prefix(5).map { String($0.line) }.joined(separator: ", ")
    let more = content.malformedCount > 5 ? " …" : ""
    lines.append(
      Line(
        rows: content.rowCount + content.malformedCount,
        rule: "as many fields as the header", breaches: content.malformedCount,
        examples: shown.isEmpty ? nil : "line \(shown)\(more)"))
  }

  func table() throws(TableFault) -> Table {
    try Table([
      ("column", .text(TextColumn(lines.map(\.column)))),
      ("type", .category(CategoryColumn(lines.map(\.type)))),
      ("why", .text(TextColumn(lines.map(\.why)))),
      ("rows", .integer(FixedColumn(lines.map { Int64($0.rows) }))),
      ("missing", .integer(FixedColumn(lines.map { $0.missing.map { Int64($0) } }))),
      ("distinct", .integer(FixedColumn(lines.map { $0.distinct.map { Int64($0) } }))),
      ("rule", .text(TextColumn(lines.map(\.rule)))),
      ("breaches", .integer(FixedColumn(lines.map { $0.breaches.map { Int64($0) } }))),
      ("examples", .text(TextColumn(lines.map(\.examples)))),
      ("severity", .category(CategoryColumn(lines.map { $0.severity?.rawValue }))),
    ])
  }

  static let columns = [
    ColumnPromise("column", .text), ColumnPromise("type", .category), ColumnPromise("why", .text),
    ColumnPromise("rows", .integer), ColumnPromise("missing", .integer),
    ColumnPromise("distinct", .integer), ColumnPromise("rule", .text),
    ColumnPromise("breaches", .integer), ColumnPromise("examples", .text),
    ColumnPromise("severity", .category),
  ]
}
