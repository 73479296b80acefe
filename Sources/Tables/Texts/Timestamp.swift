// SPDX-License-Identifier: EUPL-1.2

/// An instant in UTC, to the microsecond.
public struct Timestamp: Sendable, Hashable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// A time of day in UTC.
  ///
  /// - Returns: nil where there is no such time (`hour` 0 to 23, `minute` and `second` 0 to 59).
  public init?(
    date: CalendarDate, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
  ) {
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
      (0..<1_000_000).contains(microsecond)
    else { return nil }
    let seconds = Int64(hour * 3_600 + minute * 60 + second)
    let (days, overflow) = Int64(date.daysSince1970)
      .multipliedReportingOverflow(by: Self.microsecondsPerDay)
    let (sum, second) = days.addingReportingOverflow(seconds * 1_000_000 + Int64(microsecond))
    guard !overflow, !second else { return nil }
    microseconds = sum
  }

  /// The day in UTC on which the instant falls.
  public var date: CalendarDate {
    CalendarDate(daysSince1970: Int32(truncatingIfNeeded: dayAndRest.day))
  }

  public static let microsecondsPerDay: Int64 = 86_400_000_000
}

extension Timestamp {
  /// Reads RFC 3339 (`2017-04-01T09:30:00+02:00`, or `Z`), and `2017-04-01 09:30[:00[.000000]]`.
  ///
  /// The day and the time are parted by `T` or a space; seconds and their fraction may be left away;
  /// without an offset the time is UTC. A fraction finer than a microsecond, a leap second and 24:00
  /// are refused.
  public init?(_ text: String) {
    let text = text
    self.init(text.utf8.span)
  }

  init?(_ text: Span<UInt8>) {
    guard text.count >= 16, let date = CalendarDate(text.extracting(0..<10)),
      [UInt8(ascii: "T"), UInt8(ascii: " "), UInt8(ascii: "t")].contains(text[10]),
      let hour = text.number(at: 11, digits: 2), text[13] == UInt8(ascii: ":"),
      let minute = text.number(at: 14, digits: 2)
    else { return nil }
    var place = 16
    var second = 0
    var microsecond = 0
    if place < text.count, text[place] == UInt8(ascii: ":") {
      guard let given = text.number(at: place + 1, digits: 2) else { return nil }
      second = given
      place += 3
      if place < text.count, text[place] == UInt8(ascii: ".") {
        guard let fraction = text.fraction(at: &place) else { return nil }
        microsecond = fraction
      }
    }
    guard let offset = text.offset(at: place),
      let local = Timestamp(
        date: date, hour: hour, minute: minute, second: second, microsecond: microsecond)
    else { return nil }
    let (instant, overflow) = local.microseconds
      .subtractingReportingOverflow(Int64(offset) * 60_000_000)
    guard !overflow else { return nil }
    microseconds = instant
  }
}

extension Timestamp: Comparable {
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC; a fraction only where there is one, without zeros at its end.
  public var description: String {
    let rest = dayAndRest.rest
    let seconds = Int(rest / 1_000_000)
    let time =
      "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    var fraction = ""
    if rest % 1_000_000 != 0 {
      fraction = "." + padded(Int(rest % 1_000_000), 6)
      while fraction.hasSuffix("0") { fraction.removeLast() }
    }
    return "\(date)T\(time)\(fraction)Z"
  }

  private var dayAndRest: (day: Int64, rest: Int64) {
    let (quotient, remainder) = microseconds.quotientAndRemainder(
      dividingBy: Self.microsecondsPerDay)
    return remainder < 0
      ? (quotient - 1, remainder + Self.microsecondsPerDay) : (quotient, remainder)
  }
}

extension Span where Element == UInt8 {
  /// The microseconds of a fraction that begins with a point at `place`, which moves behind it.
  fileprivate func fraction(at place: inout Int) -> Int? {
    place += 1
    var digits = 0
    var value = 0
    while place < count, let digit = self[place].digit {
      if digits < 6 { value = value * 10 + Int(digit) } else if digit != 0 { return nil }
      digits += 1
      place += 1
    }
    guard digits > 0 else { return nil }
    for _ in min(digits, 6)..<6 { value *= 10 }
    return value
  }

  /// The offset from UTC in minutes that ends the text; zero where there is none.
  fileprivate func offset(at place: Int) -> Int? {
    if place == count { return 0 }
    let sign = self[place]
    if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") {
      return place + 1 == count ? 0 : nil
    }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), place + 6 == count,
      self[place + 3] == UInt8(ascii: ":"), let hours = number(at: place + 1, digits: 2),
      let minutes = number(at: place + 4, digits: 2), hours < 24, minutes < 60
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }
}
