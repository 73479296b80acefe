// SPDX-License-Identifier: EUPL-1.2

/// Reads files of JSON lines (one flat object per line) into tables with typed columns.
///
/// Columns are the keys in order of first appearance; an absent key and `null` are missing values.
/// Types that are not declared are inferred from every value of the file: the file is read twice, first
/// for the types and then for the columns. `true` and `false` are booleans, numbers whole numbers where
/// they all are, and texts dates or instants where they all are (ISO 8601); other texts are a category or
/// text by the rule of the CSV reader. Where a column mixes them, it is text as the values are spelled,
/// and so it is where a number would not come back the same. Files may be compressed with gzip or zstd.
public struct JSONLinesReader: Sendable {
  public let options: JSONLinesOptions

  public init(_ options: JSONLinesOptions = JSONLinesOptions()) { self.options = options }

  /// Reads a file.
  ///
  /// Memory stays within the typed columns and the longest line; only a pipe is held in memory whole.
  /// - Throws: `JSONLinesFault` with lines and keys, and never a value.
  public func read(path: String) throws(JSONLinesFault) -> SourceContent {
    let source: ByteSource
    do { source = try ByteSource(path: path) } catch { throw .source(error) }
    return try read(source)
  }

  /// Reads a file's contents.
  ///
  /// - Throws: `JSONLinesFault` with lines and keys, and never a value.
  public func read(bytes: [UInt8]) throws(JSONLinesFault) -> SourceContent {
    try read(ByteSource(bytes: bytes))
  }
}

extension JSONLinesReader {
  private func read(_ source: ByteSource) throws(JSONLinesFault) -> SourceContent {
    let reading = CellReading(powers: PowersOfFive(), mark: UInt8(ascii: "."))
    defer { reading.powers.deallocate() }
    do throws(JSONLinesFault) {
      try checkOpening(source)
      let missing = JSONMissingTexts(options.missing)
      var first = JSONLinesPass(JSONKeys(declared: options.columns), missing: missing)
      try first.run(source) { (keys, column, cell, _, line) throws(JSONLinesFault) in
        keys.learn(column, cell, line: line, reading)
      }
      try check(first)
      return try content(of: source, first, missing, reading)
    } catch {
      // Damage often shows first as a line that is no JSON.
      throw source.damage().map { .source(.compressed($0)) } ?? error
    }
  }

  private func checkOpening(_ source: ByteSource) throws(JSONLinesFault) {
    let opening: [UInt8]
    do { opening = try source.opening(2) } catch { throw .source(error) }
    if opening.isEmpty { throw .empty }
    if opening == [0xFF, 0xFE] || opening == [0xFE, 0xFF] { throw .utf16 }
  }

  private func check(_ pass: JSONLinesPass) throws(JSONLinesFault) {
    let columns = pass.keys.columns
    guard pass.rows > 0 else { throw .empty }
    guard !columns.isEmpty else { throw .noKeys }
    let known = Set(columns.map { ExactText($0.name) })
    let unknown = options.columns.keys.filter { !known.contains(ExactText($0)) }
    guard unknown.isEmpty else {
      throw .unknownColumns(unknown.sorted(), known: columns.map(\.name))
    }
    // A key that only one line has costs a row of that column on every line.
    let cells = pass.rows.multipliedReportingOverflow(by: columns.count)
    let room = max(Self.cellLimit, pass.visits.multipliedReportingOverflow(by: 100).partialValue)
    guard !cells.overflow, cells.partialValue <= room else {
      throw .tooSparse(rows: pass.rows, keys: columns.count)
    }
  }

  /// How many cells a table may have of which more than 99 in 100 are absent: half a GiB of numbers.
  private static let cellLimit = 1 << 26

  private func content(
    of source: ByteSource, _ first: JSONLinesPass, _ missing: JSONMissingTexts,
    _ reading: CellReading
  ) throws(JSONLinesFault) -> SourceContent {
    let facts = first.keys.columns
    let stores = facts.map { JSONLinesStore($0, rows: first.rows) }
    var wrong: [Int: (lines: [Int], count: Int)] = [:]
    var second = JSONLinesPass(first.keys, missing: missing)
    try second.run(source) { (_, column, cell, row, line) throws(JSONLinesFault) in
      guard column < stores.count, row < first.rows else { throw .changedWhileRead }
      if stores[column].store(cell, at: row, reading) { return }
      guard facts[column].declared != nil else { throw .changedWhileRead }
      var found = wrong[column] ?? ([], 0)
      found.count += 1
      if found.lines.count < 5 { found.lines.append(line) }
      wrong[column] = found
    }
    guard second.rows == first.rows, second.keys.columns.count == facts.count else {
      throw .changedWhileRead
    }
    try check(wrong, facts)
    var columns: [Column] = []
    var findings: [TypeFinding] = []
    for (store, facts) in zip(stores, facts) {
      do {
        let (column, distinct) = try store.finish(named: facts.name)
        columns.append(column)
        findings.append(
          TypeFinding(
            column: facts.name, type: column.type, declared: facts.declared != nil,
            why: facts.reason(column, distinct: distinct)))
      } catch {
        throw .tooMuchText(column: facts.name)
      }
    }
    return SourceContent(
      table: Table(names: facts.map(\.name), columns: columns), types: findings)
  }

  private func check(
    _ wrong: [Int: (lines: [Int], count: Int)], _ facts: [JSONColumnFacts]
  ) throws(JSONLinesFault) {
    let columns = wrong.sorted { $0.key < $1.key }.compactMap { place, found in
      facts[place].declared.map {
        WrongLines(
          column: facts[place].name, type: $0, lines: found.lines, count: found.count)
      }
    }
    if !columns.isEmpty { throw .wrongTypes(columns) }
  }
}
