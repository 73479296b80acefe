// SPDX-License-Identifier: EUPL-1.2

// Verbs over whole columns: choose, leave out, add, replace, rename.
extension Table {
  /// The named columns, in the order of the names.
  /// - Throws: `TableFault` where a name is unknown or is given twice.
  public func selecting(_ wanted: [String]) throws(TableFault) -> Table {
    let places = self.places
    var chosen: [(name: String, column: Column)] = []
    for name in wanted {
      guard let place = places[ExactText(name)] else { throw .unknownColumn(name, known: names) }
      chosen.append((name, columns[place]))
    }
    return try Table(chosen)
  }

  /// The columns that are not named, in their order.
  /// - Throws: `TableFault.unknownColumn` where there is nothing to drop.
  public func dropping(_ unwanted: [String]) throws(TableFault) -> Table {
    let places = self.places
    var dropped = [Bool](repeating: false, count: columns.count)
    for name in unwanted {
      guard let place = places[ExactText(name)] else { throw .unknownColumn(name, known: names) }
      dropped[place] = true
    }
    let kept = columns.indices.filter { !dropped[$0] }
    return Table(names: kept.map { names[$0] }, columns: kept.map { columns[$0] })
  }

  /// The table with one more column at its end.
  /// - Throws: `TableFault` where the name is taken or the length is another.
  public func adding(_ name: String, _ column: Column) throws(TableFault) -> Table {
    try adding([(name, column)])
  }

  /// The table with more columns at its end.
  /// - Throws: `TableFault` where a name is taken or a length is another.
  public func adding(
    _ added: [(name: String, column: Column)]
  ) throws(TableFault) -> Table {
    try Table(zip(names, columns).map { ($0, $1) } + added)
  }

  /// The table with another column under a name that it has.
  /// - Throws: `TableFault` where the name is unknown or the length is another.
  public func replacing(_ name: String, with column: Column) throws(TableFault) -> Table {
    guard let place = position(of: name) else { throw .unknownColumn(name, known: names) }
    guard column.count == rowCount else { throw .unequalLengths(name) }
    var replaced = columns
    replaced[place] = column
    return Table(names: names, columns: replaced)
  }

  /// The table with a column under that name: in the place of the one that bears it, else at the end.
  /// - Throws: `TableFault.unequalLengths` where the length is another.
  public func setting(_ name: String, to column: Column) throws(TableFault) -> Table {
    contains(name) ? try replacing(name, with: column) : try adding(name, column)
  }

  /// The table with one column under another name.
  /// - Throws: `TableFault` where the old name is unknown or the new one is taken.
  public func renaming(_ old: String, to new: String) throws(TableFault) -> Table {
    try renaming([(old, new)])
  }

  /// The table with columns under other names; all change at once, so that names can be exchanged.
  /// - Throws: `TableFault` where an old name is unknown or a new one occurs twice.
  public func renaming(
    _ changes: [(old: String, new: String)]
  ) throws(TableFault) -> Table {
    let places = self.places
    var renamed = names
    for (old, new) in changes {
      guard let place = places[ExactText(old)] else { throw .unknownColumn(old, known: names) }
      renamed[place] = new
    }
    return try Table(zip(renamed, columns).map { ($0, $1) })
  }
}

extension Table {
  private var places: [ExactText: Int] {
    Dictionary(uniqueKeysWithValues: zip(names.map(ExactText.init), columns.indices))
  }
}
