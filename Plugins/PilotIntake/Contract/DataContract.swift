// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// What those who deliver a table promise of it, and on which ground and until when it may be used.
///
/// The words are those of the field (Open Data Contract Standard, Table Schema): columns with their terms,
/// keys, rules between columns, and the agreement around them.
struct DataContract: Sendable {
  var version: String?
  var owner: String?
  /// The ground on which the data may be used; not the legal basis of the pilot, which its card has.
  var legalBasis: String?
  var retention: Retention?
  var columns: [ColumnTerms] = []
  var unique: [UniqueTerms] = []
  var rules: [RowRule] = []
  var otherColumns: OtherColumns = .allowed
  /// The day on which it was read.
  var readOn: ReferenceDate = .unknown

  subscript(name: String) -> ColumnTerms? {
    columns.first { $0.name.isExactly(name) }
  }

  /// The types that the contract says, for reading the file.
  var types: [String: DeclaredType] {
    Dictionary(
      columns.compactMap { column in column.type.map { (column.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The columns that the contract names anywhere; where a rule's name has dots, its first part.
  var columnNames: [String] {
    columns.map(\.name) + unique.flatMap(\.columns)
      + rules.flatMap { $0.expression.columns.map { $0.path[0] } }
  }
}

/// What a breach means.
enum Severity: String, ParameterChoice {
  /// The stage fails.
  case error
  /// It is counted and told.
  case warning
}

/// What becomes of columns that a contract does not name.
enum OtherColumns: String, ParameterChoice {
  case allowed
  case warning
  case error

  var severity: Severity? {
    switch self {
    case .allowed: nil
    case .warning: .warning
    case .error: .error
    }
  }
}

/// Columns whose values together occur once.
struct UniqueTerms: Sendable {
  let columns: [String]
  var severity: Severity = .error

  var name: String { columns.joined(separator: " + ") }
}

/// What must be true of a row; open where a value that it needs is missing.
struct RowRule: Sendable {
  let name: String
  let expression: Expression
  var severity: Severity = .error
}

/// The other table that a column's values must stand in.
struct ReferenceTerms: Sendable {
  /// The table's source, and how it is read.
  let file: CaseFile
  let column: String
  /// Where the contract says so.
  let place: SourcePlace
}

/// How long data may be used.
struct Retention: Sendable, Hashable {
  /// The last day.
  let until: CalendarDate

  enum State: String, Sendable {
    case open
    /// The last day is near.
    case ending
    case passed
  }

  /// From so many days before the end on people are told.
  static let daysOfNotice: Int32 = 30

  func state(on date: ReferenceDate) -> State {
    guard let day = date.day else { return .open }
    if day > until { return .passed }
    return until.daysSince1970 - day.daysSince1970 <= Self.daysOfNotice ? .ending : .open
  }
}
