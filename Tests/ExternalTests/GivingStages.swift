// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Stages in Swift that feed those under test.
enum GivingPlugin: Plugin {
  static let name = "give"
  static let stages: [any Stage.Type] = [GiveCases.self, GiveNote.self, GivePage.self]
}

/// A column of every type, with missing values.
struct GiveCases: Stage {
  static let info = StageInfo("cases", version: 1, summary: "Gives a table.")
  @Parameter("How many rows.", in: 0...100) var rows = 3

  struct Output: PortSet { @Port("Cases.") var cases: Table }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    let whole = try Table([
      ("n", .integer(FixedColumn((0..<rows).map { Int64($0 + 1) }))),
      ("share", .number(FixedColumn((0..<rows).map { $0 == 1 ? nil : Double($0) / 4 }))),
      ("amount", .decimal(FixedColumn((0..<rows).map { Int64($0 * 1250) }), scale: 2)),
      ("flag", .boolean(BooleanColumn((0..<rows).map { $0 == 2 ? nil : $0 == 0 }))),
      ("name", .text(TextColumn((0..<rows).map { Self.names[$0 % 3] }))),
      ("site", .category(CategoryColumn((0..<rows).map { $0 == 1 ? nil : "site \($0 % 2)" }))),
      ("day", .date(FixedColumn((0..<rows).map { $0 == 1 ? nil : Int32(20_000 + $0) }))),
      ("at", .timestamp(FixedColumn((0..<rows).map { Int64($0) * 86_400_000_000 }))),
    ])
    var output = Output()
    output.cases = whole
    return output
  }

  /// A comma, quotes and a line end; an empty text; none at all.
  private static let names = ["a, \"b\"\nc", "", nil]
}

struct SmallNote: Record {
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

struct GiveNote: Stage {
  static let info = StageInfo("note", version: 1, summary: "Gives a record.")
  @Parameter("The text.") var text = "hello"
  struct Output: PortSet { @Port("A note.") var note: SmallNote }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var output = Output()
    output.note = SmallNote(text)
    return output
  }
}

struct GivePage: Stage {
  static let info = StageInfo("page", version: 1, summary: "Gives a file.")
  struct Output: PortSet { @Port("A page.") var page: FileArtifact }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var output = Output()
    output.page = FileArtifact(mediaType: "text/html", bytes: Array("<p>hello</p>\n".utf8))
    return output
  }
}
