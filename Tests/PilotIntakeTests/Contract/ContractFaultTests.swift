// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

@testable import PilotIntake

struct ContractFaultTests {
  @Test func `every fault of the terms stands at its place, all at once`() throws {
    let run = try PilotRun(
      "intake",
      with: """
        source: cases.csv
        contract:
          1️⃣owners: Team Inkomen
          columns:
            a: {2️⃣requird: true}
            b: {type: 3️⃣whole}
            c: {minimum: 5, maximum: 4️⃣4}
            d: {pattern: "[1-9]*5️⃣?"}
            e: {type: integer, allowed: [1, 6️⃣two]}
            f: {type: text, minimum: 7️⃣1}
            g: 8️⃣[1]
            h: {severity: 9️⃣fatal}
        """)
    #expect(
      run.reports == [
        "1️⃣": "a contract has no 'owners' here",
        "2️⃣": "a contract has no 'requird' here",
        "3️⃣": "'contract.columns.b.type' has no choice 'whole'",
        "4️⃣": "the maximum is below the minimum",
        "5️⃣": "this is repeated already",
        "6️⃣": "'e' is integer, which this value is not",
        "7️⃣": "'f' is text, which this is no end of",
        "8️⃣":
          "'contract.columns.g' takes a map with type, required, unique, minimum, maximum, allowed, "
          + "pattern, refers_to, severity, not a list",
        "9️⃣": "'contract.columns.h.severity' has no choice 'fatal'",
      ])
    #expect(run.loaded == nil)
    #expect(
      Set(run.reading.diagnostics.map(\.code)) == [
        .unknownTerm, .unknownChoice, .contradictoryTerms, .badPattern, .wrongType,
      ])
  }

  @Test func `every fault around the columns stands at its place, all at once`() throws {
    let run = try PilotRun(
      "intake",
      with: """
        source: cases.csv
        contract:
          retain_until: 1️⃣soon
          columns: {age: integer, code: {2️⃣refers_to: 3️⃣{column: a}}, day: {minimum: 4️⃣1e5}}
          unique: [5️⃣age, [age, code]]
          rules:
            grown: 6️⃣age + 1
            broken: age >= 7️⃣)
            8️⃣empty: {severity: warning}
          other_columns: 9️⃣some
        """)
    #expect(
      run.reports == [
        "1️⃣": "'contract.retain_until' takes a date such as 2026-03-31, not text",
        "3️⃣": "'source' is missing",
        "4️⃣": "'contract.columns.day.minimum' takes a number, a date or a time, not a number",
        "5️⃣": "'contract.unique' takes a list of columns, not text",
        "6️⃣": "the rule gives integer, not true or false",
        "7️⃣": "a value is missing before ')'",
        "8️⃣": "'expression' is missing",
        "9️⃣": "'contract.other_columns' has no choice 'some'",
      ])
    #expect(run.reading.diagnostics.map(\.code).contains(.missingTerm))
  }

  @Test func `a rule that clashes with the types of the contract is found before anything runs`()
    throws
  {
    let run = try PilotRun(
      "intake",
      with: """
        contract:
          columns: {age: integer, name: text}
          rules: {grown: "age >= 1️⃣name"}
        """)
    #expect(run.reading.diagnostics.map(\.code) == [.badExpression])
    #expect(run.loaded == nil)
  }

  @Test func `faults of a contract in a file of its own stand in that file`() async throws {
    try await withFiles(["contract.yaml": "owner: x\ncolumns:\n  age: {type: whole}\n"]) { folder in
      let run = try PilotRun("intake", with: "contract: contract.yaml", in: folder)
      let fault = try #require(run.reading.diagnostics.first)
      #expect(fault.file.hasSuffix("contract.yaml"))
      #expect(fault.span?.start == SourcePosition(line: 3, column: 15))
      #expect(run.loaded == nil)
    }
  }

  @Test func `a contract in a file of its own is the same contract`() async throws {
    let yaml = """
      owner: Team
      columns: {age: {type: integer, minimum: 16}, id: text}
      unique: [[id, age]]
      rules: {adult: age >= 18}
      """
    try await withFiles(["contract.yaml": yaml, "cases.csv": "id,age\na,20\n"]) { folder in
      let inFile = try PilotRun("intake", with: "contract: contract.yaml", in: folder)
      let inPlace = try PilotRun("intake", with: "contract:\n" + yaml.indented)
      #expect(inFile.loaded?.parameters == inPlace.loaded?.parameters)
      #expect(inFile.reading.files.map(\.path) == ["contract.yaml"])
    }
  }

  @Test(arguments: [
    ("contract: 1️⃣nowhere.yaml", "there is no file 'nowhere.yaml'"),
    (
      "contract: 1️⃣[a]",
      "'contract' takes a contract block, or the path of a YAML file, not a list"
    ),
  ])
  func `what is no contract is said so`(yaml: String, message: String) throws {
    #expect(try PilotRun("intake", with: yaml).reports == ["1️⃣": message])
  }

  @Test func `a table that is referred to is looked at before anything runs`() async throws {
    try await withFiles(["municipalities.csv": "code,name\n1,Noordenveld\n"]) { folder in
      let run = try PilotRun(
        "intake",
        with: """
          contract:
            columns:
              a: {refers_to: {source: municipalities.csv, column: 1️⃣cod}}
              b: {refers_to: {source: 2️⃣municipalities.dat, column: code}}
              c: {refers_to: {source: municipalities.csv, column: code}}
          """, in: folder)
      #expect(
        run.reports == [
          "1️⃣": "municipalities.csv has no column 'cod'",
          "2️⃣": "files that end in '.dat' cannot be read",
        ])
      #expect(Set(run.reading.diagnostics.map(\.code.rawValue)) == ["unknown-reference"])
      #expect(
        run.reading.files.map(\.path)
          == ["municipalities.csv", "municipalities.dat", "municipalities.csv"])
    }
  }

  @Test func `check finds columns that the file does not have, wherever a contract names them`()
    async throws
  {
    try await withFiles(["cases.csv": "name,age\nann,40\n"]) { folder in
      let marked = MarkedText(
        """
        pipeline: letters
        stages:
          intake:
            use: pilot/intake
            with:
              source: cases.csv
              contract:
                columns: {1️⃣aeg: integer}
                unique: [[name, 2️⃣nmae]]
                rules: {adult: 18 <= 3️⃣ages}
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

  struct Contradiction: Sendable {
    let yaml: String
    let message: String
  }

  @Test(arguments: [
    Contradiction(
      yaml: "columns: {age: integer, name: text}\n"
        + "contract: {columns: {age: {type: number}, name: text}}",
      message: "'age' is integer under 'columns' and number in the contract"),
    Contradiction(
      yaml: "derive: {old: age > 60}\ncontract: {rules: {young: not(old)}}",
      message: "the contract names 'old', which the intake derives later"),
  ])
  func `what contradicts the other parameters is a fault before anything runs`(
    wrong: Contradiction
  ) throws {
    let run = try PilotRun("intake", with: "source: cases.csv\n" + wrong.yaml)
    let fault = run.loaded?.validate()
    #expect(fault?.message == wrong.message)
    #expect(fault?.parameter == "contract")
  }

  private static func example() throws -> String {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Plugins/PilotIntake/PilotIntake.docc/DataContracts.md"),
      encoding: .utf8)
    let block = try #require(page.components(separatedBy: "```yaml\n").last)
    return try #require(block.components(separatedBy: "```").first)
  }

  @Test func `the example of the reference page has no faults`() throws {
    let run = try PilotRun("intake", with: "source: cases.csv\n" + Self.example())
    #expect(run.reading.diagnostics.map(\.message) == [])
    #expect(run.reading.columns.count == 16)
  }

  /// Signs of the example are swapped, lost and doubled: whatever comes of it is read or has a fault.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func `a damaged contract is read or has a fault with a place`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "damage")
    var scalars = Array(try Self.example().unicodeScalars)
    for _ in 0..<1 + random.integer(below: 6) {
      let place = random.integer(below: scalars.count)
      switch random.integer(below: 3) {
      case 0: scalars.remove(at: place)
      case 1: scalars.insert(scalars[random.integer(below: scalars.count)], at: place)
      default: scalars.swapAt(place, random.integer(below: scalars.count))
      }
    }
    let text = String(String.UnicodeScalarView(scalars))
    let file = SourceFile(name: "contract.yaml", text: text)
    let document = Document.parse(file)
    guard !document.hasErrors, let node = document.root?["contract"] else { return }
    var reading = ParameterReading(file: file, folder: "", constants: [:])
    let contract = DataContract.read(node, in: &reading)
    let errors = reading.diagnostics.filter { $0.severity == .error }
    #expect((contract == nil) == !errors.isEmpty)
    #expect(errors.allSatisfy { $0.span != nil })
  }

  /// The reading knows the day where the pipeline says one.
  @Test func `data past their last day are refused at its place`() throws {
    let file = SourceFile(name: "c.yaml", text: "retain_until: 2026-03-31\n")
    let node = try #require(Document.parse(file).root)
    let codes = ["2026-03-31", "2026-04-01"].map { day in
      var reading = ParameterReading(
        file: file, folder: "", constants: [:],
        referenceDate: CalendarDate(day).map { .day($0) } ?? .unknown)
      _ = DataContract.read(node, in: &reading)
      return reading.diagnostics.map(\.code)
    }
    #expect(codes == [[], [.retentionPassed]])
  }
}
