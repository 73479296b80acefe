// SPDX-License-Identifier: EUPL-1.2

internal import Tables

extension BuiltIn {
  /// Functions of dates, times and durations.
  static let dates: [BuiltIn] = [
    BuiltIn("date(from)", "date(year, month, day)", result: .date) {
      if $0.signature.parameters.count == 3 {
        let (year, month, day) = (try $0.whole(0), try $0.whole(1), try $0.whole(2))
        guard let date = FEELDate(year: Int64(year), month: Int64(month), day: Int64(day)) else {
          throw $0.invalid("the calendar has no such date")
        }
        return .date(date)
      }
      switch $0.single(0) {
      case .date(let date): return .date(date)
      case .dateTime(let moment): return .date(moment.date)
      case .text(let text):
        guard let date = TemporalText.date(text) else { throw notRead("a date", "2025-01-31") }
        return .date(date)
      default: throw $0.wrongKind(0, "text or date")
      }
    },
    BuiltIn("date and time(from)", "date and time(date, time)", result: .timestamp) {
      if $0.signature.parameters.count == 2 { return try moment($0) }
      switch $0.single(0) {
      case .dateTime(let moment): return .dateTime(moment)
      case .date(let date): return try midnight(date)
      case .text(let text):
        if let date = TemporalText.date(text) { return try midnight(date) }
        guard let moment = TemporalText.dateTime(text) else {
          throw notRead("a date and time", "2025-01-31T12:00:00Z")
        }
        return .dateTime(moment)
      default: throw $0.wrongKind(0, "text or date")
      }
    },
    BuiltIn("time(from)", "time(hour, minute, second, offset?)", result: .other) {
      if $0.signature.parameters.count == 4 { return try time($0) }
      switch $0.single(0) {
      case .time(let time): return .time(time)
      case .dateTime(let moment): return .time(moment.time)
      case .date: return FEELTime(nanosecond: 0, offset: 0).map { .time($0) } ?? .null
      case .text(let text):
        guard let time = TemporalText.time(text) else { throw notRead("a time", "12:00:00") }
        return .time(time)
      default: throw $0.wrongKind(0, "text or time")
      }
    },
    BuiltIn("duration(from)", result: .other) {
      switch $0.single(0) {
      case .daysTimeDuration, .yearsMonthsDuration: return $0.single(0)
      default: break
      }
      guard let duration = TemporalText.duration(try $0.text(0)) else {
        throw notRead("a duration", "P30D or P1Y6M")
      }
      return duration
    },
    BuiltIn("years and months duration(from, to)", result: .other) {
      let (from, to) = (try date($0, 0), try date($0, 1))
      return .yearsMonthsDuration(YearsMonthsDuration(months: months(from, to)))
    },
    BuiltIn("today()", result: .date) { .date(try today($0.scope, "today()")) },
    BuiltIn("now()", result: .timestamp) {
      let date = try today($0.scope, "now()")
      return try BuiltIn.midnight(date, offset: 0)
    },
    BuiltIn("day of week(date)", result: .text) {
      let names = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
      ]
      return .text(names[Int(try date($0, 0).weekday) - 1])
    },
    BuiltIn("month of year(date)", result: .text) {
      let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
      ]
      return .text(names[Int(try date($0, 0).month) - 1])
    },
    BuiltIn("day of year(date)", result: .integer) {
      let date = try date($0, 0)
      let first = FEELDate(year: date.year, month: 1, day: 1)
      return .integer(date.days - (first?.days ?? date.days) + 1)
    },
    BuiltIn("week of year(date)", result: .integer) {
      // ISO 8601: a week belongs to the year that its Thursday lies in.
      let date = try date($0, 0)
      guard let thursday = FEELDate(days: date.days + 4 - date.weekday),
        let first = FEELDate(year: thursday.year, month: 1, day: 1)
      else { throw $0.invalid("the date lies outside the calendar") }
      return .integer((thursday.days - first.days) / 7 + 1)
    },
  ]

  private static func today(_ scope: FEELScope, _ call: String) throws(FEELFault) -> FEELDate {
    guard let reference = scope.referenceDate,
      let date = FEELDate(days: Int64(reference.daysSince1970))
    else {
      throw FEELFault(
        .noReferenceDate, "\(call) has no date to give",
        help: "the run needs a reference date, since the clock is never read")
    }
    return date
  }

  private static func notRead(_ what: String, _ example: String) -> FEELFault {
    FEELFault(.invalidValue, "a text is not \(what)", help: "it is written as \(example)")
  }

  private static func midnight(_ date: FEELDate, offset: Int64? = nil) throws(FEELFault)
    -> FEELValue
  {
    guard let time = FEELTime(nanosecond: 0, offset: offset) else { return .null }
    return .dateTime(FEELDateTime(date: date, time: time))
  }

  private static func date(_ arguments: Arguments, _ place: Int) throws(FEELFault) -> FEELDate {
    switch arguments.single(place) {
    case .date(let date): return date
    case .dateTime(let moment): return moment.date
    default: throw arguments.wrongKind(place, "date")
    }
  }

  private static func moment(_ arguments: Arguments) throws(FEELFault) -> FEELValue {
    guard case .time(let time) = arguments.single(1) else {
      throw arguments.wrongKind(1, "time")
    }
    return .dateTime(FEELDateTime(date: try date(arguments, 0), time: time))
  }

  private static func time(_ arguments: Arguments) throws(FEELFault) -> FEELValue {
    let seconds = try arguments.number(2)
    var offset: Int64?
    if arguments.has(3) {
      guard case .daysTimeDuration(let duration) = arguments.single(3) else {
        throw arguments.wrongKind(3, "duration")
      }
      offset = Int64(exactly: duration.nanoseconds / 1_000_000_000)
    }
    guard let hour = Int64(exactly: try arguments.whole(0)), (0..<24).contains(hour),
      let minute = Int64(exactly: try arguments.whole(1)), (0..<60).contains(minute),
      seconds >= .zero, seconds < Decimal128(60),
      let fraction = seconds.rounded(scale: 9, .down)?.scaledInt64(scale: 9),
      let time = FEELTime(
        nanosecond: (hour * 60 + minute) * 60_000_000_000 + fraction, offset: offset)
    else { throw arguments.invalid("a day has no such time") }
    return .time(time)
  }

  /// Whole months between two dates.
  private static func months(_ from: FEELDate, _ to: FEELDate) -> Int64 {
    let (start, end) = (from.parts, to.parts)
    var months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0, end.day < start.day { months -= 1 }
    if months < 0, end.day > start.day { months += 1 }
    return months
  }
}
