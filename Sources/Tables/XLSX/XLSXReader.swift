// SPDX-License-Identifier: EUPL-1.2

/// Reads one sheet of an Excel workbook (.xlsx).
///
/// The first row that has values names the columns; rows and columns without any value are left out. A
/// formula counts by the result that the file holds, a cell with an error is missing and counted.
public enum XLSXReader {
  /// - Throws: `XLSXFault`; all cells that are not of their declared type at once.
  /// - Complexity: one pass over the sheet, 16 bytes a cell beside the table.
  public static func read(
    path: String, options: XLSXOptions = XLSXOptions()
  ) throws(XLSXFault) -> XLSXResult {
    try read(path: path, options: options, limits: XLSXLimits())
  }

  package static func read(
    path: String, options: XLSXOptions, limits: XLSXLimits
  ) throws(XLSXFault) -> XLSXResult {
    let (workbook, sheet, receiver) = try received(path: path, options, limits)
    try checkDensity(receiver.cells, limits)
    let assembly = XLSXAssembly(receiver.cells, sheet: sheet.info.name, options)
    let (table, types) = try assembly.table()
    return XLSXResult(
      table: table, rowsRead: table.rowCount, types: types, errorCells: receiver.errorCells,
      mergedRanges: receiver.mergedRanges,
      rowsBelowRange: receiver.rowsBelowRange, sheet: sheet.info,
      sheets: workbook.sheets.map(\.info))
  }

  /// The cells of a sheet as they stand, in the order of their rows, without a look at header and types.
  ///
  /// A value of merged cells stands in each of their rows, in the first column.
  /// - Throws: `XLSXFault`; a formula without a result in the file is one.
  package static func cells(
    path: String, sheet: XLSXOptions.Sheet? = nil, range: XLSXRange? = nil
  ) throws(XLSXFault) -> (sheet: XLSXSheetInfo, cells: [XLSXPlacedCell]) {
    let options = XLSXOptions(sheet: sheet, range: range, header: false)
    let (_, sheet, receiver) = try received(path: path, options, XLSXLimits())
    return (sheet.info, XLSXPlacedCell.all(of: receiver.cells, merges: receiver.merges))
  }

  private static func received(
    path: String, _ options: XLSXOptions, _ limits: XLSXLimits
  ) throws(XLSXFault) -> (XLSXWorkbook, XLSXWorkbook.Sheet, XLSXSheetReceiver) {
    let archive = try XLSXArchive(path: path, limits: limits)
    let workbook = try XLSXWorkbook(in: archive)
    let sheet = try workbook.sheet(options.sheet)
    let receiver = XLSXSheetReceiver(
      sheet, range: options.range, header: options.header,
      texts: try XLSXSharedTexts(workbook.textsPart, in: archive).texts,
      styles: try XLSXStyles(workbook.stylesPart, in: archive),
      dates: XLSXSerialDate(countsFrom1904: workbook.countsFrom1904), limits: limits)
    guard archive.has(sheet.part) else { throw .damagedArchive(part: sheet.part) }
    try XLSXMarkup.read(sheet.part, of: archive, into: receiver)
    if let first = receiver.firstUncomputed {
      throw .uncomputedFormulas(count: receiver.uncomputed, first: first.description)
    }
    return (workbook, sheet, receiver)
  }

  /// A cell that stands alone in its row and column costs a row of that column and a column of that row.
  private static func checkDensity(
    _ cells: XLSXCells, _ limits: XLSXLimits
  ) throws(XLSXFault) {
    let columns = cells.columns.count { !$0.isEmpty }
    guard cells.sheetRows.count * columns <= max(limits.sparseCells, 100 * cells.count) else {
      throw .tooSparse(rows: cells.sheetRows.count, columns: columns)
    }
  }
}
