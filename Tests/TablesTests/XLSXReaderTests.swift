// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct XLSXReaderTests {
  private typealias Sample = XLSXSample

  private func read(_ sample: XLSXSample, _ options: XLSXOptions = XLSXOptions()) throws
    -> XLSXResult
  {
    try sample.with { try XLSXReader.read(path: $0, options: options) }
  }

  @Test func `numbers, texts and truth values get their types`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("n", "x", "t", "b")
          + #"<row r="2"><c><v>1</v></c><c><v>0.5</v></c><c t="str"><v>a</v></c><c t="b"><v>1</v></c></row>"#
          + #"<row r="3"><c><v>-2</v></c><c><v>1E3</v></c><c t="str"><v>b</v></c><c t="b"><v>0</v></c></row>"#
      ))
    #expect(
      try result.table
        == Table([
          ("n", .integer(FixedColumn([1, -2]))),
          ("x", .number(FixedColumn([0.5, 1000]))),
          ("t", .category(CategoryColumn(["a", "b"]))),
          ("b", .boolean(BooleanColumn([true, false]))),
        ]))
    #expect(result.rowsRead == 2)
    #expect(result.types.map(\.type) == [.integer, .number, .category, .boolean])
  }

  @Test func `shared texts join their runs and leave pronunciation out`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("t")
          + #"<row r="2"><c t="s"><v>0</v></c></row><row r="3"><c t="s"><v>1</v></c></row>"#
          + #"<row r="4"><c t="s"><v>2</v></c></row>"#,
        sharedTexts: "<si><t xml:space=\"preserve\"> één </t></si>"
          + "<si><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r><rPh><t>phonetic</t></rPh></si>"
          + "<si><t>line_x000D_end _x00e9_ _x12</t></si>"))
    #expect(
      result.table["t"] == .category(CategoryColumn([" één ", "rich", "line\u{D}end é _x12"])))
  }

  @Test func `cells that are left away are missing`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("a", "b", "c")
          + #"<row r="2"><c r="B2"><v>2</v></c></row>"#
          + #"<row r="5"><c r="A5"><v>1</v></c><c r="B5" s="0"/><c r="C5"><v>3</v></c></row>"#
          + #"<row r="9"><c r="H9" s="0"/></row>"#))
    #expect(
      try result.table
        == Table([
          ("a", .integer(FixedColumn([nil, 1]))),
          ("b", .integer(FixedColumn([2, nil]))),
          ("c", .integer(FixedColumn([nil, 3]))),
        ]))
  }

  @Test func `a header below and beside empty cells is found`() throws {
    let result = try read(
      Sample(
        rows:
          #"<row r="3"><c r="C3" t="str"><v>a</v></c></row><row r="4"><c r="C4"><v>7</v></c></row>"#
      ))
    #expect(try result.table == Table([("a", .integer(FixedColumn([7])))]))
  }

  @Test(arguments: [
    ("A3:B4", 1, 1), ("$A$3:$B$5", 2, 0), ("A3:B", 2, 0), ("B3:B4", 1, 1),
  ])
  func `a range of cells is read, and rows below it are counted`(
    range: String, rows: Int, below: Int
  ) throws {
    let sample = XLSXSample(
      rows: """
        <row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row>
        <row r="3"><c r="A3" t="inlineStr"><is><t>id</t></is></c><c r="B3" t="inlineStr"><is><t>n</t></is></c></row>
        <row r="4"><c r="A4"><v>1</v></c><c r="B4"><v>10</v></c></row>
        <row r="5"><c r="A5"><v>2</v></c><c r="B5"><v>20</v></c></row>
        """)
    let options = XLSXOptions(range: XLSXRange(range))
    let result = try sample.with { try XLSXReader.read(path: $0, options: options) }
    #expect(result.rowsRead == rows)
    #expect(result.rowsBelowRange == below)
    #expect(result.table.names.last == "n")
  }

  @Test(arguments: ["A3", "B5:A3", "3:5", "A3:", "A0:B2", ""])
  func `what is no range of cells is not taken for one`(text: String) {
    #expect(XLSXRange(text) == nil)
  }

  @Test func `a sheet without a header gets numbered columns`() throws {
    let result = try read(
      Sample(rows: #"<row r="1"><c><v>1</v></c><c><v>2</v></c></row>"#), XLSXOptions(header: false))
    #expect(result.table.names == ["column1", "column2"])
    #expect(result.table.rowCount == 1)
  }

  @Test func `errors are missing and counted`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("n") + #"<row r="2"><c t="e"><v>#N/A</v></c></row>"#
          + #"<row r="3"><c><v>4</v></c></row>"#))
    #expect(result.table["n"] == .integer(FixedColumn([nil, 4])))
    #expect(result.errorCells == 1)
    #expect(result.types[0].why == "all numbers are whole; cells with an error are missing")
  }

  @Test func `a formula counts by its result`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("n") + #"<row r="2"><c><f>1+1</f><v>2</v></c></row>"#
          + #"<row r="3"><c t="str"><f>""</f><v></v></c></row><row r="4"><c><f>2+1</f><v>3</v></c></row>"#
      ))
    #expect(result.table["n"] == .integer(FixedColumn([2, 3])))
  }

  @Test func `missing texts and numbers are missing`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("n", "t")
          + #"<row r="2"><c><v>-99</v></c><c t="str"><v>NA</v></c></row>"#
          + #"<row r="3"><c><v>5</v></c><c t="str"><v>na</v></c></row>"#),
      XLSXOptions(missing: ["", "NA", "-99"]))
    #expect(result.table["n"] == .integer(FixedColumn([nil, 5])))
    #expect(result.table["t"] == .category(CategoryColumn([nil, "na"])))
  }

  @Test func `mixed columns become text and say why`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("m") + #"<row r="2"><c><v>0.1</v></c></row>"#
          + #"<row r="3"><c t="str"><v>x</v></c></row><row r="4"><c t="b"><v>1</v></c></row>"#
          + #"<row r="5"><c s="1"><v>42826</v></c></row>"#,
        builtInFormats: [0, 14]))
    #expect(result.table["m"] == .text(TextColumn(["0.1", "x", "true", "2017-04-01"])))
    #expect(
      result.types[0].why == "numbers, truth values, texts and dates stand side by side")
  }

  @Test func `texts that look like numbers stay texts`() throws {
    let result = try read(
      Sample(rows: Sample.header("id") + #"<row r="2"><c t="str"><v>0123</v></c></row>"#))
    #expect(result.table["id"] == .category(CategoryColumn(["0123"])))
  }

  @Test func `prefixes of element names do not matter`() throws {
    let sheet =
      #"<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>"#
      + "</x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    let result = try read(Sample(parts: [("xl/worksheets/sheet1.xml", sheet)]))
    #expect(try result.table == Table([("a", .integer(FixedColumn([1])))]))
  }

  @Test(arguments: [XLSXOptions.Sheet.name("Tweede"), .position(2)])
  func `a sheet is chosen by name or place`(sheet: XLSXOptions.Sheet) throws {
    let sample = Sample(
      sheets: [
        #"name="Eerste" state="hidden""#, #"name="Tweede""#, #"name="x" state="veryHidden""#,
      ])
    let result = try read(sample, XLSXOptions(sheet: sheet))
    #expect(result.table.names == ["other"])
    #expect(result.sheet.name == "Tweede")
    #expect(result.sheets.map(\.visibility) == [.hidden, .visible, .veryHidden])
  }

  @Test func `merged cells below the header are counted`() throws {
    let result = try read(
      Sample(
        rows: Sample.header("a")
          + #"<row r="2"><c><v>1</v></c></row><row r="3"><c><v>2</v></c></row>"#,
        afterRows: #"<mergeCells><mergeCell ref="A2:A3"/></mergeCells>"#))
    #expect(result.mergedRanges == 1)
  }
}
