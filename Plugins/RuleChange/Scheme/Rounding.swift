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
    let multiples: [Int64]?
    switch column {
    case .integer(let values): multiples = exact(values.settled.values, scale: 0)
    case .decimal(let values, let scale): multiples = exact(values.settled.values, scale: scale)
    case .number(let values): multiples = inexact(values.settled)
    default: return nil
    }
    let scale = to.scale
    guard let unit = to.scaledInt64(scale: scale), let multiples,
      let values = Self.products(multiples, unit)
    else { return nil }
    let rounded = FixedColumn(canonical: values, validity: column.validity)
    return scale == 0 ? .integer(rounded) : .decimal(rounded, scale: scale)
  }

  /// Rows of doubles that lie so close to where rounding turns that they may be on the wrong side of it.
  ///
  /// The margin is a millionth of the unit of rounding, and more for amounts of over a million units: far
  /// more than what is lost in a double, and next to nothing of the rows.
  func rowsTooClose(_ column: FixedColumn<Double>) -> [Int] {
    let factor = 1 / to.double
    let turn: Double =
      switch mode {
      case .halfUp, .halfDown, .halfEven: 0.5
      case .up, .down, .floor, .ceiling: 0
      }
    var rows: [Int] = []
    for (row, value) in column.values.enumerated() {
      let multiple = value * factor - turn
      let distance = (multiple - multiple.rounded()).magnitude
      if distance < 1e-6 + multiple.magnitude * 0x1p-40 { rows.append(row) }
    }
    return column.validity.map { validity in rows.filter { validity[$0] } } ?? rows
  }

  /// The number brought to a multiple of the unit; nil where no decimal holds it.
  func applied(to number: Decimal128) -> Decimal128? {
    number.divided(by: to)?.rounded(scale: 0, mode.decimal)?.multiplied(by: to)
  }

  /// A rounded column with some of its rows rounded from decimal numbers; nil where one does not fit.
  func replacing(_ decided: [(row: Int, value: Decimal128)], in column: Column) -> Column? {
    guard !decided.isEmpty, var values = column.scaled(to: to.scale) else { return column }
    for (row, value) in decided {
      guard let scaled = applied(to: value)?.scaledInt64(scale: to.scale) else { return nil }
      values[row] = scaled
    }
    let replaced = FixedColumn(canonical: values, validity: column.validity)
    return to.scale == 0 ? .integer(replaced) : .decimal(replaced, scale: to.scale)
  }

  /// Nil where a product does not fit.
  private static func products(_ multiples: [Int64], _ unit: Int64) -> [Int64]? {
    guard unit != 1 else { return multiples }
    var overflows = false
    var products = multiples
    for place in products.indices {
      let (product, overflow) = products[place].multipliedReportingOverflow(by: unit)
      overflows = overflows || overflow
      products[place] = product
    }
    return overflows ? nil : products
  }

  /// How many units of rounding each number has; a missing row has zero, which no rounding moves.
  private func exact(_ values: ColumnBuffer<Int64>, scale: Int) -> [Int64]? {
    let common = max(scale, to.scale)
    guard let unit = to.scaledInt64(scale: common) else { return nil }
    let factor = (scale..<common).reduce(Int64(1)) { power, _ in power * 10 }
    guard factor != 1 else { return RoundingKernels.quotients(values, unit, mode.decimal) }
    // A unit that goes into the places that are added rounds nothing.
    guard factor % unit != 0 else { return Self.products(values.array, factor / unit) }
    return Self.products(values.array, factor)
      .map { RoundingKernels.quotients(ColumnBuffer($0), unit, mode.decimal) }
      ?? wide(values, factor, unit)
  }

  /// The same where numbers with more places do not fit 64 bits.
  private func wide(_ values: ColumnBuffer<Int64>, _ factor: Int64, _ unit: Int64) -> [Int64]? {
    var result: [Int64] = []
    result.reserveCapacity(values.count)
    for value in values {
      let quotient = quotient(Int128(value) * Int128(factor), Int128(unit))
      guard let multiple = Int64(exactly: quotient) else { return nil }
      result.append(multiple)
    }
    return result
  }

  /// Floating-point numbers are taken at the shortest decimal that reads back the same.
  private func inexact(_ column: FixedColumn<Double>) -> [Int64]? {
    if to == Decimal128(scaled: 1, scale: to.scale) {
      return RoundingKernels.rounded(column, scale: to.scale, mode.decimal)
    }
    var result: [Int64] = []
    result.reserveCapacity(column.count)
    for row in 0..<column.count {
      guard let value = column[row] else {
        result.append(0)
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
  var decimal: DecimalRounding {
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

extension FixedColumn {
  /// With zero in missing rows, whatever an expression left there.
  fileprivate var settled: FixedColumn {
    validity.map { FixedColumn(values, validity: $0) } ?? self
  }
}
