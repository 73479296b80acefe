// SPDX-License-Identifier: EUPL-1.2

/// A day of the proleptic Gregorian calendar, in the years −999,999,999 to 999,999,999.
public struct FEELDate: Sendable, Hashable, Comparable {
  /// Days since 1970-01-01.
  public let days: Int64

  static let years: ClosedRange<Int64> = -999_999_999...999_999_999

  /// Nil outside the years that dates have.
  public init?(days: Int64) {
    guard Self.allDays.contains(days) else { return nil }
    self.days = days
  }

  /// Nil where the calendar has no such day.
  public init?(year: Int64, month: Int64, day: Int64) {
    guard Self.years.contains(year), (1...12).contains(month),
      day >= 1, day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    days = Self.days(year: year, month: month, day: day)
  }

  init(columnDay: Int32) { days = Int64(columnDay) }

  public var year: Int64 { parts.year }
  public var month: Int64 { parts.month }
  public var day: Int64 { parts.day }

  /// 1 is Monday and 7 is Sunday, as in ISO 8601.
  public var weekday: Int64 { (((days + 3) % 7) + 7) % 7 + 1 }

  /// The same day of another month, or the last day of a month that is too short.
  func adding(months: Int64) -> FEELDate? {
    let (year, month, day) = parts
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow else { return nil }
    let newYear = sum >= 0 ? sum / 12 : (sum - 11) / 12
    guard Self.years.contains(newYear) else { return nil }
    let newMonth = sum - newYear * 12 + 1
    let length = Self.length(ofMonth: newMonth, year: newYear)
    return FEELDate(year: newYear, month: newMonth, day: min(day, length))
  }

  public static func < (left: FEELDate, right: FEELDate) -> Bool { left.days < right.days }
}

extension FEELDate {
  private static let allDays: ClosedRange<Int64> =
    days(
      year: years.lowerBound, month: 1, day: 1)...days(year: years.upperBound, month: 12, day: 31)

  static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Counts in years that begin in March, so that the leap day is a year's last day.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  var parts: (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

extension FEELDate: CustomStringConvertible {
  /// ISO 8601, as `2025-01-31`.
  public var description: String {
    let (year, month, day) = parts
    return (year < 0 ? "-" : "") + padded(Int64(year.magnitude), 4) + "-" + padded(month, 2) + "-"
      + padded(day, 2)
  }
}

/// Digits with leading zeros up to a width.
func padded(_ value: Int64, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
