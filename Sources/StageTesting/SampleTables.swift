// SPDX-License-Identifier: EUPL-1.2

import StageKit
public import Tables

/// Small tables for tests, the same on every machine.
public enum SampleTables {
  /// A two-armed trial: `id`, `arm` (control, letter), `block`, `age`, `outcome` (0 or 1, some missing).
  public static func trial(rows: Int = 200, seed: UInt64 = 1) -> Table {
    var random = RandomStream(seed: seed, name: "sample")
    var ids: [Int64?] = []
    var arms: [String?] = []
    var blocks: [String?] = []
    var ages: [Int64?] = []
    var outcomes: [Int64?] = []
    for row in 0..<rows {
      let treated = row % 2 == 1
      ids.append(Int64(row + 1))
      arms.append(treated ? "letter" : "control")
      blocks.append(["north", "south"][row / 2 % 2])
      ages.append(Int64(18 + random.integer(below: 60)))
      let chance = treated ? 0.5 : 0.4
      let happens = random.uniform() < chance
      outcomes.append(row % 50 == 7 ? nil : happens ? 1 : 0)
    }
    do {
      return try Table([
        ("id", .integer(FixedColumn(ids))), ("arm", .category(CategoryColumn(arms))),
        ("block", .category(CategoryColumn(blocks))), ("age", .integer(FixedColumn(ages))),
        ("outcome", .integer(FixedColumn(outcomes))),
      ])
    } catch {
      preconditionFailure("the sample's own columns do not fit: \(error)")
    }
  }
}
