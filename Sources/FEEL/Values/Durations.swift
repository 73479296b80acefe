// SPDX-License-Identifier: EUPL-1.2

/// A length of time in days, hours, minutes and seconds.
public struct DaysTimeDuration: Sendable, Hashable, Comparable {
  public let nanoseconds: Int128

  /// Further than any two dates lie apart.
  static let limit = Int128(FEELTime.nanosecondsPerDay) * 1_000_000_000_000

  /// Nil beyond a million million days.
  public init?(nanoseconds: Int128) {
    guard (-Self.limit...Self.limit).contains(nanoseconds) else { return nil }
    self.nanoseconds = nanoseconds
  }

  /// The length in seconds, exact to the nanosecond.
  var seconds: Decimal128 {
    Decimal128(
      isNegative: nanoseconds < 0, coefficient: UInt128(nanoseconds.magnitude), exponent: -9)
  }

  /// Days, hours, minutes, seconds; each with the sign of the whole.
  var parts: (days: Int64, hours: Int64, minutes: Int64, seconds: Int64) {
    let seconds = Int64(nanoseconds / 1_000_000_000)
    return (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
  }

  public static func < (left: DaysTimeDuration, right: DaysTimeDuration) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension DaysTimeDuration: CustomStringConvertible {
  /// ISO 8601, as `P1DT2H`.
  public var description: String {
    let (days, hours, minutes, seconds) = parts
    let fraction = Int64(nanoseconds.magnitude % 1_000_000_000)
    var time = ""
    if hours != 0 { time += "\(hours.magnitude)H" }
    if minutes != 0 { time += "\(minutes.magnitude)M" }
    if seconds != 0 || fraction != 0 {
      time += String(seconds.magnitude)
      if fraction != 0 { time += "." + padded(fraction, 9).trimmingZeros }
      time += "S"
    }
    let sign = nanoseconds < 0 ? "-P" : "P"
    let day = days != 0 ? "\(days.magnitude)D" : ""
    if time.isEmpty { return day.isEmpty ? "PT0S" : sign + day }
    return "\(sign)\(day)T\(time)"
  }
}

/// A length of time in years and months, which have no fixed number of days.
public struct YearsMonthsDuration: Sendable, Hashable, Comparable {
  public let months: Int64

  public init(months: Int64) { self.months = months }

  public static func < (left: YearsMonthsDuration, right: YearsMonthsDuration) -> Bool {
    left.months < right.months
  }
}

extension YearsMonthsDuration: CustomStringConvertible {
  /// ISO 8601, as `P1Y6M`.
  public var description: String {
    guard months != 0 else { return "P0M" }
    var text = months < 0 ? "-P" : "P"
    if months.magnitude >= 12 { text += "\(months.magnitude / 12)Y" }
    if months.magnitude % 12 != 0 { text += "\(months.magnitude % 12)M" }
    return text
  }
}
