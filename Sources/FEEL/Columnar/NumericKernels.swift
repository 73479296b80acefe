// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Integers over a power of ten: what integer columns, decimal columns and exact numbers share.
struct ExactNumbers {
  let values: Operand<Int64>
  let scale: Int
  /// Whether the numbers are declared whole.
  let isInteger: Bool
  let validity: Bitmap?

  /// Nil where the lane holds no numbers, doubles, or a number beyond 18 digits.
  init?(_ lane: Lane) {
    switch lane {
    case .column(.integer(let column)):
      (values, scale, isInteger) = (.values(column.values.array), 0, true)
      validity = column.validity
    case .column(.decimal(let column, let scale)):
      (values, isInteger) = (.values(column.values.array), false)
      self.scale = scale
      validity = column.validity
    case .scalar(.number(let number)):
      let scale = number.scale
      guard scale <= 18, let scaled = number.scaledInt64(scale: scale) else { return nil }
      (values, self.scale, isInteger, validity) = (.constant(scaled), scale, scale == 0, nil)
    default: return nil
    }
  }

  /// The same numbers with more places; nil where one would not fit.
  func rescaled(to wanted: Int) -> Operand<Int64>? {
    guard wanted > scale else { return values }
    let factor = Int64(Decimal128.power(of: wanted - scale))
    switch values {
    case .constant(let value):
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      return overflow ? nil : .constant(product)
    case .values(let values):
      var failed = false
      let result = values.map { value in
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        failed = failed || overflow
        return product
      }
      return failed ? nil : .values(result)
    }
  }
}

/// Arithmetic on whole columns of numbers.
enum NumericKernels {
  /// A number column, and the rows where the result does not exist.
  struct Outcome {
    let column: Column
    let divisionsByZero: Bitmap?
    let overflows: Bitmap?
  }

  /// A sum, difference or product in exact numbers; nil where a result does not fit 64 bits.
  static func exact(
    _ operation: Node.Arithmetic, _ left: ExactNumbers, _ right: ExactNumbers, count: Int
  ) -> Column? {
    let scale = operation == .multiply ? left.scale + right.scale : max(left.scale, right.scale)
    var failed = false
    let result: [Int64]
    if operation == .multiply {
      result = Operand.map(count: count, left.values, right.values) {
        let (value, overflow) = $0.multipliedReportingOverflow(by: $1)
        failed = failed || overflow
        return value
      }
    } else {
      guard let first = left.rescaled(to: scale), let second = right.rescaled(to: scale) else {
        return nil
      }
      if operation == .add {
        result = Operand.map(count: count, first, second) {
          let (value, overflow) = $0.addingReportingOverflow($1)
          failed = failed || overflow
          return value
        }
      } else {
        result = Operand.map(count: count, first, second) {
          let (value, overflow) = $0.subtractingReportingOverflow($1)
          failed = failed || overflow
          return value
        }
      }
    }
    guard !failed else { return nil }
    let column = FixedColumn(result, validity: Bitmap.both(left.validity, right.validity))
    return left.isInteger && right.isInteger ? .integer(column) : .decimal(column, scale: scale)
  }

  /// A quotient of exact numbers as doubles, each rounded once where the numbers fit 53 bits.
  static func quotient(_ left: ExactNumbers, _ right: ExactNumbers, count: Int) -> Outcome {
    let shift = right.scale - left.scale
    let factor = Double(Decimal128.power(of: shift.magnitude > 38 ? 38 : abs(shift)))
    let (upper, lower) = shift >= 0 ? (factor, 1) : (1, factor)
    let values = Operand.map(count: count, left.values, right.values) {
      Double($0) * upper / (Double($1) * lower)
    }
    let zeros = Operand.bits(count: count, left.values, right.values) { $1 == 0 }
    return outcome(values, zeros, Bitmap.both(left.validity, right.validity))
  }

  static func doubles(
    _ operation: Node.Arithmetic, _ left: DoubleNumbers, _ right: DoubleNumbers, count: Int
  ) -> Outcome {
    let validity = Bitmap.both(left.validity, right.validity)
    let values: [Double]
    var zeros: Bitmap?
    switch operation {
    case .add: values = Operand.map(count: count, left.values, right.values) { $0 + $1 }
    case .subtract: values = Operand.map(count: count, left.values, right.values) { $0 - $1 }
    case .multiply: values = Operand.map(count: count, left.values, right.values) { $0 * $1 }
    case .divide, .power:
      values = Operand.map(count: count, left.values, right.values) { $0 / $1 }
      zeros = Operand.bits(count: count, left.values, right.values) { $1 == 0 }
    }
    return outcome(values, zeros, validity)
  }

  private static func outcome(
    _ values: [Double], _ zeros: Bitmap?, _ validity: Bitmap?
  ) -> Outcome {
    let finite = Bitmap(count: values.count) { values[$0].isFinite }
    guard !finite.allSet else {
      return Outcome(
        column: .number(FixedColumn(values, validity: validity)), divisionsByZero: nil,
        overflows: nil)
    }
    let valid = validity ?? Bitmap(repeating: true, count: values.count)
    let zeros = (zeros ?? Bitmap(repeating: false, count: values.count)) & valid
    return Outcome(
      column: .number(FixedColumn(values, validity: finite & valid)), divisionsByZero: zeros,
      overflows: ~finite & ~zeros & valid)
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
      isMaximum
      ? Operand.map(count: count, first, second) { max($0, $1) }
      : Operand.map(count: count, first, second) { min($0, $1) }
    let column = FixedColumn(values, validity: Bitmap.both(left.validity, right.validity))
    return left.isInteger && right.isInteger ? .integer(column) : .decimal(column, scale: scale)
  }

  static func extreme(
    _ isMaximum: Bool, _ left: DoubleNumbers, _ right: DoubleNumbers, count: Int
  ) -> Column {
    let values =
      isMaximum
      ? Operand.map(count: count, left.values, right.values) { $0 < $1 ? $1 : $0 }
      : Operand.map(count: count, left.values, right.values) { $1 < $0 ? $1 : $0 }
    return .number(FixedColumn(values, validity: Bitmap.both(left.validity, right.validity)))
  }

  /// Exact numbers brought to fewer places.
  static func rounded(
    _ values: [Int64], scale: Int, to wanted: Int, _ rounding: DecimalRounding
  ) -> [Int64] {
    guard wanted < scale else { return values }
    let divisor = Int64(Decimal128.power(of: min(18, scale - wanted)))
    return values.map { value in
      let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
      let distance = rest.magnitude
      let other = UInt64(divisor) - distance
      let grows = rounding.increments(
        isNegative: value < 0, isOdd: quotient & 1 != 0, isExact: rest == 0,
        half: distance == other ? .tie : distance < other ? .below : .above)
      return grows ? quotient + (value < 0 ? -1 : 1) : quotient
    }
  }
}

/// Doubles per row or for all rows, from any lane of numbers.
struct DoubleNumbers {
  let values: Operand<Double>
  let validity: Bitmap?

  init?(_ lane: Lane) {
    switch lane {
    case .column(.number(let column)):
      (values, validity) = (.values(column.values.array), column.validity)
    case .column(.integer(let column)):
      (values, validity) = (.values(column.values.map { Double($0) }), column.validity)
    case .column(.decimal(let column, let scale)):
      // Up to 10²² a power of ten is an exact double, so that each quotient is rounded once.
      let divisor = Double(Decimal128.power(of: scale))
      (values, validity) = (.values(column.values.map { Double($0) / divisor }), column.validity)
    case .scalar(.number(let number)): (values, validity) = (.constant(number.double), nil)
    default: return nil
    }
  }
}
