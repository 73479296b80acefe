// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What came out of a file of cases, or of another stage.
struct CaseFileContent: Sendable {
  let table: Table
  /// For each column its type, and how that came about.
  let types: [TypeFinding]
  /// Rows that were left out, the first of them by line.
  let malformed: [RefusedRow]
  let malformedCount: Int
  /// What people should know and what is no fault.
  let notes: [String]

  init(_ result: CSVResult, decimalMark: UInt8) {
    table = result.table
    types = result.types
    malformed = result.refused
    malformedCount = result.refusedCount
    notes =
      result.refusedCount == 0
      ? []
      : ["\(result.refusedCount) rows have another number of fields and are left out"]
  }

  /// Cases that another stage made.
  init(_ cases: Table) {
    table = cases
    types = cases.schema.map {
      TypeFinding(column: $0.name, type: $0.type, declared: false, why: "as it came in")
    }
    malformed = []
    malformedCount = 0
    notes = []
  }

  init(_ result: XLSXResult, chosen: SheetChoice?) {
    table = result.table
    types = result.types
    malformed = []
    malformedCount = 0
    var notes: [String] = []
    if chosen == nil, result.sheets.count > 1 {
      notes.append(
        "the first of \(result.sheets.count) sheets is read; 'sheet' names another")
    }
    if result.sheet.visibility != .visible {
      notes.append("the sheet is hidden: people who open the workbook do not see it")
    }
    if result.errorCells > 0 {
      notes.append("\(result.errorCells) cells hold an error such as #N/A and count as missing")
    }
    if result.mergedRanges > 0 {
      notes.append(
        "\(result.mergedRanges) ranges of cells are merged; only their first cell has a value")
    }
    self.notes = notes
  }
}
