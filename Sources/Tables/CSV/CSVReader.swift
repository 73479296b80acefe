// SPDX-License-Identifier: EUPL-1.2

internal import Foundation

/// Reads CSV files (RFC 4180) into tables with typed columns.
///
/// Quoted fields may hold delimiters, line ends and doubled quotes; lines end in LF, CR or CRLF, the
/// last with or without one; a byte order mark and blank lines are passed over. Types that are not
/// declared are inferred from every value of the file, never from a sample.
public struct CSVReader: Sendable {
  /// How many refused rows a result names.
  public static let namedRows = 100
  /// How many columns a file may have.
  public static let columnLimit = 100_000

  public let options: CSVOptions
  /// From how many bytes on a part of a file is worth a processor of its own.
  private let partSize: Int
  private let processors: Int

  public init(_ options: CSVOptions = CSVOptions()) {
    self.init(
      options, partSize: 8 << 20, processors: ProcessInfo.processInfo.activeProcessorCount)
  }

  init(_ options: CSVOptions, partSize: Int, processors: Int) {
    self.options = options
    self.partSize = partSize
    self.processors = processors
  }

  /// Reads a file.
  ///
  /// Memory stays within the typed columns and a few MiB; only a pipe is held in memory whole.
  /// - Throws: `CSVFault` with lines and column names, and never a value.
  public func read(path: String) throws(CSVFault) -> CSVResult {
    try read(CSVSource(path: path, encoding: options.encoding))
  }

  /// Reads a file's contents.
  ///
  /// - Throws: `CSVFault` with lines and column names, and never a value.
  public func read(bytes: [UInt8]) throws(CSVFault) -> CSVResult {
    try read(CSVSource(bytes: bytes, encoding: options.encoding))
  }
}

extension CSVReader {
  private func read(_ source: CSVSource) throws(CSVFault) -> CSVResult {
    try checkOpening(source.opening())
    var names: [String] = []
    do throws(CSVHalt) {
      let head = try CSVHead(source, options)
      names = head.names
      if let fault = head.checkNames(options) { throw CSVHalt.fault(fault) }
      let first = try firstPass(source, head, .keepingValues)
      try check(first.notes, source, names)
      guard first.rows > 0 else { throw CSVHalt.fault(.noRows) }
      var columns = [Column?](repeating: nil, count: names.count)
      let again = try second(after: first, source, head)
      try again?.run(.keepingValues)
      if let again, again.rows != first.rows { throw CSVHalt.fault(.changedWhileRead) }
      for place in names.indices {
        columns[place] = first.finish(place) ?? again?.finish(place)
      }
      let table = Table(names: names, columns: columns.compactMap(\.self))
      let report = try report(
        first, again, table.columns.map { InferredColumn($0) }, head, source)
      return CSVResult(
        table: table, rowsRead: first.rows, refused: report.refused,
        refusedCount: report.refusedCount, types: report.types, delimiter: report.delimiter)
    } catch {
      throw error.fault(in: source, names: names)
    }
  }

  func checkOpening(_ opening: [UInt8]) throws(CSVFault) {
    if opening.isEmpty { throw .empty }
    if opening.starts(with: [0xFF, 0xFE]) || opening.starts(with: [0xFE, 0xFF]) { throw .utf16 }
    if options.encoding == .latin1, opening.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw .byteOrderMarkInLatin1
    }
  }

  /// The first reading of all rows: by several processors where the file is large, else in one go.
  func firstPass(
    _ source: CSVSource, _ head: CSVHead, _ purpose: CSVPass.Purpose
  ) throws(CSVHalt) -> CSVPass {
    let wanted = min(processors, source.size / partSize)
    if let parts = try CSVParts(source, head, options, count: wanted),
      let pass = try parts.read(purpose)
    {
      return pass
    }
    let pass = CSVPass(source, head, kinds: head.kinds(options), options)
    try pass.run(purpose)
    return pass
  }

  /// For the columns that turned out to be text when part of them had been read as numbers.
  func second(
    after first: CSVPass, _ source: CSVSource, _ head: CSVHead
  ) throws(CSVHalt) -> CSVPass? {
    let kinds = first.leftOver
    guard kinds.contains(where: { $0.kind != .skip }) else { return nil }
    return CSVPass(source, head, kinds: kinds, options)
  }

  func check(
    _ notes: CSVNotes, _ source: CSVSource, _ names: [String]
  ) throws(CSVHalt) {
    do throws(CSVFault) {
      if notes.ragged.count > 0, options.ragged == .fault {
        let lines = try LineCounter.lines(of: notes.ragged.rows.map(\.offset), in: source)
        let rows = zip(lines, notes.ragged.rows).map {
          CSVFault.RaggedRow(line: $0, fields: $1.fields)
        }
        throw CSVFault.raggedRows(rows, count: notes.ragged.count, expected: names.count)
      }
      var wrong: [WrongLines] = []
      for (place, cells) in notes.wrong.sorted(by: { $0.key < $1.key }) {
        let lines = try LineCounter.lines(of: cells.offsets, in: source)
        guard let type = declaredType(of: names[place]) else { continue }
        wrong.append(.init(column: names[place], type: type, lines: lines, count: cells.count))
      }
      if !wrong.isEmpty { throw CSVFault.wrongTypes(wrong) }
    } catch {
      throw .fault(error)
    }
  }

  func declaredType(of name: String) -> ColumnType? {
    options.columns.first { $0.key.isExactly(name) }?.value
  }

  /// What people want to know of a file that was read, or only looked through.
  func report(
    _ first: CSVPass, _ again: CSVPass?, _ columns: [InferredColumn], _ head: CSVHead,
    _ source: CSVSource
  ) throws(CSVHalt) -> CSVReport {
    let notes = first.notes
    let turns = notes.turns.merging(again?.notes.turns ?? [:]) { earlier, _ in earlier }
    let offsets = (notes.ragged.rows.map(\.offset) + turns.values.map(\.offset)).sorted()
    let lines: [Int]
    do { lines = try LineCounter.lines(of: offsets, in: source) } catch { throw .fault(error) }
    let lineOf = Dictionary(zip(offsets, lines)) { first, _ in first }
    let findings = columns.indices.map { place in
      let isDeclared = declaredType(of: head.names[place]) != nil
      return TypeFinding(
        column: head.names[place], type: columns[place].type, declared: isDeclared,
        why: isDeclared
          ? "declared"
          : columns[place].reason(turns[place].map { $0.described(lineOf[$0.offset]) }))
    }
    let refused = notes.ragged.rows.map { row in
      let fields = row.fields == 1 ? "1 field" : "\(row.fields) fields"
      return RefusedRow(
        line: lineOf[row.offset] ?? 0, reason: "\(fields) instead of \(head.names.count)")
    }
    return CSVReport(
      refused: refused, refusedCount: notes.ragged.count, types: findings,
      delimiter: head.layout.delimiter)
  }
}
