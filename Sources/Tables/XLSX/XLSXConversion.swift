// SPDX-License-Identifier: EUPL-1.2

/// Turns cells into columns of a type, found or declared.
///
/// Where a type is declared, a text that spells a value of it is welcome: exports of other programs put
/// numbers and dates into text cells.
struct XLSXConversion {
  /// How many addresses of wrong cells a fault names.
  static let namedCells = 5

  let cells: XLSXCells
  let missing: XLSXMissing
  let rowCount: Int
  /// Which of the rows with values is the table's first.
  let firstRow: Int

  /// The column, or which of its cells are not of the type.
  enum Outcome {
    case column(Column)
    case wrong(XLSXFault.WrongCells)
  }

  func column(_ column: XLSXColumn, _ type: ColumnType) throws(TableFault) -> Outcome {
    var wrong = Wrong()
    let result: Column =
      switch type {
      case .boolean: .boolean(booleans(column, &wrong))
      case .integer: .integer(fixed(column, &wrong, integer))
      case .number: .number(fixed(column, &wrong, number))
      case .decimal(let scale):
        .decimal(fixed(column, &wrong) { decimal($0, scale: scale) }, scale: scale)
      case .date: .date(fixed(column, &wrong, date))
      case .timestamp: .timestamp(fixed(column, &wrong, timestamp))
      case .text: .text(try texts(column))
      case .category: .category(categories(column))
      }
    guard wrong.count > 0 else { return .column(result) }
    return .wrong(
      XLSXFault.WrongCells(
        column: column.name, type: type, cells: wrong.cells.map(\.description), count: wrong.count))
  }

  private struct Wrong {
    var cells: [XLSXAddress] = []
    var count = 0
  }

  /// Calls `body` for every row in order, with its cell unless it is missing.
  private func forEachRow(_ column: XLSXColumn, _ body: (XLSXCell?) -> Void) {
    var next = 0
    for cell in column.cells {
      let row = Int(cell.row) - firstRow
      while next < row {
        body(nil)
        next += 1
      }
      let isMissing = cell.kind == .error || missing.includes(cell, in: cells)
      body(isMissing ? nil : cell)
      next += 1
    }
    while next < rowCount {
      body(nil)
      next += 1
    }
  }

  private func values<Value>(
    _ column: XLSXColumn, _ wrong: inout Wrong, _ convert: (XLSXCell) -> Value?,
    _ append: (Value?) -> Void
  ) {
    forEachRow(column) { cell in
      let value = cell.flatMap(convert)
      if let cell, value == nil {
        wrong.count += 1
        if wrong.cells.count < Self.namedCells {
          let row = cells.sheetRows[Int(cell.row)]
          wrong.cells.append(XLSXAddress(row: row, column: column.position))
        }
      }
      append(value)
    }
  }

  private func fixed<Value: ColumnScalar>(
    _ column: XLSXColumn, _ wrong: inout Wrong, _ convert: (XLSXCell) -> Value?
  ) -> FixedColumn<Value> {
    var builder = FixedColumnBuilder<Value>(capacity: rowCount)
    values(column, &wrong, convert) { builder.append($0) }
    return builder.finish()
  }

  private func booleans(_ column: XLSXColumn, _ wrong: inout Wrong) -> BooleanColumn {
    var builder = BooleanColumnBuilder()
    values(column, &wrong, boolean) { builder.append($0) }
    return builder.finish()
  }

  private func texts(_ column: XLSXColumn) throws(TableFault) -> TextColumn {
    var builder = TextColumnBuilder()
    forEachRow(column) { builder.append($0.flatMap(cells.display)) }
    return try builder.finish(named: column.name)
  }

  private func categories(_ column: XLSXColumn) -> CategoryColumn {
    var builder = CategoryColumnBuilder()
    forEachRow(column) { builder.append($0.flatMap(cells.display)) }
    return builder.finish()
  }
}

extension XLSXConversion {
  private func boolean(_ cell: XLSXCell) -> Bool? {
    switch cell.kind {
    case .boolean: return cell.count != 0
    case .number: return cell.number == 1 ? true : cell.number == 0 ? false : nil
    case .sharedText, .ownText:
      switch cells.text(cell) {
      case "true", "True", "TRUE", "1": return true
      case "false", "False", "FALSE", "0": return false
      default: return nil
      }
    case .instant, .time, .impossibleDate, .error: return nil
    }
  }

  private func integer(_ cell: XLSXCell) -> Int64? {
    if let text = cells.text(cell) { return DecimalText.parse(text, scale: 0) }
    return cell.kind == .number && cell.number.isExactInteger ? Int64(cell.number) : nil
  }

  private func number(_ cell: XLSXCell) -> Double? {
    guard let text = cells.text(cell) else { return cell.kind == .number ? cell.number : nil }
    // Only digits and what belongs to them: not `nan`, `infinity` or hexadecimal.
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text),
      number.isFinite
    else { return nil }
    return number
  }

  /// Computed cells end in traces such as 0.30000000000000004, of which 15 digits count.
  private func decimal(_ cell: XLSXCell, scale: Int) -> Int64? {
    if let text = cells.text(cell) { return DecimalText.parse(text, scale: scale) }
    guard cell.kind == .number else { return nil }
    let power = DecimalText.powers[scale]
    let scaled = (cell.number * power).rounded()
    guard scaled.isExactInteger, abs(scaled / power - cell.number) <= abs(cell.number) * 4e-15
    else {
      return nil
    }
    return Int64(scaled)
  }

  private func date(_ cell: XLSXCell) -> Int32? {
    if let text = cells.text(cell) { return CalendarDate(text)?.daysSince1970 }
    guard cell.kind == .instant, cell.isWholeDay else { return nil }
    return Int32(exactly: cell.count / Timestamp.microsecondsPerDay)
  }

  private func timestamp(_ cell: XLSXCell) -> Int64? {
    guard let text = cells.text(cell) else { return cell.kind == .instant ? cell.count : nil }
    if let instant = Timestamp(text) { return instant.microseconds }
    return CalendarDate(text).map { Int64($0.daysSince1970) * Timestamp.microsecondsPerDay }
  }
}
