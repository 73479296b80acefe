// SPDX-License-Identifier: EUPL-1.2

/// What the first pass learns of a column: its type, and how that came about.
struct JSONColumnFacts {
  /// The line that decided that the column is text.
  struct Turn {
    let line: Int
    let from: CellKind
    /// Whether a number would not come back the same.
    let wouldChange: Bool
  }

  let name: String
  let key: [UInt8]
  let declared: ColumnType?
  private(set) var kind = CellKind.undetermined
  private(set) var turn: Turn?
  /// The row that has a value, or an explicit null, last.
  var lastRow = -1
  private var integersAreExact = true

  init(key: [UInt8], declared: ColumnType?) {
    self.key = key
    name = String(decoding: key, as: UTF8.self)
    self.declared = declared
  }

  /// Takes in a value that is not missing.
  mutating func learn(_ cell: JSONCell, line: Int, _ reading: CellReading) {
    guard declared == nil, kind != .category else { return }
    let found = cell.kind(reading)
    if found == .integer, let value = reading.integer(cell.spelling, strict: true),
      Double(exactly: value) == nil
    {
      integersAreExact = false
    }
    switch (kind, found) {
    case (.undetermined, .category):
      turn = Turn(line: line, from: kind, wouldChange: cell.form == .number)
      kind = .category
    case (.undetermined, _): kind = found
    case (.integer, .number) where integersAreExact: kind = .number
    case (.number, .integer) where reading.number(cell.spelling, strict: true) != nil: break
    case _ where kind == found: break
    default:
      let areNumbers = cell.form == .number && (kind == .integer || kind == .number)
      turn = Turn(line: line, from: kind, wouldChange: areNumbers)
      kind = .category
    }
  }

  /// Why the column has its type, without any value.
  func reason(_ column: Column, distinct: Int) -> String {
    if declared != nil { return "declared" }
    let present = column.count - column.missingCount
    if present == 0 { return "no row has a value" }
    if let turn, turn.wouldChange {
      return "line \(turn.line) has digits that would not come back the same from a number"
    }
    if let turn, turn.from != .undetermined {
      return "line \(turn.line) has no \(turn.from.jsonNoun), as the lines before it have"
    }
    switch column {
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
  fileprivate var jsonNoun: String {
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
