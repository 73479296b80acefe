// SPDX-License-Identifier: EUPL-1.2

/// How often one datum is asked of a group, and which register holds it already.
struct DataDemand: Sendable, Hashable {
  let group: BurdenGroup
  let datum: String
  let actions: [String]
  let register: String?
  /// How often a year, or once, it is asked in all cases together.
  let times: Double

  var isAskedTwice: Bool { actions.count > 1 }

  /// The data that actions ask for, in the order in which they come.
  static func all(
    _ actions: [BurdenAction], registers: [(name: String, holds: [String])]
  ) -> [DataDemand] {
    var seen: [(group: BurdenGroup, datum: String)] = []
    for action in actions {
      for datum in action.asks
      where !seen.contains(where: { $0.group == action.group && $0.datum == datum }) {
        seen.append((action.group, datum))
      }
    }
    return seen.map { group, datum in
      let asking = actions.filter { $0.group == group && $0.asks.contains(datum) }
      return DataDemand(
        group: group, datum: datum, actions: asking.map(\.name),
        register: registers.first { $0.holds.contains(datum) }?.name,
        times: asking.reduce(0) { $0 + $1.times })
    }
  }
}
