// SPDX-License-Identifier: EUPL-1.2

internal import CPQ

/// Reads a table, a view or the rows of a query from a PostgreSQL database.
///
/// All is read within one transaction that cannot write. Types follow from what the server says of
/// each column, and where that leaves a choice from every value. No message holds a password or a
/// value: of what goes wrong while rows are read the server's code is named, not its words.
public struct PostgreSQLReader: Sendable {
  public let options: DatabaseOptions

  public init(_ options: DatabaseOptions = DatabaseOptions()) { self.options = options }

  /// Reads from the database at an address of the form `postgresql://user@host:port/database`.
  ///
  /// A password comes from the address, `PGPASSWORD` or `~/.pgpass`, and a part that the address
  /// leaves out from where libpq looks for it. A server that does not answer is waited for 10 seconds,
  /// unless `connect_timeout` says otherwise.
  /// - Throws: `PostgreSQLFault` with rows and column names, and never a value or password.
  public func read(address: String) throws(PostgreSQLFault) -> SourceContent {
    let connection = try PostgreSQLConnection(PostgreSQLAddress(address))
    try begin(connection)
    let catalog = PostgreSQLCatalog(connection: connection)
    let request = try catalog.request(options.selection)
    let described = try describe(request.query, catalog)
    do { try options.check(described.map(\.name)) } catch { throw .column(error) }
    let reading = CellReading(powers: PowersOfFive(), mark: UInt8(ascii: "."))
    defer { reading.powers.deallocate() }
    let missing = MissingValues(options.missing)
    var columns: [PostgreSQLColumn] = []
    for (name, type) in described {
      columns.append(
        try PostgreSQLColumn(
          name, type, declared: options.declaredType(of: name), missing: missing, reading))
    }
    try fill(&columns, from: PostgreSQLRows(request.query, connection))
    return try content(columns, request.notes)
  }
}

extension PostgreSQLReader {
  /// Begins a transaction that sees one moment, cannot write, and spells values in one way only.
  ///
  /// Reading by several processes at once, or from where another reader is, would let rows without an
  /// order come in another one each time.
  private func begin(_ connection: PostgreSQLConnection) throws(PostgreSQLFault) {
    try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    for setting in [
      "datestyle = 'ISO, YMD'", "timezone = 'UTC'", "extra_float_digits = 3",
      "bytea_output = 'hex'", "lock_timeout = '30s'", "synchronize_seqscans = off",
      "max_parallel_workers_per_gather = 0",
    ] {
      try connection.execute("SET LOCAL \(setting)")
    }
  }

  /// Has the server understand the query, which runs nothing, and say what its columns are.
  private func describe(
    _ query: String, _ catalog: PostgreSQLCatalog
  ) throws(PostgreSQLFault) -> [(name: String, type: PostgreSQLType)] {
    // A NUL would end the statement unseen.
    guard !query.utf8.contains(0) else { throw .query(reason: "it has a NUL byte") }
    let connection = catalog.connection
    _ = try connection.checked(PQprepare(connection.handle, "", query, 0, nil))
    let result = try connection.checked(PQdescribePrepared(connection.handle, ""))
    let parameters = Int(PQnparams(result.handle))
    guard parameters == 0 else { throw .parameters(parameters) }
    let places = 0..<PQnfields(result.handle)
    guard !places.isEmpty else { throw .notReading }
    let numbers = places.map { PQftype(result.handle, $0) }
    let names = try catalog.names(ofTypes: Set(numbers))
    return zip(places, numbers).map { place, number in
      let name = PQfname(result.handle, place).map { String(cString: $0) } ?? ""
      let modifier = Int(PQfmod(result.handle, place))
      return (name, PostgreSQLType(number, modifier: modifier, names: names))
    }
  }

  private func fill(
    _ columns: inout [PostgreSQLColumn], from rows: PostgreSQLRows
  ) throws(PostgreSQLFault) {
    var fields = PostgreSQLFields()
    var count = 0
    try rows.read { (row, line) throws(PostgreSQLFault) in
      count = row
      var found = 0
      do throws(DatabaseColumnFault) {
        let isText = line.isValidText
        found = try fields.split(line) { (place, text) throws(DatabaseColumnFault) in
          guard columns.indices.contains(place) else { return }
          if !isText, let text, !text.isValidText {
            throw .unreadableText(column: columns[place].name, row: row)
          }
          try columns[place].append(text, row: row)
        }
      } catch {
        throw .column(error)
      }
      // The code of a server that does not keep to the protocol.
      guard found == columns.count else { throw .stopped(code: "08P01") }
    }
    guard count > 0 else { throw .column(.noRows) }
    let wrong = columns.map(\.wrong).filter { $0.count > 0 }
    guard wrong.isEmpty else { throw .column(.wrongTypes(wrong)) }
  }

  private func content(
    _ columns: [PostgreSQLColumn], _ notes: [String]
  ) throws(PostgreSQLFault) -> SourceContent {
    var finished: [Column] = []
    var types: [TypeFinding] = []
    var notes = notes
    for column in columns {
      do {
        let (made, finding, more) = try column.finish()
        finished.append(made)
        types.append(finding)
        notes += more
      } catch {
        throw .column(.tooMuchText(column: column.name))
      }
    }
    return SourceContent(
      table: Table(names: columns.map(\.name), columns: finished), types: types, notes: notes)
  }
}
