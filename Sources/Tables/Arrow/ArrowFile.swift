// SPDX-License-Identifier: EUPL-1.2

/// Tables as Arrow IPC files: the random-access format, little-endian.
///
/// What is written is canonical: equal tables give equal bytes, so a file's digest names its table.
/// Files of other programs are read as long as their columns have a counterpart here; integers and
/// floating-point numbers of any width widen, views and large texts become text. An instant is the same in
/// whatever zone a file shows it, and without a zone it is taken as UTC; what is finer than a microsecond is
/// rounded down. Files are written uncompressed, and read compressed with lz4 or zstd as well.
public enum ArrowFile {
  /// The bytes of a table's file.
  ///
  /// - Throws: `ArrowFault.tooMuchText` where the texts of a category column exceed 2 GiB.
  /// - Complexity: one pass; the table and its file are in memory together.
  public static func encode(_ table: Table) throws(ArrowFault) -> [UInt8] {
    var file: [UInt8] = []
    file.reserveCapacity(table.arrowSize)
    do {
      try ArrowWriter.write(table) { file += $0 }
    } catch let fault as ArrowFault {
      throw fault
    } catch {
      preconditionFailure("appending to an array cannot fail")
    }
    return file
  }

  /// Hands out the bytes of a table's file in order, in pieces of at most one batch.
  ///
  /// - Throws: what `sink` throws, and `ArrowFault` as `encode(_:)` does.
  public static func encode(_ table: Table, to sink: ([UInt8]) throws -> Void) throws {
    try ArrowWriter.write(table, to: sink)
  }

  /// The table in the bytes of a file, which need not be trusted.
  public static func decode(_ bytes: [UInt8]) throws(ArrowFault) -> Table {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ArrowFault) in
      try decode(UnsafeRawBufferPointer(buffer))
    }
  }

  /// The table in bytes that stay in place during the call.
  public static func decode(_ bytes: UnsafeRawBufferPointer) throws(ArrowFault) -> Table {
    var reader = try ArrowReader(ArrowLayout(file: ArrowBytes(bytes)))
    return try reader.table()
  }

  /// The table in a file, copied out of it.
  public static func read(path: String) throws(ArrowFault) -> Table {
    let mapping = try ArrowMapping(path: path)
    defer { withExtendedLifetime(mapping) {} }
    return try decode(mapping.bytes)
  }

  /// The table in a file that nobody writes to any more: columns of fixed width in a single batch share
  /// its memory and are not copied.
  public static func map(path: String) throws(ArrowFault) -> Table {
    let mapping = try ArrowMapping(path: path)
    var reader = try ArrowReader(ArrowLayout(file: ArrowBytes(mapping.bytes)), owner: mapping)
    return try reader.table()
  }

  /// The columns and the number of rows of a file, without reading the values.
  public static func describe(
    path: String
  ) throws(ArrowFault) -> (schema: [ColumnSchema], rowCount: Int) {
    let mapping = try ArrowMapping(path: path)
    let layout = try ArrowLayout(file: ArrowBytes(mapping.bytes))
    return (layout.fields.map { ColumnSchema($0.name, $0.type) }, layout.rowCount)
  }
}

extension Table {
  /// At least the size of the table's file, so that it is allocated once.
  fileprivate var arrowSize: Int {
    let batches = rowCount / ArrowWriter.batchRows + 1
    var size = 4096 + 512 * batches
    for (name, column) in zip(names, columns) {
      // Description of the column in schema and footer, and in each batch with padding.
      size += 2 * name.utf8.count + 512 + batches * 256 + (rowCount + 7) / 8
      let values =
        switch column {
        case .boolean: (rowCount + 7) / 8
        case .integer, .number, .timestamp: 8 * rowCount
        case .decimal: 16 * rowCount
        case .date: 4 * rowCount
        case .text(let column): 4 * rowCount + column.byteRange.count
        case .category(let column):
          column.dictionary.reduce(4 * rowCount) { $0 + $1.utf8.count + 4 }
        }
      size += values
    }
    return size
  }
}
