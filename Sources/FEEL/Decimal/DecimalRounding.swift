// SPDX-License-Identifier: EUPL-1.2

/// How a number is brought to fewer places.
public enum DecimalRounding: Sendable, Hashable, CaseIterable {
  case halfEven
  /// A tie goes away from zero.
  case halfUp
  /// A tie goes to zero.
  case halfDown
  /// Always away from zero.
  case up
  /// Always to zero.
  case down
  case floor
  case ceiling

  /// Whether the quotient's magnitude grows by one, given the remainder against half the divisor.
  @inline(__always)
  func increments(isNegative: Bool, isOdd: Bool, isExact: Bool, half: HalfComparison) -> Bool {
    guard !isExact else { return false }
    switch self {
    case .halfEven: return half == .above || half == .tie && isOdd
    case .halfUp: return half != .below
    case .halfDown: return half == .above
    case .up: return true
    case .down: return false
    case .floor: return isNegative
    case .ceiling: return !isNegative
    }
  }

  /// Where a remainder lies.
  enum HalfComparison {
    case below
    case tie
    case above
  }
}

extension Decimal128 {
  /// The number with at most `scale` places after the point (before it where negative).
  public func rounded(scale: Int, _ rounding: DecimalRounding) -> Decimal128? {
    let exponent = exponent
    let target = -scale
    guard exponent < target else { return self }
    let coefficient = coefficient
    let dropped = target - exponent
    var quotient: UInt128 = 0
    var half = DecimalRounding.HalfComparison.below
    var isExact = coefficient == 0
    if dropped <= Self.digits {
      let divisor = Self.power(of: dropped)
      let (whole, rest) = coefficient.quotientAndRemainder(dividingBy: divisor)
      quotient = whole
      isExact = rest == 0
      half = rest * 2 == divisor ? .tie : rest * 2 < divisor ? .below : .above
    }
    let grows = rounding.increments(
      isNegative: isNegative, isOdd: quotient & 1 == 1, isExact: isExact, half: half)
    if grows { quotient += 1 }
    guard Self.exponents.contains(target) else { return quotient == 0 ? .zero : nil }
    return Decimal128(isNegative: isNegative, coefficient: quotient, exponent: target)
  }

  public var floor: Decimal128 { rounded(scale: 0, .floor) ?? self }
  public var ceiling: Decimal128 { rounded(scale: 0, .ceiling) ?? self }

  /// Whether the number has no places after the point.
  public var isWhole: Bool { reduced.exponent >= 0 }

  /// How many places after the point the number needs.
  public var scale: Int { max(0, -reduced.exponent) }

  /// The number as a 64-bit integer, where it is one.
  public var int64: Int64? { scaledInt64(scale: 0) }

  /// The number times ten to the power `scale`, where that is a 64-bit integer.
  public func scaledInt64(scale: Int) -> Int64? {
    var (digits, exponent) = (coefficient, exponent + scale)
    guard digits != 0 else { return 0 }
    if exponent > 0 {
      guard exponent <= 18 else { return nil }
      let (product, overflow) = digits.multipliedReportingOverflow(by: Self.power(of: exponent))
      guard !overflow else { return nil }
      digits = product
    } else if exponent < 0 {
      exponent = -exponent
      guard exponent <= Self.digits else { return nil }
      let (quotient, rest) = digits.quotientAndRemainder(dividingBy: Self.power(of: exponent))
      guard rest == 0 else { return nil }
      digits = quotient
    }
    guard digits <= UInt128(Int64.max) + (isNegative ? 1 : 0) else { return nil }
    let magnitude = UInt64(digits)
    return isNegative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude)
  }
}
