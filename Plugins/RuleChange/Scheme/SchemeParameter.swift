// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// A figure that the rules name, such as a standard amount, with the dates from which it holds.
struct SchemeParameter: Sendable {
  struct Version: Sendable, Hashable {
    /// The first day on which the value holds; nil where it holds always.
    let from: CalendarDate?
    let value: FEELValue
    let source: String?
    /// The law that set this value, where it is another than the parameter's.
    var legal: [LegalReference] = []
  }

  let name: String
  let unit: String?
  let legal: [LegalReference]
  /// In the order of their dates.
  private(set) var versions: [Version]

  init(name: String, unit: String?, legal: [LegalReference], versions: [Version]) {
    self.name = name
    self.unit = unit
    self.legal = legal
    self.versions = Self.ordered(versions)
  }

  /// The value that holds on a day: that of the latest version not after it; nil before the first.
  ///
  /// Without a day the last value counts.
  func value(on date: CalendarDate?) -> FEELValue? {
    guard let date else { return versions.last?.value }
    return versions.last { $0.from.map { $0 <= date } ?? true }?.value
  }

  /// The parameter with a value from a day on, in place of the version of that day if there is one.
  func setting(_ version: Version) -> SchemeParameter {
    SchemeParameter(
      name: name, unit: unit, legal: legal,
      versions: versions.filter { $0.from != version.from } + [version])
  }

  private static func ordered(_ versions: [Version]) -> [Version] {
    versions.sorted { left, right in
      guard let second = right.from else { return false }
      return left.from.map { $0 < second } ?? true
    }
  }
}
