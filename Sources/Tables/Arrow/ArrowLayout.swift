// SPDX-License-Identifier: EUPL-1.2

/// Where everything lies in an Arrow file: what its footer and messages say, each offset checked.
///
/// Nothing is copied yet. What a file claims is held against its size: batches may not overlap and
/// together hold no more than the file, so that a small file cannot make a large table.
struct ArrowLayout {
  let fields: [ArrowField]
  /// For each field its part of every batch, in order.
  private(set) var arrays: [[ArrowArray]]
  /// For each dictionary that a field names, its parts in order.
  private(set) var dictionaries: [Int64: [ArrowArray]] = [:]
  private(set) var rowCount = 0
  /// How many rows each batch has.
  private(set) var batchRows: [Int] = []
  let fileSize: Int

  private var unclaimed: Int

  init(_ file: ArrowBytes) throws(ArrowFault) {
    let footer = try Self.footer(of: file)
    guard let schema = try footer.table(1) else { throw .damaged("it has no schema") }
    guard try schema.number(0, default: Int16(0)) == 0 else {
      throw .unsupported("is big-endian", help: "write it on a little-endian machine")
    }
    fileSize = file.count
    unclaimed = file.count
    fields = try Self.fields(of: schema, fileSize: file.count)
    arrays = [[ArrowArray]](repeating: [], count: fields.count)
    try readDictionaries(footer.structs(2, width: 3), in: file)
    try readBatches(footer.structs(3, width: 3), in: file)
  }

  private mutating func readDictionaries(
    _ blocks: [Int64], in file: ArrowBytes
  ) throws(ArrowFault) {
    var owners: [Int64: ArrowField] = [:]
    for field in fields { if let id = field.dictionary?.id { owners[id] = field } }
    for block in stride(from: 0, to: blocks.count, by: 3) {
      let message = try message(Array(blocks[block..<(block + 3)]), in: file)
      guard message.header == ArrowMetadata.Header.dictionaryBatch else {
        throw .damaged("its footer calls something a dictionary that is none")
      }
      let id = try message.content.number(0, default: Int64(0))
      guard let field = owners[id], let content = try message.content.table(1) else {
        continue  // nothing refers to it
      }
      var batch = try ArrowBatch(content, body: message.body)
      let array = try batch.next(field.physical, of: field.name)
      if try message.content.flag(2) {
        dictionaries[id, default: []].append(array)
      } else {
        dictionaries[id] = [array]
      }
      unclaimed -= batch.claimed
      guard unclaimed >= 0 else { throw .damaged("its dictionaries overlap") }
    }
  }

  private mutating func readBatches(_ blocks: [Int64], in file: ArrowBytes) throws(ArrowFault) {
    for block in stride(from: 0, to: blocks.count, by: 3) {
      let message = try message(Array(blocks[block..<(block + 3)]), in: file)
      guard message.header == ArrowMetadata.Header.recordBatch else {
        throw .damaged("its footer calls something a batch that is none")
      }
      var batch = try ArrowBatch(message.content, body: message.body)
      // A row takes at least a bit, unless all columns are of the type that has no values.
      guard batch.rows <= 8 * fileSize, rowCount <= 8 * fileSize - batch.rows else {
        throw .damaged("it claims more rows than it has room for")
      }
      rowCount += batch.rows
      batchRows.append(batch.rows)
      for (index, field) in fields.enumerated() {
        let physical = field.dictionary.map {
          ArrowField.Physical.integer(bits: $0.indexBits, signed: $0.indexSigned)
        }
        let array = try batch.next(physical ?? field.physical, of: field.name)
        guard array.rows == batch.rows else {
          throw .damaged("column '\(field.name)' is not as long as its batch")
        }
        arrays[index].append(array)
      }
      unclaimed -= batch.claimed
      guard unclaimed >= 0 else { throw .damaged("its batches overlap") }
    }
  }
}

extension ArrowLayout {
  private static func footer(of file: ArrowBytes) throws(ArrowFault) -> FlatBufferTable {
    let magic = ArrowMetadata.magic
    guard file.buffer.starts(with: magic) else {
      throw .notArrow(looksLike: otherFormat(of: file))
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
    try checkVersion(footer.number(0, default: 0))
    return footer
  }

  private static func otherFormat(of file: ArrowBytes) -> String? {
    if file.buffer.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) { return "an Arrow stream" }
    if file.buffer.starts(with: "FEA1".utf8) { return "Feather version 1" }
    if file.buffer.starts(with: "PAR1".utf8) { return "Parquet" }
    return nil
  }

  private static func checkVersion(_ version: Int16) throws(ArrowFault) {
    guard version >= ArrowMetadata.oldestVersion, version <= ArrowMetadata.version else {
      throw .unsupported(
        "has metadata version \(Int(version) + 1)", help: "write it with a current library")
    }
  }

  private static func fields(
    of schema: FlatBufferTable, fileSize: Int
  ) throws(ArrowFault) -> [ArrowField] {
    var fields: [ArrowField] = []
    var nameBytes = 0
    var dictionaryTypes: [Int64: ArrowField.Physical] = [:]
    for table in try schema.tables(1) {
      let field = try ArrowField(table)
      // Tables that lie over each other could repeat one long name without end.
      nameBytes += field.name.utf8.count
      guard nameBytes <= fileSize else { throw .damaged("its column names overlap") }
      if let id = field.dictionary?.id {
        let other = dictionaryTypes.updateValue(field.physical, forKey: id)
        guard other == nil || other == field.physical else {
          throw .damaged("column '\(field.name)' shares a dictionary of another type")
        }
      }
      fields.append(field)
    }
    return fields
  }

  private struct Message {
    let header: UInt8
    let content: FlatBufferTable
    let body: ArrowBytes
  }

  /// The message that a Block of the footer (offset, length of metadata, length of body) points to.
  private func message(_ block: [Int64], in file: ArrowBytes) throws(ArrowFault) -> Message {
    // The middle word is a 32-bit number and padding that need not be zero.
    guard let offset = Int(exactly: block[0]), let bodyLength = Int(exactly: block[2]) else {
      throw .damaged("a batch lies outside of it")
    }
    let length = Int(Int32(truncatingIfNeeded: block[1]))
    let framed = try file.window(at: offset, length: length, "a batch")
    let continued = try framed.load(UInt32.self, at: 0) == ArrowMetadata.continuation
    // Before Arrow 0.15 the length came first.
    let prefix = continued ? 8 : 4
    let metadataLength = try Int(framed.load(Int32.self, at: prefix - 4))
    let metadata = try framed.window(at: prefix, length: metadataLength, "a batch's description")
    let message = try FlatBufferTable(root: metadata)
    try Self.checkVersion(message.number(0, default: 0))
    guard let content = try message.table(2) else { throw .damaged("a batch is empty") }
    // The metadata lie inside the file, so their end is a sound offset.
    return try Message(
      header: message.number(1, default: 0), content: content,
      body: file.window(at: offset + length, length: bodyLength, "a batch"))
  }
}
