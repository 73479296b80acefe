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

/// Finds the cases whose key another case has already, and those without one.
///
/// Only eligible rows are looked at: what is no case need not be unique.
struct CaseKey {
  private let columns: [String]
  private var census: KeyCensus
  private var absent = RowList()

  init(_ columns: [String], folder: String) {
    self.columns = columns
    census = KeyCensus(folder: folder)
  }

  var name: String { columns.joined(separator: " + ") }

  mutating func add(_ batch: Table, among eligible: Bitmap, firstRow: Int) throws {
    var chosen: [Column] = []
    do throws(TableFault) {
      for name in columns { chosen.append(try batch.column(name)) }
    } catch {
      throw StageFault(error, at: "key")
    }
    var whole = eligible
    for column in chosen {
      guard let validity = column.validity else { continue }
      whole = whole & validity
    }
    absent.add(eligible & ~whole, firstRow: firstRow)
    try census.add(chosen, rows: whole, firstRow: firstRow)
  }

  /// Rows that repeat the key of a row before them, and rows in which a part of the key is missing.
  consuming func finish() throws -> (repeated: RowList, absent: RowList) {
    let result = try census.finish()
    return (RowList(first: result.firstRepeated, count: result.repeated), absent)
  }

  static func refusal(_ repeated: RowList, of name: String) -> StageFault? {
    guard let examples = repeated.examples else { return nil }
    return StageFault(
      "\(repeated.count == 1 ? "1 case repeats" : "\(repeated.count) cases repeat") the key "
        + "'\(name)' (data row \(examples))", at: "key",
      help: "add a column that tells them apart, or say duplicates: keep to count them")
  }
}
