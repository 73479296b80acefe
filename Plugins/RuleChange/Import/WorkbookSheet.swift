// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

/// Takes the cells of a sheet of an Excel workbook.
enum WorkbookSheet {
  /// Reads the first sheet where none is named, and all of its cells where no range is.
  static func read(
    path: String, sheet: XLSXOptions.Sheet? = nil, range: XLSXRange? = nil
  ) throws(SheetFault) -> RuleSheet {
    let placed: [XLSXPlacedCell]
    do {
      placed = try XLSXReader.cells(path: path, sheet: sheet, range: range).cells
    } catch {
      throw SheetFault("\(error)", at: nil, help: error.help)
    }
    // A workbook has no text: each row becomes a line, so that a fault can show it.
    var lines: [Int: [XLSXPlacedCell]] = [:]
    for cell in placed { lines[cell.row, default: []].append(cell) }
    let last = placed.last?.row ?? 0
    var text = ""
    for row in 0..<last {
      let cells = lines[row + 1] ?? []
      text += cells.map { oneLine($0.text) }.joined(separator: separator) + "\n"
    }
    let file = SourceFile(name: path, text: text)
    let rows = lines.keys.sorted().map { row in cells(lines[row] ?? [], in: file) }
    return try RuleSheet(file: file, cells: rows) { row in
      row.last?.origin.node.span.end ?? .start
    }
  }

  private static func cells(_ placed: [XLSXPlacedCell], in file: SourceFile) -> [SheetCell] {
    var column = 1
    return placed.map { cell in
      let text = oneLine(cell.text)
      let blanks = text.unicodeScalars.prefix { $0 == " " }.count
      let length = text.trimmingBlanks.unicodeScalars.count
      let start = SourcePosition(line: cell.row, column: column + blanks)
      column += text.unicodeScalars.count + separator.unicodeScalars.count
      return SheetCell(
        text, SheetCell.Kind(cell.kind), row: cell.row, column: cell.column,
        span: SourceSpan(at: start, length: length), in: file)
    }
  }

  private static let separator = " | "

  /// Line breaks inside a cell would end the line that stands for its row.
  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 }))
  }
}

extension SheetCell.Kind {
  fileprivate init(_ kind: XLSXPlacedCell.Kind) {
    self =
      switch kind {
      case .text: .text
      case .number: .number
      case .boolean: .boolean
      case .date: .date
      case .time, .error: .unfit
      }
  }
}
