// SPDX-License-Identifier: EUPL-1.2

internal import CKernels
package import Tables

/// Loops over exact numbers as wide as the processor goes.
///
/// They give nil where a number is so large that a result might not fit, which is known from the bits
/// that occur in the operands: then the same is done with a check of each result.
package enum ExactKernels {
  /// left · leftFactor + right · rightFactor, not both of them constants.
  static func sum(
    _ left: Operand<Int64>, _ leftFactor: Int64, _ right: Operand<Int64>, _ rightFactor: Int64,
    count: Int
  ) -> [Int64]? {
    switch (left, right) {
    case (.values(let values), .constant(let constant)):
      let (shift, overflow) = constant.multipliedReportingOverflow(by: rightFactor)
      return overflow ? nil : scaled(values, leftFactor, plus: shift)
    case (.constant(let constant), .values(let values)):
      let (shift, overflow) = constant.multipliedReportingOverflow(by: leftFactor)
      return overflow ? nil : scaled(values, rightFactor, plus: shift)
    case (.constant, .constant): return nil
    case (.values(let left), .values(let right)):
      precondition(left.count == count && right.count == count)
      var (bits, others): (UInt64, UInt64) = (0, 0)
      let result = map(left, right) {
        bits = kernel_sum(count, $0, leftFactor, $1, rightFactor, $2, &others)
      }
      return fits(bits, leftFactor, others, rightFactor) ? result : nil
    }
  }

  /// values · factor + shift.
  static func scaled(
    _ values: ColumnBuffer<Int64>, _ factor: Int64, plus shift: Int64 = 0
  ) -> [Int64]? {
    var bits: UInt64 = 0
    let result = map(values) { bits = kernel_scale(values.count, $0, factor, shift, $1) }
    // The shift is one number of its own size.
    return fits(bits, factor, shift.magnitude, 1) ? result : nil
  }

  static func product(
    _ left: Operand<Int64>, _ right: Operand<Int64>, count: Int
  ) -> [Int64]? {
    switch (left, right) {
    case (.values(let values), .constant(let factor)), (.constant(let factor), .values(let values)):
      return scaled(values, factor)
    case (.constant, .constant): return nil
    case (.values(let left), .values(let right)):
      precondition(left.count == count && right.count == count)
      var (bits, others): (UInt64, UInt64) = (0, 0)
      let result = map(left, right) { bits = kernel_product(count, $0, $1, $2, &others) }
      let largest = (UInt128(bits) + 1).multipliedReportingOverflow(by: UInt128(others) + 1)
      return !largest.overflow && largest.partialValue <= Int64.max ? result : nil
    }
  }

  /// The larger or the smaller of two numbers; nil for two constants.
  static func extreme(
    _ isMaximum: Bool, _ left: Operand<Int64>, _ right: Operand<Int64>, count: Int
  ) -> [Int64]? {
    switch (left, right) {
    case (.values(let values), .constant(let bound)), (.constant(let bound), .values(let values)):
      return map(values) {
        isMaximum
          ? kernel_atleast(values.count, $0, bound, $1) : kernel_atmost(values.count, $0, bound, $1)
      }
    case (.constant, .constant): return nil
    case (.values(let left), .values(let right)):
      precondition(left.count == count && right.count == count)
      return map(left, right) {
        isMaximum ? kernel_larger(count, $0, $1, $2) : kernel_smaller(count, $0, $1, $2)
      }
    }
  }

  /// The left number where the mask has a bit, and else the right.
  static func chosen(
    _ mask: Bitmap, _ left: Operand<Int64>, _ right: Operand<Int64>
  ) -> [Int64] {
    switch (left, right) {
    case (.values(let left), .values(let right)):
      precondition(left.count == mask.count && right.count == mask.count)
      return mask.words.withUnsafeBufferPointer { words in
        map(left, right) { kernel_choose(mask.count, words.baseAddress, $0, $1, $2) }
      }
    case (.values(let left), .constant(let right)): return chosen(mask, left, else: right)
    case (.constant(let left), .values(let right)): return chosen(~mask, right, else: left)
    case (.constant(let left), .constant(let right)):
      return mask.words.withUnsafeBufferPointer { words in
        [Int64](unsafeUninitializedCapacity: mask.count) { target, filled in
          kernel_choose_constants(mask.count, words.baseAddress, left, right, target.baseAddress)
          filled = mask.count
        }
      }
    }
  }

  private static func chosen(
    _ mask: Bitmap, _ values: ColumnBuffer<Int64>, else constant: Int64
  ) -> [Int64] {
    precondition(values.count == mask.count)
    return mask.words.withUnsafeBufferPointer { words in
      map(values) { kernel_choose_constant(mask.count, words.baseAddress, $0, constant, $1) }
    }
  }

  /// Quotients, rounded; the divisor is above zero.
  static func quotients(
    _ values: ColumnBuffer<Int64>, _ divisor: Int64, _ rounding: DecimalRounding
  ) -> [Int64]? {
    // What doubles divide with an error below one.
    let limit: UInt64 = 1 << 51
    guard divisor < limit else { return nil }
    let count = values.count
    var bits: UInt64 = 0
    let result = map(values) { source, target in
      bits =
        switch rounding {
        case .halfUp: kernel_divide_half_up(count, source, divisor, target)
        case .halfEven: kernel_divide_half_even(count, source, divisor, target)
        case .halfDown: kernel_divide_half_down(count, source, divisor, target)
        case .up: kernel_divide_up(count, source, divisor, target)
        case .down: kernel_divide_down(count, source, divisor, target)
        case .floor: kernel_divide_floor(count, source, divisor, target)
        case .ceiling: kernel_divide_ceiling(count, source, divisor, target)
        }
    }
    return bits < limit ? result : nil
  }
}

// Classes
extension ExactKernels {
  /// Twice the number of edges below each value, and one more where it is an edge; the edges rise.
  ///
  /// Every value is compared with every edge, which is fast for a few tens of them.
  package static func classes(of values: ColumnBuffer<Int64>, edges: [Int64]) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: values.count) { target, filled in
      values.withUnsafeBufferPointer { values in
        edges.withUnsafeBufferPointer { edges in
          kernel_classes(
            values.count, values.baseAddress, edges.count, edges.baseAddress, target.baseAddress)
        }
      }
      filled = values.count
    }
  }
}

// Memory and bounds
extension ExactKernels {
  /// Whether no sum of products can outgrow 64 bits; bits of a magnitude are one short below zero.
  private static func fits(
    _ bits: UInt64, _ factor: Int64, _ others: UInt64, _ otherFactor: Int64
  ) -> Bool {
    let first = (UInt128(bits) + 1).multipliedReportingOverflow(by: UInt128(factor.magnitude))
    let second = (UInt128(others) + 1)
      .multipliedReportingOverflow(by: UInt128(otherFactor.magnitude))
    let sum = first.partialValue.addingReportingOverflow(second.partialValue)
    return !first.overflow && !second.overflow && !sum.overflow && sum.partialValue <= Int64.max
  }

  private static func map(
    _ values: ColumnBuffer<Int64>,
    _ body: (UnsafePointer<Int64>?, UnsafeMutablePointer<Int64>?) -> Void
  ) -> [Int64] {
    [Int64](unsafeUninitializedCapacity: values.count) { target, filled in
      values.withUnsafeBufferPointer { body($0.baseAddress, target.baseAddress) }
      filled = values.count
    }
  }

  private static func map(
    _ left: ColumnBuffer<Int64>, _ right: ColumnBuffer<Int64>,
    _ body: (UnsafePointer<Int64>?, UnsafePointer<Int64>?, UnsafeMutablePointer<Int64>?) -> Void
  ) -> [Int64] {
    [Int64](unsafeUninitializedCapacity: left.count) { target, filled in
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          body(left.baseAddress, right.baseAddress, target.baseAddress)
        }
      }
      filled = left.count
    }
  }
}
