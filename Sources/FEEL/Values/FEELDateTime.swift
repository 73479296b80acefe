// SPDX-License-Identifier: EUPL-1.2

/// A day and a time of day; without an offset it is taken as UTC where it meets an instant.
public struct FEELDateTime: Sendable, Hashable, Comparable {
  public let date: FEELDate
  public let time: FEELTime

  public init(date: FEELDate, time: FEELTime) {
    self.date = date
    // A zone's distance from UTC depends on the day.
    self.time =
      time.zone.flatMap { FEELTime(nanosecond: time.nanosecond, zone: $0, day: date.days) } ?? time
  }

  /// The instant as timestamp columns keep it.
  public init?(microsecondsSince1970 microseconds: Int64) {
    self.init(nanosecondsSince1970: Int128(microseconds) * 1_000, offset: 0)
  }

  init?(nanosecondsSince1970 instant: Int128, offset: Int64?) {
    let local = instant + Int128(offset ?? 0) * 1_000_000_000
    let length = Int128(FEELTime.nanosecondsPerDay)
    let days = local >= 0 ? local / length : (local - length + 1) / length
    guard let days64 = Int64(exactly: days), let date = FEELDate(days: days64),
      let time = FEELTime(nanosecond: Int64(local - days * length), offset: offset)
    else { return nil }
    self.init(date: date, time: time)
  }

  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public var instant: Int128 {
    Int128(date.days) * Int128(FEELTime.nanosecondsPerDay) + Int128(time.instant)
  }

  /// Nanoseconds since 1970 on the clocks of the place itself.
  var localInstant: Int128 {
    Int128(date.days) * Int128(FEELTime.nanosecondsPerDay) + Int128(time.nanosecond)
  }

  /// Microseconds since 1970, rounded down; nil beyond 64 bits.
  public var microsecondsSince1970: Int64? {
    let instant = instant
    return Int64(exactly: instant >= 0 ? instant / 1_000 : (instant - 999) / 1_000)
  }

  func adding(_ duration: DaysTimeDuration) -> FEELDateTime? {
    let (sum, overflow) = instant.addingReportingOverflow(duration.nanoseconds)
    guard !overflow else { return nil }
    guard let zone = time.zone else {
      return FEELDateTime(nanosecondsSince1970: sum, offset: time.offset)
    }
    let seconds = Int64(clamping: sum / 1_000_000_000)
    let there = FEELDateTime(
      nanosecondsSince1970: sum, offset: zone.offset(atInstant: seconds))
    return there.flatMap { there in
      FEELTime(nanosecond: there.time.nanosecond, zone: zone, day: there.date.days)
        .map { FEELDateTime(date: there.date, time: $0) }
    }
  }

  public static func == (left: FEELDateTime, right: FEELDateTime) -> Bool {
    left.instant == right.instant
  }
  public static func < (left: FEELDateTime, right: FEELDateTime) -> Bool {
    left.instant < right.instant
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(instant) }
}

extension FEELDateTime: CustomStringConvertible {
  public var description: String { "\(date)T\(time)" }
}
