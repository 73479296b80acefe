// SPDX-License-Identifier: EUPL-1.2

import Documents
public import Tables

/// A table of plain characters for terminals.
///
/// Wide letters count two columns, control characters are shown by name so that no cell can steer a
/// terminal, and texts that do not fit end in "…".
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

  public var columns: [Column]
  /// A row with fewer cells than there are columns ends in empty ones.
  public var rows: [[String]]

  public init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The first rows of a table of data; numbers stand right-aligned, absent values are empty.
  public init(_ table: Table, limit: Int = .max) {
    columns = zip(table.names, table.columns).map { name, column in
      Column(name, alignment: column.type.isNumeric ? .trailing : .leading)
    }
    rows = (0..<min(table.rowCount, max(limit, 0))).map { row in
      table.columns.map { $0.display(at: row) ?? "" }
    }
  }

  /// The table as lines, none wider than `width` where a width is given and can be kept.
  public func text(width: Int? = nil) -> String {
    let titles = columns.map { TextCell($0.title) }
    let cells = rows.map { row in
      columns.indices.map { TextCell($0 < row.count ? row[$0] : "") }
    }
    let widths = fittedWidths(titles, cells, within: width)
    var lines = [line(titles, widths), rule(widths)]
    for row in cells { lines.append(line(row, widths)) }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension TextTable {
  private static let gap = 2
  private static let narrowest = 6

  private func fittedWidths(
    _ titles: [TextCell], _ cells: [[TextCell]], within limit: Int?
  ) -> [Int] {
    var widths = titles.map(\.width)
    for row in cells {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.width) }
    }
    guard let limit else { return widths }
    var surplus = widths.reduce(0, +) + Self.gap * max(widths.count - 1, 0) - limit
    // The widest column gives first, so that short ones stay whole.
    while surplus > 0 {
      let candidates = columns.indices.filter {
        columns[$0].isFlexible && widths[$0] > Self.narrowest
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      surplus -= 1
    }
    return widths
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

/// A text with the number of terminal columns that it takes.
struct TextCell {
  let text: String
  let width: Int

  init(_ words: String) {
    text = DisplayLine.safe(words)
    width = Self.width(of: text)
  }

  static func width(of text: String) -> Int {
    text.reduce(0) { $0 + DisplayLine.width(of: $1) }
  }

  /// The text at exactly this width, cut with "…" where it is longer.
  func padded(to target: Int, _ alignment: ReportTable.Alignment) -> String {
    guard width <= target else { return cut(to: target) }
    let blanks = String(repeating: " ", count: target - width)
    return alignment == .trailing ? blanks + text : text + blanks
  }

  private func cut(to target: Int) -> String {
    var kept = ""
    var used = 0
    for character in text {
      let next = DisplayLine.width(of: character)
      if used + next > target - 1 { break }
      kept.append(character)
      used += next
    }
    return kept + "…" + String(repeating: " ", count: max(target - 1 - used, 0))
  }
}
