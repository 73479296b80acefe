// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// A table of plain characters for terminals.
///
/// Wide letters count two columns, control characters are shown by name so that no cell can steer a
/// terminal, and texts that do not fit end in "…" or go on in the next line.
public struct TextTable: Sendable, Hashable {
  public struct Column: Sendable, Hashable {
    public var title: String
    public var alignment: ReportTable.Alignment
    /// Whether the column may be cut where the table is too wide.
    public var isFlexible: Bool

    public init(
      _ title: String, alignment: ReportTable.Alignment = .leading, isFlexible: Bool = true
    ) {
      self.title = title
      self.alignment = alignment
      self.isFlexible = isFlexible
    }
  }

  /// What happens to a text that does not fit into its column.
  public enum Overflow: Sendable, Hashable {
    /// It ends in "…", and every row is one line.
    case cut
    /// It goes on in the next line.
    case wrap
  }

  public var columns: [Column]
  /// A row with fewer cells than there are columns ends in empty ones.
  public var rows: [[String]]
  public var overflow: Overflow

  public init(_ columns: [Column], rows: [[String]] = [], overflow: Overflow = .cut) {
    self.columns = columns
    self.rows = rows
    self.overflow = overflow
  }

  /// The first rows of a table of data; numbers stand right-aligned, absent values are empty.
  public init(_ table: Table, limit: Int = .max) {
    columns = zip(table.names, table.columns).map { name, column in
      Column(name, alignment: column.type.isNumeric ? .trailing : .leading)
    }
    rows = (0..<min(table.rowCount, max(limit, 0))).map { row in
      table.columns.map { $0.display(at: row) ?? "" }
    }
    overflow = .cut
  }

  /// The table as lines, none wider than `width` where a width is given and can be kept.
  public func text(width: Int? = nil) -> String {
    let titles = columns.map { TextCell($0.title) }
    let cells = rows.map { row in
      columns.indices.map { TextCell($0 < row.count ? row[$0] : "") }
    }
    let widths = fittedWidths(titles, cells, within: width)
    var lines = self.lines(titles, widths, standOnRule: true)
    lines.append(rule(widths))
    for row in cells { lines += self.lines(row, widths) }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension TextTable {
  private static let gap = 2
  private static let narrowest = 6
  private static let longestKeptWord = 24

  private func fittedWidths(
    _ titles: [TextCell], _ cells: [[TextCell]], within limit: Int?
  ) -> [Int] {
    var widths = titles.map(\.width)
    for row in cells {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.width) }
    }
    guard let limit else { return widths }
    let least = columns.indices.map { index in
      leastWidth(index, natural: widths[index], titles[index], cells.map { $0[index] })
    }
    var surplus = widths.reduce(0, +) + Self.gap * max(widths.count - 1, 0) - limit
    // The widest column gives first, so that short ones stay whole.
    while surplus > 0 {
      let candidates = columns.indices.filter { widths[$0] > least[$0] }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      surplus -= 1
    }
    return widths
  }

  /// How far a column may shrink: never below its longest words where lines are wrapped.
  private func leastWidth(
    _ index: Int, natural: Int, _ title: TextCell, _ cells: [TextCell]
  ) -> Int {
    switch (overflow, columns[index].isFlexible) {
    case (.cut, false): return natural
    case (.cut, true): return min(natural, Self.narrowest)
    case (.wrap, false): return max(cells.map(\.width).max() ?? 0, title.longestWord)
    case (.wrap, true):
      let words = (cells + [title]).map(\.longestWord).max() ?? 0
      return min(natural, max(min(words, Self.longestKeptWord), Self.narrowest))
    }
  }

  /// One row as lines; titles stand on the rule below them.
  private func lines(
    _ cells: [TextCell], _ widths: [Int], standOnRule: Bool = false
  ) -> [String] {
    guard overflow == .wrap else { return [line(cells, widths)] }
    let pieces = zip(cells, widths).map { cell, width in
      cell.width <= width ? [cell] : TextLines.wrapped(cell.text, width: width).map { TextCell($0) }
    }
    let height = pieces.map(\.count).max() ?? 1
    return (0..<height).map { number in
      line(
        pieces.map { lines in
          let index = standOnRule ? number - (height - lines.count) : number
          return lines.indices.contains(index) ? lines[index] : TextCell("")
        }, widths)
    }
  }

  private func line(_ cells: [TextCell], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += String(repeating: " ", count: Self.gap) }
      line += cell.padded(to: widths[index], columns[index].alignment)
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  private func rule(_ widths: [Int]) -> String {
    widths.map { String(repeating: "─", count: $0) }
      .joined(separator: String(repeating: " ", count: Self.gap))
  }
}
