// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

struct CalendarDateTests {
  /// Day numbers from Howard Hinnant, chrono-Compatible Low-Level Date Algorithms (2021), and by hand.
  @Test(
    arguments: [
      ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2017-04-01", 17_257),
      ("1900-03-01", -25_508), ("0000-03-01", -719_468), ("9999-12-31", 2_932_896),
      ("0001-01-01", -719_162),
    ] as [(String, Int32)])
  func `a day and its number belong together`(text: String, days: Int32) throws {
    let date = try #require(CalendarDate(text))
    #expect(date.daysSince1970 == days)
    #expect(CalendarDate(daysSince1970: days).description == text)
  }

  @Test func `every day of four centuries follows the one before`() {
    var previous = CalendarDate(daysSince1970: -70_000)
    for days in Int32(-69_999)...80_000 {
      let date = CalendarDate(daysSince1970: days)
      let isNext =
        date.day == previous.day + 1 && date.month == previous.month && date.year == previous.year
        || date.day == 1
          && previous.day == CalendarDate.length(ofMonth: previous.month, year: previous.year)
          && (date.month == previous.month + 1 && date.year == previous.year
            || date.month == 1 && previous.month == 12 && date.year == previous.year + 1)
      if !isNext || date.daysSince1970 != days { Issue.record("day \(days) is \(date)") }
      previous = date
    }
    #expect(previous == CalendarDate(year: 2189, month: 1, day: 12))
  }

  @Test(arguments: [Int32.min, -1_000_000, 3_000_000, Int32.max])
  func `days far away come back`(days: Int32) {
    #expect(CalendarDate(daysSince1970: days).daysSince1970 == days)
  }

  @Test(arguments: [
    "2020-13-01", "2020-00-10", "2020-02-30", "2019-02-29", "2020-1-1", "20200101", "2020-01-01 ",
    "2020/01/01", "", "٢٠٢٠-01-01", "1900-02-29", "-020-01-01", "2020-01-0a",
  ])
  func `what is no such day is refused`(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  /// 1970-01-01 was a Thursday.
  @Test(arguments: [(0, 4), (-1, 3), (4, 1), (-4, 7)] as [(Int32, Int)])
  func `weeks begin on Monday`(days: Int32, weekday: Int) {
    #expect(CalendarDate(daysSince1970: days).weekday == weekday)
  }
}

struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1970-01-01 00:00", 0), ("1970-01-01T01:00:00+01:00", 0),
      ("1969-12-31T23:59:59.999999Z", -1), ("2017-04-01 09:30", 1_491_039_000_000_000),
      ("2017-04-01t09:30:00.5z", 1_491_039_000_500_000),
      ("2017-04-01T09:30:00-05:30", 1_491_058_800_000_000),
      ("1970-01-01 00:00:00.0000010000", 1), ("1970-01-01T00:01", 60_000_000),
    ] as [(String, Int64)])
  func `spellings of an instant are read`(text: String, microseconds: Int64) {
    #expect(Timestamp(text)?.microseconds == microseconds)
  }

  @Test(arguments: [
    "2020-01-01", "2020-01-01 24:00", "2020-01-01 10:60", "2020-01-01 10:00:60", "2020-01-01 1:00",
    "2020-01-01T10:00:00+2", "2020-01-01T10:00:00+0200", "2020-01-01 10:00:00.",
    "2020-01-01  10:00",
    "2020-01-01 10:00:00.1234567", "2020-02-30 10:00", "2020-01-01 10:00 ", "2020-01-01T10:00Zx",
    "2020-01-01 10:00:0", "2020-01-01T10:00:00+24:00",
  ])
  func `what is no instant is refused`(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `what is printed is read again`(seed: UInt64) {
    var random = Xorshift(seed + 5)
    let instant = Timestamp(microseconds: Int64(random.below(1 << 57)) - 1 << 55)
    #expect(Timestamp(instant.description) == instant)
  }

  @Test func `the farthest instants can be printed`() {
    #expect(Timestamp(microseconds: .max).description == "+294247-01-10T04:00:54.775807Z")
    #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
  }
}

struct DecimalTextTests {
  @Test(
    arguments: [
      ("12.5", 2, 1_250), ("-0.05", 2, -5), ("7", 0, 7), ("7.000", 1, 70), ("+.5", 3, 500),
      ("-9223372036854775808", 0, Int64.min), ("92233720368547758.07", 2, Int64.max), ("5.", 1, 50),
    ] as [(String, Int, Int64)])
  func `decimals are read exactly`(text: String, scale: Int, value: Int64) {
    #expect(DecimalText.parse(text, scale: scale) == value)
  }

  @Test(arguments: ["1.234", "", "-", ".", "1e2", "1,5", " 1", "92233720368547758.08", "1.2.3"])
  func `what does not fit is refused`(text: String) {
    #expect(DecimalText.parse(text, scale: 2) == nil)
  }

  @Test(
    arguments: [
      (1_250, 2, "12.50"), (-5, 2, "-0.05"), (0, 3, "0.000"), (7, 0, "7"),
      (Int64.min, 18, "-9.223372036854775808"),
    ] as [(Int64, Int, String)])
  func `decimals show all places of their scale`(value: Int64, scale: Int, text: String) {
    #expect(DecimalText.print(value, scale: scale) == text)
  }
}
