// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

/// Each case marks where its faults should stand; every fault found must be one of them.
struct CheckingTests {
  /// The faults as `marker code`, or `line:column code` where nothing is marked.
  static func faults(
    _ marked: String, settings: [(String, String)] = [], today: ReferenceDate = .unknown
  ) -> [String] {
    outcome(marked, settings: settings, today: today).map(\.name)
  }

  static func outcome(
    _ marked: String, settings: [(String, String)] = [], today: ReferenceDate = .unknown
  ) -> [(name: String, diagnostic: Diagnostic)] {
    let text = MarkedText(marked)
    var checker = PipelineChecker(catalog: TestPlugin.catalog)
    checker.settings = settings.map { (name: $0.0, value: $0.1) }
    checker.environment = ["REGION": "north"]
    checker.today = today
    let result = checker.check(SourceFile(name: "test.yaml", text: text.text))
    #expect((result.pipeline == nil) == result.diagnostics.contains { $0.severity == .error })
    return result.diagnostics.map { diagnostic in
      let place = diagnostic.span.map { text.name(of: $0.start) } ?? "file"
      return ("\(place) \(diagnostic.code)", diagnostic)
    }
  }

  static let head = "pipeline: p\nstages:\n"

  @Test func `a pipeline that is right has no faults`() {
    let faults = Self.faults(
      Self.head + """
          a: {use: test/numbers, with: {rows: 5}}
          b: {use: test/keep, from: a, with: {where: n > 2}}
          c:
            use: test/stack
            from: {results: [a.cases, b.cases]}
        """)
    #expect(faults == [])
  }

  @Test(arguments: [
    ("1️⃣- a\n", ["1️⃣ not-a-pipeline"]),
    ("pipeline: p\n1️⃣stage: {}\nstages:\n  a: {use: test/numbers}\n", ["1️⃣ unknown-key"]),
    ("1️⃣title: t\nstages:\n  a: {use: test/numbers}\n", ["1️⃣ missing-key"]),
    ("1️⃣pipeline: p\n", ["1️⃣ missing-key"]),
    ("pipeline: 1️⃣My Pilot\nstages:\n  a: {use: test/numbers}\n", ["1️⃣ bad-name"]),
    ("pipeline: p\nstages:\n  1️⃣A_b: {use: test/numbers}\n", ["1️⃣ bad-name"]),
    ("pipeline: p\nstages: 1️⃣[a]\n", ["1️⃣ wrong-type"]),
    ("pipeline: p\nstages:\n  1️⃣a: {with: {}}\n", ["1️⃣ missing-key"]),
    ("pipeline: p\nstages:\n  a: {use: test/numbers, 1️⃣wiht: {}}\n", ["1️⃣ unknown-key"]),
    ("pipeline: p\nstages:\n  a: {use: test/numbers, retry: 1️⃣many}\n", ["1️⃣ wrong-type"]),
    ("pipeline: p\nstages:\n  a: {use: test/numbers, timeout: 1️⃣10}\n", ["1️⃣ wrong-type"]),
    (
      "pipeline: p\nstages:\n  a: {use: test/numbers, resources: {memory: 1️⃣big}}\n",
      ["1️⃣ wrong-type"]
    ),
    (
      "pipeline: p\nparameters:\n  level: {default: 1️⃣2, maximum: 1}\nstages:\n  a: {use: test/numbers}\n",
      ["1️⃣ out-of-range"]
    ),
    (
      "pipeline: p\nparameters:\n  1️⃣level: {help: h}\nstages:\n  a: {use: test/numbers}\n",
      ["1️⃣ missing-key"]
    ),
    (
      "pipeline: p\nstages:\n  a: {use: test/numbers}\n  1️⃣a: {use: test/numbers}\n",
      ["1️⃣ duplicate-key"]
    ),
  ])
  func `the shape of the file`(marked: String, expected: [String]) {
    #expect(Self.faults(marked) == expected)
  }

  @Test(arguments: [
    ("  a: {use: 1️⃣test/numers}\n", ["1️⃣ unknown-stage"]),
    ("  a: {use: test/numbers, with: {1️⃣row: 3}}\n", ["1️⃣ unknown-parameter"]),
    ("  a: {use: test/numbers, with: {rows: 1️⃣many}}\n", ["1️⃣ wrong-type"]),
    ("  a: {use: test/numbers, with: {rows: 1️⃣5000}}\n", ["1️⃣ out-of-range"]),
    ("  a: {use: 1️⃣test/flaky}\n", ["1️⃣ missing-parameter"]),
    ("  a: {use: 1️⃣test/draw}\n", ["1️⃣ missing-seed"]),
    ("  a: {use: test/draw, with: {seed: 1️⃣-1}}\n", ["1️⃣ out-of-range"]),
    (
      "  a: {use: test/numbers}\n  b: {use: test/total, from: a, with: {method: 1️⃣som}}\n",
      ["1️⃣ unknown-choice"]
    ),
    ("  a: {use: test/numbers, from: 1️⃣b}\n  b: {use: test/numbers}\n", ["1️⃣ unknown-port"]),
    ("  1️⃣a: {use: test/total}\n", ["1️⃣ missing-input"]),
    ("  1️⃣a: {use: test/stack}\n", ["1️⃣ missing-input"]),
    ("  a: {use: test/total, from: 1️⃣b}\n", ["1️⃣ unknown-reference"]),
    ("  a: {use: test/numbers}\n  b: {use: test/total, from: 1️⃣a.rows}\n", ["1️⃣ unknown-reference"]),
    (
      "  a: {use: test/numbers}\n  b: {use: test/total, from: {1️⃣case: a}}\n",
      ["4:3 missing-input", "1️⃣ unknown-port"]
    ),
    ("  a: {use: test/numbers}\n  b: {use: test/total, from: 1️⃣a..b}\n", ["1️⃣ bad-reference"]),
    (
      "  a: {use: test/report, with: {text: t}}\n  b: {use: test/total, from: 1️⃣a}\n",
      ["1️⃣ wrong-port-kind"]
    ),
    (
      "  a: {use: test/numbers}\n  b: {use: test/numbers}\n  c: {use: test/total, from: {1️⃣cases: [a, b]}}\n",
      ["1️⃣ too-many-inputs"]
    ),
    ("  a: {use: test/sleep, from: 1️⃣b}\n  b: {use: test/sleep, from: a}\n", ["1️⃣ cycle"]),
    ("  a: {use: test/read, with: {source: 1️⃣nowhere.csv}}\n", ["1️⃣ missing-file"]),
  ])
  func `stages and their wiring`(stages: String, expected: [String]) {
    #expect(Self.faults(Self.head + stages) == expected)
  }

  @Test(arguments: [
    ("where: 1️⃣m > 2", ["1️⃣ unknown-column"]),
    ("where: n > 1️⃣${parameters.limit}", ["1️⃣ interpolation-in-expression"]),
    ("where: n > 2 1️⃣== 3", ["1️⃣ bad-expression"]),
    ("where: n > parameters.limit", []),
    ("where: group = \"odd\"\n      column: 1️⃣gruop", ["1️⃣ unknown-column"]),
    ("where: 1️⃣odd = group", ["1️⃣ unknown-column"]),
  ])
  func `expressions and columns`(with: String, expected: [String]) {
    let faults = Self.faults(
      """
      pipeline: p
      parameters: {limit: 2}
      stages:
        a: {use: test/numbers}
        b:
          use: test/keep
          from: a
          with:
            \(with)
      """)
    #expect(faults == expected)
  }

  @Test(arguments: [
    ("b: {use: test/total, from: 1️⃣pair}", ["1️⃣ ambiguous-reference"]),
    ("b: {use: 1️⃣test/total, from: pair.right}", ["1️⃣ reserved-column"]),
    ("b: {use: test/judge, from: pair.left, with: {outcome: n, low: 1️⃣12}}", ["1️⃣ stage-fault"]),
    (
      "b: {use: test/judge, from: pair.left, with: {outcome: n, eligible: 1️⃣n > 3}}",
      ["1️⃣ outcome-in-eligible"]
    ),
    ("b: {use: test/judge, from: pair.left, with: {outcome: n, eligible: m > 3}}", []),
  ])
  func `what only shows when stages stand together`(stage: String, expected: [String]) {
    let text = Self.head + "  pair: {use: test/pair}\n  \(stage)\n"
    #expect(Self.faults(text) == expected)
  }

  @Test func `half an expression that YAML made a key says so`() {
    let found = Self.outcome(
      Self.head
        + "  a: {use: test/numbers}\n  b: {use: test/keep, from: a, with: {where: n > 1, 1️⃣n < 3}}\n"
    )
    #expect(found.map(\.name) == ["1️⃣ half-expression"])
    #expect(found[0].diagnostic.notes.joined().contains("a line of its own"))
  }

  @Test(arguments: [
    ("label: \"1️⃣${parameters.nam}\"", ["1️⃣ bad-interpolation"]),
    ("label: 1️⃣${parameters.name", ["1️⃣ bad-interpolation"]),
    ("label: 1️⃣${secret.KEY}", ["1️⃣ secret-outside-secret"]),
    ("label: hello ${parameters.name} from ${env.REGION}", []),
    ("level: ${parameters.level}", []),
    ("level: 1️⃣${parameters.name}", ["1️⃣ wrong-type"]),
    ("label: costs $${10}", []),
  ])
  func `values in dollar braces`(with: String, expected: [String]) {
    let found = Self.outcome(
      """
      pipeline: p
      environment: [REGION]
      parameters: {name: Anna, level: 0.9}
      stages:
        a: {use: test/numbers}
        b:
          use: test/total
          from: a
          with:
            \(with)
      """)
    #expect(
      found.map { $0.name.split(separator: " ")[1] } == expected.map { $0.split(separator: " ")[1] }
    )
  }

  @Test func `all faults of a file come at once, in order`() {
    let found = Self.faults(
      """
      pipeline: p
      stages:
        a: {use: 1️⃣test/number}
        b: {use: test/numbers, with: {2️⃣rws: 3}}
        c: {use: test/total, from: 3️⃣d}
        e: {use: test/numbers, with: {rows: 4️⃣no}}
      """)
    #expect(
      found == [
        "1️⃣ unknown-stage", "2️⃣ unknown-parameter", "3️⃣ unknown-reference", "4️⃣ wrong-type",
      ])
  }

  @Test func `an unknown parameter suggests the close one and lists them`() throws {
    let found = Self.outcome(Self.head + "  a: {use: test/numbers, with: {row: 3}}\n")
    #expect(found[0].diagnostic.help == "did you mean 'rows'?")
    #expect(found[0].diagnostic.notes == ["parameters: rows"])
  }

  @Test func `a setting overrides a parameter and is held to its limits`() {
    let text = """
      pipeline: p
      parameters: {rows: {default: 3, maximum: 9}}
      stages:
        a: {use: test/numbers, with: {rows: "${parameters.rows}"}}
      """
    #expect(Self.faults(text, settings: [("rows", "4")]) == [])
    #expect(Self.faults(text, settings: [("rows", "40")]) == ["file bad-setting"])
    #expect(Self.faults(text, settings: [("row", "4")]) == ["file bad-setting"])
  }

  @Test func `today is known only where somebody says it`() {
    let text =
      Self.head
      + "  a: {use: test/numbers}\n  b: {use: test/keep, from: a, with: {where: 'today() > @\"2026-01-01\"'}}\n"
    #expect(Self.faults(text, today: .unknown).count <= 1)
    #expect(Self.faults(text, today: ReferenceDate.day(.init(daysSince1970: 20_600))) == [])
  }
}
