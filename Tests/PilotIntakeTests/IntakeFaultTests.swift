// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

@testable import PilotIntake

struct IntakeFaultTests {
  struct Wrong: Sendable {
    let yaml: String
    let parameter: String
    let message: String
  }

  @Test(arguments: [
    Wrong(
      yaml: "columns: {aeg: integer}", parameter: "columns", message: "there is no column 'aeg'"),
    Wrong(
      yaml: "columns: {name: integer}", parameter: "columns",
      message: "column 'name': 2 values are not integer (line 2, 3)"),
    Wrong(
      yaml: "identifiers: [naam]", parameter: "identifiers",
      message: "there is no column 'naam'"),
    Wrong(yaml: "key: id", parameter: "key", message: "there is no column 'id'"),
    Wrong(
      yaml: "key: age\nduplicates: refuse", parameter: "key",
      message: "1 case repeats the key 'age' (data row 2)"),
    Wrong(
      yaml: "eligible: age > 90", parameter: "eligible",
      message: "no case is left: every one is excluded"),
    Wrong(
      yaml: "eligible: {grown: age + 1}", parameter: "eligible",
      message: "the condition 'grown' gives integer, not true or false"),
    Wrong(
      yaml: "derive: {age: age + 1}", parameter: "derive",
      message: "the source has a column 'age' already"),
    Wrong(
      yaml: "derive: {a: b + 1, b: age}", parameter: "derive",
      message: "the derived column 'a' uses 'b', which is derived after it"),
    Wrong(
      yaml: "derive: {a: a + 1}", parameter: "derive",
      message: "the derived column 'a' uses itself"),
    Wrong(
      yaml: "derive: {each: age}", parameter: "derive",
      message: "a column may not be named 'each'"),
    Wrong(
      yaml: "derive: {who: name}\nidentifiers: who", parameter: "identifiers",
      message: "'who' is derived, and only columns of the source are pseudonymised"),
    Wrong(
      yaml: "sheet: Blad1", parameter: "sheet",
      message: "'sheet' is for an Excel workbook, which this source is not"),
    Wrong(yaml: "delimiter: ';;'", parameter: "delimiter", message: "'delimiter' takes one sign"),
  ])
  func `a fault names its parameter`(wrong: Wrong) async throws {
    let fault = try await intakeFault("name,age\nann,40\nbob,40\n", with: wrong.yaml)
    #expect(fault.message == wrong.message)
    #expect(fault.parameter == wrong.parameter)
  }

  @Test func `an unknown column gets the likely one`() async throws {
    let fault = try await intakeFault("name,age\nann,40\n", with: "key: nmae")
    #expect(fault.help == "did you mean 'name'?")
  }

  @Test(arguments: ["parameters", "each"])
  func `a column of a reserved name is refused`(name: String) async throws {
    let fault = try await intakeFault("a,\(name)\n1,2\n")
    #expect(fault.message == "a column may not be named '\(name)'")
    #expect(fault.parameter == "source")
  }

  @Test func `malformed rows are a fault unless they may be left out`() async throws {
    let csv = "a,b\n1,2\n3\n4,5\n"
    let fault = try await intakeFault(csv)
    #expect(fault.message == "1 row has not 2 fields: line 3 has 1")
    let result = try await intake(csv, with: "malformed: leave-out")
    #expect(try result.texts("flow", "step") == ["read", "left out", "eligible"])
    #expect(try result.texts("flow", "remaining") == ["3", "2", "2"])
    #expect(try result.texts("quality", "examples").last == "line 3")
  }

  @Test(arguments: [
    ("missing: [NA]", "missing"), ("columns: {a: text}", "columns"), ("sheet: 2", "sheet"),
    ("source: cases.csv", "source"),
  ])
  func `settings of a file are refused where cases come from another stage`(
    yaml: String, parameter: String
  ) async throws {
    let cases = try await intake("a\n1\n").table("cases")
    let fault = try await PilotRun("intake", with: yaml).fault(["cases": cases])
    #expect(fault.parameter == parameter)
  }

  @Test func `an intake without cases says where they may come from`() async throws {
    let fault = try await PilotRun("intake", with: "key: a").fault()
    #expect(fault.message == "it has no cases: neither a file nor another stage's")
  }

  @Test func `a file whose name says nothing needs a format`() throws {
    let run = try PilotRun("intake", with: "source: cases.dat")
    let fault = run.loaded?.validate()
    #expect(fault?.message == "files that end in '.dat' cannot be read")
    #expect(
      fault?.help
        == "say format: csv, tsv, json-lines, arrow, xlsx, sqlite, postgresql, sav, por, dta, sas7bdat, "
        + "xpt")
  }

  @Test func `faults of parameters stand where they are written`() throws {
    let run = try PilotRun(
      "intake",
      with: """
        source: cases.csv
        encoding: 1️⃣latin
        columns: {age: 2️⃣whole}
        eligible:
          adult: age >= 3️⃣${parameters.limit}
        sheet: 4️⃣0
        duplicates: 5️⃣drop
        """)
    #expect(
      run.reports == [
        "1️⃣": "'encoding' has no choice 'latin'",
        "2️⃣": "'columns.age' has no choice 'whole'",
        "3️⃣": "'eligible.adult' is an expression: no ${ } inside",
        "4️⃣": "'sheet' is out of range",
        "5️⃣": "'duplicates' has no choice 'drop'",
      ])
    #expect(run.loaded == nil)
  }

  @Test func `check finds columns that the file does not have, at their entry`() async throws {
    try await withFiles(["cases.csv": "name,age\nann,40\n"]) { folder in
      let marked = MarkedText(
        """
        pipeline: letters
        stages:
          intake:
            use: pilot/intake
            with:
              source: cases.csv
              columns: {1️⃣aeg: integer}
              key: 2️⃣nmae
              eligible: 3️⃣ages > 18
        """)
      let file = SourceFile(name: folder + "/letters.yaml", text: marked.text)
      let checker = PipelineChecker(catalog: Catalog(plugins: [PilotIntakePlugin.self]))
      let found = checker.check(file).diagnostics
      #expect(
        Dictionary(
          found.map { (marked.name(of: $0.span?.start ?? .start), $0.help ?? "") },
          uniquingKeysWith: { $0 + $1 })
          == [
            "1️⃣": "did you mean 'age'?", "2️⃣": "did you mean 'name'?",
            "3️⃣": "did you mean 'age'?",
          ])
    }
  }
}
