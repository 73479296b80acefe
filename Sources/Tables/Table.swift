// SPDX-License-Identifier: EUPL-1.2

/// A column's name and type.
public struct ColumnSchema: Sendable, Hashable {
  public let name: String
  public let type: ColumnType

  public init(_ name: String, _ type: ColumnType) {
    self.name = name
    self.type = type
  }
}

/// Named columns of equal length; a value, cheap to pass on.
public struct Table: Sendable, Hashable {
  public let names: [String]
  public let columns: [Column]
  public let rowCount: Int

  /// - Throws: `TableFault` where names repeat or lengths differ.
  public init(_ columns: [(name: String, column: Column)]) throws(TableFault) {
    var seen: Set<String> = []
    for (name, column) in columns {
      guard seen.insert(name).inserted else { throw .duplicateColumn(name) }
      guard column.count == columns[0].column.count else { throw .unequalLengths(name) }
    }
    names = columns.map(\.name)
    self.columns = columns.map(\.column)
    rowCount = columns.first?.column.count ?? 0
  }

  public var schema: [ColumnSchema] {
    zip(names, columns).map { ColumnSchema($0, $1.type) }
  }

  public func contains(_ name: String) -> Bool { names.contains(name) }

  /// The column of that name, if there is one.
  public subscript(name: String) -> Column? {
    names.firstIndex(of: name).map { columns[$0] }
  }

  /// - Throws: `TableFault.unknownColumn` with the names there are.
  public func column(_ name: String) throws(TableFault) -> Column {
    guard let column = self[name] else { throw .unknownColumn(name, known: names) }
    return column
  }
}
