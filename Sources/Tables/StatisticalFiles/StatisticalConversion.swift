// SPDX-License-Identifier: EUPL-1.2

/// Turns cells into columns of a declared type.
struct StatisticalConversion {
  /// How many rows of wrong cells a fault names.
  static let namedRows = 5

  let name: String
  let type: ColumnType
  let rowCount: Int

  /// The column, or which of its cells are not of the type.
  enum Outcome {
    case column(Column)
    case wrong(StatisticalFileFault.WrongCells)
  }

  /// A column of what texts spell: the spellings that CSV files have, where their types are declared.
  func texts(_ text: (Int) -> String?) throws(TableFault) -> Outcome {
    switch type {
    case .text: return .column(try Self.textColumn(name, rowCount, text))
    case .category: return .column(Self.categoryColumn(rowCount, text))
    case .boolean: return booleans(text, Self.boolean)
    case .integer:
      return fixed(text, { DecimalText.parse($0, scale: 0) }, Column.integer)
    case .number: return fixed(text, Self.number, Column.number)
    case .decimal(let scale):
      return fixed(text, { DecimalText.parse($0, scale: scale) }, { .decimal($0, scale: scale) })
    case .date: return fixed(text, { CalendarDate($0)?.daysSince1970 }, Column.date)
    case .timestamp: return fixed(text, Self.timestamp, Column.timestamp)
    }
  }

  /// A column of what numbers mean.
  func numbers(
    _ number: (Int) -> Double?, _ meaning: StatisticalMeaning
  ) throws(TableFault) -> Outcome {
    switch type {
    case .text, .category: return try texts { number($0).map { NumberText.print($0) } }
    case .boolean: return booleans(number) { $0 == 1 ? true : $0 == 0 ? false : nil }
    case .integer:
      return fixed(number, { $0.isExactInteger ? Int64($0) : nil }, Column.integer)
    case .number: return fixed(number, { $0 }, Column.number)
    case .decimal(let scale):
      return fixed(number, { Self.decimal($0, scale: scale) }, { .decimal($0, scale: scale) })
    case .date: return fixed(number, { meaning.microseconds($0)?.wholeDays }, Column.date)
    case .timestamp: return fixed(number, { meaning.microseconds($0) }, Column.timestamp)
    }
  }

  static func textColumn(
    _ name: String, _ rowCount: Int, _ text: (Int) -> String?
  ) throws(TableFault) -> Column {
    var builder = TextColumnBuilder()
    for row in 0..<rowCount { builder.append(text(row)) }
    return .text(try builder.finish(named: name))
  }

  static func categoryColumn(_ rowCount: Int, _ text: (Int) -> String?) -> Column {
    var builder = CategoryColumnBuilder()
    for row in 0..<rowCount { builder.append(text(row)) }
    return .category(builder.finish())
  }
}

extension StatisticalConversion {
  private func each<Cell, Value>(
    _ cell: (Int) -> Cell?, _ convert: (Cell) -> Value?, _ append: (Value?) -> Void
  ) -> StatisticalFileFault.WrongCells? {
    var rows: [Int] = []
    var count = 0
    for row in 0..<rowCount {
      let given = cell(row)
      let value = given.flatMap(convert)
      if given != nil, value == nil {
        count += 1
        if rows.count < Self.namedRows { rows.append(row + 1) }
      }
      append(value)
    }
    return count == 0 ? nil : .init(column: name, type: type, rows: rows, count: count)
  }

  private func fixed<Cell, Value: ColumnScalar>(
    _ cell: (Int) -> Cell?, _ convert: (Cell) -> Value?, _ column: (FixedColumn<Value>) -> Column
  ) -> Outcome {
    var builder = FixedColumnBuilder<Value>(capacity: rowCount)
    let wrong = each(cell, convert) { builder.append($0) }
    return wrong.map { .wrong($0) } ?? .column(column(builder.finish()))
  }

  private func booleans<Cell>(
    _ cell: (Int) -> Cell?, _ convert: (Cell) -> Bool?
  ) -> Outcome {
    var builder = BooleanColumnBuilder()
    let wrong = each(cell, convert) { builder.append($0) }
    return wrong.map { .wrong($0) } ?? .column(.boolean(builder.finish()))
  }

  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "true", "True", "TRUE", "1": true
    case "false", "False", "FALSE", "0": false
    default: nil
    }
  }

  /// Only digits and what belongs to them: not `nan`, `infinity` or hexadecimal.
  private static func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func timestamp(_ text: String) -> Int64? {
    Timestamp(text)?.microseconds
      ?? CalendarDate(text).map { Int64($0.daysSince1970) * Timestamp.microsecondsPerDay }
  }

  /// A number that is a decimal of that scale to 15 digits, as far as such files are exact.
  private static func decimal(_ number: Double, scale: Int) -> Int64? {
    let power = DecimalText.powers[scale]
    let scaled = (number * power).rounded()
    guard scaled.isExactInteger, abs(scaled / power - number) <= abs(number) * 4e-15 else {
      return nil
    }
    return Int64(scaled)
  }
}

extension Int64 {
  /// The days of an instant in microseconds; nil where it is not midnight.
  var wholeDays: Int32? {
    self % Timestamp.microsecondsPerDay == 0
      ? Int32(exactly: self / Timestamp.microsecondsPerDay) : nil
  }
}
