// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

// A delivery
extension ContractDrift {
  /// How a file differs from a contract: its columns and types as they are found, and the rows that break
  /// what the contract says of columns that are still the same.
  ///
  /// - Throws: a fault where the file, or a table that columns refer to, cannot be read.
  init(from old: DataContract, to delivery: CaseFile) throws {
    let delivered = try delivery.read().table()
    for terms in old.columns where delivered[terms.name] == nil {
      add(terms.name, "column removed", terms.typeName, nil, breaks: true)
    }
    for column in delivered.schema where old[column.name] == nil {
      add(
        column.name, "column added", nil, column.type.name, breaks: old.otherColumns == .error)
    }
    var kept = old
    kept.columns = old.columns.filter { delivered[$0.name] != nil }
    for terms in kept.columns {
      guard let type = terms.type, let found = delivered[terms.name]?.type,
        !found.canBeRead(as: type)
      else { continue }
      add(terms.name, "type changed", type.rawValue, found.name, breaks: true)
      kept.columns.removeAll { $0.name.isExactly(terms.name) }
    }
    let names = delivered.names.filter { name in
      !lines.contains { $0.change == "type changed" && $0.column?.isExactly(name) == true }
    }
    kept.unique.removeAll { key in
      !key.columns.allSatisfy { name in names.contains { $0.isExactly(name) } }
    }
    kept.rules.removeAll { !$0.isSatisfiable(with: names) }
    kept.otherColumns = .allowed
    var again = delivery
    again.columns = kept.types.mapValues(\.columnType)
    let table = try again.read().table()
    var check = try ContractCheck(kept, over: table.schema, folder: "")
    try check.check(table, firstRow: 0)
    for outcome in try check.outcomes() where outcome.breaches > 0 {
      add(
        outcome.column, "rows break it", outcome.rule,
        "\(outcome.breaches) of \(outcome.rows) rows", breaks: outcome.severity == .error)
    }
  }
}

extension RowRule {
  /// Whether all that it uses is there; the parameters of a pipeline are not.
  fileprivate func isSatisfiable(with names: [String]) -> Bool {
    expression.feel.references.allSatisfy { reference in
      let whole = reference.path.joined(separator: ".")
      return names.contains { $0.isExactly(reference.path[0]) || $0.isExactly(whole) }
    }
  }
}

extension ColumnType {
  /// Whether a column that was inferred to be of this type can be read as the declared one.
  fileprivate func canBeRead(as declared: DeclaredType) -> Bool {
    switch declared {
    case .text, .category: true
    case .decimal: isNumeric
    default: fits(declared.columnType)
    }
  }
}
