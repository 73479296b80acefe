// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// More cases than are held in memory: the columns that a stage uses, batch by batch.
struct CaseStream {
  /// Above this many cases an estimate is made in passes over the batches.
  ///
  /// A number of cases and not of bytes, so that the way does not depend on the machine. Tests set it lower.
  @TaskLocal static var heldCases = 2_000_000

  private let batches: TableBatches
  private let filter: Expression?
  private let columns: [String]

  init(_ batches: TableBatches, where filter: Expression?, columns: [ColumnName]) {
    self.batches = batches
    self.filter = filter
    self.columns = batches.columns(columns, and: filter)
  }

  /// Hands out the cases that `where` keeps.
  func forEachBatch(_ body: (Cases) throws -> Void) throws {
    try batches.forEachBatch(columns: columns) { batch, _ in
      try body(Cases(part: batch, where: filter))
    }
  }
}

extension TableBatches {
  /// The columns that exist among those that a stage names and an expression reads.
  fileprivate func columns(_ named: [ColumnName], and filter: Expression?) -> [String] {
    let wanted = (filter?.columnNames ?? []).union(named.map(\.name))
    return names.filter { wanted.contains($0) }
  }

  /// The columns that a stage names and an expression reads, in memory.
  func table(_ named: [ColumnName], where filter: Expression?) throws -> Table {
    let columns = columns(named, and: filter)
    return columns.isEmpty ? try table() : try table(columns: columns)
  }
}

/// Counts of the cases that an estimate leaves out, by the first reason that holds.
struct StreamedSelection {
  private var total = 0
  private var reasons: [(role: String, column: String, count: Int)] = []

  /// The rows of a batch that have everything.
  mutating func rows(
    of candidates: [Int], _ required: [(role: String, column: String, validity: Bitmap?)]
  ) -> [Int] {
    var selection = CaseSelection(candidates)
    total += candidates.count
    for (place, part) in required.enumerated() {
      let before = selection.rows.count
      selection.require(part.role, part.column, part.validity)
      if reasons.count == place { reasons.append((part.role, part.column, 0)) }
      reasons[place].count += before - selection.rows.count
    }
    return selection.rows
  }

  var flags: [String] {
    reasons.filter { $0.count > 0 }.reduce(into: []) { flags, reason in
      let flag = "\(reason.role)-missing"
      if !flags.contains(flag) { flags.append(flag) }
    }
  }

  var notes: [String] {
    reasons.filter { $0.count > 0 }.map { reason in
      "\(reason.count) of \(total) cases have no '\(reason.column)' (\(reason.role)) and are left out"
    }
  }
}

/// Numbers the labels of a column that comes in batches, in order of first appearance.
struct LabelNumbers {
  private(set) var labels: [String] = []
  private var numbers: [ExactText: Int32] = [:]

  var count: Int { labels.count }

  /// The number of each row's label; −1 where it is missing.
  mutating func codes(of groups: CaseGroups) -> [Int32] {
    let places = groups.labels.map { number(of: $0) }
    return groups.codes.map { $0 < 0 ? -1 : places[Int($0)] }
  }

  /// The numbers of some rows' labels, none of which is missing; the labels of others get no number.
  mutating func codes(of groups: CaseGroups, among rows: [Int]) -> [Int32] {
    var places = [Int32](repeating: -1, count: groups.labels.count)
    return rows.map { row in
      let code = Int(groups.codes[row])
      if places[code] < 0 { places[code] = number(of: groups.labels[code]) }
      return places[code]
    }
  }

  private mutating func number(of label: String) -> Int32 {
    let key = ExactText(label)
    if let known = numbers[key] { return known }
    let number = Int32(labels.count)
    numbers[key] = number
    labels.append(label)
    return number
  }
}
