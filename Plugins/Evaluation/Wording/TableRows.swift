// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Reads single cells of a small table by name; what is not there is nil.
struct TableRows {
  let table: Table

  init(_ table: Table) { self.table = table }

  var indices: Range<Int> { 0..<table.rowCount }

  func text(_ name: String, _ row: Int) -> String? { table[name]?.display(at: row) }

  func number(_ name: String, _ row: Int) -> Double? {
    guard let (values, validity) = table[name]?.doubles() else { return nil }
    return validity?[row] ?? true ? values[row] : nil
  }

  func flag(_ name: String, _ row: Int) -> Bool? {
    guard case .boolean(let column) = table[name] else { return nil }
    return column[row]
  }
}

/// Builds a table column by column from values of one kind of row.
struct TableMaker<Row> {
  private let rows: [Row]
  private var columns: [(name: String, column: Column)] = []

  init(_ rows: [Row]) { self.rows = rows }

  mutating func text(_ name: String, _ read: (Row) -> String?) {
    columns.append((name, .text(TextColumn(rows.map(read)))))
  }

  mutating func number(_ name: String, _ read: (Row) -> Double?) {
    columns.append((name, .number(FixedColumn(rows.map(read)))))
  }

  mutating func integer(_ name: String, _ read: (Row) -> Int?) {
    columns.append((name, .integer(FixedColumn(rows.map { row in read(row).map { Int64($0) } }))))
  }

  mutating func flag(_ name: String, _ read: (Row) -> Bool?) {
    columns.append((name, .boolean(BooleanColumn(rows.map(read)))))
  }

  func table() throws(TableFault) -> Table { try Table(columns) }
}
