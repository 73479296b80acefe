// SPDX-License-Identifier: EUPL-1.2

/// The values of one sheet, column by column; empty cells and empty rows take no room.
struct XLSXCells {
  /// By the sheet's columns from A; rows ascend.
  private(set) var columns: [[XLSXCell]] = []
  /// For each row that has a value its place in the sheet, from 0.
  private(set) var sheetRows: [Int] = []
  private(set) var count = 0
  private(set) var textBytes = 0
  let sharedTexts: [String]
  private var ownTexts: [String] = []

  init(sharedTexts: [String]) { self.sharedTexts = sharedTexts }

  mutating func append(number: Double, _ kind: XLSXCell.Kind, at address: XLSXAddress) {
    put(XLSXCell(row: row(of: address), kind: kind, number: number), at: address)
  }

  mutating func append(count: Int64, _ kind: XLSXCell.Kind, at address: XLSXAddress) {
    put(XLSXCell(row: row(of: address), kind: kind, count: count), at: address)
  }

  /// An empty text is no value.
  mutating func append(ownText text: String, at address: XLSXAddress) {
    guard !text.isEmpty else { return }
    textBytes += text.utf8.count
    ownTexts.append(text)
    append(count: Int64(ownTexts.count - 1), .ownText, at: address)
  }

  /// - Returns: false where the workbook has no such text.
  mutating func append(sharedText index: Int, at address: XLSXAddress) -> Bool {
    guard sharedTexts.indices.contains(index) else { return false }
    guard !sharedTexts[index].isEmpty else { return true }
    textBytes += sharedTexts[index].utf8.count
    append(count: Int64(index), .sharedText, at: address)
    return true
  }

  /// The text of a text cell; nil for other kinds.
  func text(_ cell: XLSXCell) -> String? {
    switch cell.kind {
    case .sharedText: sharedTexts[Int(cell.count)]
    case .ownText: ownTexts[Int(cell.count)]
    case .number, .boolean, .instant, .time, .impossibleDate, .error: nil
    }
  }

  /// What a cell says, as text; nil for an error.
  func display(_ cell: XLSXCell) -> String? {
    switch cell.kind {
    case .sharedText, .ownText: text(cell)
    case .number, .impossibleDate: NumberText.print(cell.number)
    case .boolean: cell.count != 0 ? "true" : "false"
    case .instant:
      cell.isWholeDay
        ? Timestamp(microseconds: cell.count).date.description
        : Timestamp(microseconds: cell.count).description
    case .time: clock(cell.count)
    case .error: nil
    }
  }

  private mutating func row(of address: XLSXAddress) -> Int {
    if sheetRows.last != address.row { sheetRows.append(address.row) }
    return sheetRows.count - 1
  }

  private mutating func put(_ cell: XLSXCell, at address: XLSXAddress) {
    while columns.count <= address.column { columns.append([]) }
    columns[address.column].append(cell)
    count += 1
  }

  private func clock(_ milliseconds: Int64) -> String {
    let seconds = Int(milliseconds / 1000)
    let rest = Int(milliseconds % 1000)
    let whole =
      "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    return rest == 0 ? whole : whole + "." + padded(rest, 3)
  }
}
