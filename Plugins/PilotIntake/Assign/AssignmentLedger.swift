// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Which unit was given which arm, in which batch: what went out cannot be drawn again.
struct AssignmentLedger: Sendable {
  struct Entry: Sendable {
    let unit: String
    let arm: String
    /// 1 for the first assignment, one more for each later one.
    let batch: Int64
  }

  private(set) var entries: [Entry] = []
  private var arms: [ExactText: String] = [:]

  init() {}

  /// Reads the ledger of an earlier run.
  init(_ file: InputFile, arms known: [String]) throws(StageFault) {
    var options = CSVOptions()
    options.columns = ["unit": .text, "arm": .category]
    let table: Table
    do throws(CSVFault) {
      table = try CSVReader(options).read(path: file.location).table
    } catch {
      throw StageFault(
        "the ledger: \(error)", at: "ledger",
        help:
          "a ledger has the columns unit, arm and batch, as the output 'ledger' of an earlier run",
        kind: .user)
    }
    try read(table, known)
  }

  private mutating func read(_ table: Table, _ known: [String]) throws(StageFault) {
    guard let units = table["unit"], let labels = table["arm"] else { return }
    let batches = table["batch"]
    var unreadable = units.missingCount + labels.missingCount
    var repeated = 0
    for row in 0..<table.rowCount {
      guard let unit = units.display(at: row), let arm = labels.display(at: row) else { continue }
      guard known.contains(where: { $0.isExactly(arm) }) else {
        throw StageFault(
          "the ledger has the arm '\(arm)', which 'arms' does not name", at: "ledger",
          help: "an arm that takes no new units gets the share 0: its units keep it", kind: .user)
      }
      var batch: Int64 = 1
      if case .integer(let numbers)? = batches {
        if let number = numbers[row] { batch = number } else { unreadable += 1 }
      } else if batches != nil {
        unreadable += 1
      }
      if arms.updateValue(arm, forKey: ExactText(unit)) != nil { repeated += 1 }
      entries.append(Entry(unit: unit, arm: arm, batch: batch))
    }
    guard unreadable == 0, repeated == 0 else {
      throw StageFault(
        repeated > 0
          ? "the ledger has \(repeated) units more than once"
          : "the ledger has \(unreadable) cells without a value or that are no number of a batch",
        at: "ledger", help: "use the output 'ledger' of the earlier run as it was")
    }
  }

  /// The arm that a unit was given before.
  func arm(of unit: String) -> String? { arms[ExactText(unit)] }

  /// The batch that comes next.
  var nextBatch: Int64 { (entries.map(\.batch).max() ?? 0) + 1 }

  mutating func add(_ unit: String, arm: String, batch: Int64) {
    arms[ExactText(unit)] = arm
    entries.append(Entry(unit: unit, arm: arm, batch: batch))
  }

  /// unit, arm, batch: the earlier entries as they were, then the new ones.
  func table() throws(TableFault) -> Table {
    try Table([
      ("unit", .text(TextColumn(entries.map { $0.unit }))),
      ("arm", .category(CategoryColumn(entries.map { $0.arm }))),
      ("batch", .integer(FixedColumn(entries.map { $0.batch }))),
    ])
  }

  static let columns = [
    ColumnPromise("unit", .text), ColumnPromise("arm", .category), ColumnPromise("batch", .integer),
  ]
}
