// SPDX-License-Identifier: EUPL-1.2

/// Which units take part, and in which role.
struct CohortChoice: Sendable {
  /// Their places in the panel.
  private(set) var units: [Int] = []
  private(set) var groups: [(time: Int, count: Int)] = []
  private(set) var never: [Int] = []
  /// For each unit of the panel.
  private(set) var isNever: [Bool]
  private(set) var alwaysTreated = 0
  private(set) var loneGroups: [Int] = []

  init(_ panel: BalancedPanel, anticipation: Int) {
    let first = panel.periods.first ?? 0
    let last = panel.periods.last ?? 0
    isNever = panel.adoption.map { date in date.map { $0 > last + anticipation } ?? true }
    var members: [Int: [Int]] = [:]
    for (unit, date) in panel.adoption.enumerated() {
      if isNever[unit] {
        never.append(unit)
      } else if let date {
        if date <= first + anticipation {
          alwaysTreated += 1
        } else {
          members[date, default: []].append(unit)
        }
      }
    }
    for date in members.keys.sorted() {
      let group = members[date] ?? []
      if Set(group.map { panel.clusters.codes[$0] }).count < 2 {
        loneGroups.append(date)
      } else {
        groups.append((date, group.count))
        units += group
      }
    }
    units += never
  }

  func check(_ controls: GroupTimeSettings.Controls) throws(EstimationFault) {
    guard !groups.isEmpty else {
      throw .tooFew(
        loneGroups.isEmpty
          ? "groups that adopt after the first period" : "groups of two or more units (clusters)",
        count: 0, needed: 1)
    }
    if controls == .never, never.count < 2 {
      throw .tooFew("never treated units", count: never.count, needed: 2)
    }
  }
}
