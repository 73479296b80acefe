// SPDX-License-Identifier: EUPL-1.2

/// Writes a table as an Excel workbook (.xlsx) with one sheet.
///
/// The header is bold and stays in view. Dates and timestamps are dates of Excel; decimals are numbers
/// with the places of their scale. What Excel would change is written as text: integers and decimals of
/// more than 15 digits, days before 1900, times finer than a millisecond, infinite numbers. Other numbers
/// have at most 16 digits. A missing value and an empty text are both an empty cell.
///
/// Texts are never formulas. Those that begin with `=`, `+`, `-`, `@`, a tab or a return even get an
/// apostrophe before them: in the workbook they would be harmless without, but people save workbooks as
/// CSV, where the next program to open the file would run them.
///
/// Equal tables give equal files, byte for byte.
public struct XLSXWriter: Sendable, Hashable {
  public var sheet: String

  public init(sheet: String = "data") { self.sheet = sheet }

  /// Whether Excel takes that as the name of a sheet.
  public static func isSheetName(_ name: String) -> Bool {
    (1...31).contains(name.utf16.count) && !name.hasPrefix("'") && !name.hasSuffix("'")
      && name.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !"[]:*?/\\".unicodeScalars.contains($0)
      }
  }

  /// Writes the file under another name beside it first, so that nothing half-written is ever there.
  ///
  /// - Throws: `XLSXWritingFault`; what a sheet cannot hold is found before anything is written.
  /// - Complexity: one row is held in memory at a time; the sheet waits in a temporary file of the system.
  public func write(_ table: Table, path: String) throws(XLSXWritingFault) {
    guard Self.isSheetName(sheet) else { throw .badSheetName(sheet) }
    let columns = try XLSXCellWriting.columns(of: table)
    try PlacedFile.write(path) { temporary throws(XLSXWritingFault) in
      try XLSXSheetWriting(sheet: sheet, table: table, columns: columns, destination: path)
        .write(to: temporary)
    }
  }
}
