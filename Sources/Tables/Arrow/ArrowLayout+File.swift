// SPDX-License-Identifier: EUPL-1.2

extension ArrowLayout {
  /// The layout of a file, from its footer.
  init(file: ArrowBytes) throws(ArrowFault) {
    let footer = try Self.footer(of: file)
    guard let schema = try footer.table(1) else { throw .damaged("it has no schema") }
    try self.init(schema: schema, fileSize: file.count)
    let dictionaries = try footer.structs(2, width: 3)
    for block in stride(from: 0, to: dictionaries.count, by: 3) {
      let message = try ArrowMessage(dictionaries[block..<(block + 3)], in: file)
      guard message.header == ArrowMetadata.Header.dictionaryBatch else {
        throw .damaged("its footer calls something a dictionary that is none")
      }
      try take(dictionary: message, mayReplace: false)
    }
    let batches = try footer.structs(3, width: 3)
    for block in stride(from: 0, to: batches.count, by: 3) {
      let message = try ArrowMessage(batches[block..<(block + 3)], in: file)
      guard message.header == ArrowMetadata.Header.recordBatch else {
        throw .damaged("its footer calls something a batch that is none")
      }
      try take(batch: message)
    }
  }

  private static func footer(of file: ArrowBytes) throws(ArrowFault) -> FlatBufferTable {
    let magic = ArrowMetadata.magic
    guard file.buffer.starts(with: magic) else {
      throw .notArrow(
        looksLike: file.isArrowStream ? "an Arrow stream" : file.otherFormat)
    }
    let trailer = magic.count + 4
    guard file.count >= 8 + trailer, file.buffer.suffix(magic.count).elementsEqual(magic) else {
      throw .damaged("its end is missing")
    }
    let length = try Int(file.load(Int32.self, at: file.count - trailer))
    guard length > 0, length <= file.count - trailer - 8 else {
      throw .damaged("its footer lies outside of it")
    }
    let window = try file.window(
      at: file.count - trailer - length, length: length, "its footer")
    let footer = try FlatBufferTable(root: window)
    try ArrowMetadata.checkVersion(footer.number(0, default: 0))
    return footer
  }
}

extension ArrowBytes {
  /// Whether the bytes begin with the mark of a file.
  var isArrowFile: Bool { buffer.starts(with: ArrowMetadata.magic) }

  /// Whether the bytes begin with what stands before each message of a stream.
  var isArrowStream: Bool { buffer.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) }

  /// What bytes that are neither look like.
  var otherFormat: String? {
    let marks: [(mark: [UInt8], name: String)] = [
      (Array("FEA1".utf8), "Feather version 1"), (Array("PAR1".utf8), "Parquet"),
      ([0x1F, 0x8B], "a file compressed with gzip"),
      ([0x28, 0xB5, 0x2F, 0xFD], "a file compressed with zstd"),
      (Array("PK".utf8), "a zip archive"),
    ]
    return marks.first { buffer.starts(with: $0.mark) }?.name
  }
}
