// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Comparisons of whole columns, kind by kind.
enum ComparisonKernels {
  /// The truth of a comparison per row; nil where there is no kernel for the kinds.
  static func compare(
    _ operation: Node.Comparison, _ left: Lane, _ right: Lane, count: Int
  ) -> Ternary? {
    if operation == .equal || operation == .unequal {
      if left.isNullScalar { return missing(right, operation, count) }
      if right.isNullScalar { return missing(left, operation, count) }
    } else if left.isNullScalar || right.isNullScalar {
      return Ternary(nil, count: count)
    }
    if let left = ExactNumbers(left), let right = ExactNumbers(right) {
      return exact(operation, left, right, count)
    }
    if left.isDouble || right.isDouble, let left = DoubleNumbers(left),
      let right = DoubleNumbers(right)
    {
      return finish(
        operation, bits(operation, left.values, right.values, count: count), left.validity,
        right.validity)
    }
    if let left = Days(left), let right = Days(right) {
      return finish(
        operation, bits(operation, left.values, right.values, count: count), left.validity,
        right.validity)
    }
    if let left = Instants(left), let right = Instants(right) {
      return finish(
        operation, bits(operation, left.values, right.values, count: count), left.validity,
        right.validity)
    }
    if case .column(let column) = left, case .scalar(.text(let text)) = right {
      return texts(operation, column, text)
    }
    if case .scalar(.text(let text)) = left, case .column(let column) = right {
      return texts(operation.mirrored, column, text)
    }
    if let truth = texts(operation, left, right, count) { return truth }
    return spans(operation, left, right, count) ?? booleans(operation, left, right, count)
  }

  /// Durations in days against each other or against one for all.
  private static func spans(
    _ operation: Node.Comparison, _ left: Lane, _ right: Lane, _ count: Int
  ) -> Ternary? {
    switch (left, right) {
    case (.days(let left), .days(let right)):
      compare(operation, .column(left.column), .column(right.column), count: count)
    case (.days(let left), .scalar(.daysTimeDuration(let right))):
      DayKernels.compare(operation, left, right, count: count)
    case (.scalar(.daysTimeDuration(let left)), .days(let right)):
      DayKernels.compare(operation.mirrored, right, left, count: count)
    default: nil
    }
  }

  private static func missing(
    _ lane: Lane, _ operation: Node.Comparison, _ count: Int
  ) -> Ternary? {
    let isMissing: Bitmap
    switch lane {
    case .rows: return nil
    case .days(let spans):
      isMissing = spans.validity.map { ~$0 } ?? Bitmap(repeating: false, count: count)
    case .scalar(let value): isMissing = Bitmap(repeating: value.isNull, count: count)
    case .column(let column):
      isMissing = column.validity.map { ~$0 } ?? Bitmap(repeating: false, count: count)
    }
    return Ternary(operation == .equal ? isMissing : ~isMissing, validity: nil)
  }

  /// Brings nulls in: equality with null is true or false, an order with null is neither.
  static func finish(
    _ operation: Node.Comparison, _ bits: Bitmap, _ left: Bitmap?, _ right: Bitmap?
  ) -> Ternary {
    guard left != nil || right != nil else { return Ternary(bits, validity: nil) }
    let all = Bitmap(repeating: true, count: bits.count)
    let (left, right) = (left ?? all, right ?? all)
    switch operation {
    case .equal: return Ternary((bits & left & right) | (~left & ~right), validity: nil)
    case .unequal:
      return Ternary((bits & left & right) | (left & ~right) | (~left & right), validity: nil)
    default: return Ternary(bits, validity: left & right)
    }
  }

  /// The bits of a comparison of values, whatever rows are missing.
  @inline(__always)
  static func bits<Value: Comparable>(
    _ operation: Node.Comparison, _ left: Operand<Value>, _ right: Operand<Value>, count: Int
  ) -> Bitmap {
    switch operation {
    case .equal: Operand.bits(count: count, left, right) { $0 == $1 }
    case .unequal: Operand.bits(count: count, left, right) { $0 != $1 }
    case .less: Operand.bits(count: count, left, right) { $0 < $1 }
    case .lessOrEqual: Operand.bits(count: count, left, right) { $0 <= $1 }
    case .greater: Operand.bits(count: count, left, right) { $0 > $1 }
    case .greaterOrEqual: Operand.bits(count: count, left, right) { $0 >= $1 }
    }
  }

  private static func exact(
    _ operation: Node.Comparison, _ left: ExactNumbers, _ right: ExactNumbers, _ count: Int
  ) -> Ternary? {
    let scale = max(left.scale, right.scale)
    guard let first = left.rescaled(to: scale), let second = right.rescaled(to: scale) else {
      return nil
    }
    return finish(
      operation, bits(operation, first, second, count: count), left.validity, right.validity)
  }

  private static func booleans(
    _ operation: Node.Comparison, _ left: Lane, _ right: Lane, _ count: Int
  ) -> Ternary? {
    guard operation == .equal || operation == .unequal, !left.isRows, !right.isRows,
      let left = Ternary(left, count: count), let right = Ternary(right, count: count)
    else { return nil }
    let equal =
      (left.isTrue & right.isTrue) | (left.isFalse & right.isFalse)
      | (~left.isTrue & ~left.isFalse & ~right.isTrue & ~right.isFalse)
    return Ternary(operation == .equal ? equal : ~equal, validity: nil)
  }

  private static func texts(
    _ operation: Node.Comparison, _ column: Column, _ text: String
  ) -> Ternary? {
    switch column {
    case .category(let column):
      // Each text of the dictionary is compared once; rows look their code up. The last stands for
      // missing rows.
      let dictionary = Lane.column(.text(TextColumn(column.dictionary + [""])))
      guard let texts = TextSource(dictionary) else { return nil }
      let passes = TextKernels.compare(
        operation, texts, text, count: column.dictionary.count + 1)
      return finish(operation, passes.looked(up: column.codes), column.validity, nil)
    case .text(let texts):
      guard let source = TextSource(.column(column)) else { return nil }
      let bits = TextKernels.compare(operation, source, text, count: texts.count)
      return finish(operation, bits, texts.validity, nil)
    default: return nil
    }
  }

  private static func texts(
    _ operation: Node.Comparison, _ left: Lane, _ right: Lane, _ count: Int
  ) -> Ternary? {
    guard let left = TextSource(left), let right = TextSource(right) else { return nil }
    let bits = TextKernels.compare(operation, left, right, count: count)
    return finish(operation, bits, left.validity, right.validity)
  }
}

extension Bitmap {
  /// The bit of each code.
  func looked(up codes: ColumnBuffer<Int32>) -> Bitmap {
    if count <= 64, let word = words.first {
      return codes.withUnsafeBufferPointer { codes in
        Bitmap(count: codes.count) { word &>> UInt64(truncatingIfNeeded: codes[$0]) & 1 != 0 }
      }
    }
    return words.withUnsafeBufferPointer { words in
      codes.withUnsafeBufferPointer { codes in
        Bitmap(count: codes.count) { row in
          let code = Int(codes[row])
          return words[code >> 6] &>> UInt64(truncatingIfNeeded: code & 63) & 1 != 0
        }
      }
    }
  }
}

/// Timestamps as microseconds.
struct Instants {
  let values: Operand<Int64>
  let validity: Bitmap?

  /// Nil for another lane, and for an instant between two microseconds.
  init?(_ lane: Lane) {
    switch lane {
    case .column(.timestamp(let column)):
      (values, validity) = (.values(column.values), column.validity)
    case .scalar(.dateTime(let moment)):
      guard moment.instant % 1_000 == 0, let instant = moment.microsecondsSince1970 else {
        return nil
      }
      (values, validity) = (.constant(instant), nil)
    default: return nil
    }
  }
}

extension Node.Comparison {
  /// The same comparison with its sides exchanged.
  var mirrored: Node.Comparison {
    switch self {
    case .equal, .unequal: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
