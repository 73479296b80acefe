// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import PilotIntake

struct ColumnsToolTests {
  private static func preview(
    _ csv: String, _ options: [String: String] = [:]
  ) async throws -> (table: Table, notes: [String]) {
    try await withFiles(["cases.csv": csv]) { folder in
      let tool = try #require(
        PilotIntakePlugin.toolDeclarations.first { $0.info.name == "columns" })
      let span = SourceSpan(at: .start)
      var values = options.mapValues {
        Node(content: .scalar(Scalar(text: $0, style: .plain)), span: span)
      }
      values["file"] = Node(content: .scalar(Scalar(text: "cases.csv", style: .plain)), span: span)
      let reading = ParameterReading(
        file: SourceFile(name: "arguments", text: ""), folder: folder, constants: [:])
      let answer = try await tool.run(values, reading)
      guard case .table(let table) = answer.content else {
        throw StageFault("the answer is no table", kind: .bug)
      }
      return (table, answer.notes)
    }
  }

  /// Sixty rows: five columns of which three name persons, citizen service numbers, and a rare value.
  private static let cases =
    "pid,district,surname,group,age,bsn,rare\n"
    + zip(0..., PersonalDataTests.numbers(60)).map { row, number in
      let district = row % 3 == 0 ? "north" : "south"
      let rare = row < 5 ? "odd" : "usual"
      return "p\(row),\(district),jansen,\(row % 2),\(row),\(number),\(rare)\n"
    }.joined()

  @Test func `columns are shown with type, gaps and different values`() async throws {
    let (table, notes) = try await Self.preview("a;b\n1;x\nNA;x\n", ["missing": "NA"])
    #expect(table.names == ["column", "type", "why", "missing", "distinct", "examples"])
    #expect(try table.column("column").texts() == ["a", "b"])
    #expect(try table.column("missing").texts() == ["1", "0"])
    #expect(try table.column("distinct").texts() == ["1", "1"])
    #expect(notes == ["2 rows"])
  }

  @Test func `examples are common values of columns that identify nobody`() async throws {
    let (table, notes) = try await Self.preview(Self.cases)
    let examples = Dictionary(
      uniqueKeysWithValues: zip(
        try table.column("column").texts().map { $0 ?? "" }, try table.column("examples").texts()))
    #expect(
      examples == [
        "pid": nil, "district": "south, north", "surname": nil, "group": "0, 1", "age": nil,
        "bsn": nil, "rare": "usual, …",
      ])
    #expect(notes.contains { $0.hasPrefix("column 'bsn' looks like citizen service numbers") })
  }

  @Test(arguments: [
    "id", "client_id", "clientId", "e-mail", "Achternaam", "huisnummer", "birth_date", "IBAN",
    "postcode", "tel nr",
  ])
  func `a name that promises persons is never given examples`(name: String) {
    #expect(HarmlessExamples.mayIdentify(name))
  }

  @Test(arguments: ["district", "arm", "paid", "household_type", "width", "income"])
  func `other names may be`(name: String) {
    #expect(!HarmlessExamples.mayIdentify(name))
  }

  @Test func `a bad option is a fault of its own`() async throws {
    await #expect(throws: StageFault.self) {
      _ = try await Self.preview("a\n1\n", ["sheet": "Blad1"])
    }
  }
}
