// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What becomes of cases that repeat a key.
enum DuplicateCases: String, ParameterChoice {
  /// They stay, and are counted in `quality`.
  case keep
  /// The file is at fault.
  case refuse
}

/// The cases whose key another case has already, and those without one.
struct CaseKey: Sendable {
  let columns: [String]
  /// Rows that repeat the key of a row before them.
  let repeated: [Int]
  /// Rows in which a part of the key is missing.
  let absent: [Int]

  /// Looks at the eligible rows only: what is no case need not be unique.
  init(_ names: [String], of table: Table, among eligible: Bitmap) throws(StageFault) {
    var chosen: [Column] = []
    do throws(TableFault) {
      for name in names { chosen.append(try table.column(name)) }
    } catch {
      throw StageFault(error, at: "key")
    }
    columns = names
    let groups = RowGroups(chosen, rowCount: table.rowCount)
    var seen = [Bool](repeating: false, count: groups.count)
    var repeated: [Int] = []
    var absent: [Int] = []
    for row in eligible.setIndices {
      if chosen.contains(where: { $0.isMissing(at: row) }) {
        absent.append(row)
      } else if seen[Int(groups.codes[row])] {
        repeated.append(row)
      } else {
        seen[Int(groups.codes[row])] = true
      }
    }
    self.repeated = repeated
    self.absent = absent
  }

  var name: String { columns.joined(separator: " + ") }

  /// The first rows, counted from 1, as a message names them.
  static func examples(_ rows: [Int]) -> String? {
    if rows.isEmpty { return nil }
    return rows.prefix(5).map { String($0 + 1) }.joined(separator: ", ")
      + (rows.count > 5 ? " …" : "")
  }

  func refuseRepeats() throws(StageFault) {
    guard let examples = Self.examples(repeated) else { return }
    throw StageFault(
      "\(repeated.count == 1 ? "1 case repeats" : "\(repeated.count) cases repeat") the key "
        + "'\(name)' (data row \(examples))", at: "key",
      help: "add a column that tells them apart, or say duplicates: keep to count them")
  }
}
