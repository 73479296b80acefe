// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Something that a decision table leaves open or says twice.
struct TableFinding: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Cases to which no rule applies.
    case gap
    /// Cases to which several rules of a UNIQUE table apply, or rules of an ANY table that differ.
    case overlap
    /// A single boundary value that falls into two rules, or into none.
    case edge
    /// A rule of a FIRST or PRIORITY table whose cases other rules all take.
    case shadowed
    /// A rule that no case fits.
    case unreachable
    /// A result that only rules give which never decide.
    case unreachableOutput = "unreachable-output"
    /// A table that cannot be taken apart, and why.
    case notAnalysed = "not-analysed"
  }

  let kind: Kind
  /// The rules concerned, counted from 1; of a result those that would give it.
  let rules: [Int]
  /// A case that shows it, as `household_type = "single", income_percent = 124`.
  let witness: String?
  let message: String
  /// The cases concerned, as a test for each input; empty where the finding is about a rule.
  let tests: [String]
}

/// The findings of all tables, as the output of `rules/check-table`.
struct FindingsTable {
  private struct Row {
    let scheme: String
    let decision: Decision
    let finding: TableFinding
    let share: Double?

    /// Where the law says what the rules say, as far as the scheme tells it.
    var article: String? { decision.law(ofRules: finding.rules) }
  }

  private var rows: [Row] = []

  var count: Int { rows.count { $0.finding.kind != .notAnalysed } }

  mutating func add(
    scheme: String, decision: Decision, _ finding: TableFinding, share: Double?
  ) {
    rows.append(Row(scheme: scheme, decision: decision, finding: finding, share: share))
  }

  func table() throws(TableFault) -> Table {
    func text(_ value: (Row) -> String?) -> Column { .text(TextColumn(rows.map(value))) }
    return try Table([
      ("scheme", text(\.scheme)), ("decision", text(\.decision.name)),
      ("kind", text(\.finding.kind.rawValue)),
      ("rules", text { $0.finding.rules.map { "\($0)" }.joined(separator: ", ") }),
      ("witness", text(\.finding.witness)),
      ("share", .number(FixedColumn(rows.map(\.share)))),
      ("message", text(\.finding.message)), ("article", text(\.article)),
    ])
  }
}
