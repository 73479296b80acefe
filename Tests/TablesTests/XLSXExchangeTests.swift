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
}
