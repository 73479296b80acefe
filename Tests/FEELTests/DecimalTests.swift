// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

struct DecimalTests {
  @Test(arguments: [
    ("1.00", "1"), ("-0", "0"), ("0.000001", "0.000001"), ("1e5", "100000"),
    ("12345.678900", "12345.6789"),
    ("1e200", "1E+200"), ("-1.5e-3", "-0.0015"), ("+7", "7"),
    ("1234567890123456789012345678901234.5", "1234567890123456789012345678901234"),
  ])
  func `text is plain, without trailing zeros`(text: String, expected: String) throws {
    #expect(try #require(Decimal128(text)).description == expected)
  }

  @Test(arguments: [
    "", ".", "1.", "a", "1e", "--1", "1 000", "1e9999999", "0x1", "NaN", "Inf", "1e7000",
  ])
  func `what is no number is not read`(text: String) {
    #expect(Decimal128(text) == nil)
  }

  @Test func `equal values hash alike`() throws {
    let one = try #require(Decimal128("1.00"))
    #expect(one == Decimal128(1))
    #expect(Set([one, Decimal128(1)]).count == 1)
    #expect(Set([try #require(Decimal128("-0")), .zero]).count == 1)
  }

  /// Ties and signs by the definitions of the modes (IEEE 754-2019, 4.3).
  @Test(
    arguments: [
      ("2.5", [2, 3, 2, 3, 2, 2, 3]), ("-2.5", [-2, -3, -2, -3, -2, -3, -2]),
      ("3.5", [4, 4, 3, 4, 3, 3, 4]), ("2.51", [3, 3, 3, 3, 2, 2, 3]),
      ("-0.2", [0, 0, 0, -1, 0, -1, 0]), ("4", [4, 4, 4, 4, 4, 4, 4]),
    ] as [(String, [Int])])
  func `each way of rounding`(text: String, expected: [Int]) throws {
    let number = try #require(Decimal128(text))
    let rounded = DecimalRounding.allCases.map { number.rounded(scale: 0, $0)?.int64 }
    #expect(rounded == expected.map { Int64($0) })
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `doubles and integers come back`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    for _ in 0..<200 {
      let double = Double(bitPattern: random.next())
      if double.isFinite { #expect(try #require(Decimal128(double)).double == double) }
      let integer = Int64(bitPattern: random.next())
      #expect(Decimal128(integer).int64 == integer)
      let scale = Int.random(in: 0...18, using: &random)
      #expect(Decimal128(scaled: integer, scale: scale).scaledInt64(scale: scale) == integer)
    }
  }

  @Test func `division and powers`() throws {
    let third = try #require(Decimal128(1).divided(by: Decimal128(3)))
    #expect(third.description == "0.3333333333333333333333333333333333")
    #expect(Decimal128(1).divided(by: .zero) == nil)
    #expect(
      Decimal128(2).raised(to: Decimal128(100))?.description == "1267650600228229401496703205376")
    // √2 to 34 digits.
    #expect(Decimal128(2).squareRoot()?.description == "1.414213562373095048801688724209698")
    #expect(Decimal128(10).raised(to: Decimal128(9_000)) == nil)
  }

  @Test func `integers at the ends of 64 bits`() {
    #expect(Decimal128(Int64.min).int64 == .min)
    #expect(Decimal128(Int64.max).adding(.one)?.int64 == nil)
    #expect(Decimal128(Int64.min).negated.int64 == nil)
  }
}
