// SPDX-License-Identifier: EUPL-1.2

/// A column of a sheet on its way into a table: its cells below the header, ordered by row.
struct XLSXColumn {
  let name: String
  /// Its place in the sheet, from 0 for A.
  let position: Int
  let cells: ArraySlice<XLSXCell>
}

/// Finds the type of a column from all of its cells.
///
/// Text in a cell stays text, whatever it looks like: in a workbook the cell itself says what it is.
struct XLSXTyping {
  /// How many different texts a category may have; the same as in CSV files.
  static let labelLimit = 10_000

  let cells: XLSXCells
  let missing: XLSXMissing

  func finding(_ column: XLSXColumn) -> TypeFinding {
    var seen = [Bool](repeating: false, count: XLSXCell.Kind.allCases.count)
    var isWhole = true
    var isWholeDays = true
    for cell in column.cells where !missing.includes(cell, in: cells) {
      seen[Int(cell.kind.rawValue)] = true
      switch cell.kind {
      case .number: isWhole = isWhole && cell.number.isExactInteger
      case .instant: isWholeDays = isWholeDays && cell.isWholeDay
      case .boolean, .sharedText, .ownText, .time, .impossibleDate, .error: break
      }
    }
    var kinds = Set(XLSXCell.Kind.allCases.filter { seen[Int($0.rawValue)] })
    // Where a text is kept makes no difference.
    if kinds.remove(.ownText) != nil { kinds.insert(.sharedText) }
    let errors = kinds.remove(.error) != nil ? "; cells with an error are missing" : ""
    func found(_ type: ColumnType, _ why: String) -> TypeFinding {
      TypeFinding(column: column.name, type: type, declared: false, why: why + errors)
    }
    switch kinds {
    case []: return found(.text, "no row has a value")
    case [.boolean]: return found(.boolean, "all values are true or false")
    case [.number] where isWhole: return found(.integer, "all numbers are whole")
    case [.number]: return found(.number, "all values are numbers")
    case [.instant] where isWholeDays: return found(.date, "all values are formatted as dates")
    case [.instant]: return found(.timestamp, "all values are dates, some with a time of day")
    case [.time]: return found(.text, "all values are times of day without a date")
    case [.sharedText]:
      let many = hasManyLabels(column)
      return many
        ? found(.text, "all values are texts, more than \(Self.labelLimit) different ones")
        : found(.category, "all values are texts that repeat or are few")
    default: return found(.text, "\(Self.names(kinds)) stand side by side")
    }
  }

  private func hasManyLabels(_ column: XLSXColumn) -> Bool {
    var labels: Set<ExactText> = []
    var shared: Set<Int64> = []
    for cell in column.cells where !missing.includes(cell, in: cells) {
      // Most texts are shared: look at each once.
      if cell.kind == .sharedText, !shared.insert(cell.count).inserted { continue }
      if let text = cells.text(cell) { labels.insert(ExactText(text)) }
      if labels.count > Self.labelLimit { return true }
    }
    return false
  }

  private static func names(_ kinds: Set<XLSXCell.Kind>) -> String {
    let names = XLSXCell.Kind.allCases.filter(kinds.contains).map(\.plural)
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }
}

extension XLSXCell.Kind {
  fileprivate var plural: String {
    switch self {
    case .number: "numbers"
    case .boolean: "truth values"
    case .sharedText, .ownText: "texts"
    case .instant: "dates"
    case .time: "times of day"
    case .impossibleDate: "numbers that are no day of the calendar"
    case .error: "errors"
    }
  }
}

extension Double {
  /// Whether it is a whole number that stands for no other.
  var isExactInteger: Bool { abs(self) <= 9_007_199_254_740_992 && rounded() == self }
}

/// What stands for a missing value.
struct XLSXMissing {
  private let texts: Set<ExactText>
  private let numbers: Set<Double>

  init(_ texts: [String]) {
    self.texts = Set(texts.map { ExactText($0) })
    numbers = Set(texts.compactMap { Double($0) })
  }

  func includes(_ cell: XLSXCell, in cells: XLSXCells) -> Bool {
    switch cell.kind {
    case .number: !numbers.isEmpty && numbers.contains(cell.number)
    case .sharedText, .ownText: cells.text(cell).map { texts.contains(ExactText($0)) } ?? false
    case .boolean, .instant, .time, .impossibleDate, .error: false
    }
  }
}
