// SPDX-License-Identifier: EUPL-1.2

/// Takes the cells of a sheet as they stream by.
final class XLSXSheetReceiver: XLSXReceiver {
  private(set) var cells: XLSXCells
  private(set) var fault: XLSXFault? {
    didSet { isFaulty = true }
  }
  private(set) var isFaulty = false
  private(set) var errorCells = 0
  private(set) var mergedRanges = 0
  /// Merged cells that hold several rows, for readers without a header.
  private(set) var merges: [XLSXRange] = []
  /// Rows below the range with values in its columns.
  private(set) var rowsBelowRange = 0
  private var lastRowBelow = -1
  private(set) var uncomputed = 0
  private(set) var firstUncomputed: XLSXAddress?

  private let sheet: XLSXWorkbook.Sheet
  private let styles: XLSXStyles
  private let dates: XLSXSerialDate
  private let limits: XLSXLimits
  private let range: XLSXRange?
  private let header: Bool

  private var row = -1
  private var address = XLSXAddress(row: 0, column: -1)
  private var type = CellType.number
  private var style = 0
  private var hasFormula = false
  private var hasValue = false
  private var isInCell = false
  private var isInText = false
  private var isInPhonetic = false
  private var text: XLSXText

  private enum CellType {
    case number
    case sharedText
    case text
    case boolean
    case error
    case isoDate

    /// From the attribute `t`, which most cells of numbers leave away.
    init?(_ name: UnsafeRawBufferPointer?) {
      guard let name else {
        self = .number
        return
      }
      if name.spells("s") {
        self = .sharedText
      } else if name.spells("n") {
        self = .number
      } else if name.spells("str") || name.spells("inlineStr") {
        self = .text
      } else if name.spells("b") {
        self = .boolean
      } else if name.spells("e") {
        self = .error
      } else if name.spells("d") {
        self = .isoDate
      } else {
        return nil
      }
    }
  }

  init(
    _ sheet: XLSXWorkbook.Sheet, range: XLSXRange?, header: Bool, texts: [String],
    styles: XLSXStyles,
    dates: XLSXSerialDate, limits: XLSXLimits
  ) {
    self.sheet = sheet
    self.range = range
    self.header = header
    self.styles = styles
    self.dates = dates
    self.limits = limits
    cells = XLSXCells(sharedTexts: texts)
    text = XLSXText(limit: limits.cellTextBytes)
  }

  func begin(_ element: XLSXName, _ attributes: XLSXAttributes) {
    if element == "c" {
      beginCell(attributes)
    } else if element == "v" || element == "t" {
      isInText = isInCell
      hasValue = true
    } else if element == "f" {
      hasFormula = isInCell
    } else if element == "row" {
      beginRow(attributes)
    } else if element == "rPh" {
      isInPhonetic = true
    } else if element == "mergeCell" {
      noteMerge(attributes["ref"] ?? "")
    }
  }

  func end(_ element: XLSXName) {
    if element == "v" || element == "t" {
      isInText = false
    } else if element == "rPh" {
      isInPhonetic = false
    } else if element == "c", isInCell {
      isInCell = false
      endCell()
    }
  }

  func text(_ bytes: UnsafeRawBufferPointer) {
    if isInText, !isInPhonetic { text.append(bytes) }
  }
}

extension XLSXSheetReceiver {
  private func damaged(_ what: String) {
    if fault == nil { fault = .damagedSheet(sheet.info.name, what: what) }
  }

  private func beginRow(_ attributes: XLSXAttributes) {
    let next = attributes.wholeNumber("r").map { $0 - 1 } ?? row + 1
    guard next > row, next < XLSXAddress.rowLimit else {
      return damaged("its rows are not in order")
    }
    row = next
    address = XLSXAddress(row: row, column: -1)
  }

  private func beginCell(_ attributes: XLSXAttributes) {
    var next = XLSXAddress(row: row, column: address.column + 1)
    if let reference = attributes.bytes("r") {
      guard let given = XLSXAddress(reference), given.row == row, given.column >= next.column
      else { return damaged("its cells are not in order (row \(row + 1))") }
      next = given
    }
    guard row >= 0, next.column < XLSXAddress.columnLimit else {
      return damaged("it has a cell outside of a row")
    }
    address = next
    style = attributes.wholeNumber("s") ?? 0
    hasFormula = false
    hasValue = false
    isInCell = true
    text.clear()
    if let type = CellType(attributes.bytes("t")) {
      self.type = type
    } else {
      damaged("cell \(address) is of an unknown type")
    }
  }

  private func endCell() {
    if let range, !range.contains(address) {
      if hasValue, address.row > range.rows.upperBound, range.columns.contains(address.column) {
        if lastRowBelow != address.row { rowsBelowRange += 1 }
        lastRowBelow = address.row
      }
      return
    }
    // An empty result is written as an empty text; without a type it means that nobody computed it.
    if hasFormula, !hasValue || (type != .text && text.isEmpty) {
      uncomputed += 1
      if firstUncomputed == nil { firstUncomputed = address }
    }
    guard hasValue else { return }
    guard !text.isTooLong else {
      fault = .tooLarge(part: sheet.part, what: "a text that no cell can hold")
      return
    }
    if type == .text {
      cells.append(ownText: text.decoded, at: address)
    } else if type == .number, let number = text.wholeNumber {
      store(Double(number))
    } else if !text.isEmpty, !store(text.plain) {
      damaged("cell \(address) does not hold what it says")
    }
    if cells.count > limits.cells {
      fault = .tooLarge(part: sheet.part, what: "more than \(limits.cells) cells")
    } else if cells.textBytes > limits.textBytes {
      fault = .tooLarge(part: sheet.part, what: "more than \(limits.textBytes >> 20) MiB of text")
    }
  }

  /// Keeps a cell's value; false where it is not of the cell's type.
  private func store(_ value: String) -> Bool {
    switch type {
    case .text: cells.append(ownText: value, at: address)
    case .sharedText:
      guard let index = text.wholeNumber else { return false }
      return cells.append(sharedText: index, at: address)
    case .boolean:
      guard ["0", "1", "false", "true"].contains(value) else { return false }
      cells.append(count: value == "1" || value == "true" ? 1 : 0, .boolean, at: address)
    case .error:
      errorCells += 1
      cells.append(count: 0, .error, at: address)
    case .isoDate:
      guard let instant = Self.instant(iso: value) else { return false }
      cells.append(count: instant, .instant, at: address)
    case .number:
      guard let number = Double(value), number.isFinite else { return false }
      store(number)
    }
    return true
  }

  private func store(_ number: Double) {
    switch styles.format(style) {
    case .number: cells.append(number: number, .number, at: address)
    case .date: storeDate(number)
    case .time where number >= 1: storeDate(number)
    case .time, .elapsed:
      guard number >= 0, number < 1e6 else {
        return cells.append(number: number, .impossibleDate, at: address)
      }
      cells.append(count: Int64((number * 86_400_000).rounded()), .time, at: address)
    }
  }

  private func storeDate(_ number: Double) {
    if let instant = dates.microseconds(number) {
      cells.append(count: instant, .instant, at: address)
    } else {
      cells.append(number: number, .impossibleDate, at: address)
    }
  }

  private static func instant(iso text: String) -> Int64? {
    if let day = CalendarDate(text) {
      return Int64(day.daysSince1970) * Timestamp.microsecondsPerDay
    }
    return Timestamp(text)?.microseconds
  }

  /// Merged cells come after all rows, so the header is known by now.
  private func noteMerge(_ range: String) {
    let corners = range.split(separator: ":")
    guard corners.count == 2, let first = XLSXAddress(corners[0].utf8),
      let last = XLSXAddress(corners[1].utf8), first != last
    else { return }
    if let wanted = self.range,
      !wanted.rows.overlaps(first.row...max(first.row, last.row))
        || !wanted.columns.overlaps(first.column...max(first.column, last.column))
    {
      return
    }
    guard let top = cells.sheetRows.first, let bottom = cells.sheetRows.last else { return }
    if header, (first.row...max(first.row, last.row)).contains(top) {
      if fault == nil { fault = .mergedHeader(range: range) }
    } else if first.row <= bottom, last.row > top || !header {
      mergedRanges += 1
      if !header, last.row > first.row, let merge = XLSXRange(range) { merges.append(merge) }
    }
  }
}
