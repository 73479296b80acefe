// SPDX-License-Identifier: EUPL-1.2

/// Which database of which server, without who asks: what a record may say of an address.
public struct PostgreSQLPlace: Sendable, Hashable {
  /// A name or number of the network, or the folder of a socket.
  public let host: String
  public let port: String
  public let database: String

  public init(host: String, port: String, database: String) {
    self.host = host
    self.port = port
    self.database = database
  }

  /// The place that an address names; no connection is made.
  ///
  /// - Throws: `PostgreSQLFault.unreadableAddress`.
  public init(address: String) throws(PostgreSQLFault) {
    let address = try PostgreSQLAddress(address)
    host = address["host"] ?? address["hostaddr"] ?? "local socket"
    port = address["port"] ?? "5432"
    database = address["dbname"] ?? address["user"] ?? ""
  }
}

extension PostgreSQLPlace: CustomStringConvertible {
  public var description: String { "database '\(database)' at '\(host)', port \(port)" }
}
