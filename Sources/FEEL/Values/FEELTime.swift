// SPDX-License-Identifier: EUPL-1.2

/// A time of day, with or without its distance from UTC.
public struct FEELTime: Sendable, Hashable {
  static let nanosecondsPerDay: Int64 = 86_400_000_000_000

  /// Nanoseconds since midnight.
  public let nanosecond: Int64
  /// Seconds east of UTC; nil for a local time.
  public let offset: Int64?
  /// The zone that the offset follows from; a time without a date takes that of 1970-01-01.
  public let zone: FEELZone?

  /// Nil outside a day, or more than 18 hours from UTC.
  public init?(nanosecond: Int64, offset: Int64? = nil) {
    guard (0..<Self.nanosecondsPerDay).contains(nanosecond),
      offset.map({ (-64_800...64_800).contains($0) }) ?? true
    else { return nil }
    self.nanosecond = nanosecond
    self.offset = offset
    zone = nil
  }

  /// A time in a zone.
  public init?(nanosecond: Int64, zone: FEELZone, day: Int64 = 0) {
    guard (0..<Self.nanosecondsPerDay).contains(nanosecond) else { return nil }
    self.nanosecond = nanosecond
    self.zone = zone
    offset = zone.offset(atLocal: day * 86_400 + nanosecond / 1_000_000_000)
  }

  /// The time some while later on the same clock.
  func adding(_ nanoseconds: Int128) -> FEELTime? {
    let day = Int128(Self.nanosecondsPerDay)
    let sum = Int64((Int128(nanosecond) + nanoseconds % day + day) % day)
    return zone.map { FEELTime(nanosecond: sum, zone: $0) }
      ?? FEELTime(nanosecond: sum, offset: offset)
  }

  public init?(hour: Int64, minute: Int64, second: Int64, offset: Int64? = nil) {
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else {
      return nil
    }
    self.init(
      nanosecond: ((hour * 60 + minute) * 60 + second) * 1_000_000_000, offset: offset)
  }

  public var hour: Int64 { nanosecond / 3_600_000_000_000 }
  public var minute: Int64 { nanosecond / 60_000_000_000 % 60 }
  public var second: Int64 { nanosecond / 1_000_000_000 % 60 }

  /// Nanoseconds on a common clock; a local time is taken as UTC.
  var instant: Int64 { nanosecond - (offset ?? 0) * 1_000_000_000 }

  /// Whether the time does not say how far it is from UTC.
  var isLocal: Bool { offset == nil }

  public static func == (left: FEELTime, right: FEELTime) -> Bool { left.instant == right.instant }
  public func hash(into hasher: inout Hasher) { hasher.combine(instant) }
}

extension FEELTime: CustomStringConvertible {
  public var description: String {
    var text = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
    let fraction = nanosecond % 1_000_000_000
    if fraction > 0 { text += "." + String(padded(fraction, 9).trimmingZeros) }
    if let zone { return text + "@" + zone.name }
    guard let offset else { return text }
    guard offset != 0 else { return text + "Z" }
    let magnitude = Int64(offset.magnitude)
    text += offset < 0 ? "-" : "+"
    text += "\(padded(magnitude / 3_600, 2)):\(padded(magnitude / 60 % 60, 2))"
    if magnitude % 60 != 0 { text += ":" + padded(magnitude % 60, 2) }
    return text
  }
}

extension String {
  /// The digits without the zeros at their end.
  var trimmingZeros: Substring {
    var rest = self[...]
    while rest.last == "0" { rest.removeLast() }
    return rest
  }
}
