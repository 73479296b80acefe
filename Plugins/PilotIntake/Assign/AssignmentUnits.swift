// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What is drawn: single cases or whole clusters, each in a block.
struct AssignmentUnits: Sendable {
  /// The rows of each unit.
  let rows: [[Int]]
  /// What identifies each unit; nil where no column does.
  let names: [String]?
  /// The block of each unit, as a name for its random stream.
  let blocks: [String]

  /// Single cases, in the order of their key where there is one: then the rows' order means nothing.
  init(cases table: Table, key: String?, blocks columns: [String]) throws(StageFault) {
    let blocks = try Self.blocks(columns, table)
    let labels = blocks.labels()
    guard let key else {
      rows = (0..<table.rowCount).map { [$0] }
      names = nil
      self.blocks = blocks.codes.map { labels[Int($0)] }
      return
    }
    let column = try Self.column(key, of: table, at: "unit")
    guard column.missingCount == 0 else {
      throw StageFault("'\(key)' is missing in \(column.missingCount) cases", at: "unit")
    }
    let keys = column.texts().map { $0 ?? "" }
    let order = keys.indices.sorted { keys[$0].isExactlyBefore(keys[$1]) }
    let repeats = zip(order, order.dropFirst()).count { keys[$0].isExactly(keys[$1]) }
    guard repeats == 0 else {
      throw StageFault(
        "'\(key)' does not identify a case: \(repeats) rows repeat one", at: "unit",
        help: "where a unit has several rows, draw it whole: method: cluster, with cluster: \(key)")
    }
    rows = order.map { [$0] }
    names = order.map { keys[$0] }
    self.blocks = order.map { labels[Int(blocks.codes[$0])] }
  }

  /// Whole clusters, in the order of their names.
  init(clusters name: String, of table: Table, blocks columns: [String]) throws(StageFault) {
    let column = try Self.column(name, of: table, at: "cluster")
    guard column.missingCount == 0 else {
      throw StageFault("'\(name)' is missing in \(column.missingCount) cases", at: "cluster")
    }
    let blocks = try Self.blocks(columns, table)
    let grouping = column.grouping()
    let order = grouping.labels.indices.sorted {
      grouping.labels[$0].isExactlyBefore(grouping.labels[$1])
    }
    let members = grouping.rows
    let split = members.count { rows in rows.contains { blocks.codes[$0] != blocks.codes[rows[0]] }
    }
    guard split == 0 else {
      throw StageFault(
        "\(split) of \(members.count) clusters lie in several blocks", at: "block",
        help:
          "a block must hold a cluster whole: choose columns that are the same for all its cases")
    }
    let labels = blocks.labels()
    rows = order.map { members[$0] }
    names = order.map { grouping.labels[$0] }
    self.blocks = order.map { labels[Int(blocks.codes[members[$0][0]])] }
  }

  private static func blocks(_ names: [String], _ table: Table) throws(StageFault) -> RowGroups {
    var columns: [Column] = []
    for name in names { columns.append(try column(name, of: table, at: "block")) }
    return RowGroups(columns, rowCount: table.rowCount)
  }

  static func column(
    _ name: String, of table: Table, at parameter: String
  ) throws(StageFault) -> Column {
    do throws(TableFault) {
      return try table.column(name)
    } catch {
      throw StageFault(error, at: parameter)
    }
  }
}
