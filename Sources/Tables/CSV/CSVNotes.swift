// SPDX-License-Identifier: EUPL-1.2

/// What is noticed on the way, by byte offset: lines are counted once, at the end.
struct CSVNotes {
  /// Rows with another number of fields.
  struct Ragged {
    private(set) var rows: [(offset: Int, fields: Int)] = []
    private(set) var count = 0

    mutating func note(_ offset: Int, fields: Int) {
      count += 1
      if rows.count < CSVReader.namedRows { rows.append((offset, fields)) }
    }
  }

  /// Cells of a declared column that are not of its type.
  struct Wrong {
    private(set) var offsets: [Int] = []
    private(set) var count = 0

    mutating func note(_ offset: Int) {
      count += 1
      if offsets.count < 5 { offsets.append(offset) }
    }
  }

  /// How a column came to be text.
  struct Turn {
    /// The row whose cell decided it.
    let offset: Int
    let from: CellKind
    /// Whether the cell looks like a number that would not come back the same.
    let wouldChange: Bool
  }

  var ragged = Ragged()
  var wrong: [Int: Wrong] = [:]
  var turns: [Int: Turn] = [:]
}

extension CSVNotes.Turn {
  /// In words, where the line is known by now.
  func described(_ line: Int?) -> InferredColumn.Turn {
    InferredColumn.Turn(
      place: line.map { "line \($0)" } ?? "a line", from: from,
      change: wouldChange ? " (a zero or plus before them, or too many of them)" : nil)
  }
}
