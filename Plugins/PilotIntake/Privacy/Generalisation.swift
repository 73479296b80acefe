// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Columns that are made coarser, so that fewer people stand alone in them.
///
/// Each rule looks at one value at a time: a batch of rows comes out the same as it would within the
/// whole file. Putting rare values together needs all rows, and is therefore not among the rules.
struct Generalisation: ParameterValue {
  let rules: NamedValues<GeneralisationRule>

  init(_ rules: NamedValues<GeneralisationRule> = NamedValues()) { self.rules = rules }

  var isEmpty: Bool { rules.isEmpty }

  static var schema: ParameterSchema { NamedValues<GeneralisationRule>.schema }

  static func read(_ node: Node, in reading: inout ParameterReading) -> Generalisation? {
    NamedValues<GeneralisationRule>.read(node, in: &reading).map { Generalisation($0) }
  }

  var json: JSONValue { rules.json }

  /// The rows with the named columns replaced; a missing value stays missing.
  ///
  /// - Throws: `StageFault` at `generalise`, for all columns at once: one that is not there, one of a
  ///   type that its rule does not take, values that no band holds. Counts, never a value.
  func applied(to table: Table) throws(StageFault) -> Table {
    var columns: [(name: String, column: Column)] = []
    var faults: [String] = []
    var first: String?
    for entry in rules.entries {
      guard let column = table[entry.name] else {
        throw .absent(entry.name, known: table.names)
      }
      do throws(GeneralisationFault) {
        let coarser = try entry.value.applied(to: column)
        columns.append((entry.name, coarser))
      } catch {
        faults.append("column '\(entry.name)' \(error.description)")
        first = first ?? entry.name
        if rules.entries.count == 1 {
          throw .cannotGeneralise(faults, at: first, help: error.help)
        }
      }
    }
    guard faults.isEmpty else { throw .cannotGeneralise(faults, at: first, help: nil) }
    do throws(TableFault) {
      var table = table
      for (name, column) in columns { table = try table.replacing(name, with: column) }
      return table
    } catch {
      throw StageFault(error, at: "generalise")
    }
  }

  /// The promise of a column after its rule.
  func promise(_ column: ColumnPromise) -> ColumnPromise {
    guard let rule = rules.entries.first(where: { $0.name.isExactly(column.name) }) else {
      return column
    }
    return rule.value.keepsType ? column : ColumnPromise(column.name, .category)
  }
}

extension StageFault {
  fileprivate static func absent(_ name: String, known: [String]) -> StageFault {
    StageFault(
      "there is no column '\(name)'", at: "generalise", entry: name,
      help: Suggestion.question(for: name, among: known), kind: .user)
  }

  fileprivate static func cannotGeneralise(
    _ faults: [String], at entry: String?, help: String?
  ) -> StageFault {
    StageFault(faults.joined(separator: "; "), at: "generalise", entry: entry, help: help)
  }
}
