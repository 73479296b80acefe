// SPDX-License-Identifier: EUPL-1.2

import StageKit
import StageTesting
import Tables
import Testing

@testable import External

/// Tables handed over as CSV, for programs that know no Arrow.
struct CSVExchangeTests {
  private static func stage(_ output: String) -> String {
    """
    write:
      summary: Writes a table.
      inputs: {cases: {kind: table, help: Cases.}}
      outputs:
        cases: {kind: table, help: Cases., \(output)}
        seen: {kind: file, media_type: text/csv, help: What came in.}
      format: csv
    """
  }

  private func run(
    _ output: String, rows: Int = 3, program: String
  ) async throws -> PluginRun {
    let plugin = try ShellPlugin(
      Self.stage(output),
      program: """
        cd "$folder"
        cp inputs/cases.csv outputs/seen.csv
        \(program)
        """)
    return try await plugin.run(
      "a: {use: give/cases, with: {rows: \(rows)}}\nb: {use: p/write, from: a}")
  }

  @Test func `a table is written as the protocol says`() async throws {
    let run = try await run("extends: cases", program: "cp inputs/cases.csv outputs/cases.csv")
    #expect(
      try run.text("b", "seen").replacing("\r\n", with: "\n") == """
        n,share,amount,flag,name,site,day,at
        1,0,0.00,true,"a, ""b""
        c",site 0,2024-10-04,1970-01-01T00:00:00Z
        2,,12.50,false,"",,,1970-01-02T00:00:00Z
        3,0.5,25.00,,,site 0,2024-10-06,1970-01-03T00:00:00Z

        """)
  }

  @Test func `columns that are passed on keep their types and their missing values`() async throws {
    let run = try await run("extends: cases", program: "cp inputs/cases.csv outputs/cases.csv")
    let (given, got) = (try run.table("a"), try run.table("b"))
    for name in given.schema.map(\.name) where name != "name" {
      #expect(try got.column(name) == given.column(name), "\(name)")
    }
    #expect(try got.shown("name")[0] == given.shown("name")[0])
    #expect(got.schema == given.schema)
  }

  @Test func `an empty table keeps its columns and types`() async throws {
    let run = try await run(
      "extends: cases, columns: {new: date}", rows: 0,
      program: "sed 's/$/,new/' inputs/cases.csv | tr -d '\\r' > outputs/cases.csv")
    let (given, got) = (try run.table("a").schema, try run.table("b").schema)
    #expect(try run.table("b").rowCount == 0)
    #expect(got.map(\.name) == given.map(\.name) + ["new"])
    #expect(got.map(\.type) == given.map(\.type) + [.date])
  }

  @Test func `declared columns have the declared type`() async throws {
    let run = try await run(
      "columns: {code: text, when: date, yes: boolean, x: number, t: timestamp, any: any}",
      program: """
        printf 'code,when,yes,x,t,any\\n' > outputs/cases.csv
        printf '007,2026-11-25,true,1,2026-11-25T21:00:00Z,5\\n,,,,,\\n' >> outputs/cases.csv
        """)
    let table = try run.table("b")
    #expect(
      table.schema.map { "\($0.name) \($0.type.name)" } == [
        "code text", "when date", "yes boolean", "x number", "t timestamp", "any integer",
      ])
    #expect(try table.shown("code") == ["007", "–"])
    #expect(table.schema.allSatisfy { table[$0.name]?.missingCount == 1 })
  }

  @Test func `other columns have the type of their namesake in the input, or one that is inferred`()
    async throws
  {
    let run = try await run(
      "columns: {n: number}",
      program: "printf 'n,name,new\\n1,5,2.5\\n2,6,3\\n' > outputs/cases.csv")
    #expect(
      try run.table("b").schema.map { "\($0.name) \($0.type.name)" }
        == ["n number", "name text", "new number"])
  }

  @Test func `a column that is only named like one of the input may be something else`()
    async throws
  {
    let run = try await run(
      "columns: {x: integer}", program: "printf 'x,day,n\\n1,soon,1.5\\n' > outputs/cases.csv")
    #expect(
      try run.table("b").schema.map { "\($0.name) \($0.type.name)" }
        == ["x integer", "day text", "n number"])
  }

  @Test func `a declared column that is something else is a fault`() async throws {
    let run = try await run(
      "columns: {when: date}", program: "printf 'when\\nsoon\\n' > outputs/cases.csv")
    #expect(try run.message("b").hasPrefix("its output 'cases' does not read: "))
  }
}
