// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct CSVInferenceTests {
  private func finding(_ cells: [String]) throws -> (column: Column, why: String) {
    let file = "a,n\n" + cells.map { "\($0),1\n" }.joined()
    let result = try CSVReader().read(bytes: Array(file.utf8))
    return (result.table.columns[0], result.types[0].why)
  }

  @Test(arguments: [
    (["true", "False", "TRUE", ""], ColumnType.boolean),
    (["0", "-7", "9223372036854775807"], .integer),
    (["-9223372036854775808"], .integer), (["1", "2.5", "-0.25"], .number), (["1", "-0"], .number),
    (["1e5", "2E-3"], .number),
    ([".5", "-.25"], .number), (["2.50", "3"], .number), (["2020-02-29", ""], .date),
    (["2020-01-01 10:00", "2020-01-01T10:00:00+02:00"], .timestamp), (["", ""], .text),
    (["a", "b", "c"], .text), (["a", "b", "a", "b"], .category),
    (["9007199254740992", "0.5"], .number), (["0.1234567890123456", "12345678.12345678"], .number),
    (["1e22", "0.30000000000000004"], .number), (["0.10000000000000001", "1"], .number),
  ])
  func `a column has the narrowest type that holds every value`(
    cells: [String], type: ColumnType
  ) throws {
    #expect(try finding(cells).column.type == type)
  }

  @Test(arguments: [
    ["007"], ["1", "00"], ["+31612345678"], ["9223372036854775808"], ["99999999999999999999"],
    ["0x1F"], ["1-2"], ["5."], ["-"], ["1,5"], ["1e"], ["1e999"], ["1e-999"],
    ["0.12345678901234567890123"], ["0.30000000000000001"], ["9007199254740993", "0.5"],
    ["0.5", "9007199254740993"], ["2020-02-30"], ["20200101" + "x"], ["2020-1-1"],
    ["2020-01-01", "2020-01-01 10:00"], ["2020-01-01 10:00", "2020-01-01"], ["true", "1"],
    ["1", "true"],
    ["nan"], ["inf"], [" 1"], ["1 "], ["yes"], ["t"], ["1", "2", "x"], ["1.50", "x"],
    ["2020-01-01 10:00:00", "x"], ["TRUE", "x", "False"], ["-5", "007"], ["1_000"], ["١"],
  ])
  func `what would not come back the same stays text, spelled as it was`(cells: [String]) throws {
    let quoted = cells.map { $0.contains(",") ? "\"\($0)\"" : $0 }
    let column = try finding(quoted).column
    #expect(column.type.isTextual)
    #expect(column.texts() == cells)
  }

  @Test func `the whole file decides, not its beginning`() throws {
    let cells = (0..<5_000).map { "1.\($0)0" } + ["n.v.t."]
    let (column, why) = try finding(cells)
    #expect(column.texts() == cells)
    #expect(why == "line 5002 has no number, as the lines before it have")
  }

  @Test func `whole numbers become numbers late without loss`() throws {
    let cells = (0..<5_000).map { String($0 * 1_000_003 - 7) } + ["0.5"]
    let column = try finding(cells).column
    #expect(column.type == .number)
    #expect(column.texts() == cells)
  }

  @Test func `values before which all are missing keep their rows`() throws {
    for value in ["1", "0.5", "true", "2020-01-01", "2020-01-01T00:00:00Z", "x"] {
      let cells = Array(repeating: "", count: 2_500) + [value]
      let column = try finding(cells).column
      #expect(column.missingCount == 2_500)
      #expect(column.display(at: 2_500) == value)
    }
  }

  @Test func `texts repeat in a category only where each comes twice on average`() throws {
    #expect(try finding(["a", "a", "b"]).column.type == .text)
    #expect(try finding(["a", "a", "b", "b"]).why == "2 different texts in 4 values")
  }

  @Test func `a category that grows too rich becomes text with all its values`() throws {
    let cells = (0..<24_000).map { $0 < 3_000 ? "" : "t\($0 % 11_000)" }
    let column = try finding(cells).column
    #expect(column.type == .text)
    #expect(column.texts() == cells.map { $0.isEmpty ? nil : $0 })
  }

  @Test(arguments: [
    (["1", "007"], "line 3 has digits that would not come back the same"),
    (["+5"], "line 2 has digits that would not come back the same"),
    ([""], "no row has a value"), (["2020-01-01"], "every value is a date"),
    (["1", "x"], "line 3 has no whole number"),
  ])
  func `a type says how it came about`(cells: [String], why: String) throws {
    #expect(try finding(cells).why.hasPrefix(why))
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `the order of rows does not change the type`(seed: UInt64) throws {
    var random = Xorshift(seed)
    let pool = [
      "1", "0", "2.5", "9007199254740993", "true", "2020-01-01", "2020-01-01 10:00", "", "x", "007",
      "1e3",
    ]
    let cells = (0..<6).map { _ in pool[random.below(pool.count)] }
    let type = try finding(cells).column.type
    for _ in 0..<5 {
      #expect(try finding(cells.shuffled(using: &random)).column.type == type)
    }
  }
}
