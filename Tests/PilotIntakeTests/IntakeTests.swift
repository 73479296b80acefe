// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import PilotIntake

struct IntakeTests {
  private static let people = """
    pid,age,income,status,opt_out
    a,17,100,Processed,false
    b,44,NA,,false
    c,30,0,Denied,true
    d,,250,Processed,false
    e,52,400,Denied,false

    """

  @Test(arguments: ["intake", "card", "synthesize", "assign"])
  func `a stage is fit to publish`(name: String) {
    let problems =
      switch name {
      case "intake": checkStage(Intake.self, plugin: "pilot")
      case "card": checkStage(Card.self, plugin: "pilot")
      case "synthesize": checkStage(Synthesize.self, plugin: "pilot")
      default: checkStage(Assign.self, plugin: "pilot")
      }
    // The card of the example stands in a file that is not there.
    #expect(problems.filter { !$0.contains("cards/tilburg.yaml") } == [])
  }

  @Test func `all rows of a file are cases where nothing is asked`() async throws {
    let result = try await intake(Self.people, with: "missing: [\"\", NA]")
    #expect(try result.table("cases").rowCount == 5)
    #expect(
      try result.table("cases").schema.map(\.type.name).prefix(3) == ["text", "integer", "integer"])
    #expect(result.artifacts["pilot"] == nil)
  }

  @Test func `every exclusion is counted under its reason, in order, once`() async throws {
    let result = try await intake(
      Self.people,
      with: """
        missing: ["", NA]
        eligible:
          adult: age >= parameters.limit
          not opted out: not(opt_out)
          some income: income > 0
        """)
    #expect(
      try result.texts("flow", "step")
        == ["read", "excluded", "excluded", "excluded", "eligible"])
    #expect(
      try result.texts("flow", "reason") == [nil, "adult", "not opted out", "some income", nil])
    #expect(try result.texts("flow", "count") == ["5", "2", "1", "1", "1"])
    #expect(try result.texts("flow", "remaining") == ["5", "3", "2", "1", "1"])
    #expect(try result.texts("cases", "pid") == ["e"])
  }

  @Test func `a condition that is open for want of a value excludes and says so`() async throws {
    let result = try await intake(Self.people, with: "missing: ['', NA]\neligible: age >= 18")
    #expect(try result.texts("flow", "reason") == [nil, "not eligible", nil])
    #expect(
      result.notes == ["1 cases are excluded since 'not eligible' is open: a value is missing"])
  }

  @Test func `a later condition need not be safe for cases that are out already`() async throws {
    let result = try await intake(
      "a,b\n1,0\n4,2\n6,2\n", with: "eligible:\n  some: b > 0\n  much: a / b > 2")
    #expect(try result.texts("cases", "a") == ["6"])
  }

  @Test func `derived columns use columns before them, and null stays null`() async throws {
    let result = try await intake(
      Self.people,
      with: """
        missing: ["", NA]
        derive:
          done: if status = null then null else status = "Processed"
          label: if done then "yes" else "no"
          double: income * 2
        """)
    #expect(try result.texts("cases", "done") == ["true", nil, "false", "true", "false"])
    #expect(try result.texts("cases", "double") == ["200", nil, "0", "500", "800"])
    #expect(try result.texts("quality", "why").suffix(3) == ["derived", "derived", "derived"])
  }

  @Test func `conditions see derived columns`() async throws {
    let result = try await intake(
      Self.people, with: "missing: ['', NA]\nderive: {old: age > 50}\neligible: old")
    #expect(try result.texts("cases", "pid") == ["e"])
  }

  @Test func `quality tells type, gaps and different values of each column`() async throws {
    let result = try await intake(Self.people, with: "missing: ['', NA]")
    #expect(
      try result.texts("quality", "column") == ["pid", "age", "income", "status", "opt_out"])
    #expect(try result.texts("quality", "missing") == ["0", "1", "1", "1", "0"])
    #expect(try result.texts("quality", "distinct") == ["5", "4", "4", "2", "2"])
  }

  @Test func `repeated keys are counted by row, and their values stay unsaid`() async throws {
    let result = try await intake(
      "k,l\n1,x\n1,x\n1,y\n,x\n1,x\n", with: "key: [k, l]\nmissing: ['']")
    #expect(
      try result.texts("quality", "rule").suffix(2) == ["the key is unique", "the key is complete"])
    #expect(try result.texts("quality", "breaches").suffix(2) == ["2", "1"])
    #expect(try result.texts("quality", "examples").suffix(2) == ["data row 2, 5", "data row 4"])
    #expect(result.notes == ["2 cases repeat the key 'k + l'; see 'quality'"])
  }

  @Test func `only eligible cases need a key of their own`() async throws {
    let result = try await intake("k,year\n1,2025\n1,2026\n", with: "key: k\neligible: year = 2026")
    #expect(try result.texts("quality", "breaches").suffix(2) == ["0", "0"])
  }

  @Test func `columns that the checker may know are those of the header and the derived ones`()
    async throws
  {
    try await withFiles(["cases.csv": Self.people]) { folder in
      let run = try PilotRun(
        "intake",
        with: """
          source: cases.csv
          columns: {pid: text, age: integer, income: number, status: category, opt_out: boolean}
          derive: {old: age > 50}
          identifiers: pid
          """, in: folder)
      let known = try #require(run.loaded).outputColumns(KnownColumns())
      #expect(
        known["cases"] == [
          ColumnPromise("pid", .text), ColumnPromise("age", .integer),
          ColumnPromise("income", .number), ColumnPromise("status", .category),
          ColumnPromise("opt_out", .boolean), ColumnPromise("old", .boolean),
        ])
      #expect(run.reading.columns.map(\.name).contains("status"))
    }
  }

  @Test func `what a stage promises is what it gives`() async throws {
    try await withFiles(["cases.csv": Self.people]) { folder in
      let run = try PilotRun(
        "intake", with: "source: cases.csv\nmissing: ['', NA]\nkey: pid", in: folder)
      let known = try #require(run.loaded).outputColumns(KnownColumns())
      let result = try await run()
      for port in ["cases", "flow", "quality"] {
        let table = try result.table(port)
        #expect(known[port]?.map(\.name) == table.names)
        for promise in known[port] ?? [] where promise.type != nil {
          #expect(table[promise.name]?.type == promise.type)
        }
      }
    }
  }

  @Test func `cases that another stage made are taken in like those of a file`() async throws {
    let cases = try await intake(Self.people, with: "missing: ['', NA]").table("cases")
    let run = try PilotRun(
      "intake", with: "key: pid\nderive: {old: age > 50}\neligible: {adult: age >= 18}")
    let result = try await run(["cases": cases])
    #expect(try result.texts("cases", "pid") == ["b", "c", "e"])
    #expect(try result.texts("flow", "count") == ["5", "2", "3"])
    let known = run.loaded?.visibleColumns(
      KnownColumns(["cases": [ColumnPromise("age", .integer)]]))
    #expect(known == [ColumnPromise("age", .integer), ColumnPromise("old", .boolean)])
  }

  @Test func `columns are unknown where the file cannot be read yet`() throws {
    let run = try PilotRun("intake", with: "source: nowhere.csv")
    #expect(run.loaded?.visibleColumns(KnownColumns()) == nil)
  }
}
