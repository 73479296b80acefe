// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a table: facts, without the value of any cell.
public enum TableFault: Error, Hashable, Sendable {
  case duplicateColumn(String)
  case unequalLengths(String)
  case unknownColumn(String, known: [String])
  case wrongType(column: String, type: ColumnType, wanted: String)
}

extension TableFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateColumn(let name): "there are two columns named '\(name)'"
    case .unequalLengths(let name): "column '\(name)' is not as long as the others"
    case .unknownColumn(let name, _): "there is no column '\(name)'"
    case .wrongType(let column, let type, let wanted):
      "column '\(column)' is \(type.name), and \(wanted) is needed"
    }
  }
}
