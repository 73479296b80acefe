// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Arithmetic on whole columns of numbers.
enum NumericKernels {
  /// A number column, and the rows where the result does not exist.
  struct Outcome {
    let column: Column
    let divisionsByZero: Bitmap?
    let overflows: Bitmap?
  }

  /// A sum, difference or product in exact numbers; nil where a result does not fit 64 bits.
  ///
  /// A result that does not fit leaves its mark in a sign bit, so that the loops have no branch.
  static func exact(
    _ operation: Node.Arithmetic, _ left: ExactNumbers, _ right: ExactNumbers, count: Int
  ) -> Column? {
    let scale = operation == .multiply ? left.scale + right.scale : max(left.scale, right.scale)
    if let result = unchecked(operation, left, right, scale: scale, count: count) {
      return left.column(result, with: right, scale: scale)
    }
    var marks: Int64 = 0
    let result: [Int64]
    if operation == .multiply {
      result = Operand.map(count: count, left.values, right.values) {
        let (value, overflow) = $0.multipliedReportingOverflow(by: $1)
        marks |= overflow ? -1 : 0
        return value
      }
    } else {
      guard let first = left.rescaled(to: scale), let second = right.rescaled(to: scale) else {
        return nil
      }
      if operation == .add {
        result = Operand.map(count: count, first, second) {
          let value = $0 &+ $1
          marks |= ($0 ^ value) & ($1 ^ value)
          return value
        }
      } else {
        result = Operand.map(count: count, first, second) {
          let value = $0 &- $1
          marks |= ($0 ^ $1) & ($0 ^ value)
          return value
        }
      }
    }
    guard marks >= 0 else { return nil }
    return left.column(result, with: right, scale: scale)
  }

  /// The same without a look at each result; nil where one might not fit.
  private static func unchecked(
    _ operation: Node.Arithmetic, _ left: ExactNumbers, _ right: ExactNumbers, scale: Int,
    count: Int
  ) -> [Int64]? {
    if operation == .multiply {
      return ExactKernels.product(left.values, right.values, count: count)
    }
    let first = Int64(Decimal128.power(of: scale - left.scale))
    let second = Int64(Decimal128.power(of: scale - right.scale))
    return ExactKernels.sum(
      left.values, first, right.values, operation == .add ? second : -second, count: count)
  }

  /// A quotient of exact numbers as doubles, each rounded once where the numbers fit 53 bits.
  static func quotient(_ left: ExactNumbers, _ right: ExactNumbers, count: Int) -> Outcome {
    let shift = right.scale - left.scale
    let factor = Double(Decimal128.power(of: shift.magnitude > 38 ? 38 : abs(shift)))
    let (upper, lower) = shift >= 0 ? (factor, 1) : (1, factor)
    var marks: UInt64 = 0
    let values = Operand.map(count: count, left.values, right.values) {
      let value = Double($0) * upper / (Double($1) * lower)
      marks |= value.infinityMark
      return value
    }
    return outcome(values, marks, Bitmap.both(left.validity, right.validity)) {
      Operand.bits(count: count, left.values, right.values) { $1 == 0 }
    }
  }

  static func doubles(
    _ operation: Node.Arithmetic, _ left: DoubleNumbers, _ right: DoubleNumbers, count: Int
  ) -> Outcome {
    let validity = Bitmap.both(left.validity, right.validity)
    var marks: UInt64 = 0
    let values: [Double]
    switch operation {
    case .add:
      values = Operand.map(count: count, left.values, right.values) {
        let value = $0 + $1
        marks |= value.infinityMark
        return value
      }
    case .subtract:
      values = Operand.map(count: count, left.values, right.values) {
        let value = $0 - $1
        marks |= value.infinityMark
        return value
      }
    case .multiply:
      values = Operand.map(count: count, left.values, right.values) {
        let value = $0 * $1
        marks |= value.infinityMark
        return value
      }
    case .divide, .power:
      values = Operand.map(count: count, left.values, right.values) {
        let value = $0 / $1
        marks |= value.infinityMark
        return value
      }
      return outcome(values, marks, validity) {
        Operand.bits(count: count, left.values, right.values) { $1 == 0 }
      }
    }
    return outcome(values, marks, validity) { Bitmap(repeating: false, count: count) }
  }

  private static func outcome(
    _ values: [Double], _ marks: UInt64, _ validity: Bitmap?, _ zeros: () -> Bitmap
  ) -> Outcome {
    guard marks >> 63 != 0 else {
      return Outcome(
        column: .number(FixedColumn(canonical: values, validity: validity)), divisionsByZero: nil,
        overflows: nil)
    }
    let finite = values.withUnsafeBufferPointer { values in
      Bitmap(count: values.count) { values[$0].isFinite }
    }
    let valid = validity ?? Bitmap(repeating: true, count: values.count)
    let divisions = zeros() & valid & ~finite
    return Outcome(
      column: .number(FixedColumn(canonical: values, validity: finite & valid)),
      divisionsByZero: divisions, overflows: ~finite & ~divisions & valid)
  }

  /// The smaller or the larger of exact numbers; nil where one does not fit.
  static func extreme(
    _ isMaximum: Bool, _ left: ExactNumbers, _ right: ExactNumbers, count: Int
  ) -> Column? {
    let scale = max(left.scale, right.scale)
    guard let first = left.rescaled(to: scale), let second = right.rescaled(to: scale) else {
      return nil
    }
    let values =
      ExactKernels.extreme(isMaximum, first, second, count: count)
      ?? Operand.map(count: count, first, second) { isMaximum ? max($0, $1) : min($0, $1) }
    return left.column(values, with: right, scale: scale)
  }

  static func extreme(
    _ isMaximum: Bool, _ left: DoubleNumbers, _ right: DoubleNumbers, count: Int
  ) -> Column {
    let values =
      isMaximum
      ? Operand.map(count: count, left.values, right.values) { $0 < $1 ? $1 : $0 }
      : Operand.map(count: count, left.values, right.values) { $1 < $0 ? $1 : $0 }
    return .number(
      FixedColumn(canonical: values, validity: Bitmap.both(left.validity, right.validity)))
  }

  /// The values without their signs; nil where one has no positive counterpart.
  static func magnitudes(_ values: ColumnBuffer<Int64>) -> [Int64]? {
    var marks: Int64 = 0
    let result = values.converted { value in
      let sign = value >> 63
      let magnitude = (value ^ sign) &- sign
      marks |= magnitude
      return magnitude
    }
    return marks < 0 ? nil : result
  }
}

extension Double {
  /// A number whose highest bit is set where this is infinite or no number.
  @inline(__always)
  fileprivate var infinityMark: UInt64 {
    (bitPattern & 0x7FF0_0000_0000_0000) &+ 0x0010_0000_0000_0000
  }
}
