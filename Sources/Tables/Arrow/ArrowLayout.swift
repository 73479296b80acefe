// SPDX-License-Identifier: EUPL-1.2

/// Where everything lies in an Arrow file or stream: what its messages say, each offset checked.
///
/// Nothing is copied yet. What a file claims is held against its size: messages may not overlap and
/// together hold no more than the file, so that a small file cannot make a large table.
struct ArrowLayout {
  let fields: [ArrowField]
  /// For each field its part of every batch, in order.
  private(set) var arrays: [[ArrowArray]]
  /// For each dictionary that a field names, its texts.
  private(set) var dictionaries: [Int64: ArrowDictionary] = [:]
  private(set) var rowCount = 0
  /// How many rows each batch has.
  private(set) var batchRows: [Int] = []
  /// What was compressed, which the arrays refer to.
  let arena: ArrowArena

  private let fileSize: Int
  private let owners: [Int64: ArrowField]
  private var unclaimed: Int

  /// A layout without batches.
  init(schema: FlatBufferTable, fileSize: Int) throws(ArrowFault) {
    guard try schema.number(0, default: Int16(0)) == 0 else {
      throw .unsupported("is big-endian", help: "write it on a little-endian machine")
    }
    self.fileSize = fileSize
    arena = ArrowArena(fileSize: fileSize)
    unclaimed = fileSize
    fields = try Self.fields(of: schema, fileSize: fileSize)
    arrays = [[ArrowArray]](repeating: [], count: fields.count)
    owners = Dictionary(
      fields.compactMap { field in field.dictionary.map { ($0.id, field) } },
      uniquingKeysWith: { _, last in last })
  }

  /// Takes in the texts of a dictionary.
  ///
  /// - Parameters:
  ///   - message: the DictionaryBatch.
  ///   - mayReplace: whether other texts than before may come for the batches behind them.
  /// - Throws: `ArrowFault` where it is damaged or not supported.
  mutating func take(dictionary message: ArrowMessage, mayReplace: Bool) throws(ArrowFault) {
    try claim(message)
    let id = try message.content.number(0, default: Int64(0))
    guard let field = owners[id], let content = try message.content.table(1) else {
      return  // nothing refers to it
    }
    var batch = try ArrowBatch(content, body: message.body, arena)
    let array = try batch.next(field.physical, of: field.name)
    let isDelta = try message.content.flag(2)
    guard isDelta || mayReplace || dictionaries[id] == nil else {
      throw .unsupported(
        "has two dictionaries for column '\(field.name)'",
        help: "write it as an Arrow stream, or with one dictionary for each column")
    }
    dictionaries[id, default: ArrowDictionary()].append(array, isDelta: isDelta)
  }

  /// Takes in some rows.
  mutating func take(batch message: ArrowMessage) throws(ArrowFault) {
    try claim(message)
    var batch = try ArrowBatch(message.content, body: message.body, arena)
    // What is compressed may become more than the file, and is held against that once it is known.
    if !batch.isCompressed { try checkRows(batch.rows) }
    for (index, field) in fields.enumerated() {
      let physical = field.dictionary.map {
        ArrowField.Physical.integer(bits: $0.indexBits, signed: $0.indexSigned)
      }
      var array = try batch.next(physical ?? field.physical, of: field.name)
      guard array.rows == batch.rows else {
        throw .damaged("column '\(field.name)' is not as long as its batch")
      }
      if let id = field.dictionary?.id { array.entries = dictionaries[id]?.current ?? 0..<0 }
      arrays[index].append(array)
    }
    try checkRows(batch.rows)
    // Without columns there are no rows, whatever the batch says.
    let rows = fields.isEmpty ? 0 : batch.rows
    rowCount += rows
    batchRows.append(rows)
  }

  /// A row takes at least a bit, unless all columns are of the type that has no values.
  private func checkRows(_ added: Int) throws(ArrowFault) {
    guard added <= 8 * room, rowCount <= 8 * room - added else {
      throw .damaged("it claims more rows than it has room for")
    }
  }

  /// How many bytes there are, with what was compressed.
  var room: Int { fileSize + arena.size }

  /// Sees to it that messages lie beside each other: else a few bytes could name one message without
  /// end.
  private mutating func claim(_ message: ArrowMessage) throws(ArrowFault) {
    guard message.size <= unclaimed else { throw .damaged("its batches overlap") }
    unclaimed -= message.size
  }
}

extension ArrowLayout {
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
}
