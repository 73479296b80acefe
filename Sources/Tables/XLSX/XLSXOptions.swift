// SPDX-License-Identifier: EUPL-1.2

/// How an Excel workbook is to be read.
public struct XLSXOptions: Sendable, Hashable {
  /// Which sheet of a workbook.
  public enum Sheet: Sendable, Hashable {
    case name(String)
    /// Counted from 1, in the order of the tabs.
    case position(Int)
  }

  /// nil reads the first sheet.
  public var sheet: Sheet?
  /// nil reads all cells of the sheet.
  public var range: XLSXRange?
  /// Whether the first row that has values names the columns; else they are `column1` and so on.
  public var header: Bool
  /// Texts that stand for a missing value; one that spells a number stands for the number, too.
  ///
  /// Empty cells are missing anyway.
  public var missing: [String]
  /// Types of columns by name; the others are inferred.
  public var columns: [String: ColumnType]

  public init(
    sheet: Sheet? = nil, range: XLSXRange? = nil, header: Bool = true, missing: [String] = [""],
    columns: [String: ColumnType] = [:]
  ) {
    self.sheet = sheet
    self.range = range
    self.header = header
    self.missing = missing
    self.columns = columns
  }
}
