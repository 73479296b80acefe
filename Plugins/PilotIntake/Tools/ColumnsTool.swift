// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Previews a data file: its columns, their types and gaps, and examples where those identify nobody.
struct ColumnsTool: Tool, SourceSettings {
  static let info = ToolInfo(
    "columns", summary: "Shows the columns of a data file: types, gaps, harmless examples.")

  @Parameter("File of cases, or postgresql://user@host/database.") var file: InputFile
  @Parameter("Sheet of a workbook, by name or by place; the first unless given.")
  var sheet: SheetChoice?
  @Parameter("Cells of the sheet, as in B5:F200; all unless given.") var range: CellRange?
  @Parameter("Table or view of a database; the only one unless given.") var table: String?
  @Parameter("Statement in the database's own SQL that only reads, instead of 'table'.")
  var query: String?
  @Parameter("Sign between fields, or tab; found in the file unless given.")
  var delimiter: String?
  @Parameter("Encoding of a text file; utf-8 unless given.") var encoding: TextEncoding?
  @Parameter("Decimal mark in a text file's numbers; a point unless given.")
  var decimalMark: DecimalMark?
  @Parameter("Texts that stand for a missing value.") var missing = [""]

  func run() async throws -> ToolAnswer {
    let source = caseFile(file)
    try source.check()
    let content = try source.read()
    let table = try content.table()
    var notes = content.notes + ["\(table.rowCount) rows"]
    var lines: [Line] = []
    for finding in content.types {
      guard let column = table[finding.column] else { continue }
      let looksLikeBSN = CitizenServiceNumber.count(in: column).looksLikeBSN
      if looksLikeBSN {
        notes.append(
          "column '\(finding.column)' looks like citizen service numbers (BSN): "
            + "an intake refuses it unless it stands under 'identifiers'")
      }
      lines.append(
        Line(
          finding: finding, missing: column.missingCount,
          distinct: column.countOfDifferentValues,
          examples: looksLikeBSN ? nil : HarmlessExamples.of(column, named: finding.column)))
    }
    return ToolAnswer(.table(try Self.table(lines)), notes: notes)
  }

  private struct Line {
    let finding: TypeFinding
    let missing: Int
    let distinct: Int
    let examples: String?
  }

  private static func table(_ lines: [Line]) throws(TableFault) -> Table {
    try Table([
      ("column", .text(TextColumn(lines.map { $0.finding.column }))),
      ("type", .category(CategoryColumn(lines.map { $0.finding.type.name }))),
      ("why", .text(TextColumn(lines.map { $0.finding.why }))),
      ("missing", .integer(FixedColumn(lines.map { Int64($0.missing) }))),
      ("distinct", .integer(FixedColumn(lines.map { Int64($0.distinct) }))),
      ("examples", .text(TextColumn(lines.map(\.examples)))),
    ])
  }
}
