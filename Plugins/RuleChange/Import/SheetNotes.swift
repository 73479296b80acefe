// SPDX-License-Identifier: EUPL-1.2

import Documents

/// Collects what was turned into FEEL, once for each column and kind, with the first cell as an example.
struct SheetNotes {
  private struct Noted {
    let column: String
    let note: CellNotation.Note
    let cell: SheetCell
    let source: String
    var count: Int
  }

  private var notes: [Noted] = []

  mutating func add(_ reading: CellNotation.Reading, of cell: SheetCell) {
    guard let note = reading.note else { return }
    if let place = notes.firstIndex(where: { $0.column == cell.columnName && $0.note == note }) {
      notes[place].count += 1
    } else {
      notes.append(
        Noted(
          column: cell.columnName, note: note, cell: cell, source: reading.source, count: 1))
    }
  }

  var warnings: [Diagnostic] {
    notes.map { noted in
      let cells = noted.count == 1 ? "a cell" : "\(noted.count) cells"
      let origin = noted.cell.origin
      return Diagnostic(
        .tableCell, severity: .warning,
        "\(cells) of column \(noted.column) \(noted.count == 1 ? "has" : "have") "
          + "\(noted.note.rawValue): '\(noted.cell.text)' is read as \(noted.source)",
        notes: ["cell \(noted.cell.address)"], file: origin.file.name, span: origin.node.span)
    }
  }
}
