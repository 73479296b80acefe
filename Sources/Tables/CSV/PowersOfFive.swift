// SPDX-License-Identifier: EUPL-1.2

/// The nearest double to a whole number times a power of ten, without arithmetic of any length.
///
/// Source: Lemire (2021), Number parsing at a gigabyte per second, Software: Practice and Experience
/// 51:1700–1727. The product of the number and 128 bits of 5^q decides in all but a few cases; these,
/// and powers outside the table, are left to the caller.
struct PowersOfFive {
  static let exponents = -54...54

  /// For each exponent the upper and the lower 64 bits of 5^q, scaled so that the first bit is set.
  ///
  /// Powers up to 5⁵⁴ fit 128 bits exactly; reciprocals are rounded up.
  static let table: [UInt64] = exponents.flatMap { exponent -> [UInt64] in
    var power: UInt128 = 1
    for _ in 0..<abs(exponent) { power *= 5 }
    var bits: UInt128
    if exponent >= 0 {
      bits = power << UInt128(power.leadingZeroBitCount)
    } else {
      bits = 0
      var rest: UInt128 = 1
      // Binary long division until 128 bits of the quotient stand; rest < 5⁵⁴ < 2¹²⁶ cannot overflow.
      while bits.leadingZeroBitCount > 0 {
        rest <<= 1
        bits <<= 1
        if rest >= power {
          rest -= power
          bits |= 1
        }
      }
      bits += 1
    }
    return [UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits)]
  }

  /// 10⁰ to 10²², each exact.
  static let exactTens: [Double] = (0...22).reduce(into: []) { tens, _ in
    tens.append((tens.last ?? 0.1) * 10)
  }

  /// 10⁰ to 10¹⁹: those that fit 64 bits.
  static let wholeTens: [UInt64] = (0...19).reduce(into: []) { tens, place in
    tens.append(place == 0 ? 1 : (tens.last ?? 1) * 10)
  }

  let pairs: UnsafePointer<UInt64>
  let tens: UnsafePointer<Double>
  let whole: UnsafePointer<UInt64>

  init() {
    pairs = UnsafePointer(UnsafeMutablePointer.copy(of: Self.table))
    tens = UnsafePointer(UnsafeMutablePointer.copy(of: Self.exactTens))
    whole = UnsafePointer(UnsafeMutablePointer.copy(of: Self.wholeTens))
  }

  func deallocate() {
    pairs.deallocate()
    tens.deallocate()
    whole.deallocate()
  }

  /// `digits` · 10^`exponent`, correctly rounded; nil where this cannot decide.
  @inline(__always)
  func double(_ digits: UInt64, exponent: Int) -> Double? {
    // Both factors exact, so that one rounding is all there is (Clinger 1990).
    if digits <= 1 << 53, exponent <= 0, exponent >= -22 {
      return Double(digits) / tens[-exponent]
    }
    return scaled(digits, exponent: exponent)
  }

  private func scaled(_ digits: UInt64, exponent: Int) -> Double? {
    if digits == 0 { return 0 }
    guard Self.exponents.contains(exponent) else { return nil }
    let shift = digits.leadingZeroBitCount
    let number = digits << UInt64(shift)
    let row = 2 * (exponent - Self.exponents.lowerBound)
    var (upper, lower) = number.multipliedFullWidth(by: pairs[row])
    // 55 bits decide the rounding; where all bits below are set, the table's second half may carry.
    if upper & 0x1FF == 0x1FF {
      let carry = number.multipliedFullWidth(by: pairs[row + 1]).high
      let (sum, overflow) = lower.addingReportingOverflow(carry)
      lower = sum
      if overflow { upper += 1 }
    }
    if lower == .max { return nil }
    let top = upper >> 63
    var mantissa = upper >> (top + 9)
    // ⌊q · log₂ 10⌋ by a fraction that is exact for these exponents.
    let binary = (217_706 * exponent) >> 16
    var power = binary + 63 + Int(top) - shift + 1_023
    // Halfway cases round to even; they can only arise from few powers.
    if lower <= 1, exponent >= -4, exponent <= 23, mantissa & 3 == 1,
      mantissa << (top + 9) == upper
    {
      mantissa &= ~1
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      power += 1
    }
    return Double(bitPattern: mantissa & ~(1 << 52) | UInt64(power) << 52)
  }
}

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  static func copy(of values: [Pointee]) -> UnsafeMutablePointer {
    let memory = UnsafeMutablePointer.allocate(capacity: values.count)
    for (place, value) in values.enumerated() { (memory + place).initialize(to: value) }
    return memory
  }
}
