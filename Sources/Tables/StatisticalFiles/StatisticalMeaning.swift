// SPDX-License-Identifier: EUPL-1.2

/// What the numbers of a variable mean, by the format in which its program shows them.
enum StatisticalMeaning: Equatable {
  case number
  /// Shown without decimals, or stored as an integer.
  case whole
  /// A day, counted in this unit.
  case day(StatisticalClock)
  /// A day and a time, counted in this unit.
  case instant(StatisticalClock)
  /// A week, month, quarter or half year of Stata, counted from 1960.
  case period(perYear: Int64)
  /// A time without a day, or a count that includes leap seconds: no instant can be made of it.
  case otherTime

  /// What a value stands for, in microseconds since 1970; nil where that is no instant between the years
  /// 1 and 9999.
  func microseconds(_ value: Double) -> Int64? {
    switch self {
    case .number, .whole, .otherTime: nil
    case .day(let clock), .instant(let clock): clock.microseconds(value)
    case .period(let perYear): Self.firstDay(value, perYear: perYear)
    }
  }

  /// Weeks are counted from 1 January, 52 to a year, as Stata counts them.
  private static func firstDay(_ value: Double, perYear: Int64) -> Int64? {
    guard value.isExactInteger, abs(value) < 1_000_000 else { return nil }
    let count = Int64(value)
    let place = (count % perYear + perYear) % perYear
    let year = 1960 + Int((count - place) / perYear)
    let month = perYear == 52 ? 1 : 1 + Int(place) * (12 / Int(perYear))
    guard (1...9_999).contains(year), let date = CalendarDate(year: year, month: month, day: 1)
    else { return nil }
    let day = Int64(date.daysSince1970) + (perYear == 52 ? place * 7 : 0)
    return day * Timestamp.microsecondsPerDay
  }
}

/// How a program counts time.
struct StatisticalClock: Equatable {
  let microsecondsPerUnit: Int64
  /// The units between the program's zero and 1970-01-01.
  let unitsTo1970: Double

  /// Seconds from 14 October 1582, the eve of the Gregorian calendar.
  static let spss = StatisticalClock(microsecondsPerUnit: 1_000_000, unitsTo1970: 12_219_379_200)
  /// Days from 1 January 1960.
  static let days = StatisticalClock(
    microsecondsPerUnit: Timestamp.microsecondsPerDay, unitsTo1970: 3_653)
  /// Seconds from 1 January 1960.
  static let seconds = StatisticalClock(
    microsecondsPerUnit: 1_000_000, unitsTo1970: 3_653 * 86_400)
  /// Milliseconds from 1 January 1960.
  static let milliseconds = StatisticalClock(
    microsecondsPerUnit: 1_000, unitsTo1970: 3_653 * 86_400_000)

  /// 0001-01-01 to the end of 9999-12-31.
  private static let calendar: Range<Int64> =
    (-719_162 * Timestamp.microsecondsPerDay)..<(2_932_897 * Timestamp.microsecondsPerDay)

  /// Whole units are exact; a fraction is rounded to the microsecond.
  func microseconds(_ value: Double) -> Int64? {
    let units = value - unitsTo1970
    let whole = units.rounded(.down)
    guard let count = Int64(exactly: whole) else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: microsecondsPerUnit)
    guard !overflow, Self.calendar.contains(product) else { return nil }
    return product + Int64(((units - whole) * Double(microsecondsPerUnit)).rounded())
  }
}
