// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import PilotIntake

struct GeneralisationTests {
  /// The rule of a column `x`, as people write it.
  private static func rule(_ yaml: String) throws -> GeneralisationRule {
    var reading = Self.reading(yaml)
    let node = try #require(Document.parse(reading.file).root)
    let read = GeneralisationRule.read(node, in: &reading)
    return try #require(read, "\(reading.diagnostics.map(\.message))")
  }

  private static func reading(_ yaml: String) -> ParameterReading {
    ParameterReading(file: SourceFile(name: "x.yaml", text: yaml), folder: "", constants: [:])
  }

  private static func texts(_ yaml: String, _ column: Column) throws -> [String?] {
    try Self.rule(yaml).applied(to: column).texts()
  }

  @Test func `ages fall into bands of ten years, the last one open`() throws {
    let ages = Column.integer(FixedColumn([0, 9, 10, 29, 89, 90, 104, nil] as [Int64?]))
    #expect(
      try Self.texts("{bands: 10, from: 0, to: 90}", ages)
        == ["00-09", "00-09", "10-19", "20-29", "80-89", "90+", "90+", nil])
  }

  @Test func `edges say where bands begin`() throws {
    let ages = Column.integer(FixedColumn([18, 26, 27, 67] as [Int64]))
    #expect(
      try Self.texts("{bands: [18, 27, 40, 67]}", ages) == ["18-26", "18-26", "27-39", "67+"])
  }

  @Test func `a column of fractions says that its bands end before the next`() throws {
    let values = Column.number(FixedColumn([19.999_999, 20, 29.5] as [Double]))
    #expect(
      try Self.texts("{bands: 10, from: 10, to: 40}", values) == ["10-<20", "20-<30", "20-<30"])
  }

  /// 0.07 is no binary fraction: 7 ⁄ 100 and the written edge must still be one number.
  @Test(arguments: 1...99 as ClosedRange<Int64>)
  func `a decimal that equals an edge lies in the band that begins there`(cents: Int64) throws {
    let edge = DecimalText.print(cents, scale: 2)
    let column = Column.decimal(FixedColumn([cents - 1, cents]), scale: 2)
    let bands = try Self.texts("{bands: [0, \(edge)]}", column)
    #expect(bands[0]?.hasSuffix("+") == false)
    #expect(bands[1]?.hasSuffix("+") == true)
  }

  @Test func `the labels of bands sort in the order of the bands`() throws {
    let bands = try #require(Bands(edges: [0, 5, 18, 65, 100]))
    let labels = bands.labels(wholeNumbers: true)
    #expect(labels == ["000-004", "005-017", "018-064", "065-099", "100+"])
    #expect(labels == labels.sorted { $0.isExactlyBefore($1) })
  }

  @Test func `each number lies in the band that a plain search finds`() throws {
    let bands = try #require(Bands(width: 2.5, from: 0, to: 20))
    let values = (0..<250).map { Double($0) / 10 }
    let labels = bands.labels(wholeNumbers: false)
    let expected = values.map { value in labels[bands.edges.lastIndex { $0 <= value } ?? 0] }
    #expect(try bands.applied(to: .number(FixedColumn(values))).texts() == expected)
  }

  @Test func `PC4 comes from PC6 with and without a space`() throws {
    let codes = Column.text(TextColumn(["1234 AB", "1234AB", " 1234", "12", " ", nil]))
    #expect(
      try Self.texts("{characters: 4}", codes) == ["1234", "1234", "1234", "12", nil, nil])
    let categories = Column.category(CategoryColumn(["1234 AB", "1234 CD", nil, "9999 ZZ"]))
    #expect(try Self.texts("{characters: 4}", categories) == ["1234", "1234", nil, "9999"])
  }

  @Test(arguments: [("year", "2024"), ("quarter", "2024-Q2"), ("month", "2024-06")])
  func `a day becomes its year, quarter or month`(part: String, label: String) throws {
    let day = try #require(CalendarDate("2024-06-30"))
    let days = Column.date(FixedColumn([day.daysSince1970, nil] as [Int32?]))
    #expect(try Self.texts("{date: \(part)}", days) == [label, nil])
    let instant = try #require(Timestamp("2024-06-30T23:59:59Z"))
    let instants = Column.timestamp(FixedColumn([instant.microseconds]))
    #expect(try Self.texts("{date: \(part)}", instants) == [label])
  }

  @Test func `whole numbers go to the nearest multiple, halfway away from zero`() throws {
    let income = Column.integer(
      FixedColumn([0, 249, 250, 1249, -249, -250, -1251, nil] as [Int64?]))
    #expect(
      try Self.rule("{round: 500}").applied(to: income)
        == .integer(FixedColumn([0, 0, 500, 1000, 0, -500, -1500, nil] as [Int64?])))
  }

  @Test func `decimals round exactly and keep their places`() throws {
    let amounts = Column.decimal(FixedColumn([1224, 1225, 1275, -1225] as [Int64]), scale: 2)
    #expect(try Self.texts("{round: 0.5}", amounts) == ["12.00", "12.50", "13.00", "-12.50"])
  }

  @Test func `a number rounded to tenths reads as people write it`() throws {
    let values = Column.number(FixedColumn([0.26, 0.34, 123.449] as [Double]))
    #expect(try Self.texts("{round: 0.1}", values) == ["0.3", "0.3", "123.4"])
  }

  @Test func `what a column cannot be is one clear fault`() throws {
    let text = Column.text(TextColumn(["a"]))
    let ages = Column.integer(FixedColumn([-1, 17, 40] as [Int64]))
    #expect(throws: GeneralisationFault.belowBands(count: 2, first: "18")) {
      try Self.rule("{bands: [18, 40]}").applied(to: ages)
    }
    #expect(throws: GeneralisationFault.stepTooFine(places: 0)) {
      try Self.rule("{round: 0.5}").applied(to: ages)
    }
    #expect(throws: GeneralisationFault.tooLarge(count: 1)) {
      try Self.rule("{round: 1000}").applied(to: .integer(FixedColumn([Int64.max])))
    }
    for yaml in ["{bands: [1]}", "{date: year}", "{round: 5}"] {
      #expect(throws: GeneralisationFault.self) { try Self.rule(yaml).applied(to: text) }
    }
    #expect(throws: GeneralisationFault.self) { try Self.rule("{characters: 4}").applied(to: ages) }
  }

  @Test(arguments: [
    ("{}", "'' says no way to generalise"),
    ("{round: 5, date: year}", "'' says date and round, and one way is enough"),
    ("{round: 0}", "'.round' is out of range"),
    ("{characters: 0}", "'.characters' is out of range"),
    ("{bands: 10}", "'' needs 'to'"),
    ("{bands: -10, to: 90}", "the bands of '' are out of range"),
    ("{bands: 7, to: 90}", "the bands of '' do not fit between 'from' and 'to'"),
    ("{bands: [40, 18]}", "the edges of '' are out of range"),
    ("{bands: [-5, 18]}", "the edges of '' are out of range"),
    ("{round: 5, to: 9}", "'.to' is for bands"),
    ("{rond: 5}", "'' has no 'rond'"),
    ("{date: week}", "'.date' has no choice 'week'"),
  ])
  func `a rule that cannot be is reported`(yaml: String, message: String) throws {
    var reading = Self.reading(yaml)
    let node = try #require(Document.parse(reading.file).root)
    #expect(GeneralisationRule.read(node, in: &reading) == nil)
    #expect(reading.diagnostics.map(\.message) == [message])
  }

  @Test func `intake generalises before anything is derived`() async throws {
    let result = try await intake(
      "age,postcode\n34,1234 AB\n71,9876 ZX\n",
      with: """
        columns: {postcode: text}
        generalise:
          age: {bands: 10, to: 90}
          postcode: {characters: 4}
        derive: {group: age + "/" + postcode}
        """)
    #expect(try result.texts("cases", "age") == ["30-39", "70-79"])
    #expect(try result.texts("cases", "group") == ["30-39/1234", "70-79/9876"])
  }

  @Test(arguments: [
    (
      "generalise: {age: {bands: [50]}}",
      "column 'age' has 1 value below the first band, which begins at 50"
    ),
    ("generalise: {aeg: {round: 5}}", "there is no column 'aeg'"),
    (
      "generalise: {name: {round: 5}, age: {date: year}}",
      "column 'name' is text, and a number is needed; column 'age' is integer, and a date or a "
        + "timestamp is needed"
    ),
    (
      "identifiers: [name]\ngeneralise: {name: {characters: 1}}",
      "'name' is kept as pseudonyms, which cannot be generalised"
    ),
    (
      "derive: {old: age > 60}\ngeneralise: {old: {round: 1}}",
      "'old' is derived, and only columns of the source are generalised"
    ),
  ])
  func `intake names what it cannot generalise`(yaml: String, message: String) async throws {
    let fault = try await intakeFault("name,age\nann,40\nbob,71\n", with: yaml)
    #expect(fault.message == message)
    #expect(fault.parameter == "generalise")
  }

  /// The same rows in two batches and in one give the same labels.
  @Test func `a batch comes out as it would within the whole`() throws {
    let column = Column.integer(FixedColumn((0..<100).map { Int64($0 * 37 % 95) }))
    let rule = try Self.rule("{bands: 15, to: 90}")
    let parts = try [0..<40, 40..<100].flatMap { range in
      try rule.applied(to: column.taking(rows: Array(range))).texts()
    }
    #expect(try rule.applied(to: column).texts() == parts)
  }
}
