// SPDX-License-Identifier: EUPL-1.2

/// A finite number as the decimal digits that people see of it.
///
/// It starts from the shortest text that reads back as the same number, so that 0.285 is 28.5% and
/// 1.115 rounds to 1.12: binary dust below the last digit that anybody wrote never shows.
struct DecimalDigits: Equatable {
  private(set) var isNegative: Bool
  /// From the most significant; no zeros in front.
  private var digits: [UInt8]
  /// How many digits stand before the decimal mark; may be negative or more than there are.
  private var pointPosition: Int

  /// Nil where the number is infinite or not a number.
  init?(_ number: Double) {
    guard number.isFinite else { return nil }
    isNegative = number < 0
    digits = []
    pointPosition = 0
    var sawPoint = false
    let text = number.magnitude.description
    let parts = text.split(separator: "e", maxSplits: 1)
    for byte in (parts.first ?? "0").utf8 {
      if byte == UInt8(ascii: ".") {
        sawPoint = true
        continue
      }
      digits.append(byte - UInt8(ascii: "0"))
      if !sawPoint { pointPosition += 1 }
    }
    if parts.count == 2 { pointPosition += Int(parts[1]) ?? 0 }
    dropOuterZeros()
  }

  var isZero: Bool { digits.isEmpty }

  /// The power of ten of the first digit; 0 for zero.
  var exponent: Int { isZero ? 0 : pointPosition - 1 }

  /// The number times ten to the given power, exactly.
  func shifted(by places: Int) -> DecimalDigits {
    var result = self
    if !isZero { result.pointPosition += places }
    return result
  }

  /// The nearest number with this many decimals; halves go away from zero.
  func rounded(toDecimals decimals: Int) -> DecimalDigits {
    var result = self
    let kept = pointPosition + decimals
    if kept >= digits.count { return result }
    guard kept >= 0 else {
      result.digits = []
      result.dropOuterZeros()
      return result
    }
    let roundsUp = digits[kept] >= 5
    result.digits = Array(digits[..<kept])
    if roundsUp { result.addOneToLastDigit() }
    result.dropOuterZeros()
    return result
  }

  /// The nearest number with this many significant digits.
  func rounded(toSignificant count: Int) -> DecimalDigits {
    rounded(toDecimals: max(count, 1) - pointPosition)
  }

  /// The text of the absolute value, with exactly this many decimals.
  func text(decimals: Int, decimalSeparator: String, groupSeparator: String) -> String {
    let rounded = rounded(toDecimals: decimals)
    var whole = ""
    for position in stride(from: max(rounded.pointPosition, 1), to: 0, by: -1) {
      whole += String(rounded.digit(atPower: position - 1))
      if position > 1, (position - 1) % 3 == 0 { whole += groupSeparator }
    }
    guard decimals > 0 else { return whole }
    var fraction = ""
    for power in 1...decimals { fraction += String(rounded.digit(atPower: -power)) }
    return whole + decimalSeparator + fraction
  }

  /// How many decimals the digits need to be shown whole.
  var neededDecimals: Int { max(0, digits.count - pointPosition) }
}

extension DecimalDigits {
  private func digit(atPower power: Int) -> UInt8 {
    let index = pointPosition - 1 - power
    return digits.indices.contains(index) ? digits[index] : 0
  }

  private mutating func addOneToLastDigit() {
    var index = digits.count - 1
    while index >= 0 {
      if digits[index] < 9 {
        digits[index] += 1
        return
      }
      digits[index] = 0
      index -= 1
    }
    digits.insert(1, at: 0)
    pointPosition += 1
  }

  private mutating func dropOuterZeros() {
    while digits.last == 0 { digits.removeLast() }
    let leading = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leading)
    pointPosition -= leading
    if digits.isEmpty {
      pointPosition = 1
      isNegative = false
    }
  }
}
