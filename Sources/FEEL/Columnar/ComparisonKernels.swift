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
        operation, compare(operation, left.values, right.values, count), left.validity,
        right.validity)
    }
    if let left = Instants(left), let right = Instants(right), left.isDate == right.isDate {
      return finish(
        operation, compare(operation, left.values, right.values, count), left.validity,
        right.validity)
    }
    if case .column(let column) = left, case .scalar(.text(let text)) = right {
      return texts(operation, column, text)
    }
    if case .scalar(.text(let text)) = left, case .column(let column) = right {
      return texts(operation.mirrored, column, text)
    }
    return booleans(operation, left, right, count)
  }

  private static func missing(
    _ lane: Lane, _ operation: Node.Comparison, _ count: Int
  ) -> Ternary? {
    let isMissing: Bitmap
    switch lane {
    case .rows: return nil
    case .scalar(let value): isMissing = Bitmap(repeating: value.isNull, count: count)
    case .column(let column):
      isMissing = column.validity.map { ~$0 } ?? Bitmap(repeating: false, count: count)
    }
    return Ternary(operation == .equal ? isMissing : ~isMissing, validity: nil)
  }

  /// Brings nulls in: equality with null is true or false, an order with null is neither.
  private static func finish(
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

  @inline(__always)
  private static func compare<Value: Comparable>(
    _ operation: Node.Comparison, _ left: Operand<Value>, _ right: Operand<Value>, _ count: Int
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
      operation, compare(operation, first, second, count), left.validity, right.validity)
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
    let wanted = Array(text.utf8)
    switch column {
    case .category(let column):
      // Each text of the dictionary is compared once; rows look their code up.
      let passes = column.dictionary.map { holds(operation, Array($0.utf8), wanted) }
      let bits = Bitmap(count: column.count) {
        let code = Int(column.codes[$0])
        return code < passes.count && passes[code]
      }
      return finish(operation, bits, column.validity, nil)
    case .text(let column):
      let (offsets, bytes) = (column.offsets, column.bytes)
      if operation == .equal || operation == .unequal {
        let isEqual = operation == .equal
        let bits = Bitmap(count: column.count) { row in
          let (start, end) = (Int(offsets[row]), Int(offsets[row + 1]))
          guard end - start == wanted.count else { return !isEqual }
          for place in wanted.indices where bytes[start + place] != wanted[place] {
            return !isEqual
          }
          return isEqual
        }
        return finish(operation, bits, column.validity, nil)
      }
      let bits = Bitmap(count: column.count) { row in
        holds(operation, bytes[Int(offsets[row])..<Int(offsets[row + 1])], wanted)
      }
      return finish(operation, bits, column.validity, nil)
    default: return nil
    }
  }

  private static func holds(
    _ operation: Node.Comparison, _ left: some Collection<UInt8>, _ right: [UInt8]
  ) -> Bool {
    switch operation {
    case .equal: left.elementsEqual(right)
    case .unequal: !left.elementsEqual(right)
    case .less: left.lexicographicallyPrecedes(right)
    case .lessOrEqual: !right.lexicographicallyPrecedes(left)
    case .greater: right.lexicographicallyPrecedes(left)
    case .greaterOrEqual: !left.lexicographicallyPrecedes(right)
    }
  }
}

/// Dates as days, or timestamps as microseconds.
private struct Instants {
  let values: Operand<Int64>
  let isDate: Bool
  let validity: Bitmap?

  /// Nil for another lane, and for an instant between two microseconds.
  init?(_ lane: Lane) {
    switch lane {
    case .column(.date(let column)):
      values = .values(column.values.map { Int64($0) })
      (isDate, validity) = (true, column.validity)
    case .column(.timestamp(let column)):
      (values, isDate, validity) = (.values(column.values.array), false, column.validity)
    case .scalar(.date(let date)): (values, isDate, validity) = (.constant(date.days), true, nil)
    case .scalar(.dateTime(let moment)):
      guard moment.instant % 1_000 == 0, let instant = moment.microsecondsSince1970 else {
        return nil
      }
      (values, isDate, validity) = (.constant(instant), false, nil)
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
