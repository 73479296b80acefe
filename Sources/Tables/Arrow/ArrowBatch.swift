// SPDX-License-Identifier: EUPL-1.2

/// One column's part of one batch: its buffers, each long enough for its rows.
struct ArrowArray {
  let rows: Int
  /// The bitmap of the rows that have a value; nil where all have one.
  let validity: ArrowBytes?
  /// What follows the bitmap: values, or offsets and texts, or views and texts.
  let buffers: [ArrowBytes]
  /// Which texts of its dictionary the codes of a category column number from zero.
  var entries = 0..<0
}

/// Walks through the columns of a RecordBatch in the order of the schema.
struct ArrowBatch {
  let rows: Int

  private let body: ArrowBytes
  private let codec: ArrowCodec?
  private let arena: ArrowArena
  private let nodes: [Int64]
  private let buffers: [Int64]
  private let variadic: [Int64]
  private var nextNode = 0
  private var nextBuffer = 0
  private var nextVariadic = 0
  /// How many bytes of the body have been given out.
  private var claimed = 0

  init(_ table: FlatBufferTable, body: ArrowBytes, _ arena: ArrowArena) throws(ArrowFault) {
    codec = try ArrowCodec(of: table)
    self.arena = arena
    guard let rows = try Int(exactly: table.number(0, default: Int64(0))), rows >= 0 else {
      throw .damaged("a batch has an impossible number of rows")
    }
    self.rows = rows
    self.body = body
    nodes = try table.structs(1, width: 2)
    buffers = try table.structs(2, width: 2)
    variadic = try table.structs(4, width: 1)
  }

  var isCompressed: Bool { codec != nil }

  /// The next column, which is of that type.
  mutating func next(
    _ physical: ArrowField.Physical, of name: String
  ) throws(ArrowFault) -> ArrowArray {
    guard nextNode + 2 <= nodes.count, let rows = Int(exactly: nodes[nextNode]), rows >= 0,
      rows <= Int.max / 16 - 16
    else { throw .damaged("a batch lacks column '\(name)'") }
    let missing = nodes[nextNode + 1]
    nextNode += 2
    if physical == .null { return ArrowArray(rows: rows, validity: nil, buffers: []) }

    let validity = try nextWindow(of: name)
    if validity.count == 0, missing > 0 {
      throw .damaged("column '\(name)' does not say which rows are missing")
    }
    if validity.count > 0 { try require(validity, (rows + 7) / 8, name) }
    var parts = [try nextWindow(of: name)]
    switch physical {
    case .null: break
    case .boolean: try require(parts[0], (rows + 7) / 8, name)
    case .integer(let bits, _): try require(parts[0], rows * Int(bits / 8), name)
    case .number(let bits): try require(parts[0], rows * (bits / 8), name)
    case .dateInDays: try require(parts[0], rows * 4, name)
    case .dateInMilliseconds, .timestamp: try require(parts[0], rows * 8, name)
    case .decimal: try require(parts[0], rows * 16, name)
    case .utf8, .largeUtf8:
      // Without rows even the first offset may be left away.
      let width = physical == .utf8 ? 4 : 8
      if rows > 0 { try require(parts[0], (rows + 1) * width, name) }
      try parts.append(nextWindow(of: name))
    case .utf8View:
      try require(parts[0], rows * 16, name)
      guard nextVariadic < variadic.count, variadic[nextVariadic] >= 0 else {
        throw .damaged("column '\(name)' does not say how many buffers it has")
      }
      for _ in 0..<variadic[nextVariadic] { try parts.append(nextWindow(of: name)) }
      nextVariadic += 1
    }
    return ArrowArray(rows: rows, validity: validity.count > 0 ? validity : nil, buffers: parts)
  }

  private mutating func nextWindow(of name: String) throws(ArrowFault) -> ArrowBytes {
    guard nextBuffer + 2 <= buffers.count, let offset = Int(exactly: buffers[nextBuffer]),
      let length = Int(exactly: buffers[nextBuffer + 1])
    else { throw .damaged("a batch lacks a buffer of column '\(name)'") }
    nextBuffer += 2
    guard length != 0 else { return ArrowBytes(UnsafeRawBufferPointer(start: nil, count: 0)) }
    let window = try body.window(at: offset, length: length, "a buffer of column '\(name)'")
    claimed += length
    guard claimed <= body.count else { throw .damaged("buffers of a batch overlap") }
    if let codec { return try arena.decompress(window, codec, of: name) }
    return window
  }

  private func require(_ bytes: ArrowBytes, _ length: Int, _ name: String) throws(ArrowFault) {
    guard bytes.count >= length else {
      throw .damaged("a buffer of column '\(name)' is too short for its rows")
    }
  }
}
