// SPDX-License-Identifier: EUPL-1.2

internal import Foundation
internal import Synchronization

/// A time zone of the IANA database, as `Europe/Amsterdam`; small, since every time may hold one.
public struct FEELZone: Sendable, Hashable {
  private let place: UInt16

  /// The zones that were named so far; a value holds the place of its own.
  private static let named = Mutex<[TimeZone]>([])

  /// Nil where the database has no such zone.
  public init?(_ name: String) {
    guard name.contains("/") || Self.shortNames.contains(name),
      let zone = TimeZone(identifier: name)
    else { return nil }
    let place = Self.named.withLock { zones -> UInt16? in
      if let known = zones.firstIndex(where: { $0.identifier == zone.identifier }) {
        return UInt16(known)
      }
      guard zones.count < UInt16.max else { return nil }
      zones.append(zone)
      return UInt16(zones.count - 1)
    }
    guard let place else { return nil }
    self.place = place
  }

  /// The zones of the database without an area; other short names are abbreviations of many places.
  private static let shortNames: Set<String> = [
    "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT",
    "GMT+0", "GMT-0", "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel",
    "Jamaica", "Japan", "Kwajalein", "Libya", "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo",
    "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey", "UCT", "UTC",
    "Universal", "W-SU", "WET", "Zulu",
  ]

  private var zone: TimeZone { Self.named.withLock { $0[Int(place)] } }

  public var name: String { zone.identifier }

  /// Seconds east of UTC at an instant, in seconds since 1970.
  func offset(atInstant seconds: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
  }

  /// Seconds east of UTC where clocks show a time, in seconds since 1970 on those clocks.
  func offset(atLocal seconds: Int64) -> Int64 {
    let guess = offset(atInstant: seconds - offset(atInstant: seconds))
    return offset(atInstant: seconds - guess)
  }
}
