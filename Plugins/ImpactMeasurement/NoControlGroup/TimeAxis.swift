// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The periods of a column of time, as whole numbers that go up by one from period to period.
///
/// Dates become months, quarters, years, weeks or days, whichever all of them fit; texts are read as
/// `2024-05-01`, `2024-05`, `2024-W07`, `2024-Q2`, and as Statistics Netherlands writes periods
/// (`2024MM05`, `2024KW02`, `2024W107`, `2024JJ00`); whole numbers of six digits as year and month, or
/// year and week where some exceed 12; other whole numbers as they are, in steps of their common divisor.
struct TimeAxis {
  enum Step: String {
    case period, day, week, month, quarter, year
  }

  let column: String
  let step: Step
  /// Of each case; nil where time is missing.
  let periods: [Int?]
  private let origin: Int
  private let stride: Int

  /// - Throws: `StageFault` at `time` for a column that is no time, or of mixed kinds.
  init(_ cases: Cases, _ name: ColumnName) throws(StageFault) {
    let column = try cases.column(name, at: "time")
    self.column = name.name
    guard column.validity?.noneSet != true else {
      throw StageFault("column '\(name)' has no value in any case", at: "time")
    }
    if let days = Self.days(of: column) {
      step = Self.step(ofDays: days)
      let step = step
      periods = days.map { $0.map { Self.period(ofDay: $0, step) } }
      (origin, stride) = (0, 1)
    } else if column.type.isTextual {
      let read = column.texts().map { text in text.map { Self.read($0) } }
      let kinds = Set(read.compactMap { $0 }.map { $0?.step })
      guard kinds.count == 1, let only = kinds.first, let kind = only else {
        throw StageFault(
          kinds.contains(nil)
            ? "column '\(name)' holds texts that are no periods"
            : "column '\(name)' mixes periods of different length", at: "time",
          help: "write periods as 2024-05, 2024-W07, 2024-Q2 or 2024-05-01, or derive whole numbers"
        )
      }
      let numbers = read.map { $0.flatMap { $0?.period } }
      if kind == .day {
        let found = Self.step(ofDays: numbers)
        step = found
        periods = numbers.map { $0.map { Self.period(ofDay: $0, found) } }
      } else {
        step = kind
        periods = numbers
      }
      (origin, stride) = (0, 1)
    } else {
      let values = try cases.numbers(name, at: "time")
      let numbers = values.values.enumerated().map { row, value -> Int? in
        values.validity?[row] ?? true ? Int(exactly: value) : nil
      }
      let missing = column.missingCount
      guard numbers.count(where: { $0 == nil }) == missing else {
        throw StageFault(
          "column '\(name)' holds numbers that are not whole, so they are no periods", at: "time",
          help: "derive a date or a whole number for each period at intake")
      }
      if let kind = Self.yearly(numbers) {
        step = kind
        periods = numbers.map { $0.flatMap { Self.period(ofYearly: $0, kind) } }
        (origin, stride) = (0, 1)
      } else {
        step = .period
        let least = numbers.compactMap(\.self).min() ?? 0
        let divisor = max(1, numbers.compactMap(\.self).reduce(0) { Self.divisor($0, $1 - least) })
        periods = numbers.map { $0.map { ($0 - least) / divisor } }
        (origin, stride) = (least, divisor)
      }
    }
  }

  /// How many periods a year has (a week, for days); nil where numbers do not say it.
  var cycle: Double? {
    switch step {
    case .period, .year: nil
    case .day: 7
    case .week: 365.2425 / 7
    case .month: 12
    case .quarter: 4
    }
  }

  /// The period that a text of the pipeline names, or the one that holds a date.
  func period(_ text: String) -> Int? {
    if step == .period {
      return Int(text).map { (Double($0 - origin) / Double(stride)) }.map { Int($0.rounded(.up)) }
    }
    guard let read = Self.read(text) else {
      return Int(text).flatMap { Self.period(ofYearly: $0, step) }
    }
    if read.step == step { return read.period }
    return read.step == .day ? Self.period(ofDay: read.period, step) : nil
  }

  /// The period for people, in the same form that `period(_:)` reads.
  func label(_ period: Int) -> String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch step {
    case .period: return String(origin + period * stride)
    case .day: return CalendarDate(daysSince1970: Int32(period)).description
    case .month:
      let (year, month) = period.quotientAndPlace(12)
      return "\(year)-\(padded(month + 1))"
    case .quarter:
      let (year, quarter) = period.quotientAndPlace(4)
      return "\(year)-Q\(quarter + 1)"
    case .year: return String(period)
    case .week:
      let thursday = CalendarDate(daysSince1970: Int32(7 * period))
      let first = CalendarDate(year: thursday.year, month: 1, day: 1)?.daysSince1970 ?? 0
      return "\(thursday.year)-W\(padded((7 * period - Int(first)) / 7 + 1))"
    }
  }
}

extension TimeAxis {
  /// Days since 1970 of a column of dates or moments (in UTC); nil for any other.
  private static func days(of column: Column) -> [Int?]? {
    switch column {
    case .date(let dates): (0..<dates.count).map { dates[$0].map { Int($0) } }
    case .timestamp(let moments):
      (0..<moments.count).map {
        moments[$0].map { Int($0).quotientAndPlace(86_400_000_000).quotient }
      }
    default: nil
    }
  }

  /// The longest step that all days fit.
  private static func step(ofDays days: [Int?]) -> Step {
    let all = Set(days.compactMap(\.self)).sorted()
    let dates = all.map { CalendarDate(daysSince1970: Int32($0)) }
    let months = Set(dates.map { 12 * $0.year + $0.month })
    let areLast = dates.allSatisfy {
      $0.day == CalendarDate.length(ofMonth: $0.month, year: $0.year)
    }
    if months.count == all.count, areLast || Set(dates.map(\.day)).count == 1, all.count > 1 {
      let places = months.sorted()
      let divisor = places.reduce(0) { Self.divisor($0, $1 - places[0]) }
      if divisor.isMultiple(of: 12) { return .year }
      return divisor.isMultiple(of: 3) ? .quarter : .month
    }
    let apart = all.reduce(0) { Self.divisor($0, $1 - all[0]) }
    return apart > 0 && apart.isMultiple(of: 7) ? .week : .day
  }

  private static func period(ofDay day: Int, _ step: Step) -> Int {
    let date = CalendarDate(daysSince1970: Int32(day))
    switch step {
    case .period, .day: return day
    // 1970-01-01 was a Thursday: week 0 is the one around it, from Monday to Sunday.
    case .week: return (day + 3).quotientAndPlace(7).quotient
    case .month: return 12 * date.year + date.month - 1
    case .quarter: return 4 * date.year + (date.month - 1) / 3
    case .year: return date.year
    }
  }

  /// A period as people and Statistics Netherlands write it.
  private static func read(_ text: String) -> (step: Step, period: Int)? {
    if let date = CalendarDate(text) { return (.day, Int(date.daysSince1970)) }
    guard text.utf8.count >= 4, let year = Int(text.prefix(4)), year > 0 else { return nil }
    var rest = text.dropFirst(4)
    if rest.isEmpty || rest == "JJ00" { return (.year, year) }
    if rest.first == "-" { rest = rest.dropFirst() }
    let letters = rest.prefix { $0.isLetter }
    guard let number = Int(rest.dropFirst(letters.count)), number >= 0 else { return nil }
    switch letters.uppercased() {
    case "", "MM", "M":
      return (1...12).contains(number) ? (.month, 12 * year + number - 1) : nil
    case "Q", "K", "KW":
      return (1...4).contains(number) ? (.quarter, 4 * year + number - 1) : nil
    case "W", "WK":
      // Statistics Netherlands puts a 1 before the week's two digits.
      return week(year, number > 100 ? number - 100 : number).map { (.week, $0) }
    default: return nil
    }
  }

  /// The ISO week; nil where the year has none of that number.
  private static func week(_ year: Int, _ week: Int) -> Int? {
    guard (1...53).contains(week),
      let fourth = CalendarDate(year: year, month: 1, day: 4)
    else { return nil }
    let period = (Int(fourth.daysSince1970) + 3).quotientAndPlace(7).quotient + week - 1
    return CalendarDate(daysSince1970: Int32(7 * period)).year == year ? period : nil
  }

  /// Whether all numbers are a year with a month, or with a week.
  private static func yearly(_ numbers: [Int?]) -> Step? {
    let all = numbers.compactMap(\.self)
    guard all.allSatisfy({ (190_001...219_953).contains($0) }) else { return nil }
    for step in [Step.month, .week] where all.allSatisfy({ period(ofYearly: $0, step) != nil }) {
      return step
    }
    return nil
  }

  private static func period(ofYearly number: Int, _ step: Step) -> Int? {
    let (year, place) = (number / 100, number % 100)
    switch step {
    case .month: return (1...12).contains(place) ? 12 * year + place - 1 : nil
    case .week: return week(year, place)
    case .year: return number
    case .period, .day, .quarter: return nil
    }
  }

  private static func divisor(_ first: Int, _ second: Int) -> Int {
    var (a, b) = (first.magnitude, second.magnitude)
    while b > 0 { (a, b) = (b, a % b) }
    return Int(a)
  }
}

extension Int {
  /// Division towards minus infinity, with a remainder from 0.
  fileprivate func quotientAndPlace(_ divisor: Int) -> (quotient: Int, place: Int) {
    let place = (self % divisor + divisor) % divisor
    return ((self - place) / divisor, place)
  }
}
