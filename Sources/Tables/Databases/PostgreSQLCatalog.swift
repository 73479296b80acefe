// SPDX-License-Identifier: EUPL-1.2

/// What the server knows of its tables and types.
struct PostgreSQLCatalog {
  let connection: PostgreSQLConnection

  /// A query, and what people should know of it.
  struct Request {
    let query: String
    var notes: [String] = []
  }

  func request(_ selection: DatabaseSelection?) throws(PostgreSQLFault) -> Request {
    switch selection {
    case .query(let query): return Request(query: query)
    case .table(let name):
      if let request = try table(name) { return request }
      let known = try tables()
      throw known.isEmpty ? .noTables : .noSuchTable(name, known: known)
    case nil:
      let known = try tables()
      guard let first = known.first else { throw .noTables }
      guard known.count == 1, let request = try table(first) else { throw .severalTables(known) }
      return request
    }
  }

  /// The names of types that are not the server's own, and whether their values are texts.
  func names(
    ofTypes numbers: Set<UInt32>
  ) throws(PostgreSQLFault) -> [UInt32: (name: String, isText: Bool)] {
    let list = "{\(numbers.map(String.init).joined(separator: ","))}"
    let rows = try connection.rows(
      """
      SELECT oid, format_type(oid, NULL), typtype = 'e' OR typcategory = 'S'
      FROM pg_catalog.pg_type WHERE oid = ANY ($1::oid[])
      """, [list])
    return rows.reduce(into: [:]) { names, row in
      guard let number = row[0].flatMap({ UInt32($0) }) else { return }
      names[number] = (row[1] ?? "", row[2] == "t")
    }
  }
}

extension PostgreSQLCatalog {
  /// Finds a table as written, else by the rules of SQL (small letters unless quoted, search path).
  ///
  /// Rows of a table have no order of their own: they are read in that of its primary key, so that two
  /// readings of the same rows give the same table.
  private func table(_ name: String) throws(PostgreSQLFault) -> Request? {
    let number = try number(ofTable: name)
    guard let number else { return nil }
    let rows = try connection.rows(
      """
      SELECT format('%I.%I', n.nspname, c.relname), (
        SELECT string_agg(
          quote_ident(a.attname), ', ' ORDER BY array_position(i.indkey::int2[], a.attnum))
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = c.oid AND i.indisprimary)
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = $1::oid AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
      """, [number])
    guard let row = rows.first, let found = row[0] else { return nil }
    guard let key = row[1] else {
      return Request(
        query: "SELECT * FROM \(found)",
        notes: [
          "'\(name)' has no primary key, so its rows are in the order that the server chose"
        ])
    }
    return Request(query: "SELECT * FROM \(found) ORDER BY \(key)")
  }

  private func number(ofTable name: String) throws(PostgreSQLFault) -> String? {
    let exact = try connection.rows(
      """
      SELECT oid FROM pg_catalog.pg_class
      WHERE relname = $1 AND pg_table_is_visible(oid) AND relkind IN ('r', 'v', 'm', 'f', 'p')
      """, [name])
    if let number = exact.first?[0] { return number }
    // A name that SQL cannot read is no table's; the fault would end the transaction.
    try connection.execute("SAVEPOINT name")
    do {
      return try connection.rows("SELECT to_regclass($1)::oid", [name]).first?[0]
    } catch {
      if case .connectionLost = error { throw error }
      try connection.execute("ROLLBACK TO SAVEPOINT name")
      return nil
    }
  }

  /// The tables and views that are not the server's own, in the order of their names.
  private func tables() throws(PostgreSQLFault) -> [String] {
    try connection.rows(
      """
      SELECT CASE WHEN pg_table_is_visible(c.oid) THEN quote_ident(c.relname)
        ELSE format('%I.%I', n.nspname, c.relname) END AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
      """
    ).compactMap { $0[0] }.sorted { $0.isExactlyBefore($1) }
  }
}
