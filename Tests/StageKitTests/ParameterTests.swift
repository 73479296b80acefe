// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

/// A stage with a parameter of every kind.
struct Everything: Stage {
  static let info = StageInfo(
    "everything", version: 3, summary: "Takes a parameter of every kind.", draws: true)
  @Parameter("A required column.") var outcome: ColumnName
  @Parameter("A level.", in: 0.5...0.999) var level = 0.95
  @Parameter("A count.", in: 1...) var count = 2
  @Parameter("A switch.") var interact = false
  @Parameter("A text.") var label = "none"
  @Parameter("A choice.") var variance: Variance = .welch
  @Parameter("Columns.") var covariates: [ColumnName] = []
  @Parameter("New columns.") var derive = NamedValues<Expression>()
  @Parameter("Cases to keep.") var `where`: Expression?
  @Parameter("Shares.") var shares: NamedValues<Double>?
  @Parameter("At most ten.", in: 0...10) var hartungKnapp: Int?
  enum Variance: String, ParameterChoice { case welch, pooled, hc2 }

  struct Input: PortSet {
    @Port("Cases.") var cases: Table
    @Port("More cases.") var more: Table?
  }
  struct Output: PortSet { @Port("What was understood.") var seen: Table }

  func validate() throws(StageFault) {
    if count > 50 { throw StageFault("too many", at: "count", help: "take fewer") }
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var output = Output()
    output.seen = try Table([
      ("label", .text(TextColumn([label]))),
      ("level", .number(FixedColumn([level]))),
      ("more", .boolean(BooleanColumn([input.more != nil]))),
      ("derived", .text(TextColumn([derive.names.joined(separator: ",")]))),
    ])
    return output
  }
}

struct ParameterTests {
  private func faults(_ yaml: String) -> [String] {
    let marked = MarkedText(yaml)
    return StageRun(Everything.self, with: marked.text).diagnostics.map { diagnostic in
      "\(diagnostic.span.map { marked.name(of: $0.start) } ?? "") \(diagnostic.code)"
    }
  }

  @Test(arguments: [
    ("outcome: y\nlevel: 1️⃣2", "1️⃣ out-of-range"),
    ("outcome: y\nlevel: 1️⃣high", "1️⃣ wrong-type"),
    ("outcome: y\ncount: 1️⃣0", "1️⃣ out-of-range"),
    ("outcome: y\ncount: 1️⃣2.5", "1️⃣ wrong-type"),
    ("outcome: y\ninteract: 1️⃣yes", "1️⃣ wrong-type"),
    ("outcome: y\nlabel: 1️⃣[a]", "1️⃣ wrong-type"),
    ("outcome: y\nvariance: 1️⃣welsh", "1️⃣ unknown-choice"),
    ("outcome: y\ncovariates: 1️⃣{a: b}", "1️⃣ wrong-type"),
    ("outcome: y\nderive: 1️⃣a + b", "1️⃣ wrong-type"),
    ("outcome: y\nderive:\n  double: 2 1️⃣* * n", "1️⃣ bad-expression"),
    ("outcome: y\nwhere: n > 1️⃣${each.x}", "1️⃣ interpolation-in-expression"),
    ("outcome: y\nhartung_knapp: 1️⃣11", "1️⃣ out-of-range"),
    ("outcome: y\nshares: {a: 1️⃣half}", "1️⃣ wrong-type"),
    ("outcome: y\nseed: 1️⃣-3", "1️⃣ out-of-range"),
  ])
  func `a wrong value is one fault at its place`(yaml: String, fault: String) {
    let found = faults(yaml)
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix(fault.split(separator: " ")[1]) == true)
  }

  @Test func `every fault is reported, not just the first`() {
    let found = faults("outcome: y\nlevel: 1️⃣2\ninteract: 2️⃣no\nvariance: 3️⃣x")
    #expect(found == ["1️⃣ out-of-range", "2️⃣ wrong-type", "3️⃣ unknown-choice"])
  }

  @Test(arguments: ["3.10", "0123", "no", "12:30", "2026-01-01", "1e3", "true"])
  func `a text parameter keeps its source text`(text: String) async throws {
    let run = StageRun(Everything.self, with: "outcome: y\nlabel: \(text)")
    let output = try await run(["cases": .table(SampleTables.trial(rows: 4))])
    #expect(try output.table("seen")["label"]?.display(at: 0) == text)
  }

  @Test func `defaults stand, optional ports may stay empty, and order is kept`() async throws {
    let run = StageRun(Everything.self, with: "outcome: y\nderive:\n  z: 1 + 1\n  a: z + 1")
    let seen = try await run(["cases": .table(SampleTables.trial(rows: 4))]).table("seen")
    #expect(seen["level"]?.display(at: 0) == "0.95")
    #expect(seen["more"]?.display(at: 0) == "false")
    #expect(seen["derived"]?.display(at: 0) == "z,a")
  }

  @Test func `a stage checks its parameters as a whole`() {
    let fault = StageRun(Everything.self, with: "outcome: y\ncount: 60").validation
    #expect(fault?.parameter == "count")
  }

  @Test func `a required parameter that is missing leaves the stage unloaded`() async {
    let run = StageRun(Everything.self, with: "level: 0.9")
    await #expect(throws: StageFault.self) { try await run([:]) }
  }
}

struct DeclarationTests {
  private let declaration = StageDeclaration(Everything.self, plugin: "test")

  @Test func `parameters are read from the properties, in snake case and in order`() {
    #expect(
      declaration.parameters.map(\.name) == [
        "outcome", "level", "count", "interact", "label", "variance", "covariates", "derive",
        "where", "shares", "hartung_knapp", "seed",
      ])
    #expect(declaration.parameters.filter(\.isRequired).map(\.name) == ["outcome"])
    #expect(declaration.parameters[1].initial == 0.95)
    #expect(declaration.parameters[1].schema == .number(minimum: 0.5, maximum: 0.999))
    #expect(declaration.parameters[5].schema == .choice(["welch", "pooled", "hc2"]))
    #expect(declaration.parameters[8].initial == nil)
  }

  @Test func `ports say what they carry`() {
    #expect(declaration.inputs.map(\.phrase) == ["a table", "a table"])
    #expect(declaration.inputs.map(\.isOptional) == [false, true])
    #expect(declaration.outputs.map(\.name) == ["seen"])
    #expect(declaration.implementation == "version 3")
  }

  @Test func `a declaration that is fit to publish has no problems`() {
    #expect(checkStage(Everything.self) == [])
  }

  @Test func `a declaration that is not fit says why`() {
    struct Sloppy: Stage {
      static let info = StageInfo(
        "Sloppy Stage", version: 0, summary: "does things", example: "x: {use: other/stage}")
      @Parameter("") var someThing = 1
      struct Output: PortSet { @Port("x") var out: Table }
      func run(_ input: NoPorts, in context: StageContext) async throws -> Output { Output() }
    }
    #expect(checkStage(Sloppy.self).count == 6)
  }
}

/// A property that is no parameter: the loader cannot set it.
private struct Broken: Stage {
  static let info = StageInfo("broken", version: 1, summary: "Holds something of its own.")
  @Parameter("A text.") var label = "a"
  var own = 3
  struct Output: PortSet { @Port("Nothing.") var out: Table }
  func run(_ input: NoPorts, in context: StageContext) async throws -> Output { Output() }
}

struct BrokenStageTests {
  @Test func `a stage with a property of its own says what is wrong with it`() {
    let run = StageRun(Broken.self, with: "label: b")
    #expect(run.diagnostics.map(\.code.rawValue) == ["broken-stage"])
    #expect(run.diagnostics[0].message.contains("'own' is no @Parameter"))
  }
}
