// SPDX-License-Identifier: EUPL-1.2

/// Reads dates, times and durations as ISO 8601 and XML Schema write them.
struct TemporalText {
  private var bytes: [UInt8]
  private var position = 0

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// A date, time, date and time, or duration, whichever the text is.
  static func value(_ text: String) -> FEELValue? {
    if let date = date(text) { return .date(date) }
    if let dateTime = dateTime(text) { return .dateTime(dateTime) }
    if let time = time(text) { return .time(time) }
    return duration(text)
  }

  static func date(_ text: String) -> FEELDate? {
    var reader = TemporalText(text)
    guard let date = reader.readDate(), reader.isAtEnd else { return nil }
    return date
  }

  static func time(_ text: String) -> FEELTime? {
    var reader = TemporalText(text)
    let endsDay = reader.takeLastHour()
    guard let time = reader.readTime(), reader.isAtEnd else { return nil }
    return endsDay && time.nanosecond != 0 ? nil : time
  }

  /// A date alone is midnight.
  static func dateTime(_ text: String) -> FEELDateTime? {
    var reader = TemporalText(text)
    guard let date = reader.readDate(), reader.take("T") else { return nil }
    // The hour 24 is the midnight that ends a day.
    let endsDay = reader.takeLastHour()
    guard let time = reader.readTime(), reader.isAtEnd else { return nil }
    guard endsDay else { return FEELDateTime(date: date, time: time) }
    guard time.nanosecond == 0 else { return nil }
    return FEELDate(days: date.days + 1).map { FEELDateTime(date: $0, time: time) }
  }

  static func duration(_ text: String) -> FEELValue? {
    var reader = TemporalText(text)
    let isNegative = reader.take("-")
    guard reader.take("P") else { return nil }
    let result = reader.readMonths(isNegative) ?? reader.readDaysAndTime(isNegative)
    return reader.isAtEnd ? result : nil
  }
}

extension TemporalText {
  private var isAtEnd: Bool { position == bytes.count }

  private mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: letter) else { return false }
    position += 1
    return true
  }

  private mutating func digits(_ counts: ClosedRange<Int>) -> Int64? {
    let start = position
    var value: Int64 = 0
    while position < bytes.count, position - start < counts.upperBound,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    {
      value = value * 10 + Int64(bytes[position] - UInt8(ascii: "0"))
      position += 1
    }
    return counts.contains(position - start) ? value : nil
  }

  /// Turns an hour 24 that is next into an hour zero.
  private mutating func takeLastHour() -> Bool {
    guard bytes[position...].starts(with: "24".utf8) else { return false }
    bytes.replaceSubrange(position..<(position + 2), with: "00".utf8)
    return true
  }

  private mutating func readDate() -> FEELDate? {
    let isNegative = take("-")
    let start = position
    guard let year = digits(4...9), position - start == 4 || bytes[start] != UInt8(ascii: "0"),
      take("-"), let month = digits(2...2), take("-"), let day = digits(2...2)
    else { return nil }
    return FEELDate(year: isNegative ? -year : year, month: month, day: day)
  }

  private mutating func readTime() -> FEELTime? {
    guard let hour = digits(2...2), take(":"), let minute = digits(2...2), take(":"),
      let second = digits(2...2), hour < 24, minute < 60, second < 60
    else { return nil }
    guard let fraction = readFraction() else { return nil }
    let nanosecond = ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
    if take("@") {
      let name = String(decoding: bytes[position...], as: UTF8.self)
      position = bytes.count
      return FEELZone(name).flatMap { FEELTime(nanosecond: nanosecond, zone: $0) }
    }
    // XML Schema has a capital letter only, the examples of the standard a small one too.
    if take("Z") || take("z") { return FEELTime(nanosecond: nanosecond, offset: 0) }
    let isNegative = take("-")
    guard isNegative || take("+") else { return FEELTime(nanosecond: nanosecond) }
    guard let hours = digits(2...2), take(":"), let minutes = digits(2...2), minutes < 60 else {
      return nil
    }
    var offset = hours * 3_600 + minutes * 60
    if take(":") {
      guard let seconds = digits(2...2), seconds < 60 else { return nil }
      offset += seconds
    }
    return FEELTime(nanosecond: nanosecond, offset: isNegative ? -offset : offset)
  }

  /// Nanoseconds after a point, zero without one, nil for a point without digits.
  private mutating func readFraction() -> Int64? {
    guard take(".") else { return 0 }
    let start = position
    guard var value = digits(1...9) else { return nil }
    for _ in (position - start)..<9 { value *= 10 }
    // What is finer falls away.
    while digits(1...9) != nil {}
    return value
  }

  private mutating func readMonths(_ isNegative: Bool) -> FEELValue? {
    let start = position
    var months: Int64 = 0
    var found = false
    if let years = unit("Y") {
      months = years * 12
      found = true
    }
    if let rest = unit("M") {
      months += rest
      found = true
    }
    guard found, isAtEnd else {
      position = start
      return nil
    }
    return .yearsMonthsDuration(YearsMonthsDuration(months: isNegative ? -months : months))
  }

  private mutating func readDaysAndTime(_ isNegative: Bool) -> FEELValue? {
    var seconds: Int64 = 0
    var fraction: Int64 = 0
    var found = false
    if let days = unit("D") {
      seconds += days * 86_400
      found = true
    }
    if take("T") {
      found = false
      for (letter, length) in [("H", 3_600), ("M", 60)] as [(Unicode.Scalar, Int64)] {
        guard let count = unit(letter) else { continue }
        seconds += count * length
        found = true
      }
      let start = position
      if let count = digits(1...12), let nanoseconds = readFraction(), take("S") {
        seconds += count
        fraction = nanoseconds
        found = true
      } else {
        position = start
      }
    }
    let length = Int128(seconds) * 1_000_000_000 + Int128(fraction)
    guard found, let duration = DaysTimeDuration(nanoseconds: isNegative ? -length : length) else {
      return nil
    }
    return .daysTimeDuration(duration)
  }

  /// A count before a letter; nothing is read where the letter is another.
  private mutating func unit(_ letter: Unicode.Scalar) -> Int64? {
    let start = position
    if let count = digits(1...12), take(letter) { return count }
    position = start
    return nil
  }
}
