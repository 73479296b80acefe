// SPDX-License-Identifier: EUPL-1.2

extension Table {
  /// The rows of this table, then those of the others.
  ///
  /// Columns are matched by name, whatever their order, and stand in the order of this table. Where one
  /// table holds integers and another numbers the result holds numbers, and text and category together
  /// are text. Missing values stay missing. To put batches of one file under each other, which have the
  /// same columns in the same order, `concatenating` is stricter.
  /// - Parameter others: tables with the same columns; this one is table 1 in a fault, the next table 2.
  /// - Returns: as many rows as all tables have together.
  /// - Throws: `TableFault.otherColumns` with the names that a table lacks or has besides;
  ///   `.differentTypes`; `.inexactInteger` where an integer beyond 2⁵³ would change as a number;
  ///   `.tooMuchText` where a text column grows over 2 GiB.
  /// - Complexity: O(rows) for each column.
  public func appending(_ others: [Table]) throws(TableFault) -> Table {
    guard !others.isEmpty else { return self }
    for (place, other) in others.enumerated() { try other.checkColumns(of: self, as: place + 2) }
    var joined: [Column] = []
    for (name, column) in zip(names, columns) {
      var parts = [column]
      for other in others { parts.append(try other.column(name)) }
      joined.append(try Column.joining(parts, named: name))
    }
    return Table(names: names, columns: joined)
  }

  private func checkColumns(of first: Table, as number: Int) throws(TableFault) {
    let (own, wanted) = (Set(names.map(ExactText.init)), Set(first.names.map(ExactText.init)))
    guard own != wanted else { return }
    throw .otherColumns(
      table: number, lacking: first.names.filter { !own.contains(ExactText($0)) },
      added: names.filter { !wanted.contains(ExactText($0)) })
  }
}

extension Column {
  /// The rows of all columns under each other, integers widened where another column holds numbers.
  ///
  /// - Throws: `TableFault` where types differ otherwise, an integer would change, or the text is too much.
  static func joining(_ parts: [Column], named name: String) throws(TableFault) -> Column {
    guard parts.contains(where: { $0.type == .number }) else {
      return try concatenating(parts, named: name)
    }
    var widened: [Column] = []
    for part in parts { widened.append(try part.widened(named: name)) }
    return try concatenating(widened, named: name)
  }

  /// Integers as numbers; a column of another type as it is.
  private func widened(named name: String) throws(TableFault) -> Column {
    guard case .integer(let column) = self else { return self }
    var numbers: [Double] = []
    numbers.reserveCapacity(column.count)
    for value in column.values {
      guard let number = Double(exactly: value) else { throw .inexactInteger(column: name) }
      numbers.append(number)
    }
    return .number(FixedColumn(numbers, validity: column.validity))
  }
}
