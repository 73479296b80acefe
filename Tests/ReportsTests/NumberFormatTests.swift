// SPDX-License-Identifier: EUPL-1.2

import Reports
import Tables
import Testing

struct NumberFormatTests {
  @Test(arguments: [
    (NumberFormat.number(decimals: 2), 1234.5, "1,234.50", "1.234,50"),
    (.number(decimals: 2), 1.005, "1.01", "1,01"),
    (.number(decimals: 1), -0.04, "0.0", "0,0"),
    (.number(decimals: 0), 999_999.5, "1,000,000", "1.000.000"),
    (.number(decimals: 1, unit: "min"), -2.25, "−2.3\u{A0}min", "−2,3\u{A0}min"),
    (.count, 3539, "3,539", "3.539"),
    (.count, 0, "0", "0"),
    (.percentage(), 0.285, "28.5%", "28,5%"),
    (.percentage(decimals: 0), 1, "100%", "100%"),
    (.percentagePoints(), 0.0551, "5.5\u{A0}percentage points", "5,5\u{A0}procentpunt"),
    (.percentagePoints().signed, 0.0551, "+5.5\u{A0}percentage points", "+5,5\u{A0}procentpunt"),
    (.percentagePoints().signed, 0, "0.0\u{A0}percentage points", "0,0\u{A0}procentpunt"),
    (.euros(), 1_234_567, "€1,234,567", "€\u{A0}1.234.567"),
    (.euros(decimals: 2), -45.5, "−€45.50", "−€\u{A0}45,50"),
    (.significant(3), 0.000123456, "0.000123", "0,000123"),
    (.significant(3), 1200, "1,200", "1.200"),
    (.number(), 1e300, "1.00 × 10³⁰⁰", "1,00 × 10³⁰⁰"),
    (.number(), .infinity, "∞", "∞"),
    (.number(), -.infinity, "−∞", "−∞"),
    (.number(), .leastNonzeroMagnitude, "0.00", "0,00"),
  ])
  func `numbers read as people write them`(
    format: NumberFormat, value: Double, english: String, dutch: String
  ) {
    #expect(format.text(value, in: .english) == english)
    #expect(format.text(value, in: .dutch) == dutch)
  }

  @Test(arguments: [
    (0.0018, "0.002", "0,002"), (0.000999, "< 0.001", "< 0,001"), (0, "< 0.001", "< 0,001"),
    (0.05, "0.050", "0,050"), (0.99999, "> 0.999", "> 0,999"), (0.001, "0.001", "0,001"),
  ])
  func `p-values never look like certainty`(value: Double, english: String, dutch: String) {
    #expect(NumberFormat.pValue.text(value, in: .english) == english)
    #expect(NumberFormat.pValue.text(value, in: .dutch) == dutch)
  }

  @Test(arguments: [NumberFormat.count, .pValue, .euros(), .percentagePoints(), .significant(2)])
  func `what is not a number is not available`(format: NumberFormat) {
    #expect(format.text(.nan, in: .dutch) == "niet beschikbaar")
    #expect(format.text(nil, in: .english) == "not available")
    #expect(format.interval(0.1, .nan, in: .english) == "not available")
  }

  @Test func `an interval names its unit once`() {
    let format = NumberFormat.percentagePoints()
    #expect(
      format.interval(0.0205, 0.0897, in: .english) == "2.1 to 9.0\u{A0}percentage points")
    #expect(format.interval(0.0205, 0.0897, in: .dutch) == "2,1 tot 9,0\u{A0}procentpunt")
  }

  @Test func `an estimate without an interval stands alone`() {
    let format = NumberFormat.number(decimals: 1)
    #expect(format.estimate(5.5, 2.1, 9, in: .english) == "5.5 (2.1 to 9.0)")
    #expect(format.estimate(5.5, nil, 9, in: .english) == "5.5")
    #expect(format.estimate(nil, 2.1, 9, in: .english) == "not available")
  }

  /// The digits that a decimal text starts with must come back: the text is the reference.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func `rounding follows the decimals that people see`(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    state ^= state >> 29
    state &*= 0xBF58_476D_1CE4_E5B9
    let cents = Int(state >> 44)
    let padded = String(cents % 1000 + 1000).dropFirst()
    let text = "\(cents / 1000).\(padded)"
    let number = try #require(Double(text))
    let shown = NumberFormat.number(decimals: 3).text(number, in: .english)
    #expect(shown.filter { $0 != "," } == text)
  }

  @Test func `dates are spelled out`() throws {
    let date = try #require(CalendarDate(year: 2026, month: 3, day: 1))
    #expect(date.spelledOut(in: .english) == "1 March 2026")
    #expect(date.spelledOut(in: .dutch) == "1 maart 2026")
  }
}
