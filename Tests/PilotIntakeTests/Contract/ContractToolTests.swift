// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import PilotIntake

struct ContractToolTests {
  private static func answer(
    _ arguments: [String: String], in folder: String
  ) async throws -> ToolAnswer {
    let tool = try #require(
      PilotIntakePlugin.toolDeclarations.first { $0.info.name == "contract" })
    let values = arguments.mapValues {
      Node(content: .scalar(Scalar(text: $0, style: .plain)), span: SourceSpan(at: .start))
    }
    return try await tool.run(
      values,
      ParameterReading(
        file: SourceFile(name: "arguments", text: ""), folder: folder, constants: [:]))
  }

  private static func draft(_ csv: String) async throws -> String {
    try await withFiles(["cases.csv": csv]) { folder in
      guard case .text(let text) = try await answer(["file": "cases.csv"], in: folder).content
      else {
        throw StageFault("the answer is no text", kind: .bug)
      }
      return text
    }
  }

  /// Sixty rows of every type, with a name that promises persons and a label that few rows share.
  private static let cases =
    "pid,district,surname,status,age,income,since,on,rare,opt out\n"
    + (0..<60).map { row in
      let parts = [
        "p\(row)", row % 3 == 0 ? "north" : "south, east", row % 2 == 0 ? "jansen" : "smit",
        row % 5 == 0 ? "" : "open", "\(17 + row)", "\(row).25", "2026-01-\(10 + row % 20)", "yes",
        row < 5 ? "odd" : "usual", row % 2 == 0 ? "true" : "false",
      ]
      return parts.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n"
    }.joined()

  @Test func `a draft has types, gaps, keys, shared labels and wide ranges`() async throws {
    let lines = try await Self.draft(Self.cases).split(separator: "\n")
    let terms = lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("  #") }
    #expect(
      terms == [
        "  pid: {type: text, required: true, unique: true}",
        "  district: {type: category, required: true, allowed: [north, \"south, east\"]}",
        "  surname: {type: category, required: true}",
        "  status: {type: category, allowed: [open]}",
        "  age: {type: integer, required: true, unique: true, minimum: 10, maximum: 80}",
        "  income: {type: number, required: true, minimum: 0.2, maximum: 60}",
        "  since: {type: date, required: true}",
        "  \"on\": {type: category, required: true, allowed: [\"yes\"]}",
        "  rare: {type: category, required: true}",
        "  \"opt out\": {type: boolean, required: true}",
      ])
  }

  @Test(arguments: [
    cases, "a,b\n1,x\n", "a,b\n,\n,\n", "\"true\",\"x: y\",\"# é\",null\n1,2,3,4\n1,2,3,4\n",
    "who\n" + PersonalDataTests.numbers(8).map { "\($0)\n" }.joined(),
  ])
  func `a file keeps to the contract that was drafted from it`(csv: String) async throws {
    let draft = try await Self.draft(csv)
    try await withFiles(["cases.csv": csv, "contract.yaml": draft]) { folder in
      let result = try await PilotRun(
        "intake", with: "source: cases.csv\ncontract: contract.yaml\nallow_bsn: who", in: folder)()
      let breaches = try result.texts("quality", "breaches").compactMap(\.self)
      #expect(breaches.allSatisfy { $0 == "0" })
    }
  }

  /// Random files of texts and numbers with names and labels that YAML reads in its own way.
  @Test(arguments: 0..<25 as Range<UInt64>)
  func `any file does`(seed: UInt64) async throws {
    var random = RandomStream(seed: seed, name: "drafts")
    let words = [
      "null", "~", "1e3", "- a", "a: b", "#", "é", "no", "{x}", "'", "0x1F", "[", "%", "@",
    ]
    let rows = 10 + random.integer(below: 80)
    let names = ["a", "yes", "b b", "x:", "-1"]
    var csv = names.joined(separator: ",") + "\n"
    for row in 0..<rows {
      let value = (random.uniform() - 0.5) * [1e-6, 1, 1e9][random.integer(below: 3)]
      csv +=
        [
          words[random.integer(below: 1 + Int(seed) % words.count)], "\(random.integer(below: 3))",
          "\(value)", "\(Int64(value * 100))", "w\(row % 2)",
        ].joined(separator: ",") + "\n"
    }
    let draft = try await Self.draft(csv)
    try await withFiles(["cases.csv": csv, "contract.yaml": draft]) { folder in
      let result = try await PilotRun(
        "intake", with: "source: cases.csv\ncontract: contract.yaml", in: folder)()
      #expect(try result.texts("quality", "breaches").compactMap(\.self).allSatisfy { $0 == "0" })
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `a range holds its column, and a rare end is not its value`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "outward")
    let size = [1e-5, 0.1, 1, 30, 1e6, 1e12][random.integer(below: 6)]
    let values = (0..<30).map { _ in ((random.uniform() - 0.5) * size * 100).rounded() / 100 }
    let range = try #require(OutwardRange(.number(FixedColumn(values))))
    let low = try #require(Double(range.minimum))
    let high = try #require(Double(range.maximum))
    #expect(values.allSatisfy { low <= $0 && $0 <= high })
    for end in [low, high] where end != 0 {
      let rows = values.count { $0 == end }
      #expect(rows == 0 || rows >= 10)
    }
    #expect(RangeEnd(range.minimum) != nil && RangeEnd(range.maximum) != nil)
  }

  @Test(
    arguments: [
      ([17], "10", "20"), ([0], "0", "0"), ([-17], "-20", "-10"), ([100], "0", "200"),
      ([1_234], "1200", "1300"), ([0.25], "0.2", "0.3"), ([9.99], "9.9", "10"),
      ([Double](repeating: 17, count: 10), "17", "17"),
    ] as [([Double], String, String)])
  func `ends move outward until they are nobody's value`(
    values: [Double], minimum: String, maximum: String
  ) throws {
    let range = try #require(OutwardRange(.number(FixedColumn(values))))
    #expect([range.minimum, range.maximum] == [minimum, maximum])
  }

  @Test func `a column that looks like citizen service numbers says so in its comment`()
    async throws
  {
    let draft = try await Self.draft(
      "who\n" + PersonalDataTests.numbers(40).map { "\($0)\n" }.joined())
    #expect(draft.contains("looks like citizen service numbers (BSN)"))
    #expect(!draft.contains("minimum"))
  }

  @Test(
    arguments: [
      (["file": "contract.yaml"], "a contract is there already"),
      (
        ["file": "cases.csv", "compare": "cases.csv"],
        "'compare' takes a contract, whose name ends in .yaml"
      ),
    ] as [([String: String], String)])
  func `arguments that say nothing together are a fault`(
    arguments: [String: String], message: String
  ) async throws {
    try await withFiles(["cases.csv": "a\n1\n", "contract.yaml": "columns: {a: {}}\n"]) { folder in
      let fault = await #expect(throws: StageFault.self) {
        _ = try await Self.answer(arguments, in: folder)
      }
      #expect(fault?.message == message)
    }
  }

  @Test func `faults of a contract on the command line say its line`() async throws {
    try await withFiles(["cases.csv": "a\n1\n", "old.yaml": "columns:\n  a: {type: whole}\n"]) {
      folder in
      let fault = await #expect(throws: ToolFault.self) {
        _ = try await Self.answer(["file": "cases.csv", "compare": "old.yaml"], in: folder)
      }
      #expect(
        fault?.diagnostics.map(\.message)
          == ["old.yaml, line 2: 'columns.a.type' has no choice 'whole'"])
    }
  }
}
