// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// What a node gives over all rows of a table, or of a block of it.
///
/// A missing row of a lane holds any value, and a category's dictionary any texts: only results are
/// brought into canonical form.
enum Lane {
  /// One value for every row.
  case scalar(FEELValue)
  case column(Column)
  /// Days between two dates: a duration in whole days per row.
  case days(DaySpans)
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
    case .days: DaySpans.sample
    }
  }

  /// Whether there is no column and no single value to work with.
  var isRows: Bool {
    switch self {
    case .rows, .days: true
    case .scalar, .column: false
    }
  }

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
enum Operand<Value: BitwiseCopyable & Sendable> {
  case values(ColumnBuffer<Value>)
  case constant(Value)

  /// The results of a function of two operands, row by row, over whole buffers.
  @inline(__always)
  static func map<Other, Result: BitwiseCopyable & Sendable>(
    count: Int, _ left: Operand<Value>, _ right: Operand<Other>,
    _ body: (Value, Other) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { target, filled in
      filled = count
      switch (left, right) {
      case (.values(let left), .values(let right)):
        precondition(left.count == count && right.count == count)
        left.withUnsafeBufferPointer { left in
          right.withUnsafeBufferPointer { right in
            for row in 0..<count { target[row] = body(left[row], right[row]) }
          }
        }
      case (.values(let left), .constant(let right)):
        precondition(left.count == count)
        left.withUnsafeBufferPointer { left in
          for row in 0..<count { target[row] = body(left[row], right) }
        }
      case (.constant(let left), .values(let right)):
        precondition(right.count == count)
        right.withUnsafeBufferPointer { right in
          for row in 0..<count { target[row] = body(left, right[row]) }
        }
      case (.constant(let left), .constant(let right)):
        target.initialize(repeating: body(left, right))
      }
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
      return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          Bitmap(count: count) { body(left[$0], right[$0]) }
        }
      }
    case (.values(let left), .constant(let right)):
      precondition(left.count == count)
      return left.withUnsafeBufferPointer { left in
        Bitmap(count: count) { body(left[$0], right) }
      }
    case (.constant(let left), .values(let right)):
      precondition(right.count == count)
      return right.withUnsafeBufferPointer { right in
        Bitmap(count: count) { body(left, right[$0]) }
      }
    case (.constant(let left), .constant(let right)):
      return Bitmap(repeating: body(left, right), count: count)
    }
  }

  /// The results of a function of each value.
  @inline(__always)
  func map<Result: BitwiseCopyable & Sendable>(_ body: (Value) -> Result) -> Operand<Result> {
    switch self {
    case .constant(let value): .constant(body(value))
    case .values(let values): .values(ColumnBuffer(values.converted(body)))
    }
  }
}

extension ColumnBuffer {
  /// The results of a function of each value, in memory that is written once.
  @inline(__always)
  func converted<Result: BitwiseCopyable>(_ body: (Element) -> Result) -> [Result] {
    withUnsafeBufferPointer { $0.converted(body) }
  }
}

extension UnsafeBufferPointer {
  @inline(__always)
  func converted<Result: BitwiseCopyable>(_ body: (Element) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { target, filled in
      for row in 0..<count { target[row] = body(self[row]) }
      filled = count
    }
  }
}

extension Bitmap {
  /// The bits of a condition on each row, a word at a time.
  @inline(__always)
  init(count: Int, _ condition: (Int) -> Bool) {
    let words = [UInt64](unsafeUninitializedCapacity: (count + 63) / 64) { target, filled in
      let whole = count / 64
      for place in 0..<whole {
        let start = place * 64
        var word: UInt64 = 0
        for bit in 0..<64 {
          word |= (condition(start &+ bit) ? 1 : 0) &<< UInt64(truncatingIfNeeded: bit)
        }
        target[place] = word
      }
      if count & 63 != 0 {
        var word: UInt64 = 0
        for row in whole * 64..<count {
          word |= (condition(row) ? 1 : 0) &<< UInt64(truncatingIfNeeded: row)
        }
        target[whole] = word
      }
      filled = (count + 63) / 64
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
