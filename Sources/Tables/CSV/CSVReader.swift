// SPDX-License-Identifier: EUPL-1.2

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

  public init(_ options: CSVOptions = CSVOptions()) { self.options = options }

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
      let first = CSVPass(source, head, kinds: head.kinds(options), options)
      try first.run()
      try check(first.notes, source, names)
      guard first.rows > 0 else { throw CSVHalt.fault(.noRows) }
      var columns = [Column?](repeating: nil, count: names.count)
      let again = try second(after: first, source, head)
      for place in names.indices {
        columns[place] = first.finish(place) ?? again?.finish(place)
      }
      return try result(first, again, columns.compactMap(\.self), head, source)
    } catch {
      throw error.fault(in: source, names: names)
    }
  }

  private func checkOpening(_ opening: [UInt8]) throws(CSVFault) {
    if opening.isEmpty { throw .empty }
    if opening.starts(with: [0xFF, 0xFE]) || opening.starts(with: [0xFE, 0xFF]) { throw .utf16 }
    if options.encoding == .latin1, opening.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw .byteOrderMarkInLatin1
    }
  }

  /// Reads again the columns that turned out to be text when part of them had been read as numbers.
  private func second(
    after first: CSVPass, _ source: CSVSource, _ head: CSVHead
  ) throws(CSVHalt) -> CSVPass? {
    let kinds = first.leftOver
    guard kinds.contains(where: { $0.kind != .skip }) else { return nil }
    let again = CSVPass(source, head, kinds: kinds, options)
    try again.run()
    guard again.rows == first.rows else { throw .fault(.changedWhileRead) }
    return again
  }

  private func check(
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
      var wrong: [CSVFault.WrongCells] = []
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

  private func declaredType(of name: String) -> ColumnType? {
    options.columns.first { $0.key.isExactly(name) }?.value
  }

  private func result(
    _ first: CSVPass, _ again: CSVPass?, _ columns: [Column], _ head: CSVHead,
    _ source: CSVSource
  ) throws(CSVHalt) -> CSVResult {
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
          : columns[place].reason(turns[place], line: turns[place].flatMap { lineOf[$0.offset] }))
    }
    let refused = notes.ragged.rows.map { row in
      let fields = row.fields == 1 ? "1 field" : "\(row.fields) fields"
      return RefusedRow(
        line: lineOf[row.offset] ?? 0, reason: "\(fields) instead of \(head.names.count)")
    }
    return CSVResult(
      table: Table(names: head.names, columns: columns), rowsRead: first.rows, refused: refused,
      refusedCount: notes.ragged.count, types: findings, delimiter: head.layout.delimiter)
  }
}

extension Column {
  /// Why an inferred column has its type.
  fileprivate func reason(_ turn: CSVNotes.Turn?, line: Int?) -> String {
    if missingCount == count { return "no row has a value" }
    let place = line.map { "line \($0)" } ?? "a line"
    if let turn, turn.wouldChange {
      return "\(place) has digits that would not come back the same from a number"
        + " (a zero or plus before them, or too many of them)"
    }
    if let turn, turn.from != .undetermined {
      return "\(place) has no \(turn.from.noun), as the lines before it have"
    }
    switch self {
    case .boolean: return "every value is true or false"
    case .integer: return "every value is a whole number"
    case .number, .decimal: return "every value is a number"
    case .date: return "every value is a date"
    case .timestamp: return "every value is a date with a time"
    case .category: return "\(distinctCount) different texts in \(count - missingCount) values"
    case .text: return "texts that mostly differ"
    }
  }
}

extension CellKind {
  fileprivate var noun: String {
    switch self {
    case .boolean: "true or false"
    case .integer: "whole number"
    case .number, .decimal: "number"
    case .date: "date"
    case .timestamp: "date with a time"
    case .text, .category, .skip, .undetermined: "text"
    }
  }
}
