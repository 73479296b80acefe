// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

@Suite(.enabled(if: PostgreSQLServer.isPresent, PostgreSQLServer.absent))
struct PostgreSQLConnectionTests {
  private func fault(_ address: String, _ query: String = "SELECT 1 AS a") -> PostgreSQLFault? {
    #expect(throws: PostgreSQLFault.self) {
      try PostgreSQLReader(DatabaseOptions(.query(query))).read(address: address)
    }
  }

  @Test func `a wrong password is never shown`() throws {
    let server = try PostgreSQLServer.shared.get()
    let found = fault(server.address(password: "fout-Wachtwoord"))
    guard case .password(let place, true, let reason) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(place == PostgreSQLPlace(host: server.folder, port: "5432", database: "postgres"))
    #expect(reason.contains("password authentication failed"))
    let shown = String(reflecting: found) + (found?.description ?? "")
    #expect(!shown.contains("Wachtwoord"))
  }

  @Test func `a password that a message would hold is left out of it`() throws {
    let server = try PostgreSQLServer.shared.get()
    let found = fault(server.address(user: "hetzelfde", password: "hetzelfde"))
    #expect(found?.description.contains("hetzelfde") == false)
    #expect(found?.description.contains("\"…\"") == true)
  }

  @Test func `a lacking password is a fault that says where it may stand`() throws {
    let server = try PostgreSQLServer.shared.get()
    let found = fault(server.address(user: "nobody-here", password: nil))
    guard case .password(_, given: false, _) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(found?.help == "set PGPASSWORD, or put the password into ~/.pgpass")
  }

  @Test func `a password may stand in a file of passwords`() throws {
    let server = try PostgreSQLServer.shared.get()
    try TemporaryFolder.with { folder in
      let path = folder + "/passwords"
      try TemporaryFolder.write(Array("*:*:*:keeper:\(PostgreSQLServer.password)".utf8), to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      let options = DatabaseOptions(.query("SELECT 1 AS a"))
      let content = try PostgreSQLReader(options)
        .read(address: server.address(password: nil) + "&passfile=" + path)
      #expect(content.table.rowCount == 1)
    }
  }

  @Test func `a database that is not there is named with its place`() throws {
    let server = try PostgreSQLServer.shared.get()
    let found = fault(server.address(database: "nowhere"))
    #expect(
      found?.description.hasPrefix(
        "no connection to database 'nowhere' at '\(server.folder)', port 5432: ") == true)
    #expect(found?.description.contains(#"database "nowhere" does not exist"#) == true)
  }

  @Test func `a killed server is a fault of the connection, not half a table`() throws {
    let own = try PostgreSQLServer()
    let slow = """
      SELECT n AS a, CASE WHEN n = 200000 THEN
        (SELECT pg_terminate_backend(pg_backend_pid())::text) ELSE 'x' END AS b
      FROM generate_series(1, 300000) AS n
      """
    let place = PostgreSQLPlace(host: own.folder, port: "5432", database: "postgres")
    #expect(fault(own.address(), slow) == .connectionLost(place))
    // The server as a whole, while rows come.
    let address = own.address()
    let folder = own.folder
    let killer = Thread {
      usleep(500_000)
      let lines = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
      if let number = lines?.split(separator: "\n").first.flatMap({ Int32($0) }) {
        kill(number, SIGQUIT)
      }
    }
    killer.start()
    let endless = "SELECT n AS a FROM generate_series(1, 1000000000) AS n WHERE n % 1000 = 0"
    #expect(fault(address, endless) == .connectionLost(place))
  }
}

/// What needs no server.
struct PostgreSQLAddressTests {
  private func fault(_ address: String) -> PostgreSQLFault? {
    #expect(throws: PostgreSQLFault.self) {
      try PostgreSQLReader(DatabaseOptions(.query("SELECT 1 AS a"))).read(address: address)
    }
  }

  @Test(arguments: [
    "", "cases.db", "mysql://host/db", "host=x password=geheim", "postgresql://u:gehe%im@host/db",
    "postgresql://u:gehe/im@host/db", "postgresql://u:123/geheim@host/db",
    "postgresql://u:gehe@im@host/db", "postgresql://u:geheim@host/db?nonsense=1",
    "postgresql://u:geheim@host:port/db", "postgresql://[::1/geheim",
  ])
  func `an address that cannot be read, or in two ways, is refused without being shown`(
    address: String
  ) {
    let found = fault(address)
    #expect(found == .unreadableAddress)
    let shown = found.map { $0.description + $0.help } ?? ""
    #expect(!shown.contains("geheim"))
  }

  @Test func `the place of an address is without user and password`() throws {
    let place = try PostgreSQLPlace(address: "postgresql://me:geheim@db.example:5433/cases")
    #expect(place == PostgreSQLPlace(host: "db.example", port: "5433", database: "cases"))
    #expect(place.description == "database 'cases' at 'db.example', port 5433")
    let own = try PostgreSQLPlace(address: "postgresql://me@/?host=/run/sockets")
    #expect(own.host == "/run/sockets")
  }

  @Test func `a server that is not there is named by host, port and database`() {
    let found = fault("postgresql://somebody:geheim@127.0.0.1:1/cases")
    let place = PostgreSQLPlace(host: "127.0.0.1", port: "1", database: "cases")
    guard case .notConnected(place, let reason) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(reason.contains("Connection refused"))
    #expect(!reason.contains("geheim") && !reason.contains("\n"))
  }

  @Test func `a server that does not answer is given up after the time that the address says`()
    throws
  {
    // A socket that takes connections and says nothing.
    try TemporaryFolder.with { folder in
      let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      let path = Array((folder + "/.s.PGSQL.5432").utf8)
      try #require(path.count < 108)
      withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path) }
      let size = socklen_t(MemoryLayout<sockaddr_un>.size)
      let bound = withUnsafePointer(to: &name) { name in
        name.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
      }
      try #require(bound == 0 && listen(socket, 5) == 0)
      let begun = ContinuousClock.now
      let found = fault("postgresql://u@/db?host=\(folder)&connect_timeout=2")
      #expect(begun.duration(to: .now) < .seconds(8))
      guard case .notConnected(_, let reason) = found else {
        Issue.record("\(String(describing: found))")
        return
      }
      #expect(reason.contains("timeout"))
    }
  }
}
