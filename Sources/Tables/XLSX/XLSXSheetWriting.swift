// SPDX-License-Identifier: EUPL-1.2

import CXLSXWriter

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The calls to the library that writes workbooks.
struct XLSXSheetWriting {
  private typealias Workbook = UnsafeMutablePointer<lxw_workbook>
  private typealias Worksheet = UnsafeMutablePointer<lxw_worksheet>

  let sheet: String
  let table: Table
  let columns: [XLSXCellWriting]
  /// The place that faults name.
  let destination: String

  func write(to path: String) throws(XLSXWritingFault) {
    // Each row goes to a temporary file as soon as the next one begins.
    var options = lxw_workbook_options(constant_memory: 1, tmpdir: nil, use_zip64: 0)
    guard let workbook = workbook_new_opt(path, &options) else {
      throw .cannotWrite(path: destination, reason: Self.noMemory)
    }
    // The time of writing would make equal tables unequal files.
    var properties = lxw_doc_properties()
    properties.created = 315_532_800
    workbook_set_properties(workbook, &properties)
    guard let worksheet = workbook_add_worksheet(workbook, sheet) else {
      lxw_workbook_free(workbook)
      throw .cannotWrite(path: destination, reason: Self.noMemory)
    }
    let code = fill(worksheet, of: workbook)
    // The library does not look whether the temporary file took everything.
    let file = worksheet.pointee.optimize_tmpfile
    let isFlushed = file.map { fflush($0) == 0 && ferror($0) == 0 } ?? true
    let closed = workbook_close(workbook)
    guard isFlushed else { throw .cannotWrite(path: destination, reason: Self.noRoom) }
    for code in [code, closed] where code != LXW_NO_ERROR {
      throw .cannotWrite(path: destination, reason: String(cString: lxw_strerror(code)))
    }
    guard isWhole(path) else { throw .cannotWrite(path: destination, reason: Self.noRoom) }
  }

  private static let noMemory = "there is not enough memory, or no room for temporary files"
  private static let noRoom = "there is not enough room, most likely for temporary files"

  /// - Returns: the first thing that went wrong, if anything.
  private func fill(_ worksheet: Worksheet, of workbook: Workbook) -> lxw_error {
    let formats = columns.map { format($0.format, of: workbook) }
    let bold = workbook_add_format(workbook)
    format_set_bold(bold)
    worksheet_freeze_panes(worksheet, 1, 0)
    for (place, column) in columns.enumerated() {
      let position = lxw_col_t(place)
      worksheet_set_column(worksheet, position, position, column.width, nil)
    }
    for (place, column) in columns.enumerated() {
      let code = worksheet_write_string(worksheet, 0, lxw_col_t(place), column.name, bold)
      if code != LXW_NO_ERROR { return code }
    }
    for row in 0..<table.rowCount {
      for (place, column) in columns.enumerated() {
        let code = write(column.value(at: row), worksheet, row + 1, place, formats[place])
        if code != LXW_NO_ERROR { return code }
      }
    }
    return LXW_NO_ERROR
  }

  private func write(
    _ value: XLSXCellValue, _ worksheet: Worksheet, _ row: Int, _ column: Int,
    _ format: UnsafeMutablePointer<lxw_format>?
  ) -> lxw_error {
    let (row, column) = (lxw_row_t(row), lxw_col_t(column))
    switch value {
    case .empty, .text(""): return LXW_NO_ERROR
    case .text(let text): return worksheet_write_string(worksheet, row, column, text, nil)
    case .number(let number): return worksheet_write_number(worksheet, row, column, number, format)
    case .boolean(let flag):
      return worksheet_write_boolean(worksheet, row, column, flag ? 1 : 0, nil)
    }
  }

  private func format(
    _ format: XLSXCellWriting.Format, of workbook: Workbook
  ) -> UnsafeMutablePointer<lxw_format>? {
    let text: String? =
      switch format {
      case .general: nil
      case .decimal(let places): "0." + String(repeating: "0", count: places)
      case .date: "yyyy-mm-dd"
      case .timestamp: "yyyy-mm-dd hh:mm:ss"
      case .timestampWithFraction: "yyyy-mm-dd hh:mm:ss.000"
      }
    guard let text else { return nil }
    let result = workbook_add_format(workbook)
    format_set_num_format(result, text)
    return result
  }

  /// Whether the sheet in the archive ends as sheets do.
  private func isWhole(_ path: String) -> Bool {
    var limits = XLSXLimits()
    limits.expandedBytes = .max
    limits.ratio = .max
    var ending: [UInt8] = []
    do throws(XLSXFault) {
      try XLSXArchive(path: path, limits: limits).read("xl/worksheets/sheet1.xml") { piece in
        ending = Array((ending + Array(piece.suffix(16))).suffix(16))
      }
    } catch {
      return false
    }
    return ending.suffix(12).elementsEqual("</worksheet>".utf8)
  }
}
