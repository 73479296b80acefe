// SPDX-License-Identifier: EUPL-1.2

internal import CPQ

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A connection within one transaction that only reads.
final class PostgreSQLConnection {
  let handle: OpaquePointer
  let place: PostgreSQLPlace
  private let address: PostgreSQLAddress

  /// How long to wait for a server that does not answer, in seconds, unless the address says.
  private static let patience = "10"

  init(_ address: PostgreSQLAddress) throws(PostgreSQLFault) {
    self.address = address
    // What stands behind the address counts for more than it, what stands before it for less.
    var options: [(String, String)] = []
    if !address.hasTimeout, getenv("PGCONNECT_TIMEOUT") == nil {
      options.append(("connect_timeout", Self.patience))
    }
    options.append(("fallback_application_name", "proeftuin"))
    options.append(("dbname", address.text))
    options.append(("client_encoding", "UTF8"))
    guard let opened = Self.connect(options) else {
      throw .stopped(code: "53200")
    }
    handle = opened
    place = PostgreSQLPlace(
      host: Self.text(PQhost(opened)), port: Self.text(PQport(opened)),
      database: Self.text(PQdb(opened)))
    guard PQstatus(handle) == CONNECTION_OK else { throw notConnected() }
    // What a function of the database has to say could hold a value, and libpq would print it.
    PQsetNoticeReceiver(handle, { _, _ in }, nil)
  }

  deinit { PQfinish(handle) }

  /// Runs a statement.
  func execute(_ statement: String) throws(PostgreSQLFault) {
    _ = try checked(PQexec(handle, statement))
  }

  /// Runs a query with parameters and gives its rows, NULL as nil.
  func rows(_ query: String, _ parameters: [String] = []) throws(PostgreSQLFault) -> [[String?]] {
    let copies = parameters.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let result = try checked(
      PQexecParams(
        handle, query, Int32(parameters.count), nil, copies.map { UnsafePointer($0) }, nil, nil, 0))
    return (0..<PQntuples(result.handle)).map { row in
      (0..<PQnfields(result.handle)).map { column in
        PQgetisnull(result.handle, row, column) != 0
          ? nil : String(cString: PQgetvalue(result.handle, row, column))
      }
    }
  }

  /// - Throws: what the result says was wrong.
  func checked(_ result: OpaquePointer?) throws(PostgreSQLFault) -> PostgreSQLResult {
    guard let result else { throw .connectionLost(place) }
    let kept = PostgreSQLResult(result)
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_OUT: return kept
    default: throw fault(of: result)
    }
  }
}

/// What the server answered, freed with the last that holds it.
final class PostgreSQLResult {
  let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { PQclear(handle) }
}

extension PostgreSQLConnection {
  private static func connect(_ options: [(String, String)]) -> OpaquePointer? {
    let words = options.map { strdup($0.0) }
    let values = options.map { strdup($0.1) }
    defer { for copy in words + values { free(copy) } }
    return PQconnectdbParams(
      words.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
  }

  private static func text(_ text: UnsafeMutablePointer<CChar>?) -> String {
    text.map { String(cString: $0) } ?? ""
  }

  private func notConnected() -> PostgreSQLFault {
    let message = Self.text(PQerrorMessage(handle))
    // One line for each address that was tried.
    let lines = message.split(separator: "\n").map { line in
      String(line.drop { $0 == " " || $0 == "\t" })
    }
    let reason = address.redacted(lines.joined(separator: "; "), [Self.text(PQpass(handle))])
    if PQconnectionNeedsPassword(handle) != 0 {
      return .password(place, given: false, reason: reason)
    }
    return PQconnectionUsedPassword(handle) != 0
      ? .password(place, given: true, reason: reason) : .notConnected(place, reason: reason)
  }

  private func fault(of result: OpaquePointer) -> PostgreSQLFault {
    func field(_ code: Character) -> String {
      Self.text(PQresultErrorField(result, Int32(code.asciiValue ?? 0)))
    }
    let code = field("C")
    let reason = address.redacted(field("M"), [Self.text(PQpass(handle))])
    // The last class is that of a server that shuts down.
    if PQstatus(handle) == CONNECTION_BAD || code.hasPrefix("57P") || code.isEmpty {
      return .connectionLost(place)
    }
    switch code {
    case "42501": return .noPermission(reason: reason)
    case "25006": return .notReading
    case "55P03": return .locked
    // Names and grammar: the message speaks of the query only.
    case _ where code.hasPrefix("42"): return .query(reason: reason)
    default: return .stopped(code: code)
    }
  }
}
