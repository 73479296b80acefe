// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

/// Decision tables in files of their own, read with the scheme.
struct SheetTableTests {
  private static let head = """
    scheme: {id: s, entity: household}
    inputs:
      household_type: {type: text, values: [single, couple]}
      income_percent: {type: number, minimum: 0}
    decisions:

    """

  private func table(
    _ csv: String, _ more: String = "", name: String = "t.csv"
  ) throws -> (table: DecisionTable?, faults: [Diagnostic]) {
    let folder = try ImportFolder([name: csv])
    let (scheme, faults) = try folder.scheme(
      Self.head + "  amount: {table: {file: \(name)\(more)}}\n")
    return (scheme?.decisions.first?.table, faults.diagnostics)
  }

  private static let whole = """
    U;Household type;Income percent;;amount;Toelichting
    ;single, couple;;;;
    1;single;<= 120;;513;art. 3
    2;couple;<= 120;;732;art. 3
    3;-;> 120;;0;

    """

  @Test func `the layout of the standard gives the table that YAML gives`() throws {
    let (table, faults) = try table(Self.whole)
    let read = try #require(table, "\(faults)")
    #expect(faults.isEmpty)
    let written = try Samples.scheme(
      Self.head + """
          amount:
            table:
              hit: UNIQUE
              inputs: [household_type, income_percent]
              rows:
                - ['"single"', "<= 120", 513]
                - ['"couple"', "<= 120", 732]
                - ["-", "> 120", 0]

        """)
    #expect(read.hasSameRules(as: try #require(written.decisions.first?.table)))
    #expect(read.outputs.map(\.name) == ["amount"])
  }

  @Test(arguments: [
    // Roles in a row above the names, as merged cells leave them.
    "Income supplement,,,\n,input,,output\nF,household_type,income_percent,amount\n1,single,<= 120,5\n",
    // Roles in a row below the names.
    "F,household_type,income_percent,amount\n,in,in,out\n1,single,<= 120,5\n",
    // Roles before the names.
    "F,in: household_type,in: income_percent,out: amount\n1,single,<= 120,5\n",
    // A double line.
    "F|household_type|income_percent||amount\n1|single|<= 120||5\n",
    // The hit policy on a line of its own, and numbers under a name.
    "Hit policy,FIRST,,\n#,household_type,income_percent,→ amount\n1,single,<= 120,5\n",
    // Tabs.
    "F\thousehold_type\tincome_percent\t\tamount\n1\tsingle\t<= 120\t\t5\n",
  ])
  func `people mark outputs in many ways`(csv: String) throws {
    let (table, faults) = try table(csv)
    let read = try #require(table, "\(faults.map(\.message))")
    #expect(read.hit == .first)
    #expect(read.inputs.map(\.expression.source) == ["household_type", "income_percent"])
    #expect(read.rows.map(\.sources) == [["\"single\"", "<= 120", "5"]])
    #expect(faults.isEmpty)
  }

  @Test func `keys beside the file say what the sheet does not`() throws {
    let csv = "soort;inkomen;bedrag;vrij\nsingle;<= 120,5;1.573;\"\"\"ja\"\"\"\n"
    let (table, faults) = try table(
      csv,
      """
      , hit: U, decimal: comma, inputs: [household_type, income_percent * 2], \
      outputs: [bedrag, vrij], default: [0, '"nee"']
      """)
    let read = try #require(table, "\(faults.map(\.message))")
    #expect(read.rows.first?.sources == ["\"single\"", "<= 120.5", "1573", "\"ja\""])
    #expect(read.outputs.map(\.name) == ["bedrag", "vrij"])
    #expect(read.inputs.last?.expression.source == "income_percent * 2")
  }

  @Test func `a sheet that marks no output gives its last column, and says so`() throws {
    let (table, faults) = try table("U,household_type,amount\n1,single,5\n2,couple,6\n")
    #expect(table?.outputs.count == 1)
    #expect(faults.map(\.severity) == [.warning])
    #expect(faults.first?.message.contains("the last column, 'amount', is taken") == true)
  }

  @Test func `what was turned round is told once for a column`() throws {
    let (table, faults) = try table(
      "U;household_type;income_percent;;amount\n1;-;t/m 120;;513,50\n2;-;meer dan 120;;€ 256,75\n")
    #expect(
      table?.rows.map(\.sources) == [["-", "<= 120", "513.50"], ["-", "> 120", "256.75"]])
    #expect(faults.map(\.code) == [.tableCell, .tableCell, .tableCell])
    #expect(faults.allSatisfy { $0.severity == .warning })
    #expect(
      faults.first?.message
        == "2 cells of column C have a range in words: 't/m 120' is read as <= 120")
    #expect(faults.first?.notes == ["cell C2"])
  }

  @Test(arguments: [
    ("1;single;120-124;;5", "table-cell", "are a subtraction", "C2", "2:10"),
    ("1;single;<= 124,5;;5", "table-cell", "'124,5' can be one number or several", "C2", "2:10"),
    ("1;single;<= 120;;", "table-cell", "gives no result", "E2", "2:18"),
    ("1;single;<= 120;;75%", "table-cell", "a percent sign", "E2", "2:18"),
    ("1;single;<= incom;;5", "bad-expression", "no 'incom'", "C2", "2:13"),
    ("1;single;<= 120;;5 6", "bad-expression", "", "E2", "2:20"),
    ("1;single;<= 120;;5;9", "table-file", "column without a name", "F2", "2:20"),
    ("1;single;<= 120;x;5", "table-file", "column without a name", "D2", "2:17"),
    ("1;\"single;<= 120;;5", "table-file", "never closed", "B2", "2:3"),
    ("1;\"a\"b;<= 120;;5", "table-file", "text follows the quote", "B2", "2:3"),
  ])
  func `a fault stands at its cell, with line, column and letter`(
    row: String, code: String, message: String, cell: String, place: String
  ) throws {
    let (_, faults) = try table("U;household_type;income_percent;;amount\n\(row)\n")
    let fault = try #require(faults.first)
    #expect(fault.code.rawValue == code)
    #expect(fault.message.contains(message), "\(fault.message)")
    #expect(fault.notes.contains("cell \(cell)"), "\(fault.notes)")
    #expect(fault.span.map { "\($0.start)" } == place)
    #expect(fault.file.hasSuffix("/t.csv"))
  }

  @Test(arguments: [
    ("household_type,amount\n1,2\n", "", "scheme-missing", "no hit policy"),
    ("U,household_typ,,amount\n1,2,,3\n", "", "scheme-name", "the scheme has no 'household_typ'"),
    ("R,household_type,,amount\n1,2,,3\n", "", "unknown-choice", "no hit policy 'R'"),
    ("U,household_type,,amount\n", "", "table-file", "a header and no rules"),
    ("", "", "table-file", "has no header"),
    (
      "U,household_type,,amount\n1,-,,3\n", ", hit: FIRST", "decision-table",
      "the sheet says UNIQUE"
    ),
    (
      "U,household_type,,amount\n1,-,,3\n", ", inputs: [a, b]", "decision-table",
      "there are 2 inputs"
    ),
    ("U,household_type,,amount\n1,-,,3\n", ", outputs: [x]", "table-file", "no column 'x'"),
    ("U,household_type,,amount\n1,-,,3\n", ", sheet: x", "scheme-key", "has no 'sheet'"),
    ("U,household_type,,amount\n1,-,,3\n", ", decimal: dot", "unknown-choice", "comma or point"),
    ("U,household_type,,amount\n1,-,,3\n", ", rows: []", "scheme-key", "no key 'rows'"),
  ])
  func `a sheet that is no table says why`(
    csv: String, more: String, code: String, message: String
  ) throws {
    let (table, faults) = try table(csv, more)
    #expect(table == nil)
    let fault = try #require(faults.first { $0.severity == .error })
    #expect(fault.code.rawValue == code, "\(fault)")
    #expect(fault.message.contains(message), "\(fault.message)")
  }

  @Test func `the allowed values of an output rank its rules`() throws {
    let (table, faults) = try table(
      "P;income_percent;;amount\n;;;high, low\n1;<= 120;;high\n2;-;;low\n")
    let read = try #require(table, "\(faults)")
    #expect(read.hit == .priority)
    #expect(read.outputs.first?.values == [.text("high"), .text("low")])
    #expect(read.rows.map { $0.outputs[0].source } == ["\"high\"", "\"low\""])
  }

  @Test func `a column of articles is the law of its rules`() throws {
    let (table, _) = try table(
      "F;income_percent;;amount;Artikel\n1;<= 120;;5;art. 36 lid 1\n2;-;;0;by-law\n3;-;;0;36b\n")
    #expect(
      table?.rows.map(\.legal) == [
        [LegalReference(article: "36", paragraph: "1")], [LegalReference(title: "by-law")],
        [LegalReference(article: "36b")],
      ])
  }

  @Test func `a missing file is told at the scheme's place`() throws {
    let folder = try ImportFolder()
    let (_, faults) = try folder.scheme(Self.head + "  amount: {table: {file: none.csv}}\n")
    #expect(faults.diagnostics.map(\.code) == [.tableFile])
    #expect(faults.diagnostics.first?.message.contains("there is no such file") == true)
    #expect(faults.diagnostics.first?.file.hasSuffix("scheme.yaml") == true)
  }

  @Test func `a sheet of a workbook is read like a file of text`() throws {
    let folder = try ImportFolder()
    func text(_ values: [String?]) -> Column { .text(TextColumn(values)) }
    let sheet = try Table([
      ("U", .integer(FixedColumn([Int64(1), 2, 3]))),
      ("household_type", text(["single", "couple", "-"])),
      ("income_percent", text(["<= 120", "<= 120", "> 120"])),
      ("out: amount", .number(FixedColumn([513.5, 732, 0]))),
    ])
    try XLSXWriter().write(sheet, path: folder.path + "/t.xlsx")
    let (scheme, faults) = try folder.scheme(
      Self.head + "  amount: {table: {file: t.xlsx, range: 'A1:D'}}\n")
    let table = try #require(scheme?.decisions.first?.table, "\(faults.diagnostics)")
    #expect(
      table.rows.map(\.sources) == [
        ["\"single\"", "<= 120", "513.5"], ["\"couple\"", "<= 120", "732"], ["-", "> 120", "0"],
      ])
    let wrong = try folder.scheme(
      Self.head + "  amount: {table: {file: t.xlsx, outputs: [household_type]}}\n")
    #expect(wrong.faults.diagnostics.isEmpty == false)
  }

  @Test func `a fault in a workbook names the cell`() throws {
    let folder = try ImportFolder()
    func text(_ values: [String?]) -> Column { .text(TextColumn(values)) }
    let sheet = try Table([
      ("F", .integer(FixedColumn([Int64(1), 2]))), ("income_percent", text(["<= 120", "130-140"])),
      ("out: amount", .integer(FixedColumn([Int64(5), 6]))),
    ])
    try XLSXWriter().write(sheet, path: folder.path + "/t.xlsx")
    let (_, faults) = try folder.scheme(Self.head + "  amount: {table: {file: t.xlsx}}\n")
    let fault = try #require(faults.diagnostics.first)
    #expect(fault.notes == ["cell B3"])
    #expect(fault.span?.start.line == 3)
  }

  @Test func `a table's file is part of what a stage reads`() throws {
    let folder = try ImportFolder(["tables/t.csv": Self.whole])
    try folder.write("scheme.yaml", Self.head + "  amount: {table: {file: tables/t.csv}}\n")
    var reading = ParameterReading(
      file: SourceFile(name: folder.path + "/p.yaml", text: ""), folder: folder.path,
      constants: [:])
    let source = SchemeSource.read(Samples.scalar("scheme.yaml"), in: &reading)
    #expect(source != nil, "\(reading.diagnostics)")
    #expect(
      reading.files.map(\.location)
        == [folder.path + "/scheme.yaml", folder.path + "/tables/t.csv"])
  }

  @Test func `a run names the cell where a rule goes wrong`() throws {
    let folder = try ImportFolder([
      "t.csv": "F;income_percent;;amount\n1;-;;1 / (income_percent - 5)\n"
    ])
    let (scheme, _) = try folder.scheme(Self.head + "  amount: {table: {file: t.csv}}\n")
    let read = try #require(scheme)
    let households = try Samples.households(["single"], [5])
    #expect {
      try SchemeEvaluation(read, on: nil).decide(over: households)
    } throws: { error in
      (error as? StageFault)?.message.contains("t.csv, cell D2") == true
    }
  }
}
