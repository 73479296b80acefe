// SPDX-License-Identifier: EUPL-1.2

/// Reads rows from a window into a block of the columns' sinks: the loop that decides how fast it goes.
///
/// Each field is read while its end is looked for. What is plain is done here; everything else (quotes,
/// missing texts, cells of another type) goes through `settle`.
struct CSVParser {
  enum Stop {
    case blockIsFull
    case end
    /// The window ends within a row.
    case window
    case halt(CSVHalt)
  }

  let plain: PlainCells
  let sinks: UnsafeMutablePointer<ColumnSink>
  let stores: [ColumnStore]
  let blockRows: Int
  var tokenizer: CSVTokenizer
  /// Rows in the block so far.
  var row = 0
  /// Where the next row begins.
  var place: UnsafePointer<UInt8>
  var notes: CSVNotes
  /// How many of them are known to the columns' labels as rows that stay.
  var labelledRows = 0
  /// The row that was last found to have as many fields as there are columns.
  var wholeRow = -1

  var columnCount: Int { stores.count }
  var layout: CSVLayout { plain.layout }
  var reading: CellReading { plain.reading }

  mutating func readRows(_ view: CSVView) -> Stop {
    let end = view.end
    let isLast = view.isLast
    let columnCount = columnCount
    let plain = plain
    let delimiter = plain.layout.delimiter
    let sinks = sinks
    while row < blockRows {
      let start = place
      if start >= end { return isLast ? .end : .window }
      if start.pointee == UInt8(ascii: "\n") || start.pointee == UInt8(ascii: "\r") {
        guard let next = view.afterLineEnd(start) else { return .window }
        place = next
        continue
      }
      var column = 0
      var field = start
      fields: while true {
        let next: UnsafePointer<UInt8>
        if let behind = plain.read(field, sinks + column, at: row, in: view) {
          next = behind
        } else {
          switch settle(field, column, view) {
          case .stored(let behind): next = behind
          case .again: continue
          case .window: return .window
          case .halt(let halt): return .halt(halt)
          case .ragged(let fields, let behind):
            refuse(at: view.offset(of: start), fields: fields)
            place = behind
            break fields
          }
        }
        if next >= end, !isLast { return .window }
        column += 1
        if column < columnCount {
          if next.pointee == delimiter, next < end {
            field = next + 1
            continue
          }
        } else if next.pointee != delimiter || next >= end {
          guard let behind = view.afterLineEnd(next) else {
            return .window
          }
          place = behind
          row += 1
          break fields
        }
        switch tokenizer.measure(start, in: view) {
        case .window, .tooMany: return .window
        case .halt(let halt): return .halt(halt)
        case .fields(let fields, let behind):
          refuse(at: view.offset(of: start), fields: fields)
          place = behind
        }
        break fields
      }
    }
    return .blockIsFull
  }
}

extension CSVParser {
  /// Ends a block, whose rows stay.
  mutating func endBlock() {
    for column in 0..<columnCount where sinks[column].kind == .category {
      sinks[column].labels.keepAll()
    }
    row = 0
    labelledRows = 0
  }

  /// Leaves a row out, with the labels that it brought: they say nothing about the column.
  private mutating func refuse(at offset: Int, fields: Int) {
    notes.ragged.note(offset, fields: fields)
    for column in 0..<columnCount where sinks[column].kind == .category {
      let sink = sinks + column
      for row in labelledRows..<row where sink.pointee.present[row] == 1 {
        sink.pointee.labels.keep(sink.pointee.load(row, as: Int32.self))
      }
      sink.pointee.labels.forgetOthers()
    }
    labelledRows = row
  }
}
