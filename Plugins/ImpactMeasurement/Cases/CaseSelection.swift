// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Which cases enter an estimate, and by which reasons the others do not: no case goes silently.
struct CaseSelection {
  private(set) var rows: [Int]
  /// A code for each reason by which a case was left out.
  private(set) var flags: [String] = []
  /// The same for people, with counts.
  private(set) var notes: [String] = []
  private let total: Int

  init(_ candidates: [Int]) {
    rows = candidates
    total = candidates.count
  }

  /// Leaves out the cases without a value, counted by the first reason that holds for a case.
  mutating func require(_ role: String, _ column: String, _ validity: Bitmap?) {
    guard let validity else { return }
    leaveOut(
      "\(role)-missing", where: { !validity[$0] },
      note: { count, total in
        "\(count) of \(total) cases have no '\(column)' (\(role)) and are left out"
      })
  }

  /// Leaves out the cases that meet a condition.
  mutating func leaveOut(
    _ flag: String, where condition: (Int) -> Bool, note: (_ count: Int, _ total: Int) -> String
  ) {
    let before = rows.count
    rows.removeAll(where: condition)
    guard rows.count < before else { return }
    if !flags.contains(flag) { flags.append(flag) }
    notes.append(note(before - rows.count, total))
  }

  /// Leaves out the cases that are alone in their block, which fit exactly whatever their outcome.
  mutating func leaveOutSingletons(of block: CaseGroups) {
    var sizes = [Int](repeating: 0, count: block.labels.count)
    for row in rows { sizes[Int(block.codes[row])] += 1 }
    let alone = sizes.indices.filter { sizes[$0] == 1 }
    leaveOut(
      "singleton-stratum", where: { sizes[Int(block.codes[$0])] == 1 },
      note: { count, total in
        "\(block.naming(alone)) has a single case, so it compares nothing: \(count) of \(total) "
          + "cases are left out"
      })
  }
}
