// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Columns that a stage's parameters name, as the numbers that its measures need.
struct PopulationNumbers {
  let population: Table

  /// What each row stands for; nil where no column is named and each counts once.
  func weights(_ column: ColumnName?, at parameter: String) throws -> [Double]? {
    guard let column else { return nil }
    guard let (values, validity) = try population.column(column.name).doubles() else {
      throw StageFault("\(parameter) column '\(column)' holds no numbers", at: parameter)
    }
    guard validity == nil, values.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw StageFault(
        "\(parameter) column '\(column)' has missing or negative \(parameter)s", at: parameter,
        help: "leave these cases out before, or give each its \(parameter)")
    }
    return values
  }

  func partitions(_ groups: [ColumnName]) throws -> [UnitPartition] {
    try groups.map { name in
      let partition = UnitPartition(of: try population.column(name.name), named: name.name)
      guard partition.labels.count <= ImpactTable.groupLimit else {
        throw StageFault(
          "column '\(name)' has \(partition.labels.count) different values, too many for groups",
          at: "groups", help: "derive bands from it first")
      }
      return partition
    }
  }
}
