// SPDX-License-Identifier: EUPL-1.2

/// What was learnt of a column of a file.
struct CSVColumn {
  let type: ColumnType
  /// How many rows have a value.
  let present: Int
  /// How many different texts a category column has.
  let distinct: Int

  init(type: ColumnType, present: Int, distinct: Int) {
    self.type = type
    self.present = present
    self.distinct = distinct
  }

  init(_ column: Column) {
    let distinct = if case .category(let texts) = column { texts.dictionary.count } else { 0 }
    self.init(type: column.type, present: column.count - column.missingCount, distinct: distinct)
  }
}

/// What people want to know of a file beside its values.
struct CSVReport {
  let refused: [RefusedRow]
  let refusedCount: Int
  let types: [TypeFinding]
  let delimiter: UInt8
}

extension CSVColumn {
  /// Why an inferred column has its type.
  func reason(_ turn: CSVNotes.Turn?, line: Int?) -> String {
    if present == 0 { return "no row has a value" }
    let place = line.map { "line \($0)" } ?? "a line"
    if let turn, turn.wouldChange {
      return "\(place) has digits that would not come back the same from a number"
        + " (a zero or plus before them, or too many of them)"
    }
    if let turn, turn.from != .undetermined {
      return "\(place) has no \(turn.from.noun), as the lines before it have"
    }
    switch type {
    case .boolean: return "every value is true or false"
    case .integer: return "every value is a whole number"
    case .number, .decimal: return "every value is a number"
    case .date: return "every value is a date"
    case .timestamp: return "every value is a date with a time"
    case .category: return "\(distinct) different texts in \(present) values"
    case .text: return "texts that mostly differ"
    }
  }
}

extension CellKind {
  fileprivate var noun: String {
    switch self {
    case .boolean: "true or false"
    case .integer: "whole number"
    case .number, .decimal: "number"
    case .date: "date"
    case .timestamp: "date with a time"
    case .text, .category, .skip, .undetermined: "text"
    }
  }
}
