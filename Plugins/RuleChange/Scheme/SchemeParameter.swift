// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// A figure that the rules name, such as a standard amount, with the dates from which it holds; or a
/// scale by brackets, which they call as a function.
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
  var title: Title?
  let unit: String?
  let legal: [LegalReference]
  var dated: DatedValues
  var scale: Scale?
  /// Where the parameter stands, where it was read from a file.
  var origin: LocatedNode?

  init(
    name: String, unit: String?, legal: [LegalReference], versions: [Version], scale: Scale? = nil
  ) {
    self.name = name
    self.unit = unit
    self.legal = legal
    self.scale = scale
    dated = DatedValues(versions)
  }

  /// In the order of their dates; none for a scale.
  var versions: [Version] { dated.versions }

  /// The value that holds on a day, or the function that a scale is on it; nil before the first.
  ///
  /// Without a day the last value counts.
  func value(on date: CalendarDate?) -> FEELValue? {
    guard let scale else { return dated.version(on: date)?.value }
    return scale.function(on: date).map { .function($0) }
  }

  /// The parameter with a value from a day on, in place of the version of that day if there is one.
  func setting(_ version: Version) -> SchemeParameter {
    var parameter = self
    parameter.dated = dated.setting(version)
    return parameter
  }

  /// Every version, those of a scale's brackets included.
  var allVersions: [Version] {
    versions + (scale?.brackets.flatMap { $0.threshold.versions + $0.value.versions } ?? [])
  }
}
