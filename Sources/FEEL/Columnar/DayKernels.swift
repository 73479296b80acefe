// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Days as columns keep them, or the day of a scalar date.
struct Days {
  let values: Operand<Int32>
  let validity: Bitmap?

  /// Nil for another lane, and for a date that no column holds.
  init?(_ lane: Lane) {
    switch lane {
    case .column(.date(let column)): (values, validity) = (.values(column.values), column.validity)
    case .scalar(.date(let date)):
      guard let day = Int32(exactly: date.days) else { return nil }
      (values, validity) = (.constant(day), nil)
    default: return nil
    }
  }
}

/// Durations between dates, which are whole days.
struct DaySpans {
  let values: [Int64]
  let validity: Bitmap?

  static let sample =
    DaysTimeDuration(nanoseconds: 0).map { FEELValue.daysTimeDuration($0) }
    ?? .null

  /// The days as a column of integers.
  var column: Column { .integer(FixedColumn(canonical: values, validity: validity)) }

  var numbers: ExactNumbers? { ExactNumbers(.column(column)) }
}

/// Arithmetic on whole columns of dates.
enum DayKernels {
  private static let nanoseconds = Int128(FEELTime.nanosecondsPerDay)

  static func difference(_ left: Days, _ right: Days, count: Int) -> DaySpans {
    DaySpans(
      values: Operand.map(count: count, left.values, right.values) { Int64($0) - Int64($1) },
      validity: Bitmap.both(left.validity, right.validity))
  }

  /// Dates moved by a duration; nil where one would leave what a column holds.
  static func sum(_ dates: Lane, _ duration: FEELValue, isNegative: Bool) -> Column? {
    guard case .column(.date(let column)) = dates else { return nil }
    switch duration {
    case .daysTimeDuration(let duration):
      guard let days = wholeDays(duration) else { return nil }
      let step = isNegative ? -days : days
      var failed = false
      let moved = column.values.converted { day in
        let sum = Int64(day) &+ step
        failed = failed || sum != Int64(Int32(truncatingIfNeeded: sum))
        return Int32(truncatingIfNeeded: sum)
      }
      return failed ? nil : .date(FixedColumn(canonical: moved, validity: column.validity))
    case .yearsMonthsDuration(let duration):
      guard duration.months.magnitude < 12_000_000 else { return nil }
      let step = isNegative ? -duration.months : duration.months
      var failed = false
      let moved = column.values.converted { day in
        let moved = FEELDate(columnDay: day).adding(months: step)?.days ?? .max
        failed = failed || moved != Int64(Int32(truncatingIfNeeded: moved))
        return Int32(truncatingIfNeeded: moved)
      }
      return failed ? nil : .date(FixedColumn(canonical: moved, validity: column.validity))
    default: return nil
    }
  }

  /// The days of a duration without hours; nil for any other, and beyond what 64 bits add safely.
  static func wholeDays(_ duration: DaysTimeDuration) -> Int64? {
    guard duration.nanoseconds % nanoseconds == 0 else { return nil }
    return Int64(exactly: duration.nanoseconds / nanoseconds)
  }

  /// How durations in whole days compare with a duration.
  static func compare(
    _ operation: Node.Comparison, _ spans: DaySpans, _ duration: DaysTimeDuration, count: Int
  ) -> Ternary? {
    let length = duration.nanoseconds
    let isWhole = length % nanoseconds == 0
    let below = length / nanoseconds - (length < 0 && !isWhole ? 1 : 0)
    guard let floor = Int64(exactly: below) else { return nil }
    // Between two whole days, "at least" and "more than" mean the same.
    let adjusted: Node.Comparison =
      switch operation {
      case .less where !isWhole: .lessOrEqual
      case .greaterOrEqual where !isWhole: .greater
      default: operation
      }
    if !isWhole, operation == .equal || operation == .unequal { return nil }
    return ComparisonKernels.compare(
      adjusted, .column(spans.column), .scalar(.integer(floor)), count: count)
  }
}

// Parts of dates
extension DayKernels {
  /// The year, month, day or day of the week of each date; nil for another part.
  static func part(_ name: String, of column: FixedColumn<Int32>) -> Column? {
    let values: [Int64]
    switch name {
    case "year": values = column.values.converted { CivilDay($0).year }
    case "month": values = column.values.converted { CivilDay($0).month }
    case "day": values = column.values.converted { CivilDay($0).day }
    case "weekday": values = column.values.converted { FEELDate(columnDay: $0).weekday }
    default: return nil
    }
    return .integer(FixedColumn(canonical: values, validity: column.validity))
  }
}

/// A day in the Gregorian calendar, computed with multiplications in place of divisions.
///
/// Source: Neri and Schneider (2023), Software: Practice and Experience 53:937–970.
struct CivilDay {
  let year: Int64
  let month: Int64
  let day: Int64

  @inline(__always)
  init(_ columnDay: Int32) {
    // Moved by whole eras of 400 years, so that all days of a column are positive.
    let eras: Int64 = 15_000
    let shifted = UInt64(bitPattern: Int64(columnDay) &+ 719_468 &+ 146_097 &* eras)
    let quarters = 4 &* shifted &+ 3
    let century = quarters / 146_097
    let dayOfCentury = UInt32(truncatingIfNeeded: quarters % 146_097) / 4
    let product = 2_939_745 &* UInt64(4 &* dayOfCentury &+ 3)
    let yearOfCentury = Int64(product >> 32)
    let dayOfYear = UInt32(truncatingIfNeeded: product) / 2_939_745 / 4
    let fraction = 2_141 &* dayOfYear &+ 197_913
    // The year begins in March.
    let isNextYear = dayOfYear >= 306
    year = 100 &* Int64(century) &+ yearOfCentury &- 400 &* eras &+ (isNextYear ? 1 : 0)
    month = Int64(fraction >> 16) &- (isNextYear ? 12 : 0)
    day = Int64(fraction & 0xFFFF) / 2_141 &+ 1
  }
}
