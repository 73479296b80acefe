// SPDX-License-Identifier: EUPL-1.2

/// A table for people: a caption, columns with titles and formats, and rows.
public struct ReportTable: Sendable, Hashable {
  public enum Alignment: Sendable, Hashable {
    case leading
    case trailing
  }

  public struct Column: Sendable, Hashable {
    public var title: String
    public var alignment: Alignment
    /// How numbers of this column are shown; a word that names their unit moves into the title.
    public var format: NumberFormat?

    /// A column of texts, or of numbers where a format is given, which then stand right-aligned.
    public init(_ title: String, format: NumberFormat? = nil, alignment: Alignment? = nil) {
      self.title = title
      self.format = format
      self.alignment = alignment ?? (format == nil ? .leading : .trailing)
    }
  }

  public enum Cell: Sendable, Hashable {
    case text(InlineText)
    /// Shown in the column's format, else with four significant digits; nil is "not available".
    case number(Double?)
    /// A number that stands in a format of its own.
    case formatted(Double?, NumberFormat)
    /// Deliberately nothing, as under a heading that does not apply.
    case empty
  }

  public struct Row: Sendable, Hashable, ExpressibleByArrayLiteral {
    public var cells: [Cell]
    /// Whether the row sums up the rows above it.
    public var isTotal: Bool

    public init(_ cells: [Cell], isTotal: Bool = false) {
      self.cells = cells
      self.isTotal = isTotal
    }

    public init(arrayLiteral cells: Cell...) { self.init(cells) }
  }

  public var caption: String
  public var columns: [Column]
  /// A row with fewer cells than there are columns ends in empty ones.
  public var rows: [Row]
  /// Whether the first column names what its row is about.
  public var hasRowHeaders: Bool
  /// A remark under the table: sources, what is missing and why.
  public var note: InlineText?

  public init(
    _ caption: String, columns: [Column], rows: [Row] = [], hasRowHeaders: Bool = true,
    note: InlineText? = nil
  ) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.hasRowHeaders = hasRowHeaders
    self.note = note
  }
}

extension ReportTable.Cell: ExpressibleByStringInterpolation, ExpressibleByFloatLiteral {
  public init(stringLiteral text: String) { self = .text(InlineText(text)) }

  public init(stringInterpolation: InlineText.StringInterpolation) {
    self = .text(InlineText(stringInterpolation: stringInterpolation))
  }

  public init(floatLiteral number: Double) { self = .number(number) }
}

extension ReportTable.Column {
  /// The title with the unit's name, where the format has one.
  func heading(in language: ReportLanguage) -> String {
    guard let unit = format?.unitName(in: language), !title.contains(unit) else { return title }
    return "\(title) (\(unit))"
  }
}

extension ReportTable {
  /// The words of a cell as every renderer shows them.
  func content(_ row: Row, _ index: Int, in language: ReportLanguage) -> InlineText {
    guard row.cells.indices.contains(index) else { return "" }
    switch row.cells[index] {
    case .text(let text): return text
    case .number(let value):
      return InlineText((columns[index].format ?? .significant(4)).bare(value, in: language))
    case .formatted(let value, let format): return InlineText(format.text(value, in: language))
    case .empty: return ""
    }
  }

  /// Whether a cell is a number that is not there, which stands back in the page.
  func isUnavailable(_ row: Row, _ index: Int) -> Bool {
    guard row.cells.indices.contains(index) else { return false }
    switch row.cells[index] {
    case .number(let value), .formatted(let value, _): return value?.isNaN ?? true
    case .text, .empty: return false
    }
  }
}
