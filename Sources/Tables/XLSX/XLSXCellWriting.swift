// SPDX-License-Identifier: EUPL-1.2

/// What a cell of a workbook holds.
enum XLSXCellValue {
  case empty
  case text(String)
  case number(Double)
  case boolean(Bool)
}

/// A column of a table on its way into a sheet.
struct XLSXCellWriting {
  /// How Excel shows the column's numbers.
  enum Format: Hashable {
    case general
    case decimal(places: Int)
    case date
    case timestamp
    case timestampWithFraction
  }

  let name: String
  let format: Format
  private let column: Column
  /// The texts of a category, as cells hold them.
  private let labels: [String]

  /// - Throws: `XLSXWritingFault` where a sheet cannot hold the table.
  static func columns(of table: Table) throws(XLSXWritingFault) -> [XLSXCellWriting] {
    guard table.rowCount < XLSXWritingFault.rowLimit else { throw .tooManyRows(table.rowCount) }
    guard table.columns.count <= XLSXWritingFault.columnLimit else {
      throw .tooManyColumns(table.columns.count)
    }
    var result: [XLSXCellWriting] = []
    for (name, column) in zip(table.names, table.columns) {
      let writing = XLSXCellWriting(name, column)
      try writing.check()
      result.append(writing)
    }
    return result
  }

  private init(_ name: String, _ column: Column) {
    self.name = XLSXCellText.written(name)
    self.column = column
    if case .category(let category) = column {
      labels = category.dictionary.map(XLSXCellText.written)
    } else {
      labels = []
    }
    format =
      switch column {
      case .decimal(_, let scale): scale == 0 ? .general : .decimal(places: scale)
      case .date: .date
      case .timestamp(let column):
        column.values.contains { $0 % 1_000_000 != 0 } ? .timestampWithFraction : .timestamp
      case .boolean, .integer, .number, .text, .category: .general
      }
  }

  func value(at row: Int) -> XLSXCellValue {
    if column.isMissing(at: row) { return .empty }
    let number: Double?
    switch column {
    case .boolean(let column): return .boolean(column.values[row])
    case .text(let column): return .text(column[row].map(XLSXCellText.written) ?? "")
    case .category(let column): return .text(labels[Int(column.codes[row])])
    case .integer(let column): number = Self.exact(column.values[row], scale: 0)
    case .decimal(let column, let scale): number = Self.exact(column.values[row], scale: scale)
    case .number(let column): number = column.values[row].isFinite ? column.values[row] : nil
    case .date(let column): number = Self.serial(Int64(column.values[row])).map { Double($0) }
    case .timestamp(let column): number = Self.serial(microseconds: column.values[row])
    }
    // What Excel would change is written as people read it.
    return number.map { .number($0) } ?? .text(column.display(at: row) ?? "")
  }

  /// How wide the column is shown, in characters: dates that do not fit are shown as ####.
  var width: Double {
    let least: Int =
      switch format {
      case .general, .decimal: 10
      case .date: 12
      case .timestamp: 20
      case .timestampWithFraction: 24
      }
    return Double(min(40, max(least, name.count + 2)))
  }
}

extension XLSXCellWriting {
  /// Texts that a cell cannot hold, before anything is written.
  private func check() throws(XLSXWritingFault) {
    guard name.utf16.count <= XLSXWritingFault.textLimit else {
      throw .textTooLong(column: name, row: nil, count: 1)
    }
    guard column.type.isTextual else { return }
    let tooLong = labels.map { $0.utf16.count > XLSXWritingFault.textLimit }
    if case .category = column, !tooLong.contains(true) { return }
    var first: Int?
    var count = 0
    for row in 0..<column.count where isTooLong(row, labels: tooLong) {
      count += 1
      first = first ?? row + 1
    }
    if let first { throw .textTooLong(column: name, row: first, count: count) }
  }

  private func isTooLong(_ row: Int, labels: [Bool]) -> Bool {
    switch column {
    case .text(let column):
      // An escape takes 7 places and an apostrophe 1: most texts need no closer look.
      guard column.range(at: row).count > XLSXWritingFault.textLimit / 8 else { return false }
      return (column[row].map(XLSXCellText.written) ?? "").utf16.count > XLSXWritingFault.textLimit
    case .category(let column):
      return !self.column.isMissing(at: row) && labels[Int(column.codes[row])]
    case .boolean, .integer, .number, .decimal, .date, .timestamp: return false
    }
  }

  /// A scaled integer as a number, where its digits are no more than the 15 that Excel keeps.
  private static func exact(_ value: Int64, scale: Int) -> Double? {
    guard value.magnitude < 1_000_000_000_000_000 else { return nil }
    return Double(value) / DecimalText.powers[scale]
  }

  /// The count of days of Excel, from 1900 to 9999; it has a 29 February 1900 that never was.
  private static func serial(_ daysSince1970: Int64) -> Int64? {
    let serial = daysSince1970 + 25_569
    guard serial >= 2, serial <= 2_958_465 else { return nil }
    return serial < 61 ? serial - 1 : serial
  }

  private static func serial(microseconds: Int64) -> Double? {
    guard microseconds % 1_000 == 0 else { return nil }
    let perDay = Timestamp.microsecondsPerDay
    let time = (microseconds % perDay + perDay) % perDay
    return serial((microseconds - time) / perDay).map { Double($0) + Double(time) / Double(perDay) }
  }
}
