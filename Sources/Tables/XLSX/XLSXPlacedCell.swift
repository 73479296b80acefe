// SPDX-License-Identifier: EUPL-1.2

/// A cell of a sheet with its place, for sheets that are no table of columns.
package struct XLSXPlacedCell: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case text
    case number
    case boolean
    /// A day without a time.
    case date
    /// A moment, or a time of day.
    case time
    /// An error such as a division by zero; its text is empty.
    case error
  }

  /// Counted from 1, as the sheet shows it.
  package let row: Int
  /// Counted from 1.
  package let column: Int
  package let kind: Kind
  package let text: String

  /// As a spreadsheet names a cell: `C17`.
  package static func address(row: Int, column: Int) -> String {
    XLSXAddress(row: row - 1, column: column - 1).description
  }

  static func all(of cells: XLSXCells, merges: [XLSXRange]) -> [XLSXPlacedCell] {
    var placed: [XLSXPlacedCell] = []
    placed.reserveCapacity(cells.count)
    for (column, all) in cells.columns.enumerated() {
      for cell in all {
        placed.append(
          XLSXPlacedCell(
            row: cells.sheetRows[Int(cell.row)] + 1, column: column + 1, kind: Kind(cell),
            text: cells.display(cell) ?? ""))
      }
    }
    let last = cells.sheetRows.last.map { $0 + 1 } ?? 0
    placed += merges.flatMap { spread(of: $0, among: placed, last: last) }
    return placed.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
  }

  /// The value of merged cells in the rows below its own, as far as the sheet has rows.
  private static func spread(
    of merge: XLSXRange, among placed: [XLSXPlacedCell], last: Int
  ) -> [XLSXPlacedCell] {
    let top = merge.rows.lowerBound + 1
    let column = merge.columns.lowerBound + 1
    guard let cell = placed.first(where: { $0.row == top && $0.column == column }) else {
      return []
    }
    let below = (top + 1)..<max(top + 1, min(merge.rows.upperBound + 1, last) + 1)
    return below.map {
      XLSXPlacedCell(row: $0, column: column, kind: cell.kind, text: cell.text)
    }
  }
}

extension XLSXPlacedCell.Kind {
  fileprivate init(_ cell: XLSXCell) {
    self =
      switch cell.kind {
      case .number: .number
      case .boolean: .boolean
      case .sharedText, .ownText: .text
      case .instant: cell.isWholeDay ? .date : .time
      case .time: .time
      case .impossibleDate, .error: .error
      }
  }
}
