// SPDX-License-Identifier: EUPL-1.2

internal import CPQ

/// An address of the form `postgresql://user:password@host:port/database?option=value`.
///
/// A password may hold signs that part an address; unless they are written as `%40` and the like, a
/// piece of the password would be taken for a host or a database, and be named in a message. Such an
/// address is refused before anything is done with it.
struct PostgreSQLAddress {
  let text: String
  /// The parts of the address by libpq's keywords.
  private let parts: [String: String]

  init(_ text: String) throws(PostgreSQLFault) {
    guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://"),
      !text.utf8.contains(0), let parts = Self.parts(of: text)
    else { throw .unreadableAddress }
    let ports = parts["port"]?.split(separator: ",") ?? []
    guard ports.allSatisfy({ Int($0) != nil }), !(parts["host"] ?? "").contains("@"),
      !(parts["dbname"] ?? "").contains(where: { "@/:?=".contains($0) })
    else { throw .unreadableAddress }
    self.text = text
    self.parts = parts
  }

  /// A part by libpq's keyword, from the address or else from where libpq looks for it.
  subscript(keyword: String) -> String? { parts[keyword] ?? Self.defaults[keyword] }

  /// A text of libpq or the server without the password, should it stand there.
  func redacted(_ message: String, _ passwords: [String]) -> String {
    var message = message
    let secrets = passwords + ["password", "sslpassword"].compactMap { parts[$0] }
    for password in secrets where !password.isEmpty {
      message = message.replacing(password, with: "…")
    }
    return message
  }

  var hasTimeout: Bool { parts["connect_timeout"] != nil }

  private static func parts(of text: String) -> [String: String]? {
    // libpq's own message would show the address, and so is not even asked for.
    PQconninfoParse(text, nil).map(parts)
  }

  /// What the environment says (`PGHOST` and so on), and what libpq was built with.
  private static var defaults: [String: String] { PQconndefaults().map(parts) ?? [:] }

  private static func parts(
    of options: UnsafeMutablePointer<PQconninfoOption>
  ) -> [String: String] {
    defer { PQconninfoFree(options) }
    var parts: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        parts[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    return parts
  }
}
