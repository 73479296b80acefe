// SPDX-License-Identifier: EUPL-1.2

import Tables

/// A range around a column's numbers whose ends are not the least and greatest value of a few rows.
///
/// Ends are rounded outward to two significant digits. Where that leaves the value itself and fewer than ten
/// rows have it, the end has one digit and is moved on by a unit of it if need be: a minimum of 17 becomes
/// 10, and one of 30 becomes 20.
/// Zero stays, since it is the end that people choose whatever the data are.
struct OutwardRange {
  /// Plain decimals, as a contract has them.
  let minimum: String
  let maximum: String

  /// Beyond this the digits of a number say too much of it, or nothing.
  private static let greatest = 1e15

  init?(_ column: Column) {
    guard column.type.isNumeric, let (values, validity) = column.doubles() else { return nil }
    var least = Double.infinity
    var most = -Double.infinity
    for (row, value) in values.enumerated() where validity?[row] ?? true {
      least = min(least, value)
      most = max(most, value)
    }
    guard least <= most, max(abs(least), abs(most)) < Self.greatest else { return nil }
    func isShared(_ end: Double) -> Bool {
      var rows = 0
      for (row, value) in values.enumerated() where value == end && validity?[row] ?? true {
        rows += 1
      }
      return rows >= HarmlessExamples.leastCases
    }
    // Downwards is upwards on the other side of zero.
    minimum = Self.text(Self.end(above: -least, isShared: isShared(least)).negated)
    maximum = Self.text(Self.end(above: most, isShared: isShared(most)))
  }
}

extension OutwardRange {
  /// A number as whole digits times a power of ten.
  private struct Rounded {
    var digits: Int
    var exponent: Int

    var value: Double { Double("\(digits)e\(exponent)") ?? .infinity }
    var negated: Rounded { Rounded(digits: -digits, exponent: exponent) }
  }

  private static func end(above value: Double, isShared: Bool) -> Rounded {
    if value == 0 { return Rounded(digits: 0, exponent: 0) }
    let near = rounded(up: value, significant: 2)
    guard near.value == value, !isShared else { return near }
    var wide = rounded(up: value, significant: 1)
    if wide.value == value { wide.digits += 1 }
    return wide
  }

  /// The least number with so many digits that is not below.
  private static func rounded(up value: Double, significant: Int) -> Rounded {
    var exponent = 1 - significant
    var size = abs(value)
    while size >= 10 {
      size /= 10
      exponent += 1
    }
    while size < 1 {
      size *= 10
      exponent -= 1
    }
    // The quotient is not exact: the digits are put right against the number itself.
    let scale = significant == 1 ? 1.0 : 10.0
    var result = Rounded(
      digits: Int((size * scale).rounded(.up)) * (value < 0 ? -1 : 1), exponent: exponent)
    while result.value < value { result.digits += 1 }
    while Rounded(digits: result.digits - 1, exponent: exponent).value >= value {
      result.digits -= 1
    }
    return result
  }

  private static func text(_ number: Rounded) -> String {
    let sign = number.digits < 0 ? "-" : ""
    let digits = String(number.digits.magnitude)
    if number.digits == 0 { return "0" }
    if number.exponent >= 0 {
      return sign + digits + String(repeating: "0", count: number.exponent)
    }
    let places = -number.exponent
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var decimals = padded.suffix(places)
    while decimals.last == "0" { decimals.removeLast() }
    return sign + padded.dropLast(places) + (decimals.isEmpty ? "" : "." + decimals)
  }
}
