// SPDX-License-Identifier: EUPL-1.2

/// What came out of a workbook: the table, and what a careful person wants to know about it.
public struct XLSXResult: Sendable {
  public let table: Table
  /// How many rows the table has.
  public let rowsRead: Int
  /// For each column its type, and how that came about.
  public let types: [TypeFinding]
  /// Cells that hold an error such as `#N/A`; they are missing in the table.
  public let errorCells: Int
  /// Ranges of merged cells below the header; only their first cell has a value, the others are missing.
  public let mergedRanges: Int
  /// Rows below the range that was asked for which have values in its columns.
  public let rowsBelowRange: Int
  /// The sheet that was read.
  public let sheet: XLSXSheetInfo
  /// All sheets with cells, in the order of the tabs.
  public let sheets: [XLSXSheetInfo]
}

/// A sheet of a workbook.
public struct XLSXSheetInfo: Sendable, Hashable {
  /// Whether people who open the workbook see the sheet.
  public enum Visibility: String, Sendable, Hashable {
    case visible
    case hidden
    /// Hidden so that only a program can show it.
    case veryHidden
  }

  public let name: String
  public let visibility: Visibility
}
