// SPDX-License-Identifier: EUPL-1.2

/// Tables as Arrow IPC streams: the format that programs send to each other, read from the first message
/// to the last.
///
/// What is true of `ArrowFile` is true here: canonical where it is written, checked where it is read. A
/// stream may send its dictionaries in parts, or other ones later on.
public enum ArrowStream {
  /// The bytes of a table's stream.
  ///
  /// - Throws: `ArrowFault.tooMuchText` where the texts of a category column exceed 2 GiB.
  public static func encode(_ table: Table) throws(ArrowFault) -> [UInt8] {
    var stream: [UInt8] = []
    do {
      try ArrowWriter.write(table, as: .stream) { stream += $0 }
    } catch let fault as ArrowFault {
      throw fault
    } catch {
      preconditionFailure("appending to an array cannot fail")
    }
    return stream
  }

  /// Hands out the bytes of a table's stream in order, in pieces of at most one batch.
  ///
  /// - Throws: what `sink` throws, and `ArrowFault` as `encode(_:)` does.
  public static func encode(_ table: Table, to sink: ([UInt8]) throws -> Void) throws {
    try ArrowWriter.write(table, as: .stream, to: sink)
  }

  /// The table in the bytes of a stream, which need not be trusted.
  public static func decode(_ bytes: [UInt8]) throws(ArrowFault) -> Table {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ArrowFault) in
      try decode(UnsafeRawBufferPointer(buffer))
    }
  }

  /// The table in bytes that stay in place during the call.
  public static func decode(_ bytes: UnsafeRawBufferPointer) throws(ArrowFault) -> Table {
    var reader = try ArrowReader(ArrowLayout(stream: ArrowBytes(bytes)))
    return try reader.table()
  }

  /// The table in a file that holds a stream, which is mapped and not read into memory first.
  public static func read(path: String) throws(ArrowFault) -> Table {
    let mapping = try ArrowMapping(path: path)
    return try decode(mapping.bytes)
  }
}
