// SPDX-License-Identifier: EUPL-1.2

/// How a decimal number is read and written: an integer divided by ten to the power `scale`.
public enum DecimalText {
  /// 10⁰ to 10¹⁸, each exact.
  static let powers: [Double] = wholePowers.map { Double($0) }
  static let wholePowers: [Int64] = {
    var powers: [Int64] = [1]
    for _ in 1...18 { powers.append((powers.last ?? 1) * 10) }
    return powers
  }()

  /// Reads `[+-]digits[.digits]` exactly.
  ///
  /// - Returns: the scaled integer; nil where the text is no such number, does not fit 64 bits, or has
  ///   digits other than zero beyond the scale.
  public static func parse(_ text: String, scale: Int) -> Int64? {
    let text = text
    return parse(text.utf8.span, scale: scale)
  }

  static func parse(
    _ text: Span<UInt8>, scale: Int, decimalMark: UInt8 = UInt8(ascii: ".")
  ) -> Int64? {
    precondition((0...18).contains(scale), "a decimal has 0 to 18 places")
    var place = 0
    var negative = false
    if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      negative = first == UInt8(ascii: "-")
      place = 1
    }
    var value: Int64 = 0
    var digits = 0
    var decimals = -1
    while place < text.count {
      let byte = text[place]
      place += 1
      if byte == decimalMark, decimals < 0 {
        decimals = 0
        continue
      }
      guard let digit = byte.digit else { return nil }
      digits += 1
      if decimals >= scale {
        guard digit == 0 else { return nil }
        continue
      }
      if decimals >= 0 { decimals += 1 }
      guard let next = value.shifted(by: negative ? -digit : digit) else { return nil }
      value = next
    }
    guard digits > 0 else { return nil }
    for _ in max(decimals, 0)..<scale {
      guard let next = value.shifted(by: 0) else { return nil }
      value = next
    }
    return value
  }

  /// Writes all places of the scale: 1250 at scale 2 is `12.50`.
  public static func print(_ value: Int64, scale: Int) -> String {
    guard scale > 0 else { return String(value) }
    var digits = String(value.magnitude)
    if digits.utf8.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
    }
    return (value < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
  }
}

extension UInt8 {
  /// The value of an ASCII digit.
  var digit: Int64? {
    let value = self &- UInt8(ascii: "0")
    return value < 10 ? Int64(value) : nil
  }
}

extension Int64 {
  fileprivate func shifted(by digit: Int64) -> Int64? {
    let (tenfold, overflow) = multipliedReportingOverflow(by: 10)
    let (sum, second) = tenfold.addingReportingOverflow(digit)
    return overflow || second ? nil : sum
  }
}

extension Span where Element == UInt8 {
  /// The first byte, if there is one.
  var first: UInt8? { isEmpty ? nil : self[0] }
}
