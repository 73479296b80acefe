// SPDX-License-Identifier: EUPL-1.2

/// Reads whatever Arrow wrote, a file or a stream, by its first bytes.
public enum ArrowSource {
  /// The table in a file, with the types that the file declares.
  public static func read(path: String) throws(ArrowFault) -> SourceContent {
    let mapping = try ArrowMapping(path: path)
    return try read(mapping.bytes)
  }

  /// The table in the bytes of a file, with the types that they declare.
  public static func read(bytes: [UInt8]) throws(ArrowFault) -> SourceContent {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ArrowFault) in
      try read(UnsafeRawBufferPointer(buffer))
    }
  }

  private static func read(_ bytes: UnsafeRawBufferPointer) throws(ArrowFault) -> SourceContent {
    let isStream = ArrowBytes(bytes).isArrowStream
    let table = isStream ? try ArrowStream.decode(bytes) : try ArrowFile.decode(bytes)
    let types = table.schema.map {
      TypeFinding(column: $0.name, type: $0.type, declared: false, why: "the file declares it")
    }
    return SourceContent(table: table, types: types)
  }
}
