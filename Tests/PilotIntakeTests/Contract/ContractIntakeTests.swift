// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Synchronization
import Tables
import Testing

@testable import PilotIntake

struct ContractIntakeTests {
  private static let people = """
    pid,age,asked_on,paid_on,code
    a,17,2026-01-05,2026-01-09,1
    b,44,2026-01-07,,2
    c,,2026-01-08,2026-01-02,2
    a,130,2026-01-09,2026-01-10,3

    """

  @Test func `a file that keeps to its contract passes, and quality has a line per rule`()
    async throws
  {
    let result = try await intake(
      Self.people,
      with: """
        contract:
          version: 1.2.0
          owner: Team Inkomen
          legal_basis: Participatiewet art. 36
          columns:
            pid: {type: text, required: true}
            age: {type: integer, minimum: 16, maximum: 130}
          rules:
            paid after asked: paid_on = null or paid_on >= date("2026-01-01")
        """)
    let rules = try result.texts("quality", "rule").suffix(7)
    #expect(
      Array(rules) == [
        "is never missing", "is at least 16", "is at most 130", "paid after asked",
        "contract version: 1.2.0", "data owner: Team Inkomen",
        "legal basis of the data: Participatiewet art. 36",
      ])
    #expect(
      try Array(result.texts("quality", "breaches").suffix(7)) == [
        "0", "0", "0", "0", nil, nil, nil,
      ])
    #expect(
      result.notes == [
        "the data belong to Team Inkomen, are used on the ground of Participatiewet art. 36"
      ])
  }

  @Test func `breaches of severity error are one fault that names each rule and row numbers`()
    async throws
  {
    let fault = try await intakeFault(
      Self.people,
      with: """
        contract:
          owner: Team Inkomen
          columns:
            pid: {unique: true}
            age: {required: true, maximum: 120}
            code: {allowed: [1, 2]}
          rules: {paid after asked: paid_on >= asked_on}
        """)
    #expect(
      fault.message
        == "the data break 5 rules of the contract: 'pid' is unique: 1 row (data row 4); "
        + "'age' is never missing: 1 row (data row 3); 'age' is at most 120: 1 row (data row 4); "
        + "'code' is one of 2 values: 1 row (data row 4); "
        + "'paid after asked': 1 row (data row 3)")
    #expect(fault.parameter == "contract")
    #expect(fault.kind == .data)
    #expect(fault.help?.hasPrefix("ask Team Inkomen to mend them") == true)
  }

  @Test func `breaches of severity warning are counted and told`() async throws {
    let result = try await intake(
      Self.people,
      with: """
        contract:
          columns: {age: {maximum: 120, severity: warning}}
          unique: [{columns: [pid], severity: warning}]
          rules: {soon: {expression: paid_on >= asked_on, severity: warning}}
        """)
    #expect(try Array(result.texts("quality", "breaches").suffix(3)) == ["1", "1", "1"])
    #expect(
      try Array(result.texts("quality", "examples").suffix(3))
        == ["data row 4", "data row 4", "data row 3"])
    #expect(try Array(result.texts("quality", "missing").suffix(3)) == ["1", "0", "1"])
    #expect(
      try Array(result.texts("quality", "severity").suffix(3)) == ["warning", "warning", "warning"])
    #expect(
      result.notes == [
        "the contract is broken, as a warning: 'age' is at most 120: 1 row (data row 4)",
        "the contract is broken, as a warning: 'pid' is unique: 1 row (data row 4)",
        "the contract is broken, as a warning: 'soon': 1 row (data row 3)",
        "'soon' is open in 1 row: a value is missing, which is no breach",
      ])
  }

  @Test func `the types of a contract are those that the file is read with`() async throws {
    let result = try await intake(
      "postcode,amount\n0401,1.5\n0402,2\n",
      with: """
        contract:
          columns: {postcode: {pattern: "0\\\\d{3}"}, amount: {type: decimal, minimum: 0.005}}
        """)
    #expect(try result.table("cases").schema.map(\.type) == [.text, .decimal(scale: 2)])
    let fault = try await intakeFault(
      "age\n1\nold\n", with: "contract: {columns: {age: integer}}")
    #expect(fault.message == "column 'age': 1 value is not integer (line 3)")
    #expect(fault.parameter == "contract")
  }

  @Test func `a contract sees identifying values, and the output has pseudonyms`() async throws {
    let result = try await intake(
      "who,x\nAB-1,1\nAB-2,2\n",
      with: "identifiers: who\ncontract: {columns: {who: {pattern: \"AB-[0-9]\"}}}",
      secrets: ["PROEFTUIN_PSEUDONYM_KEY": String(repeating: "k", count: 32)])
    #expect(try result.texts("cases", "who").allSatisfy { $0?.hasPrefix("AB") == false })
  }

  @Test func `cases of another stage are held against the types too`() async throws {
    let cases = try await intake("age\n1\n").table("cases")
    let fault = try await PilotRun("intake", with: "contract: {columns: {age: text}}")
      .fault(["cases": cases])
    #expect(fault.message == "'age' is integer, and the contract says text")
    let passed = try await PilotRun("intake", with: "contract: {columns: {age: {minimum: 1}}}")(
      ["cases": cases])
    #expect(try passed.texts("quality", "rule").last == "is at least 1")
  }

  @Test func `columns that are missing are named`() async throws {
    let fault = try await intakeFault("a,b\n1,2\n", with: "contract: {columns: {aeg: {}, a: {}}}")
    #expect(fault.message == "there is no column 'aeg'")
    #expect(fault.parameter == "contract")
  }

  @Test func `columns besides those of the contract are counted or refused as it says`()
    async throws
  {
    let terms = "  columns: {a: {}}\n  other_columns: "
    let allowed = try await intake("a,b,c\n1,2,3\n", with: "contract:\n\(terms)allowed")
    #expect(try allowed.texts("quality", "rule").allSatisfy { $0 == nil })
    let warned = try await intake("a,b,c\n1,2,3\n", with: "contract:\n\(terms)warning")
    #expect(try warned.texts("quality", "examples").last == "column 'b', 'c'")
    let fault = try await intakeFault("a,b,c\n1,2,3\n", with: "contract:\n\(terms)error")
    #expect(
      fault.message
        == "the data break a rule of the contract: 'no other columns': 2 columns (column 'b', 'c')")
  }

  @Test func `values must stand in the table that a column refers to`() async throws {
    let yaml = """
      source: cases.csv
      contract:
        columns:
          code: {refers_to: {source: municipalities.csv, column: code}, severity: warning}
      """
    try await withFiles([
      "cases.csv": "code\n1\n3\n2\n", "municipalities.csv": "name,code\nx,2\ny,1\n",
    ]) { folder in
      let result = try await PilotRun("intake", with: yaml, in: folder)()
      #expect(
        try result.texts("quality", "rule").last == "stands in municipalities.csv, column 'code'")
      #expect(try result.texts("quality", "examples").last == "data row 2")
    }
  }

  @Test func `a table that is referred to is read as the contract says`() async throws {
    let yaml = """
      source: cases.csv
      contract:
        columns:
          code:
            refers_to: {source: codes.txt, column: gemeente, format: csv, delimiter: ";", encoding: latin-1}
            severity: warning
      """
    try await withFiles([
      "cases.csv": "code\n1\n3\n2\n", "codes.txt": "gemeente;naam\n1;a,b\n2;c\n",
    ]) { folder in
      let result = try await PilotRun("intake", with: yaml, in: folder)()
      #expect(try result.texts("quality", "examples").last == "data row 2")
    }
  }

  @Test func `a table that cannot be read is a fault at the line that refers to it`() async throws {
    let yaml = """
      source: cases.csv
      contract:
        columns:
          code: {refers_to: {source: codes.csv, column: code}}
      """
    try await withFiles(["cases.csv": "code\n1\n", "codes.csv": "code\n1\n2,3\n"]) { folder in
      let fault = try #require(
        await #expect(throws: StageFault.self) {
          try await PilotRun("intake", with: yaml, in: folder)()
        })
      #expect(fault.message.hasPrefix("codes.csv, which 'code' refers to: "))
      #expect(fault.place?.span.start.line == 4)
    }
  }

  private static func told(_ contract: DataContract, on date: ReferenceDate) -> [String] {
    let notes = Mutex<[String]>([])
    let context = StageContext(
      stage: "pilot/intake", instance: "intake", experiment: "test", referenceDate: date
    ) { report in
      if case .note(let text) = report { notes.withLock { $0.append(text) } }
    }
    ContractReport(contract: contract, outcomes: [], rowCount: 0).tell(context)
    return notes.withLock { $0 }
  }

  @Test(
    arguments: [
      ("2026-05-30", nil),
      ("2026-05-31", "the data may be used until 2026-06-30: the last day is near"),
      ("2026-06-30", "the data may be used until 2026-06-30: the last day is near"),
    ] as [(String, String?)])
  func `people are told when the last day is near`(today: String, note: String?) throws {
    var contract = DataContract()
    contract.retention = Retention(until: try #require(CalendarDate("2026-06-30")))
    let day = ReferenceDate.day(try #require(CalendarDate(today)))
    try contract.refuseAfterRetention(on: day)
    #expect(
      Self.told(contract, on: day)
        == ["the data are kept until 2026-06-30"] + [note].compactMap(\.self))
  }

  @Test func `after the last day nothing runs, and without a date people are told`() throws {
    var contract = DataContract()
    contract.retention = Retention(until: try #require(CalendarDate("2026-06-30")))
    let after = ReferenceDate.day(try #require(CalendarDate("2026-07-01")))
    let fault = #expect(throws: StageFault.self) { try contract.refuseAfterRetention(on: after) }
    #expect(
      fault?.message == "the data may not be used any more: they are kept until 2026-06-30")
    try contract.refuseAfterRetention(on: .unknown)
    #expect(
      Self.told(contract, on: .unknown).last
        == "whether the data may still be used is not known: the run has no reference date")
  }

  @Test func `no message holds a value of a person`() async throws {
    let fault = try await intakeFault(
      "name,age\nJansen,999\nJansen,999\n",
      with: """
        contract:
          columns:
            name: {unique: true, pattern: "[a-z]+", allowed: [Smit]}
            age: {maximum: 120}
          rules: {young: age < 100}
        """)
    #expect(!fault.message.contains("Jansen"))
    #expect(!fault.message.contains("999"))
  }
}
