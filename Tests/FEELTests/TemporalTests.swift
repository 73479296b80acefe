// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// Dates, times and durations, and numbers at their limits (DMN 1.5, 10.3.2.3, tables 56 to 60 and 72).
struct TemporalTests {
  @Test(arguments: [
    // A zone of the IANA database; abbreviations of many places are none.
    (#"@"2021-07-01T10:00:00@Europe/Paris".time offset"#, "PT2H"),
    (#"@"2021-01-01T10:00:00@EST" = @"2021-01-01T15:00:00Z""#, "true"),
    (#"@"2021-01-01T10:00:00@Zulu".timezone"#, "\"Zulu\""),
    (#"@"2021-01-01T10:00:00@PST""#, "null"),
    (#"@"2021-01-01T10:00:00@europe/paris""#, "null"),
    (#"time("10:00:00+02:00@Europe/Paris")"#, "null"),
    // The examples of the standard have a small letter too.
    (#"time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")"#, "true"),
    (#"is(time("23:00:50z"), time("23:00:50"))"#, "false"),
    (#"is(time("23:00:50z"), time("23:00:50+00:00"))"#, "true"),
    (#"is(time("10:00:00+01:00"), time("09:00:00Z"))"#, "false"),
    (#"time("10:00:00+01:00") = time("09:00:00Z")"#, "true"),
    (#"time("24:00:00")"#, "00:00:00"), (#"time("24:00:01")"#, "null"),
    (#"@"10:00:00.1234567891""#, "10:00:00.123456789"),
    // A moment without an offset takes that of the other.
    (#"@"2020-01-01T10:00:00" < @"2020-01-01T10:30:00+02:00""#, "true"),
    (#"@"2020-01-01T10:00:00" = @"2020-01-01T10:00:00+02:00""#, "true"),
    (#"time("10:00:00") between time("09:00:00+05:00") and time("11:00:00+05:00")"#, "true"),
    // Seconds have a fraction, and durations are normal.
    (#"@"10:20:30.5".second"#, "30.5"), (#"@"-PT1.25S".seconds"#, "-1.25"),
    (#"duration("P0DT25H")"#, "P1DT1H"), (#"duration("P0Y13M")"#, "P1Y1M"),
    (#"(-@"P1Y2M").months"#, "-2"), (#"duration("P1Y2M3D")"#, "null"), (#"duration("PT")"#, "null"),
    (#"duration("P1.5D")"#, "null"),
    (#"years and months duration(@"2011-12-22", @"2013-08-24")"#, "P1Y8M"),
    (#"years and months duration(@"2013-08-24", @"2011-12-22")"#, "-P1Y8M"),
    (#"years and months duration("2020-01-01", "2021-01-01")"#, "null"),
    // Years from -999,999,999 to 999,999,999.
    (#"@"999999999-12-31" + @"P1D""#, "null"), (#"@"-999999999-01-01" - @"P1D""#, "null"),
    (#"@"-999999999-01-01T00:00:00@Europe/Paris".year"#, "-999999999"),
    (#"@"1000000000-01-01""#, "null"), (#"@"99999-01-01""#, "99999-01-01"),
    (#"@"00001-01-01""#, "null"),
  ])
  func `dates, times and durations`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  @Test(arguments: [
    (#"@"P1Y" / @"P1D""#), (#"2 / @"P1D""#), (#"@"P1D" * @"P1D""#),
    (#"@"2020-01-01" + @"10:00:00""#),
    (#"@"2020-01-01" - @"2020-01-01T00:00:00""#), (#"@"10:00:00" - @"P1Y""#),
    (#"@"10:00:00Z" - @"10:00:00""#),
    (#"@"2020-01-01" + @"2020-01-01""#), (#"@"P1Y" + @"P1D""#), (#"5 + @"P1D""#), ("\"a\" + 1"),
    ("true + true"), ("[1] + 1"), ("{} + 1"), (#"@"P1D" - @"2020-01-01""#), (#"@"P1D" ** 2"#),
  ])
  func `what tables 57 to 60 do not name is null`(source: String) {
    #expect(standard(source) == "null")
  }

  @Test(arguments: [
    ("10 ** 6144", "1E+6144"), ("10 ** 6145", "null"), ("1 ** 1000000000", "null"),
    ("0 ** 0", "1"), ("0 ** -1", "null"), ("(-8) ** (1 / 3)", "null"),
    ("2 ** 0.5", "1.414213562373095048801688724209698"),
    ("-4 ** 2", "16"), ("exp(100000)", "null"),
    ("9999999999999999999999999999999999 + 1", "10000000000000000000000000000000000"),
    ("1 / 3 * 3", "0.9999999999999999999999999999999999"), ("-0", "0"), ("5 - -3", "8"),
    ("round up(1.1, -1)", "10"), ("decimal(1, 6177)", "null"), ("1.2e3", "1200"),
    ("1 instance of number", "true"),
  ])
  func `numbers at their limits`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  @Test(arguments: [
    // Blanks around signs are no part of a name, and the longest name wins.
    ("{a-b: 5, a: 1, b: 2, r: a - b}.r", "5"), ("{a-b: 5, a: 1, b: 2, r: (a)-(b)}.r", "-1"),
    ("{a: 1, b: 2, r: a - b}.r", "-1"), ("{Pre-Bureau Risk: 5, r: Pre - Bureau Risk + 1}.r", "6"),
    ("{what if?: 5, r: what if? + 1}.r", "6"), ("{Profit and loss: 3, r: Profit  and loss}.r", "3"),
    ("{x: 1, x y: 2, r: x y}.r", "2"), ("{€: 3, r: € + 1}.r", "4"), ("{if x: 1}.if x", "1"),
    ("{a.b: 1, r: a.b + 1}.r", "2"), ("1\u{FEFF}+\u{200B}1", "2"),
  ])
  func `names`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }
}
