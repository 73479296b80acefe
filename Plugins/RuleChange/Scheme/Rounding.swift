// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// An explicit step of a rule: brings an amount to a multiple of a unit, as whole euros or cents.
struct Rounding: Sendable, Hashable {
  enum Mode: String, Sendable, Hashable, CaseIterable {
    case halfUp = "half-up"
    case halfEven = "half-even"
    case halfDown = "half-down"
    /// Away from zero.
    case up
    /// To zero.
    case down
    case floor
    case ceiling
  }

  /// The unit of rounding, above zero, with at most nine places.
  let to: Decimal128
  let mode: Mode
  /// The law that says so.
  var legal: [LegalReference] = []

  /// The rounded numbers as an exact column; nil where the column holds none, or one does not fit.
  func apply(to column: Column) -> Column? {
    let scale = to.scale
    guard let unit = to.scaledInt64(scale: scale) else { return nil }
    let rounded: [Int64?]?
    switch column {
    case .integer(let values): rounded = exact(values, scale: 0)
    case .decimal(let values, let scale): rounded = exact(values, scale: scale)
    case .number(let values): rounded = inexact(values)
    default: return nil
    }
    guard let rounded else { return nil }
    var values: [Int64?] = []
    values.reserveCapacity(rounded.count)
    for multiple in rounded {
      guard let multiple else {
        values.append(nil)
        continue
      }
      let (value, overflow) = multiple.multipliedReportingOverflow(by: unit)
      guard !overflow else { return nil }
      values.append(value)
    }
    return scale == 0
      ? .integer(FixedColumn(values)) : .decimal(FixedColumn(values), scale: scale)
  }

  /// How many units of rounding each number has.
  private func exact(_ column: FixedColumn<Int64>, scale: Int) -> [Int64?]? {
    let common = max(scale, to.scale)
    guard let unit = to.scaledInt64(scale: common) else { return nil }
    let factor = (scale..<common).reduce(Int128(1)) { power, _ in power * 10 }
    var result: [Int64?] = []
    result.reserveCapacity(column.count)
    for row in 0..<column.count {
      guard let value = column[row] else {
        result.append(nil)
        continue
      }
      guard let multiple = Int64(exactly: quotient(Int128(value) * factor, Int128(unit))) else {
        return nil
      }
      result.append(multiple)
    }
    return result
  }

  /// Floating-point numbers are taken at the shortest decimal that reads back the same.
  private func inexact(_ column: FixedColumn<Double>) -> [Int64?]? {
    var result: [Int64?] = []
    result.reserveCapacity(column.count)
    for row in 0..<column.count {
      guard let value = column[row] else {
        result.append(nil)
        continue
      }
      let multiple = Decimal128(value)?.divided(by: to)?.rounded(scale: 0, mode.decimal)?.int64
      guard let multiple else { return nil }
      result.append(multiple)
    }
    return result
  }

  private func quotient(_ value: Int128, _ unit: Int128) -> Int128 {
    let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: unit.magnitude)
    let isNegative = value < 0
    let half = rest * 2
    let grows =
      switch mode {
      case .halfUp: half >= unit.magnitude
      case .halfDown: half > unit.magnitude
      case .halfEven: half > unit.magnitude || half == unit.magnitude && whole % 2 == 1
      case .up: rest != 0
      case .down: false
      case .floor: rest != 0 && isNegative
      case .ceiling: rest != 0 && !isNegative
      }
    let magnitude = Int128(whole) + (grows ? 1 : 0)
    return isNegative ? -magnitude : magnitude
  }
}

extension Rounding.Mode {
  fileprivate var decimal: DecimalRounding {
    switch self {
    case .halfUp: .halfUp
    case .halfEven: .halfEven
    case .halfDown: .halfDown
    case .up: .up
    case .down: .down
    case .floor: .floor
    case .ceiling: .ceiling
    }
  }
}
