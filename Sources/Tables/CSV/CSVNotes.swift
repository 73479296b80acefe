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

    mutating func append(_ next: Ragged) {
      count += next.count
      rows += next.rows.prefix(CSVReader.namedRows - rows.count)
    }
  }

  /// Cells of a declared column that are not of its type.
  struct Wrong {
    private static let namedCells = 5
    private(set) var offsets: [Int] = []
    private(set) var count = 0

    mutating func note(_ offset: Int) {
      count += 1
      if offsets.count < Self.namedCells { offsets.append(offset) }
    }

    mutating func append(_ next: Wrong) {
      count += next.count
      offsets += next.offsets.prefix(Self.namedCells - offsets.count)
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

  /// What was noticed in the part of the file that follows.
  mutating func append(_ next: CSVNotes) {
    ragged.append(next.ragged)
    for (column, cells) in next.wrong { wrong[column, default: Wrong()].append(cells) }
    turns.merge(next.turns) { earlier, _ in earlier }
  }
}

extension CSVNotes.Turn {
  /// In words, where the line is known by now.
  func described(_ line: Int?) -> InferredColumn.Turn {
    InferredColumn.Turn(
      place: line.map { "line \($0)" } ?? "a line", from: from,
      change: wouldChange ? " (a zero or plus before them, or too many of them)" : nil)
  }
}
