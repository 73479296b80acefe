// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Groups that share out the units of a population: each unit is in one of them.
struct UnitPartition: Sendable {
  let name: String
  /// What each group is called; nil stands for units whose group is not known.
  let labels: [String?]
  /// Per row the place of its group.
  let codes: [Int32]

  init(named name: String, labels: [String?], codes: [Int32]) {
    self.name = name
    self.labels = labels
    self.codes = codes
  }

  /// The groups of a column, those with a missing value last, so that groups sum to the whole.
  init(of column: Column, named name: String) {
    let grouping = column.grouping()
    let last = Int32(grouping.labels.count)
    let isWhole = !grouping.codes.contains { $0 < 0 }
    self.init(
      named: name, labels: grouping.labels.map { $0 } + (isWhole ? [] : [nil]),
      codes: isWhole ? grouping.codes : grouping.codes.map { $0 < 0 ? last : $0 })
  }
}
