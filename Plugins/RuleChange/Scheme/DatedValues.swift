// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The values of a figure, each from its day on.
struct DatedValues: Sendable, Hashable {
  typealias Version = SchemeParameter.Version

  /// In the order of their dates.
  let versions: [Version]

  init(_ versions: [Version]) {
    self.versions = versions.sorted { left, right in
      guard let second = right.from else { return false }
      return left.from.map { $0 < second } ?? true
    }
  }

  /// The version that holds on a day: the latest one not after it; nil before the first.
  ///
  /// Without a day the last one counts.
  func version(on date: CalendarDate?) -> Version? {
    guard let date else { return versions.last }
    return versions.last { $0.from.map { $0 <= date } ?? true }
  }

  /// The values with one from a day on, in place of the version of that day if there is one.
  func setting(_ version: Version) -> DatedValues {
    DatedValues(versions.filter { $0.from != version.from } + [version])
  }

  var changesByDate: Bool { versions.contains { $0.from != nil } }
}
