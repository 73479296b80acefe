// SPDX-License-Identifier: EUPL-1.2

internal import CDecimal

/// A finite IEEE 754 decimal128 number: 34 significant digits, rounded half to even.
///
/// Equal values are equal and hash alike whatever their trailing zeros (1.0 and 1.00). There is no
/// NaN and no infinity: an operation whose result is not a finite number gives nil.
public struct Decimal128: Sendable {
  let high: UInt64
  let low: UInt64

  public static let zero = Decimal128(0)
  public static let one = Decimal128(1)

  /// The most significant digits that a number holds.
  static let digits = 34
  static let exponents = -6176...6111

  public init(_ value: Int64) {
    self.init(isNegative: value < 0, coefficient: UInt128(value.magnitude), exponent: 0)
  }

  public init(_ value: Int) { self.init(Int64(value)) }

  /// The exact number `scaled` divided by ten to the power `scale`.
  public init(scaled: Int64, scale: Int) {
    self.init(isNegative: scaled < 0, coefficient: UInt128(scaled.magnitude), exponent: -scale)
  }

  /// The number with the fewest digits that reads back as the same double; nil for NaN and infinity.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 {
      self.init(whole)
    } else {
      self.init(validated: value.description)
    }
  }

  init(isNegative: Bool, coefficient: UInt128, exponent: Int) {
    assert(coefficient < Self.power(of: 34) && Self.exponents.contains(exponent))
    let sign: UInt64 = isNegative ? 1 << 63 : 0
    high = sign | UInt64(exponent + 6176) << 49 | UInt64(truncatingIfNeeded: coefficient >> 64)
    low = UInt64(truncatingIfNeeded: coefficient)
  }

  init?(_ bits: BID_UINT128) {
    guard bits.w.1 & 0x7800_0000_0000_0000 != 0x7800_0000_0000_0000 else { return nil }
    high = bits.w.1
    low = bits.w.0
  }

  var bits: BID_UINT128 { BID_UINT128(w: (low, high)) }

  public var isNegative: Bool { high >> 63 != 0 && !isZero }
  public var isZero: Bool { coefficient == 0 }

  /// The digits as a whole number; the value is `coefficient` times ten to the power `exponent`.
  var coefficient: UInt128 {
    guard high & 0x6000_0000_0000_0000 != 0x6000_0000_0000_0000 else { return 0 }
    return UInt128(high & 0x1_FFFF_FFFF_FFFF) << 64 | UInt128(low)
  }

  var exponent: Int { Int(high >> 49 & 0x3FFF) - 6176 }

  /// Ten to the power `exponent` (0...38).
  static func power(of exponent: Int) -> UInt128 { powers[exponent] }

  private static let powers: [UInt128] = (0...38).map { exponent in
    (0..<exponent).reduce(UInt128(1)) { power, _ in power * 10 }
  }
}

extension Decimal128 {
  public func adding(_ other: Decimal128) -> Decimal128? {
    var flags: UInt32 = 0
    return Decimal128(__bid128_add(bits, other.bits, 0, &flags))
  }

  public func subtracting(_ other: Decimal128) -> Decimal128? {
    var flags: UInt32 = 0
    return Decimal128(__bid128_sub(bits, other.bits, 0, &flags))
  }

  public func multiplied(by other: Decimal128) -> Decimal128? {
    var flags: UInt32 = 0
    return Decimal128(__bid128_mul(bits, other.bits, 0, &flags))
  }

  /// The quotient; nil where `other` is zero.
  public func divided(by other: Decimal128) -> Decimal128? {
    guard !other.isZero else { return nil }
    var flags: UInt32 = 0
    return Decimal128(__bid128_div(bits, other.bits, 0, &flags))
  }

  /// The remainder with the sign of the divisor, `x − y · floor(x ⁄ y)`; nil where `other` is zero.
  public func modulo(_ other: Decimal128) -> Decimal128? {
    guard !other.isZero else { return nil }
    var flags: UInt32 = 0
    // The library's remainder is that of the nearest quotient: half a divisor away at most.
    guard let rest = Decimal128(__bid128_rem(bits, other.bits, &flags)) else { return nil }
    return rest.isZero || rest.isNegative == other.isNegative ? rest : rest.adding(other)
  }

  /// The power; exact where it has 34 digits or fewer and the exponent is whole.
  public func raised(to power: Decimal128) -> Decimal128? {
    if let value = raisedByMultiplying(to: power) { return value }
    guard power.magnitude <= Self.largestPower else { return nil }
    var flags: UInt32 = 0
    return Decimal128(__bid128_pow(bits, power.bits, 0, &flags))
  }

  /// The powers that the standard allows.
  private static let largestPower = Decimal128(999_999_999)

  /// Nil where the power is not a small whole number, or a product on the way is too large.
  private func raisedByMultiplying(to power: Decimal128) -> Decimal128? {
    guard let whole = power.int64, whole.magnitude <= 9_999 else { return nil }
    var result = Decimal128.one
    var base = self
    var rest = whole.magnitude
    while rest > 0 {
      if rest & 1 == 1 {
        guard let next = result.multiplied(by: base) else { return nil }
        result = next
      }
      rest >>= 1
      if rest > 0 {
        guard let square = base.multiplied(by: base) else { return nil }
        base = square
      }
    }
    return whole < 0 ? Decimal128.one.divided(by: result) : result
  }

  public func squareRoot() -> Decimal128? {
    guard !isNegative else { return nil }
    var flags: UInt32 = 0
    return Decimal128(__bid128_sqrt(bits, 0, &flags))
  }

  /// e to this power.
  public func exponential() -> Decimal128? {
    var flags: UInt32 = 0
    return Decimal128(__bid128_exp(bits, 0, &flags))
  }

  public func naturalLogarithm() -> Decimal128? {
    guard !isNegative, !isZero else { return nil }
    var flags: UInt32 = 0
    return Decimal128(__bid128_log(bits, 0, &flags))
  }

  public var negated: Decimal128 { Decimal128(high: high ^ 1 << 63, low: low) }
  public var magnitude: Decimal128 { Decimal128(high: high & ~(1 << 63), low: low) }

  /// The nearest double.
  public var double: Double {
    var flags: UInt32 = 0
    return __bid128_to_binary64(bits, 0, &flags)
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

extension Decimal128: Comparable, Hashable {
  public static func == (left: Decimal128, right: Decimal128) -> Bool {
    if left.high == right.high && left.low == right.low { return true }
    var flags: UInt32 = 0
    return __bid128_quiet_equal(left.bits, right.bits, &flags) != 0
  }

  public static func < (left: Decimal128, right: Decimal128) -> Bool {
    var flags: UInt32 = 0
    return __bid128_quiet_less(left.bits, right.bits, &flags) != 0
  }

  public func hash(into hasher: inout Hasher) {
    let reduced = reduced
    hasher.combine(isNegative)
    hasher.combine(reduced.coefficient)
    hasher.combine(reduced.exponent)
  }

  /// The digits without trailing zeros.
  var reduced: (coefficient: UInt128, exponent: Int) {
    var coefficient = coefficient
    var exponent = exponent
    guard coefficient != 0 else { return (0, 0) }
    while true {
      let (quotient, rest) = coefficient.quotientAndRemainder(dividingBy: 10)
      guard rest == 0 else { return (coefficient, exponent) }
      coefficient = quotient
      exponent += 1
    }
  }
}
