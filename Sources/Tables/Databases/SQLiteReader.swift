// SPDX-License-Identifier: EUPL-1.2

/// Reads a table, a view or the rows of a query from a SQLite database.
///
/// The database is opened for reading only, and no file is made beside it. Types follow from every
/// value and from what the table's definition says. Texts stay texts, whatever they look like. The
/// rows are read twice within one transaction, so that no more than the finished columns is held.
public struct SQLiteReader: Sendable {
  public let options: DatabaseOptions

  public init(_ options: DatabaseOptions = DatabaseOptions()) { self.options = options }

  /// Reads a file.
  ///
  /// - Throws: `SQLiteFault` with rows and column names, and never a value.
  public func read(path: String) throws(SQLiteFault) -> SourceContent {
    try read(path: path, patience: 5_000)
  }

  /// Reads a file, and waits so many milliseconds for another program's lock.
  package func read(path: String, patience: Int32) throws(SQLiteFault) -> SourceContent {
    let connection = try SQLiteConnection(SQLiteFile(path: path), patience: patience)
    try connection.beginReading()
    let statement = try SQLiteStatement(query(on: connection), on: connection)
    do { try options.check(statement.names) } catch { throw .column(error) }
    let reading = CellReading(powers: PowersOfFive(), mark: UInt8(ascii: "."))
    defer { reading.powers.deallocate() }
    let surveys = try survey(statement, reading)
    let content = try content(statement, surveys, reading)
    guard connection.isUnchanged else { throw .changedWhileRead }
    return content
  }
}

extension SQLiteReader {
  private func query(on connection: SQLiteConnection) throws(SQLiteFault) -> String {
    let name: String
    switch options.selection {
    case .query(let query): return query
    case .table(let wanted):
      let known = try connection.tables()
      // SQLite's names are the same in capitals and small letters.
      guard
        let found = known.first(where: { $0.isExactly(wanted) })
          ?? known.first(where: { $0.lowercased() == wanted.lowercased() })
      else { throw known.isEmpty ? .noTables : .noSuchTable(wanted, known: known) }
      name = found
    case nil:
      let known = try connection.tables()
      guard let first = known.first else { throw .noTables }
      guard known.count == 1 else { throw .severalTables(known) }
      name = first
    }
    return "SELECT * FROM \"\(name.replacing("\"", with: "\"\""))\""
  }

  /// Sees every value once; the columns' types follow.
  private func survey(
    _ statement: SQLiteStatement, _ reading: CellReading
  ) throws(SQLiteFault) -> [SQLiteSurvey] {
    var surveys = zip(statement.names, statement.declarations).map { name, declaration in
      // A type that the pipeline declares counts for more than what the table says.
      let isInstant = options.declaredType(of: name) == .timestamp
      return SQLiteSurvey(name, isInstant ? .instant : declaration, reading)
    }
    let missing = MissingValues(options.missing)
    var row = 0
    while try statement.step() {
      row += 1
      for place in surveys.indices {
        let cell = statement.cell(place)
        let name = surveys[place].name
        if case .blob = cell { throw .blob(column: name, row: row) }
        if case .text(let text) = cell, !text.isValidText {
          throw .column(.unreadableText(column: name, row: row))
        }
        if !missing.includes(cell) { surveys[place].look(at: cell) }
      }
    }
    guard row > 0 else { throw .column(.noRows) }
    return surveys
  }

  private func content(
    _ statement: SQLiteStatement, _ surveys: [SQLiteSurvey], _ reading: CellReading
  ) throws(SQLiteFault) -> SourceContent {
    var columns = surveys.map { survey in
      SQLiteColumn(
        declared(survey.name) ?? survey.finding, holdsTextsOnly: survey.holdsTextsOnly, reading)
    }
    let missing = MissingValues(options.missing)
    statement.rewind()
    var row = 0
    while try statement.step() {
      row += 1
      for place in columns.indices {
        let cell = statement.cell(place)
        if case .text(let text) = cell, !text.isValidText { throw .changedWhileRead }
        try columns[place].append(
          missing.includes(cell) ? .missing : cell, spelling: statement.spelling(place), row: row)
      }
    }
    let wrong = columns.map(\.wrong).filter { $0.count > 0 }
    guard wrong.isEmpty else { throw .column(.wrongTypes(wrong)) }
    var finished: [Column] = []
    var types: [TypeFinding] = []
    for column in columns {
      let (made, finding) = try column.finish()
      finished.append(made)
      types.append(finding)
    }
    return SourceContent(
      table: Table(names: statement.names, columns: finished), types: types,
      notes: notes(surveys, types))
  }

  private func declared(_ name: String) -> TypeFinding? {
    options.declaredType(of: name).map {
      TypeFinding(column: name, type: $0, declared: true, why: "declared")
    }
  }

  private func notes(_ surveys: [SQLiteSurvey], _ types: [TypeFinding]) -> [String] {
    zip(surveys, types).compactMap { survey, type in
      guard type.type == .timestamp, survey.lacksOffset else { return nil }
      return "column '\(survey.name)' has times without an offset, which are taken as UTC"
    }
  }
}

extension MissingValues {
  fileprivate func includes(_ cell: SQLiteCell) -> Bool {
    switch cell {
    case .missing: true
    case .integer(let value): includes(value)
    case .real(let value): includes(value)
    case .text(let text): includes(text)
    case .blob: false
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these bytes are UTF-8 to their end, without NUL.
  var isValidText: Bool {
    UTF8Check.check(UnsafeRawBufferPointer(self)) == .valid(upTo: count)
  }
}
