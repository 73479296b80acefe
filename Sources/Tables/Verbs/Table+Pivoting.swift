// SPDX-License-Identifier: EUPL-1.2

extension Table {
  /// The most cells that a pivot may give.
  public static let cellLimit = 1 << 32

  /// Several columns under each other, as a column of names and one of values.
  ///
  /// Each row becomes as many rows as columns are named, in the order of the names; the other columns
  /// repeat and come first. A missing value keeps its row.
  /// - Parameters:
  ///   - wide: at least one column. They have one type, save that integer and number together become
  ///     number, and text and category text.
  ///   - names: the new column with the names of the old ones: a category.
  ///   - values: the new column with their values.
  /// - Returns: a table with rows × named columns rows.
  /// - Throws: `TableFault.noColumns`, `.unknownColumn`, `.duplicateColumn` where a column is named twice
  ///   or a new name is taken; `.wrongType` where types differ; `.inexactInteger`, `.tooMuchText`,
  ///   `.tooManyCells`.
  /// - Complexity: O(cells of the result).
  public func pivotedLonger(
    _ wide: [String], names: String, values: String
  ) throws(TableFault) -> Table {
    let parts = try selecting(wide)
    let rest = try dropping(wide)
    guard !wide.isEmpty else { throw .noColumns(for: "a pivot to long form") }
    try parts.checkOneType()
    let width = wide.count
    try Self.checkSize(rows: rowCount, columns: width, times: rest.columns.count + 2)
    var sources: [Int] = []
    var places: [Int] = []
    var codes: [Int32] = []
    sources.reserveCapacity(rowCount * width)
    places.reserveCapacity(rowCount * width)
    codes.reserveCapacity(rowCount * width)
    for row in 0..<rowCount {
      for place in 0..<width {
        sources.append(row)
        places.append(place * rowCount + row)
        codes.append(Int32(place))
      }
    }
    let joined = try Column.joining(parts.columns, named: values)
    let kept = try rest.taking(matched: sources)
    return try Table(
      zip(kept.names, kept.columns).map { ($0, $1) } + [
        (names, .category(CategoryColumn(codes: codes, dictionary: wide))),
        (values, joined.taking(rows: places)),
      ])
  }

  /// A column for each value of one column, filled from another.
  ///
  /// Rows that agree in all other columns become one row, in order of first appearance; a missing value
  /// there agrees with another missing one. The new columns follow in order of first appearance, named by
  /// the values as people read them. A cell that no row fills is missing.
  /// - Parameters:
  ///   - names: the column of any type whose values become names; none may be missing.
  ///   - values: the column of any type whose values fill them.
  /// - Returns: a table without those two columns.
  /// - Throws: `TableFault.unknownColumn`; `.unnamedRows` where a name is missing; `.repeatedCells` where
  ///   two rows would fill one cell; `.duplicateColumn` where a name is that of another column;
  ///   `.tooManyCells`.
  /// - Complexity: O(rows) for each other column, O(cells of the result); categories O(names · texts)
  ///   besides.
  public func pivotedWider(names: String, values: String) throws(TableFault) -> Table {
    let (nameColumn, valueColumn) = (try column(names), try column(values))
    let rest = try dropping([names, values])
    if nameColumn.missingCount > 0 {
      throw .unnamedRows(column: names, rows: nameColumn.missingCount)
    }
    let groups = RowGroups(rest.columns, rowCount: rowCount)
    let labels = nameColumn.grouping()
    try Self.checkSize(rows: groups.count, columns: labels.count)
    let buckets = RowBuckets(codes: labels.codes, count: labels.count)
    var cells = [Int](repeating: -1, count: groups.count)
    var repeated = 0
    var result = zip(rest.names, rest.columns).map { name, column in
      (name: name, column: column.taking(rows: groups.firstRows))
    }
    for (place, label) in labels.labels.enumerated() {
      let rows = buckets.rows[buckets.range(of: place)]
      for row in rows {
        let group = Int(groups.codes[row])
        if cells[group] >= 0 { repeated += 1 }
        cells[group] = row
      }
      result.append((label, try valueColumn.taking(matched: cells, named: label)))
      for row in rows { cells[Int(groups.codes[row])] = -1 }
    }
    guard repeated == 0 else { throw .repeatedCells(column: names, rows: repeated) }
    return try Table(result)
  }
}

extension Table {
  /// Whether the columns can stand under each other.
  private func checkOneType() throws(TableFault) {
    guard let first = columns.first else { return }
    let isNumeric = first.type == .integer || first.type == .number
    for (name, column) in zip(names, columns) where column.type != first.type {
      if first.type.isTextual, column.type.isTextual { continue }
      if isNumeric, column.type == .integer || column.type == .number { continue }
      throw .wrongType(
        column: name, type: column.type, wanted: "\(first.type.name) as in '\(names[0])'")
    }
  }

  private static func checkSize(
    rows: Int, columns: Int, times factor: Int = 1
  ) throws(TableFault) {
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    let (all, second) = cells.multipliedReportingOverflow(by: factor)
    guard !overflow, !second, all <= cellLimit else {
      throw .tooManyCells(rows: rows, columns: columns)
    }
  }
}
