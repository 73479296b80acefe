// SPDX-License-Identifier: EUPL-1.2

import Documents

/// Cuts a CSV text into cells that know their place (RFC 4180; any of four delimiters).
///
/// The reader of `Tables` makes typed columns, and forgets where a cell stood; rules need the place.
struct CSVSheet {
  private let file: SourceFile
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private var place = 0

  /// - Throws: a fault where quotes do not close, or close too early.
  static func read(
    _ file: SourceFile, delimiter: Character? = nil
  ) throws(SheetFault) -> RuleSheet {
    var sheet = CSVSheet(file, delimiter: delimiter)
    var rows: [[SheetCell]] = []
    while sheet.place < sheet.bytes.count { rows.append(try sheet.record(rows.count + 1)) }
    return try RuleSheet(file: file, cells: rows) { row in
      row.last?.origin.node.span.end ?? .start
    }
  }

  private init(_ file: SourceFile, delimiter: Character?) {
    self.file = file
    bytes = Array(file.text.utf8)
    self.delimiter = delimiter?.asciiValue ?? Self.delimiter(of: bytes)
  }

  /// The delimiter of the first line that has one: a semicolon before a tab, a comma and a bar.
  private static func delimiter(of bytes: [UInt8]) -> UInt8 {
    let candidates = [";", "\t", ",", "|"].map { UInt8(ascii: $0) }
    var found: Set<UInt8> = []
    var isQuoted = false
    for byte in bytes {
      if byte == quote { isQuoted.toggle() }
      guard !isQuoted else { continue }
      if candidates.contains(byte) { found.insert(byte) }
      if byte == lineFeed || byte == carriageReturn, !found.isEmpty { break }
    }
    return candidates.first(where: found.contains) ?? UInt8(ascii: ";")
  }

  private mutating func record(_ row: Int) throws(SheetFault) -> [SheetCell] {
    var cells: [SheetCell] = []
    while true {
      cells.append(try cell(row: row, column: cells.count + 1))
      guard place < bytes.count else { return cells }
      let byte = bytes[place]
      place += 1
      if byte == delimiter { continue }
      if byte == Self.carriageReturn, place < bytes.count, bytes[place] == Self.lineFeed {
        place += 1
      }
      return cells
    }
  }

  private mutating func cell(row: Int, column: Int) throws(SheetFault) -> SheetCell {
    let start = place
    guard place < bytes.count, bytes[place] == Self.quote else {
      while place < bytes.count, !ends(bytes[place]) { place += 1 }
      return cell(bytes[start..<place], from: start, to: place, row: row, column: column)
    }
    var text: [UInt8] = []
    place += 1
    while true {
      guard place < bytes.count else {
        throw SheetFault(
          "the quote that opens here is never closed", at: located(start, start + 1, row, column),
          help: "write a quote inside a quoted cell twice: \"\"single\"\"")
      }
      let byte = bytes[place]
      place += 1
      guard byte == Self.quote else {
        text.append(byte)
        continue
      }
      guard place < bytes.count, bytes[place] == Self.quote else { break }
      text.append(byte)
      place += 1
    }
    guard place == bytes.count || ends(bytes[place]) else {
      throw SheetFault(
        "text follows the quote that ends this cell", at: located(start, place, row, column),
        help: "quote the whole cell, and write a quote inside it twice: \"\"single\"\"")
    }
    return cell(text[...], from: start + 1, to: place - 1, row: row, column: column)
  }

  /// The span is that of the text without the blanks around it.
  private func cell(
    _ text: ArraySlice<UInt8>, from start: Int, to end: Int, row: Int, column: Int
  ) -> SheetCell {
    var (start, end) = (start, end)
    while start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
    while start < end, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    let span = SourceSpan(
      start: file.position(utf8Offset: start), end: file.position(utf8Offset: end))
    return SheetCell(
      String(decoding: text, as: UTF8.self), .text, row: row, column: column, span: span, in: file)
  }

  private func located(_ start: Int, _ end: Int, _ row: Int, _ column: Int) -> LocatedNode {
    let span = SourceSpan(
      start: file.position(utf8Offset: start), end: file.position(utf8Offset: end))
    return SheetCell("", .text, row: row, column: column, span: span, in: file).origin
  }

  private func ends(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
