// SPDX-License-Identifier: EUPL-1.2

/// Writes one table as an Arrow IPC file or stream, piece by piece.
///
/// The order is fixed: schema, one dictionary per category column, batches of 65,536 rows, and the end;
/// a file has a mark before all that and a footer behind it.
struct ArrowWriter {
  /// Rows of a batch; a multiple of 64, so that bitmaps are cut between words.
  static let batchRows = 65_536

  enum Form {
    case file
    case stream
  }

  private let form: Form
  private let sink: ([UInt8]) throws -> Void
  private var position = 0
  private var dictionaryBlocks: [Int64] = []
  private var batchBlocks: [Int64] = []
  private var body = ArrowBody()

  static func write(
    _ table: Table, as form: Form = .file, to sink: ([UInt8]) throws -> Void
  ) throws {
    try withoutActuallyEscaping(sink) { sink in
      var writer = ArrowWriter(form, sink)
      try writer.write(table)
    }
  }

  private init(_ form: Form, _ sink: @escaping ([UInt8]) throws -> Void) {
    self.form = form
    self.sink = sink
  }

  /// Writes a table whose batches come one by one: each of `batchRows` rows, the last of the rest.
  ///
  /// - Parameters:
  ///   - schema: the columns.
  ///   - dictionaries: for each category column the texts that its batches' codes stand for.
  ///   - batches: hands the batches to the function that it is given, in order.
  ///   - sink: takes the bytes.
  /// - Throws: what `batches` and `sink` throw, and `ArrowFault.tooMuchText` for a dictionary.
  static func write(
    _ schema: [ColumnSchema], dictionaries: [[String]?],
    batches: (_ put: (Table) throws -> Void) throws -> Void,
    to sink: ([UInt8]) throws -> Void
  ) throws {
    try withoutActuallyEscaping(sink) { sink in
      var writer = ArrowWriter(.file, sink)
      let node = ArrowSchema.node(schema)
      try writer.begin(node)
      for (place, texts) in dictionaries.enumerated() {
        if let texts { try writer.put(dictionary: texts, of: schema[place].name, at: place) }
      }
      try batches { try writer.put($0, rows: 0..<$0.rowCount) }
      try writer.putEnd(node)
    }
  }

  private mutating func write(_ table: Table) throws {
    let schema = ArrowSchema.node(table.schema)
    try begin(schema)
    for (place, column) in table.columns.enumerated() {
      guard case .category(let category) = column else { continue }
      try put(dictionary: category.dictionary, of: table.names[place], at: place)
    }
    for start in stride(from: 0, to: table.rowCount, by: Self.batchRows) {
      try put(table, rows: start..<min(start + Self.batchRows, table.rowCount))
    }
    try putEnd(schema)
  }

  private mutating func begin(_ schema: FlatBufferNode) throws {
    if form == .file { try put(ArrowMetadata.magic + [0, 0]) }
    _ = try putMessage(ArrowMetadata.Header.schema, schema, body: [])
  }

  private mutating func put(dictionary: [String], of name: String, at place: Int) throws {
    body.clear()
    try body.append(dictionary: dictionary, of: name)
    let batch = FlatBufferNode.table([
      .long(Int64(place)), body.node(rows: dictionary.count), .byte(0),
    ])
    dictionaryBlocks += try putMessage(
      ArrowMetadata.Header.dictionaryBatch, batch, body: body.bytes)
  }

  private mutating func put(_ table: Table, rows: Range<Int>) throws {
    body.clear()
    for column in table.columns { body.append(column, rows: rows) }
    batchBlocks += try putMessage(
      ArrowMetadata.Header.recordBatch, body.node(rows: rows.count), body: body.bytes)
  }

  private mutating func put(_ bytes: [UInt8]) throws {
    position += bytes.count
    try sink(bytes)
  }

  /// Writes a message and returns the three words of its Block in the footer.
  private mutating func putMessage(
    _ header: UInt8, _ node: FlatBufferNode, body: [UInt8]
  ) throws -> [Int64] {
    let start = position
    let metadata = FlatBufferNode.table([
      .short(ArrowMetadata.version), .byte(header), node, .long(Int64(body.count)),
    ]).encoded()
    // The body begins at a multiple of the alignment; the first message alone does not.
    let padding = -(start + 8 + metadata.count) & (ArrowMetadata.alignment - 1)
    var piece = Self.bytes(of: ArrowMetadata.continuation)
    piece += Self.bytes(of: Int32(metadata.count + padding))
    piece += metadata
    piece.append(contentsOf: repeatElement(0, count: padding))
    try put(piece)
    if !body.isEmpty { try put(body) }
    return [Int64(start), Int64(piece.count), Int64(body.count)]
  }

  private mutating func putEnd(_ schema: FlatBufferNode) throws {
    // The end of the stream in a file too, so that stream readers understand it from byte 8 on.
    let end = Self.bytes(of: ArrowMetadata.continuation) + Self.bytes(of: Int32(0))
    guard form == .file else { return try put(end) }
    let footer = FlatBufferNode.table([
      .short(ArrowMetadata.version), schema, .structs(dictionaryBlocks, width: 3),
      .structs(batchBlocks, width: 3),
    ]).encoded()
    try put(end + footer + Self.bytes(of: Int32(footer.count)) + ArrowMetadata.magic)
  }

  private static func bytes(of number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
