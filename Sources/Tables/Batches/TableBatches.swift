// SPDX-License-Identifier: EUPL-1.2

/// A table that is read batch by batch, as often as asked, so that it need not fit in memory.
///
/// It is either a table in memory or an Arrow file. Batches come in order and hold 65,536 rows, the last
/// one the rest, save those of files that other programs wrote.
public struct TableBatches: Sendable {
  public let schema: [ColumnSchema]
  public let rowCount: Int
  private let source: Source

  private enum Source: Sendable {
    case table(Table)
    case file(ArrowMapping)
  }

  public init(_ table: Table) {
    schema = table.schema
    rowCount = table.rowCount
    source = .table(table)
  }

  /// The table of an Arrow file that nobody writes to any more.
  public init(arrowFile path: String) throws(ArrowFault) {
    try self.init(ArrowMapping(path: path))
  }

  init(_ mapping: ArrowMapping) throws(ArrowFault) {
    let layout = try ArrowLayout(file: ArrowBytes(mapping.bytes))
    schema = layout.fields.map { ColumnSchema($0.name, $0.type) }
    rowCount = layout.rowCount
    source = .file(mapping)
  }

  public var names: [String] { schema.map(\.name) }

  /// The table where it is in memory anyway.
  public var tableInMemory: Table? {
    if case .table(let table) = source { table } else { nil }
  }

  /// Hands out the rows in order; a table without rows is one batch without rows.
  ///
  /// - Parameters:
  ///   - columns: names of the columns that are wanted, which alone are read; nil for all.
  ///   - body: what to do with a batch, and with the place of its first row in the whole.
  /// - Throws: `TableFault.unknownColumn`, `ArrowFault` where the file is damaged, and what `body` throws.
  public func forEachBatch(
    columns: [String]? = nil, _ body: (_ batch: Table, _ firstRow: Int) throws -> Void
  ) throws {
    switch source {
    case .table(let table):
      let wanted = try columns.map { try table.selecting($0) } ?? table
      if rowCount == 0 { try body(wanted, 0) }
      for start in stride(from: 0, to: rowCount, by: Self.batchRows) {
        try body(wanted.slice(start..<min(start + Self.batchRows, rowCount)), start)
      }
    case .file(let mapping):
      let layout = try ArrowLayout(file: ArrowBytes(mapping.bytes))
      let positions = try columns?.map(position)
      var reader = ArrowReader(layout, owner: mapping)
      if layout.batchRows.isEmpty { try body(try reader.table(columns: positions), 0) }
      var start = 0
      for (place, rows) in layout.batchRows.enumerated() {
        try body(try reader.batch(place, columns: positions), start)
        start += rows
        mapping.releasePages()
      }
    }
  }

  /// The first rows, without reading those behind them.
  public func prefix(_ limit: Int) throws -> Table {
    switch source {
    case .table(let table): return table.prefix(limit)
    case .file(let mapping):
      let layout = try ArrowLayout(file: ArrowBytes(mapping.bytes))
      var reader = ArrowReader(layout, owner: mapping)
      var parts: [Table] = []
      var rows = 0
      for place in layout.batchRows.indices where rows < limit || parts.isEmpty {
        parts.append(try reader.batch(place, columns: nil))
        rows += layout.batchRows[place]
      }
      return parts.isEmpty
        ? try reader.table() : try Table.concatenating(parts).prefix(limit)
    }
  }

  /// The whole table, or some of its columns, in memory.
  public func table(columns: [String]? = nil) throws -> Table {
    switch source {
    case .table(let table): return try columns.map { try table.selecting($0) } ?? table
    case .file(let mapping):
      var reader = ArrowReader(try ArrowLayout(file: ArrowBytes(mapping.bytes)), owner: mapping)
      return try reader.table(columns: try columns?.map(position))
    }
  }

  /// Hands out the bytes of the table's Arrow file, piece by piece.
  public func encode(to sink: ([UInt8]) throws -> Void) throws {
    switch source {
    case .table(let table): try ArrowFile.encode(table, to: sink)
    case .file(let mapping):
      let piece = 1 << 20
      for start in stride(from: 0, to: mapping.bytes.count, by: piece) {
        try sink(Array(mapping.bytes[start..<min(start + piece, mapping.bytes.count)]))
        mapping.releasePages()
      }
    }
  }

  /// Rows of a batch, in memory as in files.
  public static let batchRows = ArrowWriter.batchRows

  private func position(of name: String) throws(TableFault) -> Int {
    guard let position = schema.firstIndex(where: { $0.name.isExactly(name) }) else {
      throw .unknownColumn(name, known: names)
    }
    return position
  }
}

extension TableBatches: Hashable {
  /// Tables in memory are compared by their values, files by being the same file.
  public static func == (left: TableBatches, right: TableBatches) -> Bool {
    switch (left.source, right.source) {
    case (.table(let left), .table(let right)): left == right
    case (.file(let left), .file(let right)): left === right
    case (.table, .file), (.file, .table): false
    }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(schema)
    hasher.combine(rowCount)
  }
}
