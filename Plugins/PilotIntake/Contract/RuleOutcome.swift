// SPDX-License-Identifier: EUPL-1.2

import Tables

/// How the rows fared under one rule of a contract: counts and row numbers, never a value.
struct RuleOutcome: Sendable, Hashable {
  /// What must hold, in words.
  let rule: String
  /// The column, or several; nil where the rule is about whole rows.
  let column: String?
  let severity: Severity
  /// Rows that were looked at.
  var rows = 0
  /// Rows for which the rule is open, since a value is missing.
  var open = 0
  var breaches = 0
  /// The first rows that break it, counted over all batches from 0.
  var firstRows: [Int] = []
  /// The columns that break it, where columns do and not rows.
  var otherColumns: [String] = []

  init(_ rule: String, of column: String?, _ severity: Severity) {
    self.rule = rule
    self.column = column
    self.severity = severity
  }

  /// How many rows a message names.
  static let shown = 5

  /// The first rows, counted from 1, or columns, as a message names them; nil where none breaks the rule.
  var examples: String? {
    if !otherColumns.isEmpty {
      return "column " + otherColumns.prefix(Self.shown).map { "'\($0)'" }.joined(separator: ", ")
        + (breaches > Self.shown ? " …" : "")
    }
    guard !firstRows.isEmpty else { return nil }
    return "data row " + firstRows.prefix(Self.shown).map { String($0 + 1) }.joined(separator: ", ")
      + (breaches > Self.shown ? " …" : "")
  }

  /// The rule with its column: `'age' is at least 16`.
  var sentence: String { column.map { "'\($0)' \(rule)" } ?? "'\(rule)'" }

  /// What broke it: `'age' is at least 16: 2 rows (data row 4, 9)`.
  var finding: String {
    guard let examples else { return sentence }
    let unit = otherColumns.isEmpty ? "row" : "column"
    return "\(sentence): \(breaches) \(unit)\(breaches == 1 ? "" : "s") (\(examples))"
  }

  /// Counts a batch: a bit for each row that breaks the rule, and the rows for which it is open.
  mutating func add(breaking: Bitmap, open openRows: Int = 0, firstRow: Int) {
    rows += breaking.count
    open += openRows
    let count = breaking.setCount
    breaches += count
    guard count > 0, firstRows.count < Self.shown else { return }
    firstRows += breaking.setIndices.prefix(Self.shown - firstRows.count).map { firstRow + $0 }
  }
}
