// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct XLSXDeclaredTests {
  /// One row: a number, a text that spells one, a date, a text that spells one, a truth value.
  private static let sample = XLSXSample(
    rows: XLSXSample.header("number", "spelled", "day", "spelled day", "truth")
      + #"<row r="2"><c><v>0.30000000000000004</v></c><c t="str"><v>12</v></c>"#
      + #"<c s="1"><v>42826</v></c><c t="str"><v>2017-04-01</v></c><c t="b"><v>1</v></c></row>"#,
    builtInFormats: [0, 14])

  private func column(_ name: String, as type: ColumnType) throws -> Column? {
    let options = XLSXOptions(columns: [name: type])
    return try Self.sample.with { try XLSXReader.read(path: $0, options: options).table[name] }
  }

  @Test func `a computed number becomes the decimal it stands for`() throws {
    #expect(
      try column("number", as: .decimal(scale: 2)) == .decimal(FixedColumn([30]), scale: 2))
  }

  @Test func `a text that spells a value is one`() throws {
    let day = try #require(CalendarDate("2017-04-01"))
    #expect(try column("spelled", as: .integer) == .integer(FixedColumn([12])))
    #expect(try column("spelled", as: .number) == .number(FixedColumn([12])))
    #expect(try column("spelled", as: .decimal(scale: 1)) == .decimal(FixedColumn([120]), scale: 1))
    #expect(try column("spelled day", as: .date) == .date(FixedColumn([day.daysSince1970])))
  }

  @Test func `every value can become text`() throws {
    #expect(try column("number", as: .text) == .text(TextColumn(["0.30000000000000004"])))
    #expect(try column("day", as: .text) == .text(TextColumn(["2017-04-01"])))
    #expect(try column("truth", as: .category) == .category(CategoryColumn(["true"])))
  }

  @Test func `a date can become a timestamp`() throws {
    let instant = try #require(Timestamp("2017-04-01T00:00:00Z"))
    #expect(try column("day", as: .timestamp) == .timestamp(FixedColumn([instant.microseconds])))
  }

  @Test(arguments: [
    ("number", ColumnType.integer, "A2"), ("number", .boolean, "A2"), ("spelled", .date, "B2"),
    ("day", .number, "C2"), ("truth", .timestamp, "E2"), ("number", .decimal(scale: 0), "A2"),
  ])
  func `a cell of another type is named by its address`(
    name: String, type: ColumnType, cell: String
  ) throws {
    let fault = #expect(throws: XLSXFault.self) { try column(name, as: type) }
    #expect(
      fault?.description == "column '\(name)': 1 value is not \(type.name) (cell \(cell))")
  }

  @Test func `a declared column that is not there is a fault`() throws {
    let fault = #expect(throws: XLSXFault.self) { try column("nummer", as: .integer) }
    #expect(
      fault
        == .unknownColumns(
          ["nummer"], known: ["number", "spelled", "day", "spelled day", "truth"]))
  }
}
