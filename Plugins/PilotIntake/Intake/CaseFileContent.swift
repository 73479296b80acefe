// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What came out of a file of cases, or of another stage.
struct CaseFileContent: Sendable {
  private enum Rows: Sendable {
    case batches(TableBatches)
    case scan(CSVScan)
  }

  private let rows: Rows
  /// For each column its type, and how that came about.
  let types: [TypeFinding]
  /// Rows that were left out, the first of them by line.
  let malformed: [RefusedRow]
  let malformedCount: Int
  /// What people should know and what is no fault.
  let notes: [String]

  init(_ result: CSVResult) {
    rows = .batches(TableBatches(result.table))
    types = result.types
    malformed = result.refused
    malformedCount = result.refusedCount
    notes = Self.notes(leftOut: result.refusedCount)
  }

  /// A file that does not fit in memory.
  init(_ scan: CSVScan) {
    rows = .scan(scan)
    types = scan.types
    malformed = scan.refused
    malformedCount = scan.refusedCount
    notes = Self.notes(leftOut: scan.refusedCount)
  }

  init(_ source: SourceContent) {
    rows = .batches(TableBatches(source.table))
    types = source.types
    malformed = source.refused
    malformedCount = source.refusedCount
    notes = source.notes
  }

  /// Cases that another stage made, or that a file holds with their types.
  init(_ cases: TableBatches, why: String = "as it came in") {
    rows = .batches(cases)
    types = cases.schema.map {
      TypeFinding(column: $0.name, type: $0.type, declared: false, why: why)
    }
    malformed = []
    malformedCount = 0
    notes = []
  }

  init(_ result: XLSXResult, chosen: SheetChoice?) {
    rows = .batches(TableBatches(result.table))
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
    if result.rowsBelowRange > 0 {
      notes.append(
        "\(result.rowsBelowRange) rows below the range hold values too, and are not read; "
          + "leave its last row away to read to the end, as in B5:F")
    }
    self.notes = notes
  }

  private static func notes(leftOut count: Int) -> [String] {
    count == 0 ? [] : ["\(count) rows have another number of fields and are left out"]
  }
}

extension CaseFileContent {
  var names: [String] { schema.map(\.name) }

  var schema: [ColumnSchema] { types.map { ColumnSchema($0.column, $0.type) } }

  var rowCount: Int {
    switch rows {
    case .batches(let batches): batches.rowCount
    case .scan(let scan): scan.rowCount
    }
  }

  /// All rows in memory.
  func table() throws(StageFault) -> Table {
    do {
      if case .batches(let batches) = rows { return try batches.table() }
      var parts: [Table] = []
      try forEachBatch { batch, _ in parts.append(batch) }
      return try Table.concatenating(parts)
    } catch let fault as StageFault {
      throw fault
    } catch {
      throw StageFault("\(error)", at: "source")
    }
  }

  /// Hands out the rows in order, batch by batch.
  func forEachBatch(_ body: (_ batch: Table, _ firstRow: Int) throws -> Void) throws {
    switch rows {
    case .batches(let batches):
      do {
        try batches.forEachBatch(body)
      } catch let fault as ArrowFault {
        throw StageFault(source: fault)
      }
    case .scan(let scan):
      do {
        try scan.forEachBatch(body)
      } catch let fault as CSVFault {
        throw StageFault(fault)
      }
    }
  }
}
