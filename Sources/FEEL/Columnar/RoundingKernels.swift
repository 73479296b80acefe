// SPDX-License-Identifier: EUPL-1.2

package import Tables

/// Rounding of whole columns.
package enum RoundingKernels {
  /// Exact numbers brought to fewer places.
  static func rounded(
    _ values: ColumnBuffer<Int64>, scale: Int, to wanted: Int, _ rounding: DecimalRounding
  ) -> ColumnBuffer<Int64> {
    guard wanted < scale else { return values }
    switch rounding {
    case .halfUp: return ColumnBuffer(rounded(values, dropping: scale - wanted, .halfUp))
    case .halfEven: return ColumnBuffer(rounded(values, dropping: scale - wanted, .halfEven))
    case .floor: return ColumnBuffer(rounded(values, dropping: scale - wanted, .floor))
    default: return ColumnBuffer(rounded(values, dropping: scale - wanted, rounding))
    }
  }

  /// Divides by a power of ten that the compiler knows, where few places go: that is a multiplication.
  @inline(__always)
  private static func rounded(
    _ values: ColumnBuffer<Int64>, dropping places: Int, _ rounding: DecimalRounding
  ) -> [Int64] {
    divided(values, Int64(Decimal128.power(of: min(18, places))), rounding)
  }

  @inline(__always)
  private static func divided(
    _ values: ColumnBuffer<Int64>, _ divisor: Int64, _ rounding: DecimalRounding
  ) -> [Int64] {
    if let quotients = ExactKernels.quotients(values, divisor, rounding) { return quotients }
    return switch divisor {
    case 10: values.converted { divided($0, 10, rounding) }
    case 100: values.converted { divided($0, 100, rounding) }
    case 1_000: values.converted { divided($0, 1_000, rounding) }
    case 10_000: values.converted { divided($0, 10_000, rounding) }
    default: values.converted { divided($0, divisor, rounding) }
    }
  }

  /// How many times the divisor, which is above zero, goes into each number, rounded.
  package static func quotients(
    _ values: ColumnBuffer<Int64>, _ divisor: Int64, _ rounding: DecimalRounding
  ) -> [Int64] {
    precondition(divisor > 0, "a unit of rounding is above zero")
    return switch rounding {
    case .halfUp: divided(values, divisor, .halfUp)
    case .halfEven: divided(values, divisor, .halfEven)
    case .halfDown: divided(values, divisor, .halfDown)
    case .up: divided(values, divisor, .up)
    case .down: divided(values, divisor, .down)
    case .floor: divided(values, divisor, .floor)
    case .ceiling: divided(values, divisor, .ceiling)
    }
  }

  /// Doubles rounded to this many places, times ten to that power; nil where one does not fit 64 bits.
  ///
  /// Each stands for the shortest decimal number that reads back the same. Missing rows are zero.
  package static func rounded(
    _ column: FixedColumn<Double>, scale: Int, _ rounding: DecimalRounding
  ) -> [Int64]? {
    let kernel = DoubleRounding(
      scale: scale, rounding: rounding, relativeError: 0x1p-52, isPlain: true)
    var (values, open) = kernel.rounded(column.values)
    if let validity = column.validity { open = open & validity }
    // What is too close to call, or too large for doubles, is done in decimal arithmetic.
    var exact: [(row: Int, value: Int64)] = []
    for row in open.setIndices {
      let rounded = Decimal128(column.values[row])?.rounded(scale: scale, rounding)
      guard let value = rounded?.scaledInt64(scale: scale) else { return nil }
      exact.append((row, value))
      values[row] = 0
    }
    var result = values.withUnsafeBufferPointer {
      $0.converted { $0.magnitude < 0x1p62 ? Int64($0) : 0 }
    }
    if let validity = column.validity {
      for row in result.indices where !validity[row] { result[row] = 0 }
    }
    for (row, value) in exact { result[row] = value }
    return result
  }

  /// A whole quotient, rounded; the divisor is not zero, and the quotient fits.
  @inline(__always)
  fileprivate static func divided(
    _ value: Int64, _ divisor: Int64, _ rounding: DecimalRounding
  ) -> Int64 {
    let quotient = value / divisor
    let rest = value &- quotient &* divisor
    let distance = rest.magnitude
    let other = divisor.magnitude - distance
    let isNegative = (value < 0) != (divisor < 0)
    let grows = rounding.increments(
      isNegative: isNegative, isOdd: quotient & 1 != 0, isExact: rest == 0,
      half: distance == other ? .tie : distance < other ? .below : .above)
    // Without a branch, since which way it goes is anybody's guess.
    return quotient &+ (isNegative ? -1 : 1) &* (grows ? 1 : 0)
  }
}

/// Quotients of exact numbers that have not been divided yet, so that nothing is lost.
///
/// Everything is done in 64 bits, where 34 digits of a decimal quotient decide the same way: a
/// quotient n ⁄ d differs from any number c by a part of 1 ⁄ (d · c) at least.
struct Ratio {
  let numerator: ExactNumbers
  let denominator: ExactNumbers
  /// Where there is a quotient: both are there, and the divisor is not zero.
  let validity: Bitmap?

  /// How the quotients compare with exact numbers; nil where the products do not fit 64 bits.
  func compared(
    _ operation: Node.Comparison, with other: ExactNumbers, count: Int
  ) -> Ternary? {
    let shift = denominator.scale + other.scale - numerator.scale
    guard abs(shift) <= 18 else { return nil }
    let factor = Int64(Decimal128.power(of: abs(shift)))
    var failed = false
    let left = numerator.values.map { value in
      let (product, overflow) = value.multipliedReportingOverflow(by: shift > 0 ? factor : 1)
      failed = failed || overflow
      return product
    }
    let right = Operand.map(count: count, other.values, denominator.values) {
      let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
      let (shifted, overflows) = product.multipliedReportingOverflow(by: shift < 0 ? factor : 1)
      failed = failed || overflow || overflows
      return shifted
    }
    guard !failed else { return nil }
    let bound = Operand<Int64>.values(ColumnBuffer(right))
    var bits = ComparisonKernels.bits(operation, left, bound, count: count)
    // A negative divisor turns the order around.
    let zero = Operand<Int64>.constant(0)
    let turned = Operand.bits(count: count, denominator.values, zero) { $0 < $1 }
    if !turned.noneSet {
      let mirrored = ComparisonKernels.bits(operation.mirrored, left, bound, count: count)
      bits = (bits & ~turned) | (mirrored & turned)
    }
    return ComparisonKernels.finish(operation, bits, validity, other.validity)
  }

  /// The quotients with at most that many places, as integers over that power of ten; nil where a
  /// number does not fit 64 bits.
  func rounded(scale: Int, _ rounding: DecimalRounding, count: Int) -> [Int64]? {
    let shift = denominator.scale + scale - numerator.scale
    guard abs(shift) <= 18 else { return nil }
    let factor = Int64(Decimal128.power(of: abs(shift)))
    let (upper, lower) = shift > 0 ? (factor, 1) : (1, factor)
    var failed = false
    let values = Operand.map(count: count, numerator.values, denominator.values) {
      let (value, overflow) = $0.multipliedReportingOverflow(by: upper)
      let (divisor, overflows) = $1.multipliedReportingOverflow(by: lower)
      failed = failed || overflow || overflows || value == .min
      let isUsable = divisor != 0 && value != .min
      return RoundingKernels.divided(isUsable ? value : 0, isUsable ? divisor : 1, rounding)
    }
    return failed ? nil : values
  }
}

/// Rounding of doubles that stand for decimal numbers, as people write them.
///
/// The interpreter rounds the decimal number, so that 2.675 becomes 2.68 though its double lies below.
/// Where a double is far enough from where rounding turns, it decides the same way.
struct DoubleRounding {
  let scale: Int
  let rounding: DecimalRounding
  /// How far the doubles may lie from the decimal numbers, as a part of them.
  let relativeError: Double
  /// Whether each double is itself the number, and not the result of an operation.
  let isPlain: Bool

  /// The rounded numbers, times ten to the power of the scale, and the rows that the interpreter must
  /// decide.
  func rounded(_ values: ColumnBuffer<Double>) -> (values: [Double], open: Bitmap) {
    switch rounding {
    case .halfUp, .halfDown, .halfEven: toNearest(values)
    case .floor: directed(values) { floor, _ in floor }
    case .ceiling: directed(values) { floor, _ in floor + 1 }
    case .up: directed(values) { floor, isNegative in isNegative ? floor : floor + 1 }
    case .down: directed(values) { floor, isNegative in isNegative ? floor + 1 : floor }
    }
  }

  private func toNearest(_ values: ColumnBuffer<Double>) -> (values: [Double], open: Bitmap) {
    let factor = Double(Decimal128.power(of: scale))
    let margin = relativeError + 0x1p-50
    let result = values.converted { ($0 * factor).nearestInteger }
    let open = values.withUnsafeBufferPointer { values in
      Bitmap(count: values.count) { row in
        let shifted = values[row] * factor
        let distance = abs(abs(shifted - shifted.nearestInteger) - 0.5)
        let size = abs(shifted)
        return !(distance > size * margin && size < 0x1p50)
      }
    }
    return (result, open)
  }

  @inline(__always)
  private func directed(
    _ values: ColumnBuffer<Double>, _ choose: (Double, Bool) -> Double
  ) -> (values: [Double], open: Bitmap) {
    let factor = Double(Decimal128.power(of: scale))
    let margin = relativeError + 0x1p-50
    let isPlain = isPlain
    let result = values.converted { value in
      let shifted = value * factor
      let nearest = shifted.nearestInteger
      // Fifteen digits are one double, and no two decimal numbers of that length share it.
      if isPlain, nearest / factor == value { return nearest }
      return choose(nearest > shifted ? nearest - 1 : nearest, value < 0)
    }
    let open = values.withUnsafeBufferPointer { values in
      Bitmap(count: values.count) { row in
        let shifted = values[row] * factor
        let size = abs(shifted)
        let nearest = shifted.nearestInteger
        if isPlain, nearest / factor == values[row], size < 999_999_999_999_999 { return false }
        return !(abs(shifted - nearest) > size * margin && size < 0x1p49)
      }
    }
    return (result, open)
  }
}

extension Double {
  /// The nearest whole number, of magnitudes below 2⁵⁰: beyond 2⁵² doubles have no other.
  @inline(__always)
  fileprivate var nearestInteger: Double { (self + 0x1.8p52) - 0x1.8p52 }
}
