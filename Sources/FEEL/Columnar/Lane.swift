// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// What a node gives over all rows of a table.
enum Lane {
  /// One value for every row.
  case scalar(FEELValue)
  case column(Column)
  /// Values without a column's type, such as durations and lists: the node above goes row by row.
  ///
  /// The sample has the kind of the values; null where only the values tell.
  case rows(sample: FEELValue)

  /// A value of the lane's kind, which stands for all in checks of types.
  var sample: FEELValue {
    switch self {
    case .scalar(let value): value
    case .rows(let sample): sample
    case .column(let column): column.type.sample
    }
  }

  var isRows: Bool { if case .rows = self { true } else { false } }

  var isNullScalar: Bool { if case .scalar(.null) = self { true } else { false } }

  /// Whether the values are doubles.
  var isDouble: Bool { if case .column(.number) = self { true } else { false } }
}

extension ColumnType {
  var sample: FEELValue {
    switch self {
    case .boolean: .boolean(true)
    case .integer, .number, .decimal: .number(.one)
    case .text, .category: .text("")
    case .date: .date(FEELDate(columnDay: 0))
    case .timestamp: FEELDateTime(microsecondsSince1970: 0).map { .dateTime($0) } ?? .null
    }
  }

  /// A column of this type without rows.
  var emptyColumn: Column {
    switch self {
    case .boolean: .boolean(BooleanColumn([Bool?]()))
    case .integer: .integer(FixedColumn([Int64]()))
    case .number: .number(FixedColumn([Double]()))
    case .decimal(let scale): .decimal(FixedColumn([Int64]()), scale: scale)
    case .text: .text(TextColumn([String?]()))
    case .category: .category(CategoryColumn([String?]()))
    case .date: .date(FixedColumn([Int32]()))
    case .timestamp: .timestamp(FixedColumn([Int64]()))
    }
  }
}

/// Either a value per row or one for all.
enum Operand<Value> {
  case values([Value])
  case constant(Value)

  /// The results of a function of two operands, row by row, over whole buffers.
  @inline(__always)
  static func map<Other, Result>(
    count: Int, _ left: Operand<Value>, _ right: Operand<Other>,
    _ body: (Value, Other) -> Result
  ) -> [Result] {
    switch (left, right) {
    case (.values(let left), .values(let right)):
      precondition(left.count == count && right.count == count)
      return (0..<count).map { body(left[$0], right[$0]) }
    case (.values(let left), .constant(let right)): return left.map { body($0, right) }
    case (.constant(let left), .values(let right)): return right.map { body(left, $0) }
    case (.constant(let left), .constant(let right)):
      return [Result](repeating: body(left, right), count: count)
    }
  }

  /// The bits of a condition on two operands.
  @inline(__always)
  static func bits<Other>(
    count: Int, _ left: Operand<Value>, _ right: Operand<Other>, _ body: (Value, Other) -> Bool
  ) -> Bitmap {
    switch (left, right) {
    case (.values(let left), .values(let right)):
      precondition(left.count == count && right.count == count)
      return Bitmap(count: count) { body(left[$0], right[$0]) }
    case (.values(let left), .constant(let right)):
      return Bitmap(count: count) { body(left[$0], right) }
    case (.constant(let left), .values(let right)):
      return Bitmap(count: count) { body(left, right[$0]) }
    case (.constant(let left), .constant(let right)):
      return Bitmap(repeating: body(left, right), count: count)
    }
  }
}

extension Bitmap {
  /// The bits of a condition on each row, a word at a time.
  @inline(__always)
  init(count: Int, _ condition: (Int) -> Bool) {
    let words = (0..<(count + 63) / 64).map { place in
      let start = place * 64
      var word: UInt64 = 0
      for bit in 0..<min(64, count - start) {
        word |= (condition(start + bit) ? 1 : 0) << UInt64(bit)
      }
      return word
    }
    self.init(words: words, count: count)
  }

  /// The rows that have a value on both sides; nil stands for all.
  static func both(_ left: Bitmap?, _ right: Bitmap?) -> Bitmap? {
    guard let left else { return right }
    guard let right else { return left }
    return left & right
  }
}
