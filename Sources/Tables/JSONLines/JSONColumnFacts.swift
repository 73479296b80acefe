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
    let inferred = InferredColumn(
      type: column.type, present: column.count - column.missingCount, distinct: distinct)
    return inferred.reason(
      turn.map {
        InferredColumn.Turn(
          place: "line \($0.line)", from: $0.from, change: $0.wouldChange ? "" : nil)
      })
  }
}
