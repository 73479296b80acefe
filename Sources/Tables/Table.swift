// SPDX-License-Identifier: EUPL-1.2

/// Named columns of equal length; a value, cheap to pass on.
public struct Table: Sendable {
  public let names: [String]
  public let columns: [Column]
  public let rowCount: Int

  /// - Throws: `TableFault` where names repeat or lengths differ.
  public init(_ columns: [(name: String, column: Column)]) throws(TableFault) {
    var seen: Set<ExactText> = []
    for (name, column) in columns {
      guard seen.insert(ExactText(name)).inserted else { throw .duplicateColumn(name) }
      guard column.count == columns[0].column.count else { throw .unequalLengths(name) }
    }
    names = columns.map(\.name)
    self.columns = columns.map(\.column)
    rowCount = columns.first?.column.count ?? 0
  }

  /// Takes over names that are known to differ and columns that are known to be equally long.
  init(names: [String], columns: [Column]) {
    self.names = names
    self.columns = columns
    rowCount = columns.first?.count ?? 0
  }

  public var schema: [ColumnSchema] {
    zip(names, columns).map { ColumnSchema($0, $1.type) }
  }

  public func contains(_ name: String) -> Bool { position(of: name) != nil }

  /// The column of that name, if there is one.
  public subscript(name: String) -> Column? {
    position(of: name).map { columns[$0] }
  }

  /// - Throws: `TableFault.unknownColumn` with the names there are.
  public func column(_ name: String) throws(TableFault) -> Column {
    guard let column = self[name] else { throw .unknownColumn(name, known: names) }
    return column
  }

  /// The place of a column among the others; names are compared by their bytes.
  public func position(of name: String) -> Int? {
    names.firstIndex { $0.isExactly(name) }
  }
}

extension Table: Hashable {
  public static func == (left: Table, right: Table) -> Bool {
    left.names.elementsEqual(right.names) { $0.isExactly($1) } && left.columns == right.columns
  }

  public func hash(into hasher: inout Hasher) {
    for name in names { hasher.combine(ExactText(name)) }
    hasher.combine(columns)
  }
}
