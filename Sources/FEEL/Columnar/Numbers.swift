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
      (values, scale, isInteger) = (.values(column.values), 0, true)
      validity = column.validity
    case .column(.decimal(let column, let scale)):
      (values, isInteger) = (.values(column.values), false)
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
    if case .values(let values) = values, let result = ExactKernels.scaled(values, factor) {
      return .values(ColumnBuffer(result))
    }
    var failed = false
    let result = values.map { value in
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      failed = failed || overflow
      return product
    }
    return failed ? nil : result
  }

  /// Results of an operation on these and other numbers as a column of the type that both give.
  func column(_ values: [Int64], with other: ExactNumbers, scale: Int) -> Column {
    let column = FixedColumn(
      canonical: values, validity: Bitmap.both(validity, other.validity))
    return isInteger && other.isInteger ? .integer(column) : .decimal(column, scale: scale)
  }
}

/// Doubles per row or for all rows, from any lane of numbers.
struct DoubleNumbers {
  let values: Operand<Double>
  let validity: Bitmap?

  init?(_ lane: Lane) {
    switch lane {
    case .column(.number(let column)):
      (values, validity) = (.values(column.values), column.validity)
    case .column(.integer(let column)):
      (values, validity) = (Operand.values(column.values).map { Double($0) }, column.validity)
    case .column(.decimal(let column, let scale)):
      // Up to 10²² a power of ten is an exact double, so that each quotient is rounded once.
      let divisor = Double(Decimal128.power(of: scale))
      values = Operand.values(column.values).map { Double($0) / divisor }
      validity = column.validity
    case .scalar(.number(let number)): (values, validity) = (.constant(number.double), nil)
    default: return nil
    }
  }
}
