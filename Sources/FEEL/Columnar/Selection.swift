// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Takes each row from one of two lanes, in a type that holds both.
enum Selection {
  static func choose(
    _ mask: Bitmap, _ left: Lane, _ right: Lane, count: Int
  ) throws(FEELFault) -> Lane {
    guard let type = common(type(of: left), type(of: right)) else { return .scalar(.null) }
    let validity = validity(mask, left, right)
    switch type {
    case .boolean:
      guard let first = Ternary(left, count: count), let second = Ternary(right, count: count)
      else { throw .mixedKinds }
      let truth = Ternary(
        isTrue: (first.isTrue & mask) | (second.isTrue & ~mask),
        isFalse: (first.isFalse & mask) | (second.isFalse & ~mask))
      return truth.lane
    case .integer, .decimal:
      let scale = if case .decimal(let scale) = type { scale } else { 0 }
      guard let first = try exact(left, scale), let second = try exact(right, scale) else {
        throw .mixedKinds
      }
      let chosen = ExactKernels.chosen(mask, first, second)
      let column = FixedColumn(canonical: chosen, validity: validity)
      return .column(type == .integer ? .integer(column) : .decimal(column, scale: scale))
    case .number:
      let (first, second) = (try doubles(left), try doubles(right))
      return .column(
        .number(FixedColumn(canonical: choose(mask, first, second), validity: validity)))
    case .date:
      guard let first = days(left), let second = days(right) else { throw .outsideTheCalendar }
      return .column(
        .date(FixedColumn(canonical: choose(mask, first, second), validity: validity)))
    case .timestamp:
      let (first, second) = (try instants(left), try instants(right))
      return .column(
        .timestamp(FixedColumn(canonical: choose(mask, first, second), validity: validity)))
    case .category: return .column(.category(categories(mask, left, right, validity)))
    case .text:
      guard let first = texts(left), let second = texts(right),
        let column = TextKernels.chosen(mask, first, second, validity: validity)
      else { throw .mixedKinds }
      return .column(column)
    }
  }

  /// The type of a lane's column; nil for null.
  ///
  /// A text that stands for all rows repeats, so that it makes a category.
  static func type(of lane: Lane) -> ColumnType? {
    switch lane {
    case .column(let column): return column.type
    case .rows, .days: return nil
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

  private static func choose<Value: BitwiseCopyable & Sendable>(
    _ mask: Bitmap, _ left: Operand<Value>, _ right: Operand<Value>
  ) -> [Value] {
    switch (left, right) {
    case (.constant(let left), .constant(let right)): choose(mask, { _ in left }, { _ in right })
    case (.values(let left), .constant(let right)):
      left.withUnsafeBufferPointer { left in choose(mask, { left[$0] }, { _ in right }) }
    case (.constant(let left), .values(let right)):
      right.withUnsafeBufferPointer { right in choose(mask, { _ in left }, { right[$0] }) }
    case (.values(let left), .values(let right)):
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in choose(mask, { left[$0] }, { right[$0] }) }
      }
    }
  }

  @inline(__always)
  private static func choose<Value: BitwiseCopyable>(
    _ mask: Bitmap, _ left: (Int) -> Value, _ right: (Int) -> Value
  ) -> [Value] {
    [Value](unsafeUninitializedCapacity: mask.count) { target, filled in
      mask.words.withUnsafeBufferPointer { words in
        for row in 0..<mask.count {
          let bit = words[row >> 6] &>> UInt64(truncatingIfNeeded: row) & 1
          let (first, second) = (left(row), right(row))
          target[row] = bit != 0 ? first : second
        }
      }
      filled = mask.count
    }
  }

  private static func validity(_ mask: Bitmap, _ left: Lane, _ right: Lane) -> Bitmap? {
    let (first, second) = (left.validity(count: mask.count), right.validity(count: mask.count))
    guard first != nil || second != nil else { return nil }
    let all = Bitmap(repeating: true, count: mask.count)
    return ((first ?? all) & mask) | ((second ?? all) & ~mask)
  }
}

// Operands of a common type; anything stands for null
extension Selection {
  private static func exact(_ lane: Lane, _ scale: Int) throws(FEELFault) -> Operand<Int64>? {
    if lane.isNullScalar { return .constant(0) }
    guard let numbers = ExactNumbers(lane) else { return nil }
    guard let values = numbers.rescaled(to: scale) else { throw .exactOverflow }
    return values
  }

  private static func doubles(_ lane: Lane) throws(FEELFault) -> Operand<Double> {
    if lane.isNullScalar { return .constant(0) }
    guard let numbers = DoubleNumbers(lane) else { throw .mixedKinds }
    if case .scalar(let value) = lane {
      // What no column holds is a fault.
      _ = try RowAssembly.column([value], as: .number, mode: .strict)
    }
    return numbers.values
  }

  private static func days(_ lane: Lane) -> Operand<Int32>? {
    lane.isNullScalar ? .constant(0) : Days(lane)?.values
  }

  private static func instants(_ lane: Lane) throws(FEELFault) -> Operand<Int64> {
    switch lane {
    case .column(.timestamp(let column)): return .values(column.values)
    case .scalar(.null): return .constant(0)
    case .scalar(let value):
      guard
        case .timestamp(let one) = try RowAssembly.column([value], as: .timestamp, mode: .strict)
      else { throw .mixedKinds }
      return .constant(one[0] ?? 0)
    default: throw .mixedKinds
    }
  }

  private static func texts(_ lane: Lane) -> TextSource? {
    TextSource(lane.isNullScalar ? .scalar(.text("")) : lane)
  }

  /// Codes over both dictionaries one after the other.
  private static func categories(
    _ mask: Bitmap, _ left: Lane, _ right: Lane, _ validity: Bitmap?
  ) -> CategoryColumn {
    func codes(_ lane: Lane) -> (Operand<Int32>, [String]) {
      switch lane {
      case .column(.category(let column)): (.values(column.codes), column.dictionary)
      case .scalar(.text(let text)): (.constant(0), [text])
      default: (.constant(0), [])
      }
    }
    let (first, texts) = codes(left)
    let (second, others) = codes(right)
    let shift = Int32(texts.count)
    // Where both have one dictionary, as a column beside itself, it does not grow.
    let isShared = texts.elementsEqual(others) { $0.isExactly($1) }
    let chosen = choose(mask, first, isShared ? second : second.map { $0 + shift })
    return CategoryColumn(
      canonical: chosen, dictionary: isShared ? texts : texts + others, validity: validity)
  }
}

extension Lane {
  /// The rows that have a value; nil where all have one.
  fileprivate func validity(count: Int) -> Bitmap? {
    switch self {
    case .column(let column): column.validity
    case .scalar(.null): Bitmap(repeating: false, count: count)
    default: nil
    }
  }
}

extension FEELFault {
  fileprivate static let mixedKinds = FEELFault(.typeMismatch, "a column holds one kind of values")
  fileprivate static let outsideTheCalendar = FEELFault(
    .overflow, "a result does not fit a column of date values")
}
