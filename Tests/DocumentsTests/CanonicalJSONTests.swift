// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

/// RFC 8785, JSON Canonicalization Scheme.
struct CanonicalJSONTests {
  /// RFC 8785, appendix B: IEEE 754 bits and their text.
  @Test(
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"), (0xC340_0000_0000_0000, "-9007199254740992"),
      (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
      (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
      (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
      (0x41B3_DE43_5555_5557, "333333333.33333343"),
      (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func `the numbers of the RFC are written as it says`(bits: UInt64, text: String) throws {
    #expect(try JSONValue.number(Double(bitPattern: bits)).canonicalText == text)
  }

  /// RFC 8785, section 3.2.2 and 3.2.3: the sample object and its canonical form.
  @Test func `the sample of the RFC comes out as printed there`() throws {
    let sample = #"""
      {
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }
      """#
    #expect(
      try JSONValue.parse(sample).canonicalText == #"{"literals":[null,true,false],"#
        + #""numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
        + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#)
  }

  /// RFC 8785, section 3.2.3: the order of property names.
  @Test func `keys are sorted by UTF-16 code units`() throws {
    let sample = #"""
      {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
       "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
       "\u00f6": "Latin Small Letter O With Diaeresis"}
      """#
    let text = try JSONValue.parse(sample).canonicalText
    let order = try JSONValue.parse(text).objectValue?.keys
    #expect(order == ["\r", "1", "\u{80}", "ö", "€", "\u{1F600}", "\u{FB33}"])
  }

  @Test func `whole numbers beyond two to the fifty-third are exact`() throws {
    #expect(
      try JSONValue.array([.integer(.max), .integer(.min), .integer(9_007_199_254_740_993)])
        .canonicalText == "[9223372036854775807,-9223372036854775808,9007199254740993]")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a number that is not finite is refused with its path`(value: Double) {
    let json: JSONValue = ["effects": [["n": 1], ["estimate": .number(value)]]]
    #expect(throws: JSONFault.notFinite(path: "effects[1].estimate")) { try json.canonical }
  }

  @Test func `a missing or infinite number becomes null when it is made so`() {
    #expect(JSONValue(Double.nan).isNull)
    #expect(JSONValue(nil as Double?).isNull)
    #expect(JSONValue(1.5) == .number(1.5))
  }

  @Test func `every control character is escaped the short way or by its code`() throws {
    let text = String(String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0) }))
    #expect(
      try JSONValue.string(text + "\u{7F}").canonicalText
        == #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
        + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d"#
        + "\\u001e\\u001f\u{7F}\"")
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `random doubles read back as they were`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    for _ in 0..<200 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let text = try JSONValue.number(value).canonicalText
      #expect(try JSONValue.parse(text).doubleValue == value)
      // ECMA-262 writes an exponent from 1e21 on and below 1e-6 only.
      let isPlain = value == 0 || (value.magnitude >= 1e-6 && value.magnitude < 1e21)
      #expect(text.contains("e") == !isPlain)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `the canonical form of a canonical form is itself`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let first = try randomValue(depth: 4, &random).canonical
    let second = try JSONValue.parse(bytes: first).canonical
    #expect(first == second)
  }

  private func randomValue(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
    case 0: return .null
    case 1: return .boolean(Bool.random(using: &random))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
    case 3: return .number(Double.random(in: -1e9...1e9, using: &random))
    case 4: return .string(randomText(&random))
    case 5:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          randomValue(depth: depth - 1, &random)
        })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        object[randomText(&random)] = randomValue(depth: depth - 1, &random)
      }
      return .object(object)
    }
  }

  private func randomText(_ random: inout SeededGenerator) -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "\"", "\\", "\n", "\u{1}", "é", "\u{301}", "€", "\u{1F600}", "\u{FFFD}", "\u{2028}",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "a")
    }
    return text
  }
}
