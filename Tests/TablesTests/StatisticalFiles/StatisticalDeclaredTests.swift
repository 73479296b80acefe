// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

/// Types and missing texts that the reader was told.
struct StatisticalDeclaredTests {
  private func column(
    _ name: String, _ columns: [String: ColumnType] = [:], missing: [String] = [""]
  ) throws -> Column {
    try StatisticalFixture.read(
      "survey.sav", StatisticalFileOptions(missing: missing, columns: columns)
    ).table.column(name)
  }

  @Test func `codes are kept where a number is declared, and the labels beside them`() throws {
    let types: [String: ColumnType] = ["arm": .integer]
    #expect(try column("arm", types) == .integer(FixedColumn([1, 2, 1, 2])))
    #expect(
      try column("arm_label", types)
        == .category(CategoryColumn(["brief", "oproep", "brief", "oproep"])))
  }

  @Test func `labels are kept in the column where text is declared`() throws {
    let types: [String: ColumnType] = ["score": .text]
    #expect(
      try column("score", types) == .text(TextColumn(["zeer tevreden", "7", nil, nil])))
    #expect(throws: TableFault.self) { try column("score_label", types) }
  }

  @Test func `declared types of many kinds are read`() throws {
    #expect(
      try column("income", ["income": .decimal(scale: 2)])
        == .decimal(FixedColumn([250_050, nil, 180_000, -25]), scale: 2))
    #expect(
      try column("born", ["born": .text])
        == .text(TextColumn(["2017-04-01", "1999-12-31", nil, "2024-02-29"])))
    #expect(
      try column("born", ["born": .timestamp])
        == .timestamp(
          FixedColumn(StatisticalFixture.days.map { $0.map { Int64($0) * 86_400_000_000 } })))
    #expect(try column("town", ["town": .text]) == .text(TextColumn(["Ede", "Urk", "Ede", "Urk"])))
    #expect(try column("id", ["id": .number]) == .number(FixedColumn([1, 2, 3, 4])))
  }

  @Test func `an added column may be declared too`() throws {
    #expect(
      try column("score_missing", ["score_missing": .text])
        == .text(TextColumn([nil, nil, "99", "weet niet"])))
  }

  @Test func `cells that are not of their declared type are named by row`() {
    #expect(
      throws: StatisticalFileFault.wrongTypes([
        .init(column: "income", type: .integer, rows: [1, 4], count: 2),
        .init(column: "name", type: .date, rows: [1, 2, 3, 4], count: 4),
      ])
    ) { try column("id", ["income": .integer, "name": .date]) }
  }

  @Test func `a type for a column that is not there is a fault`() {
    #expect {
      try column("id", ["incoem": .number])
    } throws: { fault in
      guard case .unknownColumns(["incoem"], let known) = fault as? StatisticalFileFault else {
        return false
      }
      return known.contains("income")
    }
  }

  @Test func `a missing text is a value, a number or a label`() throws {
    #expect(
      try column("town", missing: ["Ede"]) == .category(CategoryColumn([nil, "Urk", nil, "Urk"])))
    #expect(try column("id", missing: ["2"]) == .integer(FixedColumn([1, nil, 3, 4])))
    #expect(
      try column("arm", missing: ["oproep"])
        == .category(CategoryColumn(["brief", nil, "brief", nil])))
  }

  @Test func `a label that stands for a missing value is not asked of the other values`() throws {
    let content = try StatisticalFixture.read(
      "survey.sav", StatisticalFileOptions(missing: ["zeer tevreden"]))
    #expect(try content.table.column("score") == .integer(FixedColumn([nil, 7, nil, nil])))
    #expect(!content.table.contains("score_label"))
  }
}
