// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

/// Workbooks that another program wrote.
@Suite(
  .enabled(
    if: Python.has("openpyxl"), "needs openpyxl; PROEFTUIN_PYTHON names the interpreter"))
struct XLSXExchangeTests {
  @Test(arguments: ["samples", "samples-1904"])
  func `a workbook of openpyxl is read`(name: String) throws {
    let result = try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "xlsx_samples.py", folder)
      return try XLSXReader.read(path: "\(folder)/\(name).xlsx")
    }
    let days = ["2017-04-01", "1999-12-31"].map { CalendarDate($0)?.daysSince1970 }
    let moments = ["2017-04-01T09:30:00Z", "2024-02-29T23:59:59Z"].map {
      Timestamp($0)?.microseconds
    }
    #expect(
      try result.table
        == Table([
          ("whole", .integer(FixedColumn([1, nil, -3]))),
          ("number", .number(FixedColumn([0.5, 1e-7, nil]))),
          ("text", .category(CategoryColumn(["één", "<&> 'quoted'", "😀"]))),
          ("truth", .boolean(BooleanColumn([true, false, nil]))),
          ("day", .date(FixedColumn(days + [nil]))),
          ("moment", .timestamp(FixedColumn(moments + [nil]))),
          ("mixed", .text(TextColumn(["1", "een", nil]))),
          ("error", .integer(FixedColumn([nil, 2, 3]))),
        ]))
    #expect(result.errorCells == 1)
    #expect(result.sheets.map(\.name) == ["Gevallen", "Verborgen"])
    #expect(result.sheets.map(\.visibility) == [.visible, .hidden])
  }

  @Test func `formulas that openpyxl wrote have no results`() throws {
    try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "xlsx_samples.py", folder)
      #expect(throws: XLSXFault.uncomputedFormulas(count: 1, first: "A2")) {
        try XLSXReader.read(path: folder + "/formula.xlsx")
      }
    }
  }

  @Test func `openpyxl finds what was written`() throws {
    let moment = Timestamp("2017-04-01T09:30:00Z")?.microseconds
    let table = try Table([
      ("whole", .integer(FixedColumn([12, nil]))),
      ("money", .decimal(FixedColumn([1_250, -5]), scale: 2)),
      ("text", .text(TextColumn(["één", "=1+1"]))),
      ("day", .date(FixedColumn([CalendarDate("2017-04-01")?.daysSince1970, nil]))),
      ("moment", .timestamp(FixedColumn([moment, nil]))),
      ("truth", .boolean(BooleanColumn([true, nil]))),
    ])
    let found = try TemporaryFolder.with { folder in
      try XLSXWriter(sheet: "Gevallen").write(table, path: folder + "/a.xlsx")
      return try Python.run(fixture: "xlsx_show.py", folder + "/a.xlsx")
    }
    #expect(
      String(decoding: found, as: UTF8.self) == """
        Gevallen A2 True
        A1 s General 'whole'
        B1 s General 'money'
        C1 s General 'text'
        D1 s General 'day'
        E1 s General 'moment'
        F1 s General 'truth'
        A2 n General 12
        B2 n 0.00 12.5
        C2 s General 'één'
        D2 d yyyy-mm-dd datetime.datetime(2017, 4, 1, 0, 0)
        E2 d yyyy-mm-dd hh:mm:ss datetime.datetime(2017, 4, 1, 9, 30)
        F2 b General True
        B3 n 0.00 -0.05
        C3 s General "'=1+1"

        """)
  }
}
