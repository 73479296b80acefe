// SPDX-License-Identifier: EUPL-1.2

/// A CSV file of any size: looked through once for the types, then read batch by batch.
///
/// Types come from every value of the file, as `CSVReader.read` finds them, and so are the batches' values
/// the same. Memory stays within a batch and the dictionaries.
public final class CSVScan: Sendable {
  /// How many rows the file has, without those that are left out.
  public let rowCount: Int
  /// The first rows that were left out; at most `CSVReader.namedRows` of them.
  public let refused: [RefusedRow]
  public let refusedCount: Int
  /// For each column its type, and how that came about.
  public let types: [TypeFinding]
  /// The byte between fields, as given or as found.
  public let delimiter: UInt8

  private let path: String
  private let reader: CSVReader

  init(path: String, reader: CSVReader, rowCount: Int, report: CSVReport) {
    self.path = path
    self.reader = reader
    self.rowCount = rowCount
    refused = report.refused
    refusedCount = report.refusedCount
    types = report.types
    delimiter = report.delimiter
  }

  /// Hands out the rows in order, in batches of about `TableBatches.batchRows`.
  ///
  /// - Throws: `CSVFault.changedWhileRead` where the file is another than the one that was looked
  ///   through, and what `body` throws.
  public func forEachBatch(_ body: (_ batch: Table, _ firstRow: Int) throws -> Void) throws {
    let source = try CSVSource(path: path, encoding: reader.options.encoding)
    var names: [String] = []
    do {
      let head = try CSVHead(source, reader.options)
      names = head.names
      guard names.elementsEqual(types.map(\.column), by: { $0.isExactly($1) }) else {
        throw CSVHalt.fault(.changedWhileRead)
      }
      let kinds = types.map { finding in
        CSVPass.Reading(
          kind: CellKind(finding.type), isDeclared: finding.declared,
          scale: finding.type.places)
      }
      let pass = CSVPass(source, head, kinds: kinds, reader.options)
      var handedOut = 0
      var hasMore = true
      while hasMore {
        hasMore = try pass.readBlock()
        guard pass.rows - handedOut >= TableBatches.batchRows || !hasMore else { continue }
        let columns = try pass.takeBatch(kinds)
        let first = handedOut
        handedOut = pass.rows
        if handedOut > first { try body(Table(names: names, columns: columns), first) }
      }
      guard handedOut == rowCount, pass.notes.ragged.count == refusedCount,
        pass.notes.wrong.isEmpty
      else { throw CSVHalt.fault(.changedWhileRead) }
    } catch let halt as CSVHalt {
      throw halt.fault(in: source, names: names)
    }
  }
}

extension CSVReader {
  /// Looks through a file without keeping its values.
  ///
  /// - Throws: `CSVFault` as `read(path:)` does.
  public func scan(path: String) throws(CSVFault) -> CSVScan {
    let source = try CSVSource(path: path, encoding: options.encoding)
    try checkOpening(source.opening())
    var names: [String] = []
    do throws(CSVHalt) {
      let head = try CSVHead(source, options)
      names = head.names
      if let fault = head.checkNames(options) { throw CSVHalt.fault(fault) }
      let first = try firstPass(source, head, .findingTypes)
      try check(first.notes, source, names)
      guard first.rows > 0 else { throw CSVHalt.fault(.noRows) }
      let again = try second(after: first, source, head)
      try again?.run(.findingTypes)
      let columns = names.indices.compactMap { first.findings($0) ?? again?.findings($0) }
      let report = try report(first, again, columns, head, source)
      return CSVScan(path: path, reader: self, rowCount: first.rows, report: report)
    } catch {
      throw error.fault(in: source, names: names)
    }
  }
}
