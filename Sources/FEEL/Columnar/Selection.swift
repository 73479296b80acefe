// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Takes each row from one of two lanes, in a type that holds both.
enum Selection {
  static func choose(
    _ mask: Bitmap, _ left: Lane, _ right: Lane, count: Int
  ) throws(FEELFault) -> Lane {
    guard let type = common(type(of: left), type(of: right)) else { return .scalar(.null) }
    let first = try column(left, as: type, count: count)
    let second = try column(right, as: type, count: count)
    return .column(choose(mask, first, second))
  }

  /// The type of a lane's column; nil for null.
  ///
  /// A text that stands for all rows repeats, so that it makes a category.
  static func type(of lane: Lane) -> ColumnType? {
    switch lane {
    case .column(let column): return column.type
    case .rows: return nil
    case .scalar(let value):
      switch value {
      case .boolean: return .boolean
      case .number(let number):
        guard let exact = ExactNumbers(lane) else { return .number }
        return exact.isInteger ? .integer : .decimal(scale: number.scale)
      case .text: return .category
      case .date: return .date
      case .dateTime: return .timestamp
      default: return nil
      }
    }
  }

  /// The narrowest type that holds both.
  static func common(_ left: ColumnType?, _ right: ColumnType?) -> ColumnType? {
    guard let left else { return right }
    guard let right, left != right else { return left }
    switch (left, right) {
    case (.integer, .decimal(let scale)), (.decimal(let scale), .integer):
      return .decimal(scale: scale)
    case (.decimal(let first), .decimal(let second)): return .decimal(scale: max(first, second))
    case (.text, .category), (.category, .text): return .text
    default: return left.isNumeric && right.isNumeric ? .number : nil
    }
  }

  /// A lane as a whole column of a type that holds it.
  static func column(_ lane: Lane, as type: ColumnType, count: Int) throws(FEELFault) -> Column {
    if case .scalar(let value) = lane {
      return try RowAssembly.column(repeating: value, as: type, count: count)
    }
    if case .column(let column) = lane, column.type == type { return column }
    switch (lane, type) {
    case (_, .decimal(let scale)):
      guard let exact = ExactNumbers(lane), case .values(let values) = exact.rescaled(to: scale)
      else { throw .exactOverflow }
      return .decimal(FixedColumn(values, validity: exact.validity), scale: scale)
    case (_, .number):
      if let numbers = DoubleNumbers(lane), case .values(let values) = numbers.values {
        return .number(FixedColumn(values, validity: numbers.validity))
      }
    case (.column(.category(let column)), .text):
      return .text(TextColumn((0..<column.count).map { column[$0] }))
    default: break
    }
    throw FEELFault(.typeMismatch, "a column holds one kind of values")
  }

  private static func choose(_ mask: Bitmap, _ left: Column, _ right: Column) -> Column {
    let validity = validity(mask, left.validity, right.validity)
    switch (left, right) {
    case (.boolean(let left), .boolean(let right)):
      let values = (left.values & mask) | (right.values & ~mask)
      return .boolean(BooleanColumn(values, validity: validity))
    case (.integer(let left), .integer(let right)):
      return .integer(
        FixedColumn(choose(mask, left.values.array, right.values.array), validity: validity))
    case (.number(let left), .number(let right)):
      return .number(
        FixedColumn(choose(mask, left.values.array, right.values.array), validity: validity))
    case (.decimal(let left, let scale), .decimal(let right, _)):
      let values = choose(mask, left.values.array, right.values.array)
      return .decimal(FixedColumn(values, validity: validity), scale: scale)
    case (.date(let left), .date(let right)):
      return .date(
        FixedColumn(choose(mask, left.values.array, right.values.array), validity: validity))
    case (.timestamp(let left), .timestamp(let right)):
      return .timestamp(
        FixedColumn(choose(mask, left.values.array, right.values.array), validity: validity))
    case (.category(let left), .category(let right)):
      let shift = Int32(left.dictionary.count)
      let codes = choose(mask, left.codes.array, right.codes.array.map { $0 + shift })
      return .category(
        CategoryColumn(
          codes: codes, dictionary: left.dictionary + right.dictionary, validity: validity))
    case (.text(let left), .text(let right)):
      return .text(TextColumn((0..<mask.count).map { mask[$0] ? left[$0] : right[$0] }))
    default: preconditionFailure("both columns were brought to one type")
    }
  }

  private static func choose<Value>(
    _ mask: Bitmap, _ left: [Value], _ right: [Value]
  ) -> [Value] {
    (0..<mask.count).map { mask[$0] ? left[$0] : right[$0] }
  }

  private static func validity(_ mask: Bitmap, _ left: Bitmap?, _ right: Bitmap?) -> Bitmap? {
    guard left != nil || right != nil else { return nil }
    let all = Bitmap(repeating: true, count: mask.count)
    return ((left ?? all) & mask) | ((right ?? all) & ~mask)
  }
}
