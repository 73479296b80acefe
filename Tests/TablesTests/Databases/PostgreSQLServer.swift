// SPDX-License-Identifier: EUPL-1.2

import CPQ
import Foundation
import Testing

/// A private server for the tests of one process: on a socket in a folder of its own, without network.
///
/// A shell that holds the server waits for the end of its input, which comes when this process ends in
/// whatever way; it then stops the server and removes the folder.
final class PostgreSQLServer: Sendable {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  static let password = "s3cr3t-Wachtwoord"
  static let absent: Comment = "needs PostgreSQL's server programs (Debian: postgresql)"

  /// Where initdb and postgres lie, the newest version first.
  static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(root)/\($0)/bin" }
      .first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
  }()

  static let isPresent = programs != nil && (getuid() != 0 || hasUser)

  /// The server will not run as root, but as the user that its package makes.
  private static let hasUser =
    getpwnam("postgres") != nil && FileManager.default.isExecutableFile(atPath: "/sbin/runuser")

  /// The server of this process, started when first asked for.
  static let shared = Result { try PostgreSQLServer() }

  let folder: String
  /// Kept open for as long as the server is to run.
  private let input: Int32

  init() throws {
    guard let programs = Self.programs else { throw Failed(description: Self.absent.rawValue) }
    var template = Array("/tmp/proeftuin-postgres-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failed(description: "no folder") }
    let folder = String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self)
    self.folder = folder
    if getuid() == 0, let user = getpwnam("postgres") {
      chown(folder, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    let script = """
      cd '\(folder)' || exit 1
      printf '%s' '\(Self.password)' > password
      '\(programs)/initdb' -D data -U keeper -A scram-sha-256 --pwfile=password -E UTF8 \
        --locale=C --no-sync > log 2>&1
      '\(programs)/postgres' -D data -k '\(folder)' -c listen_addresses= -c fsync=off \
        -c max_connections=50 >> log 2>&1 < /dev/null &
      server=$!
      cat > /dev/null
      kill -QUIT $server
      wait $server
      cd / && rm -rf '\(folder)'/* && rmdir '\(folder)'
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      getuid() == 0
      ? ["runuser", "-u", "postgres", "--", "sh", "-c", script] : ["sh", "-c", script]
    let pipe = Pipe()
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Others that this process starts must not hold it open.
    input = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_DUPFD_CLOEXEC, 0)
    try pipe.fileHandleForWriting.close()
    try waitUntilReady()
  }

  /// An address of this server, with the socket's folder in the place of a host.
  func address(
    user: String = "keeper", password: String? = PostgreSQLServer.password,
    database: String = "postgres"
  ) -> String {
    let secret = password.map { ":" + $0 } ?? ""
    return "postgresql://\(user)\(secret)@/\(database)?host=\(folder)"
  }

  /// Runs statements as the server's keeper.
  func execute(_ statements: String, database: String = "postgres") throws {
    let connection = PQconnectdb(address(database: database))
    defer { PQfinish(connection) }
    let result = PQexec(connection, statements)
    defer { PQclear(result) }
    guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
      throw Failed(description: String(cString: PQerrorMessage(connection)))
    }
  }

  private func waitUntilReady() throws {
    for _ in 0..<300 {
      if (try? execute("SELECT 1")) != nil { return }
      usleep(100_000)
    }
    let log = try? String(contentsOfFile: folder + "/log", encoding: .utf8)
    throw Failed(description: "the server does not start: \(log ?? "no log")")
  }
}
