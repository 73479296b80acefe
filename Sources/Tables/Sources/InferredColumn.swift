// SPDX-License-Identifier: EUPL-1.2

/// What was learnt of a column of a file.
struct InferredColumn {
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

extension InferredColumn {
  /// The line at which a column turned out to be text.
  struct Turn {
    /// `line 7`, or less where that is not known.
    let place: String
    let from: CellKind
    /// Why a number would not come back the same; nil where it was none.
    let change: String?
  }

  /// Why an inferred column has its type.
  func reason(_ turn: Turn?) -> String {
    if present == 0 { return "no row has a value" }
    if let turn, let change = turn.change {
      return "\(turn.place) has digits that would not come back the same from a number\(change)"
    }
    if let turn, turn.from != .undetermined {
      return "\(turn.place) has no \(turn.from.noun), as the lines before it have"
    }
    return switch type {
    case .boolean: "every value is true or false"
    case .integer: "every value is a whole number"
    case .number, .decimal: "every value is a number"
    case .date: "every value is a date"
    case .timestamp: "every value is a date with a time"
    case .category: "\(distinct) different texts in \(present) values"
    case .text: "texts that mostly differ"
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
