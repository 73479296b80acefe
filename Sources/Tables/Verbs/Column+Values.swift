// SPDX-License-Identifier: EUPL-1.2

// A column's values in the forms that stages work with.
extension Column {
  /// The values as floating-point numbers, zero in missing rows; nil for a column that is no number.
  ///
  /// True is 1 and false 0; integers beyond 2⁵³ and decimals are rounded to the nearest number.
  public func doubles() -> (values: [Double], validity: Bitmap?)? {
    switch self {
    case .number(let column): (column.values.array, column.validity)
    case .integer(let column): (column.values.map { Double($0) }, column.validity)
    case .decimal(let column, let scale):
      (column.values.map { Double($0) / DecimalText.powers[scale] }, column.validity)
    case .boolean(let column):
      ((0..<column.count).map { column.values[$0] ? 1 : 0 }, column.validity)
    case .text, .category, .date, .timestamp: nil
    }
  }

  /// The values as people read them; nil where one is missing.
  public func texts() -> [String?] {
    (0..<count).map { display(at: $0) }
  }

  /// A value as people read it; nil where it is missing.
  ///
  /// Dates and timestamps are ISO 8601, decimals have all places of their scale, and numbers as many
  /// digits as it takes to read the same number again.
  public func display(at row: Int) -> String? {
    switch self {
    case .boolean(let column): column[row].map { $0 ? "true" : "false" }
    case .integer(let column): column[row].map { String($0) }
    case .number(let column): column[row].map { NumberText.print($0) }
    case .decimal(let column, let scale): column[row].map { DecimalText.print($0, scale: scale) }
    case .text(let column): column[row]
    case .category(let column): column[row]
    case .date(let column): column[row].map { CalendarDate(daysSince1970: $0).description }
    case .timestamp(let column): column[row].map { Timestamp(microseconds: $0).description }
    }
  }
}
