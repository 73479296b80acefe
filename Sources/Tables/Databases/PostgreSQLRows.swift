// SPDX-License-Identifier: EUPL-1.2

internal import CPQ

/// The rows of a query as `COPY … TO STDOUT` sends them, one at a time.
///
/// The text format is chosen over the binary one: it is the same in every version of the server and
/// for every type, and it carries numbers and times in the spelling that people check against.
struct PostgreSQLRows {
  private let connection: PostgreSQLConnection

  /// Asks for the rows of one statement that the server has understood on its own, so that it cannot
  /// end the brackets it is put in.
  init(_ query: String, _ connection: PostgreSQLConnection) throws(PostgreSQLFault) {
    self.connection = connection
    var query = query[...]
    while let last = query.last, last.isWhitespace || last == ";" { query.removeLast() }
    // The query may end in a comment, which the line end ends.
    try connection.execute("COPY (\(query)\n) TO STDOUT")
  }

  /// Gives every row to `body`, which takes its number and its bytes.
  func read(
    _ body: (Int, UnsafeBufferPointer<UInt8>) throws(PostgreSQLFault) -> Void
  ) throws(PostgreSQLFault) {
    var row = 0
    while let line = try next() {
      defer { PQfreemem(line.baseAddress) }
      row += 1
      try body(row, UnsafeBufferPointer(rebasing: UnsafeBufferPointer(line).dropLast()))
    }
    // Only the server's last word makes the rows all rows.
    var isWhole = false
    while let result = PQgetResult(connection.handle) {
      _ = try connection.checked(result)
      isWhole = true
    }
    guard isWhole else { throw .connectionLost(connection.place) }
  }

  private func next() throws(PostgreSQLFault) -> UnsafeMutableBufferPointer<UInt8>? {
    var line: UnsafeMutablePointer<CChar>?
    let count = PQgetCopyData(connection.handle, &line, 0)
    if count > 0, let line {
      return line.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
        UnsafeMutableBufferPointer(start: $0, count: Int(count))
      }
    }
    guard count == -1 else { throw .connectionLost(connection.place) }
    return nil
  }
}
