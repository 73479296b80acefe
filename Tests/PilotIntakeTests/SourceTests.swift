// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables
import Testing

@testable import PilotIntake

/// Every format that an intake takes, by its name and by `format:`.
struct SourceTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "TablesTests/Fixtures/StatisticalFiles")

  private static let cases = Result {
    try Table([
      ("id", .integer(FixedColumn([1, 2, 3]))),
      ("center", .category(CategoryColumn(["north", "south", nil]))),
      ("paid", .decimal(FixedColumn([1_050, nil, 99]), scale: 2)),
    ])
  }

  private static func intake(_ name: String, _ bytes: [UInt8], with yaml: String = "") async throws
    -> PilotRun.Result
  {
    try await withFiles(bytes: [name: bytes]) { folder in
      try await PilotRun("intake", with: "source: \(name)\n" + yaml, in: folder)()
    }
  }

  private static func fault(
    _ name: String, _ bytes: [UInt8], with yaml: String = ""
  ) async throws -> StageFault {
    try await withFiles(bytes: [name: bytes]) { folder in
      try await PilotRun("intake", with: "source: \(name)\n" + yaml, in: folder).fault()
    }
  }

  @Test(arguments: ["cases.arrow", "cases.feather"])
  func `an Arrow file keeps its types`(name: String) async throws {
    let table = try Self.cases.get()
    let result = try await Self.intake(name, ArrowFile.encode(table))
    #expect(try result.table("cases") == table)
    #expect(try result.texts("quality", "why")[0] == "the file declares it")
  }

  @Test func `an Arrow stream is read as well`() async throws {
    let table = try Self.cases.get()
    let result = try await Self.intake("cases.arrows", ArrowStream.encode(table))
    #expect(try result.table("cases") == table)
  }

  @Test(arguments: [("cases.jsonl", ""), ("cases.txt", "format: json-lines\n")])
  func `JSON lines are read by their name or format`(name: String, with: String) async throws {
    let lines = "{\"id\": 1, \"paid\": 10.5}\n{\"id\": 2, \"center\": \"north\"}\n"
    let result = try await Self.intake(name, Array(lines.utf8), with: with)
    #expect(try result.table("cases").names == ["id", "paid", "center"])
    #expect(try result.texts("cases", "paid") == ["10.5", nil])
  }

  @Test func `a file of SPSS keeps labels and reasons for missing values`() async throws {
    let bytes = try Array(Data(contentsOf: Self.fixtures.appending(path: "survey.sav")))
    let result = try await Self.intake("cases.sav", bytes)
    let cases = try result.table("cases")
    #expect(cases.rowCount == 4)
    #expect(cases.names.contains { $0.hasSuffix("_missing") })
  }

  @Test func `a SQLite table and a query are read`() async throws {
    guard let python = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] else { return }
    try await withFiles(["make.py": Self.script]) { folder in
      let process = Process()
      process.executableURL = URL(filePath: python)
      process.arguments = ["\(folder)/make.py", "\(folder)/cases.sqlite"]
      try process.run()
      process.waitUntilExit()
      let whole = try await PilotRun("intake", with: "source: cases.sqlite", in: folder)()
      #expect(try whole.texts("cases", "name") == ["a", "b"])
      let yaml = "source: cases.sqlite\nquery: select id from people where name = 'b'"
      let part = try await PilotRun("intake", with: yaml, in: folder)()
      #expect(try part.texts("cases", "id") == ["2"])
      let wrong = try await PilotRun("intake", with: "source: cases.sqlite\ntable: x", in: folder)
        .fault()
      #expect(wrong.parameter == "table")
    }
  }

  private static let script = """
    import sqlite3, sys
    c = sqlite3.connect(sys.argv[1])
    c.execute("create table people (id integer, name text)")
    c.executemany("insert into people values (?, ?)", [(1, "a"), (2, "b")])
    c.commit()
    """

  @Test func `a compressed file is read by its name`() async throws {
    // An empty gzip member, then text that is not compressed at all: the fault names the compression.
    let fault = try await Self.fault("cases.csv.gz", [0x1F, 0x8B, 8, 0, 0, 0])
    #expect(fault.parameter == "source")
    #expect(fault.message.contains("compressed"))
  }

  @Test(arguments: [
    ("cases.parquet", "", "source", "Parquet"), ("cases.xls", "", "source", "'.xls'"),
    ("cases.csv", "table: people\n", "table", "a database"),
    ("cases.csv", "range: B2:C4\n", "range", "an Excel workbook"),
    ("cases.arrow", "columns: {id: text}\n", "columns", "does not declare its types"),
    ("cases.csv", "format: postgresql\n", "source", "named by its address"),
    ("cases.sqlite", "table: a\nquery: select 1\n", "query", "both say what is read"),
  ])
  func `settings that do not go together are named`(
    name: String, with: String, parameter: String, message: String
  ) async throws {
    let fault = try await Self.fault(name, Array("id\n1\n".utf8), with: with)
    #expect(fault.parameter == parameter)
    #expect(fault.message.contains(message))
  }

  @Test func `an address with a password is refused where it stands`() throws {
    let run = try PilotRun("intake", with: "source: 1️⃣postgresql://ann:secret@db/cases")
    #expect(
      run.reports == [
        "1️⃣": "'source' holds a password, which anybody who reads the file sees"
      ])
    #expect(run.reading.diagnostics.map(\.code.rawValue) == ["password-in-address"])
  }

  @Test(arguments: [
    "postgresql://db/cases?sslpassword=secret", "postgresql://db/cases?%70assword=secret",
    "postgresql://ann:se/cret@db/cases",
  ])
  func `a password is found wherever an address may hold one`(address: String) throws {
    let run = try PilotRun("intake", with: "source: \"\(address)\"")
    #expect(run.reading.diagnostics.map(\.code.rawValue) == ["password-in-address"])
  }

  @Test func `the key tells a compressed TSV from a compressed CSV`() throws {
    let keys = try ["cases.csv.gz", "cases.tsv.gz", "old.tsv.gz"].map { name in
      try #require(PilotRun("intake", with: "source: \(name)").loaded).parameters["source"]
    }
    #expect(keys[0] != keys[1])
    #expect(keys[1] == keys[2])
  }

  @Test func `the key of a database names no user`() throws {
    let run = try PilotRun("intake", with: "source: postgresql://ann@db:5433/cases?sslmode=require")
    let json = try #require(run.loaded).parameters["source"]
    #expect(json == ["address": "postgresql://db:5433/cases?sslmode=require"])
  }

  @Test func `a server that is not there is one fault without the user`() async throws {
    let fault = try await PilotRun(
      "intake", with: "source: postgresql://ann@127.0.0.1:1/cases?connect_timeout=2"
    ).fault()
    #expect(fault.parameter == "source")
    #expect(!fault.message.contains("ann"))
  }
}
