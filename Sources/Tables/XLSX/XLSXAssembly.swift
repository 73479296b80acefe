// SPDX-License-Identifier: EUPL-1.2

/// Makes a table of a sheet's cells: header, types, columns.
struct XLSXAssembly {
  private let cells: XLSXCells
  private let sheet: String
  private let options: XLSXOptions
  private let missing: XLSXMissing

  init(_ cells: XLSXCells, sheet: String, _ options: XLSXOptions) {
    self.cells = cells
    self.sheet = sheet
    self.options = options
    missing = XLSXMissing(options.missing)
  }

  func table() throws(XLSXFault) -> (Table, [TypeFinding]) {
    let firstRow = options.header ? 1 : 0
    guard cells.sheetRows.count > firstRow else { throw .noRows(sheet: sheet) }
    let columns = try options.header ? namedColumns() : numberedColumns()
    try checkDeclared(columns)
    let typing = XLSXTyping(cells: cells, missing: missing)
    let conversion = XLSXConversion(
      cells: cells, missing: missing, rowCount: cells.sheetRows.count - firstRow,
      firstRow: firstRow)
    var result: [(name: String, column: Column)] = []
    var types: [TypeFinding] = []
    var wrong: [XLSXFault.WrongCells] = []
    for column in columns {
      let finding = declared(column.name) ?? typing.finding(column)
      types.append(finding)
      switch try converted(column, finding.type, conversion) {
      case .column(let made): result.append((column.name, made))
      case .wrong(let found): wrong.append(found)
      }
    }
    guard wrong.isEmpty else { throw .wrongTypes(wrong) }
    do {
      return (try Table(result), types)
    } catch {
      throw .table(error)
    }
  }

  private func converted(
    _ column: XLSXColumn, _ type: ColumnType, _ conversion: XLSXConversion
  ) throws(XLSXFault) -> XLSXConversion.Outcome {
    do {
      return try conversion.column(column, type)
    } catch {
      throw .table(error)
    }
  }

  private func declared(_ name: String) -> TypeFinding? {
    options.columns.first { $0.key.isExactly(name) }.map {
      TypeFinding(column: name, type: $0.value, declared: true, why: "declared")
    }
  }

  private func checkDeclared(_ columns: [XLSXColumn]) throws(XLSXFault) {
    let names = Set(columns.map { ExactText($0.name) })
    let unknown = options.columns.keys.filter { !names.contains(ExactText($0)) }
    guard unknown.isEmpty else {
      throw .unknownColumns(
        unknown.sorted { $0.isExactlyBefore($1) }, known: columns.map(\.name))
    }
  }
}

extension XLSXAssembly {
  private func namedColumns() throws(XLSXFault) -> [XLSXColumn] {
    var columns: [XLSXColumn] = []
    var places: [ExactText: String] = [:]
    for (position, all) in cells.columns.enumerated() {
      guard let first = all.first else { continue }
      let cell = XLSXAddress(row: cells.sheetRows[0], column: position).description
      let name = first.row == 0 ? cells.display(first) ?? "" : ""
      guard !name.allSatisfy(\.isWhitespace) else { throw .emptyHeader(cell: cell) }
      if let earlier = places.updateValue(cell, forKey: ExactText(name)) {
        throw .duplicateHeader(name, first: earlier, second: cell)
      }
      columns.append(XLSXColumn(name: name, position: position, cells: all.dropFirst()))
    }
    return columns
  }

  private func numberedColumns() -> [XLSXColumn] {
    let used = cells.columns.indices.filter { !cells.columns[$0].isEmpty }
    return used.enumerated().map { number, position in
      XLSXColumn(
        name: "column\(number + 1)", position: position, cells: cells.columns[position][...])
    }
  }
}
