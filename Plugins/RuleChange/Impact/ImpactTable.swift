// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The impact of reforms on groups, one row for each reform and group.
struct ImpactTable {
  /// A group with fewer units shows no figures.
  static let smallestGroup = 10
  /// How many groups one column may have.
  static let groupLimit = 200

  private struct Row {
    let reform: String
    let group: String
    let value: String?
    let impact: Impact
    let isSuppressed: Bool
  }

  private var rows: [Row] = []

  /// Adds the whole population and then each group of each column.
  mutating func add(
    reform: String, _ measure: ImpactMeasure, rowCount: Int,
    groups: [(column: String, groups: [UnitGroup])]
  ) {
    rows.append(
      Row(
        reform: reform, group: "all", value: "all", impact: measure.impact(on: 0..<rowCount),
        isSuppressed: false))
    for (column, groups) in groups {
      let hidden = SmallGroups.suppressed(sizes: groups.map(\.rows.count))
      for (place, group) in groups.enumerated() {
        rows.append(
          Row(
            reform: reform, group: column, value: group.label,
            impact: measure.impact(on: group.rows), isSuppressed: hidden.contains(place)))
      }
    }
  }

  func table() throws(TableFault) -> Table {
    func number(_ value: (Impact) -> Double?) -> Column {
      .number(FixedColumn(rows.map { $0.isSuppressed ? nil : value($0.impact) }))
    }
    func text(_ value: (Row) -> String?) -> Column { .category(CategoryColumn(rows.map(value))) }
    return try Table([
      ("reform", text(\.reform)), ("group", text(\.group)), ("value", text(\.value)),
      (
        "n",
        .integer(FixedColumn(rows.map { $0.isSuppressed ? nil : Int64($0.impact.units) }))
      ),
      ("weighted_n", number(\.weight)), ("gainers", number(\.gainers)),
      ("losers", number(\.losers)), ("unchanged", number(\.unchanged)),
      ("undecided", number(\.undecided)), ("mean_gain", number(\.meanGain)),
      ("mean_loss", number(\.meanLoss)), ("mean_change", number(\.meanChange)),
      ("total_gain", number(\.totalGain)), ("total_loss", number(\.totalLoss)),
      ("total_change", number(\.totalChange)), ("baseline_total", number(\.baselineTotal)),
      ("reform_total", number(\.reformTotal)),
      ("flags", text { $0.isSuppressed ? "suppressed" : nil }),
    ])
  }
}

/// Units that share a value; nil stands for a missing one.
struct UnitGroup: Sendable {
  let label: String?
  let rows: [Int]

  /// The groups of a column, those with a missing value last, so that groups sum to the whole.
  static func all(of column: Column) -> [UnitGroup] {
    let grouping = column.grouping()
    let groups = zip(grouping.labels, grouping.rows).map { UnitGroup(label: $0, rows: $1) }
    let missing = grouping.codes.indices.filter { grouping.codes[$0] < 0 }
    return missing.isEmpty ? groups : groups + [UnitGroup(label: nil, rows: missing)]
  }
}

/// Which groups show no figures.
enum SmallGroups {
  /// Groups below the limit, and as many of the next smallest as it takes that nobody can find a small
  /// group by taking the others from the whole: at least two, with together at least ten units.
  static func suppressed(sizes: [Int]) -> Set<Int> {
    let limit = ImpactTable.smallestGroup
    var hidden = Set(sizes.indices.filter { sizes[$0] < limit })
    guard !hidden.isEmpty else { return [] }
    let others = sizes.indices.filter { !hidden.contains($0) }.sorted { sizes[$0] < sizes[$1] }
    for place in others {
      let together = hidden.reduce(0) { $0 + sizes[$1] }
      if hidden.count >= 2, together >= limit { break }
      hidden.insert(place)
    }
    return hidden
  }
}
