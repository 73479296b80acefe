// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Synchronization
import Tables

/// A plugin whose stages do as little as the tests of the runner need.
enum TestPlugin: Plugin {
  static let name = "test"
  static let stages: [any Stage.Type] = [
    Numbers.self, Keep.self, Total.self, Stack.self, Draw.self, Flaky.self, Sleep.self,
    Report.self, Read.self, Pair.self, Judge.self,
  ]
  static var catalog: Catalog { Catalog(plugins: [TestPlugin.self]) }
}

/// A table of `n` (1…rows) and `group`.
struct Numbers: Stage {
  static let info = StageInfo("numbers", version: 1, summary: "Counts up.")
  @Parameter("How many rows.", in: 0...1000) var rows = 3
  struct Output: PortSet { @Port("The numbers.") var cases: Table }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["cases": [ColumnPromise("n", .integer), ColumnPromise("group", .text)]])
  }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var output = Output()
    output.cases = try Table([
      ("n", .integer(FixedColumn((0..<rows).map { Int64($0 + 1) }))),
      ("group", .text(TextColumn((0..<rows).map { $0 % 2 == 0 ? "even" : "odd" }))),
    ])
    return output
  }
}

struct Keep: Stage {
  static let info = StageInfo("keep", version: 1, summary: "Keeps rows.")
  @Parameter("Rows to keep.") var `where`: Expression
  @Parameter("A column.") var column: ColumnName?
  struct Input: PortSet { @Port("Any table.") var cases: Table }
  struct Output: PortSet { @Port("The rows kept.") var cases: Table }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["cases": inputs["cases"] ?? []])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var output = Output()
    output.cases = input.cases.filtered(by: try `where`.mask(over: input.cases))
    return output
  }
}

/// How often each total ran, so that tests see what was reused.
let totalRuns = Mutex<[String: Int]>([:])

struct Total: Stage {
  static let info = StageInfo("total", version: 1, summary: "Adds up.")
  @Parameter("What to call it.") var label = "total"
  @Parameter("Confidence.", in: 0.5...0.999) var level = 0.95
  @Parameter("How.") var method: Method = .sum
  enum Method: String, ParameterChoice { case sum, mean }
  struct Input: PortSet {
    @Port("Any table with a column n.") var cases: Table
    @Port("A note.") var note: Note?
  }
  struct Output: PortSet { @Port("The total.") var result: Table }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    totalRuns.withLock { $0[label, default: 0] += 1 }
    let values = try input.cases.column("n").doubles()?.values ?? []
    var output = Output()
    output.result = try Table([
      ("label", .text(TextColumn([label]))),
      ("sum", .number(FixedColumn([values.reduce(0, +)]))),
    ])
    return output
  }
}

struct Stack: Stage {
  static let info = StageInfo("stack", version: 1, summary: "Puts labels under each other.")
  struct Input: PortSet { @Port("Tables.") var results: [Labeled<Table>] }
  struct Output: PortSet { @Port("One row for each table.") var labels: Table }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var output = Output()
    output.labels = try Table([
      ("label", .text(TextColumn(input.results.map(\.label)))),
      ("rows", .integer(FixedColumn(input.results.map { Int64($0.value.rowCount) }))),
    ])
    return output
  }
}

struct Draw: Stage {
  static let info = StageInfo("draw", version: 1, summary: "Draws a number.", draws: true)
  @Parameter("The number, instead of a draw.") var fixed: Double?
  struct Output: PortSet { @Port("The draw.") var cases: Table }

  var isDrawing: Bool { fixed == nil }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var number = fixed
    if isDrawing {
      var random = try context.random()
      number = random.uniform()
    }
    var output = Output()
    output.cases = try Table([("n", .number(FixedColumn([number])))])
    return output
  }
}

let flakyRuns = Mutex<[String: Int]>([:])

/// Fails `failures` times before it goes well.
struct Flaky: Stage {
  static let info = StageInfo("flaky", version: 1, summary: "Fails at first.")
  @Parameter("Whose count.") var name: String
  @Parameter("How often it fails.") var failures = 1
  @Parameter("Whether it may go well next time.") var transient = true
  struct Output: PortSet { @Port("A row.") var cases: Table }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    let count = flakyRuns.withLock {
      $0[name, default: 0] += 1
      return $0[name] ?? 0
    }
    if count <= failures {
      throw StageFault(
        "it failed", at: "failures", help: "wait", kind: transient ? .transient : .data)
    }
    var output = Output()
    output.cases = try Table([("n", .integer(FixedColumn([1])))])
    return output
  }
}

struct Sleep: Stage {
  static let info = StageInfo("sleep", version: 1, summary: "Waits.")
  @Parameter("How long.") var milliseconds = 10
  struct Input: PortSet { @Port("Anything.") var cases: Table? }
  struct Output: PortSet { @Port("A row.") var cases: Table }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    try await Task.sleep(for: .milliseconds(milliseconds))
    var output = Output()
    output.cases = try Table([("n", .integer(FixedColumn([Int64(milliseconds)])))])
    return output
  }
}

struct Note: Record {
  static let recordType = "note"
  static let recordVersion = 1
  let text: String

  init(_ text: String) { self.text = text }
  init(record: JSONValue) throws(RecordFault) {
    guard let text = record["text"]?.stringValue else { throw RecordFault("note", "no text") }
    self.text = text
  }
  var fields: JSONValue { ["text": .string(text)] }
}

struct Report: Stage {
  static let info = StageInfo("report", version: 1, summary: "Writes a note.")
  @Parameter("The text; left away, the output stays unset.") var text: String?
  struct Output: PortSet { @Port("The note.") var note: Note }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var output = Output()
    if let text { output.note = Note(text) }
    return output
  }
}

struct Read: Stage {
  static let info = StageInfo("read", version: 1, summary: "Reads a file.")
  @Parameter("The file.") var source: InputFile
  @Parameter("A key.") var key: Secret?
  struct Output: PortSet { @Port("A row.") var cases: Table }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var output = Output()
    output.cases = try Table([
      ("n", .integer(FixedColumn([1]))),
      ("secret", .boolean(BooleanColumn([key.flatMap { context.secret($0.name) } != nil]))),
    ])
    return output
  }
}

/// Two outputs, and a column whose name expressions use for something else.
struct Pair: Stage {
  static let info = StageInfo("pair", version: 1, summary: "Gives two tables.")
  struct Output: PortSet {
    @Port("One table.") var left: Table
    @Port("Another table.") var right: Table
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["right": [ColumnPromise("n", .integer), ColumnPromise("each", .integer)]])
  }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var output = Output()
    output.left = try Table([("n", .integer(FixedColumn([1])))])
    output.right = output.left
    return output
  }
}

struct Judge: Stage {
  static let info = StageInfo("judge", version: 1, summary: "Looks at an outcome.")
  @Parameter("The outcome.") var outcome: ColumnName
  @Parameter("Who is in.") var eligible: Expression?
  @Parameter("At least.") var low = 0
  @Parameter("At most.") var high = 9
  struct Input: PortSet { @Port("Any table.") var cases: Table }
  struct Output: PortSet { @Port("The same table.") var cases: Table }

  func validate() throws(StageFault) {
    if low > high { throw StageFault("'low' is above 'high'", at: "low", help: "swap them") }
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var output = Output()
    output.cases = input.cases
    return output
  }
}
