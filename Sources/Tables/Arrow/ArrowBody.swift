// SPDX-License-Identifier: EUPL-1.2

/// The buffers of one batch end to end, and the two lists that describe them.
///
/// Each buffer begins at a multiple of 64 and is padded with zeros to one. Missing rows are zero because
/// columns keep them so; a validity bitmap is left away where no row of the batch is missing.
struct ArrowBody {
  private(set) var bytes: [UInt8] = []
  private var nodes: [Int64] = []
  private var buffers: [Int64] = []

  /// Forgets the batch but keeps its room for the next.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    nodes.removeAll(keepingCapacity: true)
    buffers.removeAll(keepingCapacity: true)
  }

  /// The RecordBatch table.
  func node(rows: Int) -> FlatBufferNode {
    .table([.long(Int64(rows)), .structs(nodes, width: 2), .structs(buffers, width: 2)])
  }

  /// Appends some rows of a column; a category column gives its codes.
  ///
  /// - Precondition: `rows` begins at a multiple of 64, so that bitmaps are cut between words.
  mutating func append(_ column: Column, rows: Range<Int>) {
    appendValidity(column.validity, rows: rows)
    switch column {
    case .boolean(let column): appendBits(column.values, rows: rows)
    case .integer(let column), .timestamp(let column): appendBuffer(column.values, rows)
    case .date(let column): appendBuffer(column.values, rows)
    case .category(let column): appendBuffer(column.codes, rows)
    case .number(let column): appendBuffer(column.values, rows)
    case .decimal(let column, _): appendDecimals(column.values, rows)
    case .text(let column): appendText(column, rows)
    }
  }

  /// Appends the texts of a dictionary.
  ///
  /// - Throws: `ArrowFault.tooMuchText` beyond 2 GiB, where 32-bit offsets end.
  mutating func append(dictionary: [String], of column: String) throws(ArrowFault) {
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(dictionary.count + 1)
    var texts: [UInt8] = []
    for text in dictionary {
      texts.append(contentsOf: text.utf8)
      guard let offset = Int32(exactly: texts.count) else { throw .tooMuchText(column: column) }
      offsets.append(offset)
    }
    nodes += [Int64(dictionary.count), 0]
    buffers += [Int64(bytes.count), 0]
    appendBuffer(offsets, offsets.indices)
    appendBuffer(texts, texts.indices)
  }
}

extension ArrowBody {
  private mutating func appendValidity(_ validity: Bitmap?, rows: Range<Int>) {
    guard let validity else {
      nodes += [Int64(rows.count), 0]
      buffers += [Int64(bytes.count), 0]
      return
    }
    let words = Self.words(of: rows)
    let present = validity.words[words].reduce(0) { $0 + $1.nonzeroBitCount }
    nodes += [Int64(rows.count), Int64(rows.count - present)]
    if present == rows.count {
      buffers += [Int64(bytes.count), 0]
    } else {
      appendBits(validity, rows: rows)
    }
  }

  private mutating func appendBits(_ bitmap: Bitmap, rows: Range<Int>) {
    appendBuffer(bitmap.words, Self.words(of: rows), length: (rows.count + 7) / 8)
  }

  private static func words(of rows: Range<Int>) -> Range<Int> {
    rows.lowerBound / 64..<(rows.upperBound + 63) / 64
  }

  private mutating func appendBuffer<Value: BitwiseCopyable>(
    _ values: [Value], _ range: Range<Int>, length: Int? = nil
  ) {
    values.withUnsafeBytes { appendBuffer($0, of: Value.self, range, length: length) }
  }

  private mutating func appendBuffer<Value: BitwiseCopyable>(
    _ values: ColumnBuffer<Value>, _ range: Range<Int>
  ) {
    values.withUnsafeBytes { appendBuffer($0, of: Value.self, range, length: nil) }
  }

  private mutating func appendBuffer<Value: BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, of type: Value.Type, _ range: Range<Int>, length: Int?
  ) {
    let width = MemoryLayout<Value>.stride
    buffers += [Int64(bytes.count), Int64(length ?? range.count * width)]
    let part = source[(range.lowerBound * width)..<(range.upperBound * width)]
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: part))
    let padding = -bytes.count & (ArrowMetadata.alignment - 1)
    bytes.append(contentsOf: repeatElement(0, count: padding))
  }

  private mutating func appendDecimals(_ values: ColumnBuffer<Int64>, _ rows: Range<Int>) {
    let halves = [Int64](unsafeUninitializedCapacity: 2 * rows.count) { halves, count in
      for index in 0..<rows.count {
        let value = values[rows.lowerBound + index]
        halves.initializeElement(at: 2 * index, to: value)
        halves.initializeElement(at: 2 * index + 1, to: value >> 63)
      }
      count = 2 * rows.count
    }
    appendBuffer(halves, halves.indices)
  }

  private mutating func appendText(_ column: TextColumn, _ rows: Range<Int>) {
    let base = column.offsets[rows.lowerBound]
    let end = column.offsets[rows.upperBound]
    let offsets = column.offsets[rows.lowerBound...rows.upperBound].map { $0 - base }
    appendBuffer(offsets, offsets.indices)
    appendBuffer(column.bytes, Int(base)..<Int(end))
  }
}
