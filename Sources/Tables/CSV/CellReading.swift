// SPDX-License-Identifier: EUPL-1.2

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// How cells are read as numbers, dates and truth values.
///
/// *Strict* is for inference: what would not come back the same (`007`, `+31`, `5.`, more digits than a
/// number holds) is text. Where a type is declared, its usual spellings are welcome, and blanks around.
struct CellReading {
  let powers: PowersOfFive
  let mark: UInt8

  /// The narrowest kind that a cell is of, by the strict rules.
  func kind(_ text: UnsafeBufferPointer<UInt8>) -> CellKind {
    if boolean(text, strict: true) != nil { return .boolean }
    if integer(text, strict: true) != nil { return .integer }
    if number(text, strict: true) != nil { return .number }
    if date(text) != nil { return .date }
    if timestamp(text) != nil { return .timestamp }
    return .category
  }

  /// True and false, in small letters, capitals, or with a capital; where declared, 1 and 0 as well.
  func boolean(_ text: UnsafeBufferPointer<UInt8>, strict: Bool) -> Bool? {
    if !strict, text.count == 1 {
      if text[0] == UInt8(ascii: "1") { return true }
      if text[0] == UInt8(ascii: "0") { return false }
    }
    guard text.count == 4 || text.count == 5 else { return nil }
    for (spelling, value) in Self.truths where text.elementsEqual(spelling) { return value }
    return nil
  }

  private static let truths: [(spelling: [UInt8], value: Bool)] = [
    ("true", true), ("false", false), ("True", true), ("False", false), ("TRUE", true),
    ("FALSE", false),
  ].map { (Array($0.utf8), $1) }

  func decimal(_ text: UnsafeBufferPointer<UInt8>, scale: Int) -> Int64? {
    DecimalText.parse(text.span, scale: scale, decimalMark: mark)
  }

  func date(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
    text.count == 10 ? CalendarDate(text.span)?.daysSince1970 : nil
  }

  func timestamp(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    text.count >= 16 ? Timestamp(text.span)?.microseconds : nil
  }

  func integer(_ text: UnsafeBufferPointer<UInt8>, strict: Bool) -> Int64? {
    guard let sign = Sign(text) else { return nil }
    if strict, sign.isPlus { return nil }
    let digits = text[sign.length...]
    guard let first = digits.first else { return nil }
    if strict, first == UInt8(ascii: "0"), digits.count > 1 || sign.isMinus { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard let digit = byte.digit else { return nil }
      let (tenfold, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, more) = tenfold.addingReportingOverflow(sign.isMinus ? -digit : digit)
      if over || more { return nil }
      value = sum
    }
    return value
  }

  func number(_ text: UnsafeBufferPointer<UInt8>, strict: Bool) -> Double? {
    guard let sign = Sign(text), let parts = DecimalParts(text[sign.length...], mark: mark) else {
      return nil
    }
    if strict, sign.isPlus || parts.hasLeadingZero || parts.endsInMark { return nil }
    guard let magnitude = magnitude(parts, text[sign.length...]), magnitude.isFinite else {
      return nil
    }
    if strict, parts.significant > 15 {
      if parts.isWhole, integer(text, strict: false) == nil { return nil }
      guard isKept(parts, magnitude) else { return nil }
    }
    if strict, magnitude == 0, parts.digits != 0 { return nil }
    return sign.isMinus && magnitude != 0 ? -magnitude : magnitude
  }

  /// Whether a positive number, written with as many decimal places, is the text again.
  ///
  /// The number is m · 2⁻ˢ; it is kept where m · 10^places ⁄ 2ˢ lies no more than a half from the digits,
  /// which 128 bits decide exactly.
  @inline(__always)
  func isKept(_ digits: UInt64, places: Int, _ value: Double) -> Bool {
    if digits < 1_000_000_000_000_000 { return true }
    let mantissa = value.bitPattern & ((1 << 52) - 1) | 1 << 52
    let shift = 1_075 - Int(value.bitPattern >> 52)
    guard places <= 19, shift > 0, shift < 127 else { return Self.hasDigits(value, digits) }
    let (high, low) = mantissa.multipliedFullWidth(by: powers.whole[places])
    let product = UInt128(high) << 64 | UInt128(low)
    let below = product >> UInt128(shift)
    let rest = product & ((1 << UInt128(shift)) - 1)
    let half: UInt128 = 1 << UInt128(shift - 1)
    return below == digits && rest <= half || below + 1 == digits && rest >= half
  }

  /// Whether a number has those digits, in its shortest form or when written with as many.
  @inline(never)
  private static func hasDigits(_ value: Double, _ digits: UInt64) -> Bool {
    var given = digits
    while given % 10 == 0, given > 0 { given /= 10 }
    if value.magnitude.description.utf8.significantDigits == given { return true }
    var room: [CChar] = Array(repeating: 0, count: 64)
    let places = Int32(String(digits).utf8.count - 1)
    _ = withVaList([places, value.magnitude]) { vsnprintf(&room, room.count, "%.*e", $0) }
    return room.lazy.map { UInt8(bitPattern: $0) }.significantDigits == given
  }

  private func isKept(_ parts: DecimalParts, _ value: Double) -> Bool {
    guard parts.significant <= 19 else { return false }
    return Self.hasDigits(value, parts.digits)
  }

  private func magnitude(
    _ parts: DecimalParts, _ text: Slice<UnsafeBufferPointer<UInt8>>
  ) -> Double? {
    if !parts.isCut, let value = powers.double(parts.digits, exponent: parts.exponent) {
      return value
    }
    // More than 19 digits, or a case that 128 bits cannot decide.
    let pointed = text.map { $0 == mark ? UInt8(ascii: ".") : $0 }
    return Double(String(decoding: pointed, as: UTF8.self))
  }
}

extension Sequence<UInt8> {
  /// The digits of a number's text up to its power of ten, without the zeros at their end.
  fileprivate var significantDigits: UInt64 {
    var digits: UInt64 = 0
    for byte in self {
      if byte == UInt8(ascii: "e") { break }
      if let digit = byte.digit { digits = digits &* 10 &+ UInt64(digit) }
    }
    while digits % 10 == 0, digits > 0 { digits /= 10 }
    return digits
  }
}

/// A sign before a number.
private struct Sign {
  let isMinus: Bool
  let isPlus: Bool
  var length: Int { isMinus || isPlus ? 1 : 0 }

  /// - Parameter text: nil is returned where it is empty.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard let first = text.first else { return nil }
    isMinus = first == UInt8(ascii: "-")
    isPlus = first == UInt8(ascii: "+")
  }
}

/// The digits and the power of ten of a number's text.
private struct DecimalParts {
  private(set) var digits: UInt64 = 0
  private(set) var exponent = 0
  /// How many digits there are from the first that is not zero, zeros at the end of a fraction left out.
  private(set) var significant = 0
  /// Whether not all digits fit.
  private(set) var isCut = false
  private(set) var hasLeadingZero = false
  private(set) var endsInMark = false
  /// Neither a fraction nor a power.
  private(set) var isWhole = true

  init?(_ text: Slice<UnsafeBufferPointer<UInt8>>, mark: UInt8) {
    var count = 0
    var places = -1
    var place = text.startIndex
    var zerosAtEnd = 0
    scan: while place < text.endIndex {
      let byte = text[place]
      if let digit = byte.digit {
        count += 1
        if places < 0, count == 2, digits == 0, significant == 0 { hasLeadingZero = true }
        if significant > 0 || digit != 0 { significant += 1 }
        if significant > 19 {
          isCut = true
        } else {
          digits = digits * 10 + UInt64(digit)
        }
        if places >= 0 { places += 1 }
        zerosAtEnd = digit == 0 && places > 0 ? zerosAtEnd + 1 : 0
      } else if byte == mark, places < 0 {
        places = 0
        isWhole = false
      } else if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
        break scan
      } else {
        return nil
      }
      place += 1
    }
    guard count > 0 else { return nil }
    endsInMark = places == 0
    exponent = -max(places, 0)
    if !isCut {
      for _ in 0..<zerosAtEnd where significant > 15 {
        digits /= 10
        exponent += 1
        significant -= 1
      }
    }
    if place < text.endIndex {
      isWhole = false
      guard let power = Self.power(text[(place + 1)...]) else { return nil }
      exponent += power
    }
  }

  /// The power of ten behind an `e`, held within what makes any number infinite or zero.
  private static func power(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    var rest = text
    let negative = rest.first == UInt8(ascii: "-")
    if negative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return nil }
    var value = 0
    for byte in rest {
      guard let digit = byte.digit else { return nil }
      value = min(value * 10 + Int(digit), 100_000)
    }
    return negative ? -value : value
  }
}
