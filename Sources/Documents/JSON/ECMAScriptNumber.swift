// SPDX-License-Identifier: EUPL-1.2

/// Numbers as ECMAScript writes them (ECMA-262, `Number::toString`), which RFC 8785 asks for.
enum ECMAScriptNumber {
  /// The text of a finite number.
  ///
  /// Swift's `description` gives the shortest digits that read back as the same number, and of those
  /// the nearest, as ECMAScript does; only the layout differs.
  static func text(_ value: Double) -> String {
    precondition(value.isFinite, "only finite numbers have a JSON text")
    if value == 0 { return "0" }
    let (digits, point) = decimal(value.magnitude)
    return (value < 0 ? "-" : "") + layout(digits, point: point)
  }

  /// The significant digits d₁d₂…dₖ and the n with value = 0.d₁d₂…dₖ × 10ⁿ.
  private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var text = value.description.utf8[...]
    if let e = text.firstIndex(of: UInt8(ascii: "e")) {
      exponent = Int(String(text[text.index(after: e)...]) ?? "") ?? 0
      text = text[..<e]
    }
    for byte in text {
      if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
    }
    let zero = UInt8(ascii: "0")
    let leading = digits.prefix { $0 == zero }.count
    let n = (point ?? digits.count) + exponent - leading
    digits.removeFirst(leading)
    while digits.last == zero { digits.removeLast() }
    return (digits, n)
  }

  private static func layout(_ digits: [UInt8], point n: Int) -> String {
    func text(_ part: some Sequence<UInt8>) -> String {
      String(decoding: Array(part), as: UTF8.self)
    }
    func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
    let k = digits.count
    switch n {
    case k...21 where n >= k: return text(digits) + zeros(n - k)
    case 1...21: return text(digits.prefix(n)) + "." + text(digits.dropFirst(n))
    case -5...0: return "0." + zeros(-n) + text(digits)
    default:
      let fraction = k > 1 ? "." + text(digits.dropFirst()) : ""
      return text(digits.prefix(1)) + fraction + (n > 0 ? "e+" : "e-") + String(abs(n - 1))
    }
  }
}
