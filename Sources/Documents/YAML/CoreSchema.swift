// SPDX-License-Identifier: EUPL-1.2

/// The YAML 1.2.2 core schema (section 10.3.2): what a plain scalar means.
///
/// libyaml follows YAML 1.1 only in its syntax; the meaning of scalars is decided here, so `no`, `on`,
/// `12:30` and dates stay text.
enum CoreSchema {
  static func value(of text: String) -> Scalar.Value {
    var text = text
    return text.withUTF8 { value(of: $0) }
  }

  private static func value(of bytes: UnsafeBufferPointer<UInt8>) -> Scalar.Value {
    guard let first = bytes.first else { return .null }
    switch first {
    case UInt8(ascii: "~"):
      return bytes.count == 1 ? .null : .text
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
      UInt8(ascii: "f"), UInt8(ascii: "F"):
      return word(bytes)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      return number(bytes)
    default:
      return .text
    }
  }

  private static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> Scalar.Value {
    guard bytes.count <= 5 else { return .text }
    switch String(decoding: bytes, as: UTF8.self) {
    case "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    default: return .text
    }
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Scalar.Value {
    if let special = special(bytes) { return .number(special) }
    if bytes.count > 2, bytes[0] == UInt8(ascii: "0") {
      if bytes[1] == UInt8(ascii: "x") { return radix(16, bytes) }
      if bytes[1] == UInt8(ascii: "o") { return radix(8, bytes) }
    }
    switch shape(bytes) {
    case .other: return .text
    case .integer:
      let text = String(decoding: bytes, as: UTF8.self)
      return Int64(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .text
    case .decimal:
      return Double(String(decoding: bytes, as: UTF8.self)).map { .number($0) } ?? .text
    }
  }

  private static func special(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard bytes.count <= 5 else { return nil }
    return switch String(decoding: bytes, as: UTF8.self) {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": Double.infinity
    case "-.inf", "-.Inf", "-.INF": -Double.infinity
    case ".nan", ".NaN", ".NAN": Double.nan
    default: nil
    }
  }

  private static func radix(_ radix: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Scalar.Value {
    let digits = String(decoding: bytes.dropFirst(2), as: UTF8.self)
    guard let first = digits.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+")
    else { return .text }
    if let value = Int64(digits, radix: radix) { return .integer(value) }
    // Too large for 64 bits: still a number if it is one.
    var value = 0.0
    for digit in digits {
      guard let digit = digit.hexDigitValue, digit < radix else { return .text }
      value = value * Double(radix) + Double(digit)
    }
    return .number(value)
  }

  private enum Shape {
    case integer
    case decimal
    case other
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, without a regular
  /// expression.
  private static func shape(_ bytes: UnsafeBufferPointer<UInt8>) -> Shape {
    var i = 0
    func digits() -> Int {
      let start = i
      while i < bytes.count, bytes[i] &- 0x30 < 10 { i += 1 }
      return i - start
    }
    func skip(_ a: Character, _ b: Character) -> Bool {
      guard i < bytes.count, bytes[i] == a.asciiValue || bytes[i] == b.asciiValue else {
        return false
      }
      i += 1
      return true
    }
    _ = skip("+", "-")
    let whole = digits()
    if i == bytes.count { return whole > 0 ? .integer : .other }
    if skip(".", ".") {
      let fraction = digits()
      if whole == 0 && fraction == 0 { return .other }
    } else if whole == 0 {
      return .other
    }
    if skip("e", "E") {
      _ = skip("+", "-")
      if digits() == 0 { return .other }
    }
    return i == bytes.count ? .decimal : .other
  }
}
