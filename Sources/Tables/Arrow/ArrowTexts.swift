// SPDX-License-Identifier: EUPL-1.2

/// Puts the texts of batches end to end into one column, from any of Arrow's three layouts.
struct ArrowTexts {
  let name: String
  /// How much text views may amount to, because several of them may show the same bytes.
  let expansionLimit: Int

  private var offsets: [Int32] = [0]
  private var bytes: [UInt8] = []

  init(name: String, expansionLimit: Int) {
    self.name = name
    self.expansionLimit = expansionLimit
  }

  /// The column of all batches.
  mutating func column(
    _ arrays: [ArrowArray], _ physical: ArrowField.Physical, rows: Int
  ) throws(ArrowFault) -> TextColumn {
    offsets.reserveCapacity(rows + 1)
    for array in arrays where array.rows > 0 {
      switch physical {
      case .utf8View: try appendViews(array)
      case .largeUtf8: try append(array, Int64.self)
      default: try append(array, Int32.self)
      }
    }
    guard isValidUTF8 else { throw .invalidText(column: name) }
    return TextColumn(offsets: offsets, bytes: bytes, validity: arrays.validity(rows: rows))
  }

  /// Appends texts that lie end to end behind ascending offsets.
  private mutating func append<Offset: FixedWidthInteger & BitwiseCopyable>(
    _ array: ArrowArray, _ type: Offset.Type
  ) throws(ArrowFault) {
    let source = array.buffers[0].buffer
    let texts = array.buffers[1]
    func offset(_ index: Int) -> Offset {
      Offset(
        littleEndian: source.loadUnaligned(
          fromByteOffset: index * MemoryLayout<Offset>.stride, as: Offset.self))
    }
    var ascending = true
    for row in 0..<array.rows { ascending = ascending && offset(row) <= offset(row + 1) }
    let (first, last) = (Int(offset(0)), Int(offset(array.rows)))
    guard ascending, first >= 0, last <= texts.count else {
      throw .damaged("texts of column '\(name)' lie outside of it")
    }
    try reserve(last - first)
    guard array.missingRowsAreEmpty(offset) else {
      return appendPresent(array) { row in
        texts.buffer[Int(offset(row))..<Int(offset(row + 1))]
      }
    }
    // Sound for both widths: what the text may amount to fits 32 bits.
    let base = bytes.count - first
    for row in 1...array.rows { offsets.append(Int32(truncatingIfNeeded: base + Int(offset(row)))) }
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: texts.buffer[first..<last]))
  }

  /// Appends texts that stand in 16 bytes each if they are short, and behind a view otherwise.
  private mutating func appendViews(_ array: ArrowArray) throws(ArrowFault) {
    let views = array.buffers[0].buffer
    func number(_ row: Int, _ offset: Int) -> Int {
      Int(
        Int32(
          littleEndian: views.loadUnaligned(fromByteOffset: 16 * row + offset, as: Int32.self)))
    }
    func isPresent(_ row: Int) -> Bool { array.validity?.bit(row) ?? true }
    var total = 0
    for row in 0..<array.rows where isPresent(row) {
      let length = number(row, 0)
      guard length >= 0 else { throw .damaged("a text of column '\(name)' lies outside of it") }
      total += length
      guard length > 12 else { continue }
      let buffer = number(row, 8) + 1
      guard buffer >= 1, buffer < array.buffers.count else {
        throw .damaged("a text of column '\(name)' lies in no buffer")
      }
      _ = try array.buffers[buffer].window(
        at: number(row, 12), length: length, "a text of column '\(name)'")
    }
    guard bytes.count + total <= expansionLimit else { throw .tooMuchText(column: name) }
    try reserve(total)
    appendPresent(array) { row in
      let length = number(row, 0)
      guard length > 12 else { return views[(16 * row + 4)..<(16 * row + 4 + length)] }
      let start = number(row, 12)
      return array.buffers[number(row, 8) + 1].buffer[start..<(start + length)]
    }
  }

  /// Appends text by text; missing rows become empty, whatever stands under them.
  private mutating func appendPresent(
    _ array: ArrowArray, _ text: (Int) -> Slice<UnsafeRawBufferPointer>
  ) {
    for row in 0..<array.rows {
      if array.validity?.bit(row) ?? true {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text(row)))
      }
      offsets.append(Int32(bytes.count))
    }
  }

  private mutating func reserve(_ added: Int) throws(ArrowFault) {
    guard bytes.count + added <= Int(Int32.max) else { throw .tooMuchText(column: name) }
    // Twice the size where it grows again, or else many batches would copy the text over and over.
    if bytes.capacity < bytes.count + added {
      bytes.reserveCapacity(max(bytes.count + added, 2 * bytes.capacity))
    }
  }

  /// Whole and cut into texts at whole characters.
  private var isValidUTF8: Bool {
    guard let text = try? UTF8Span(validating: bytes.span) else { return false }
    if text.isKnownASCII { return true }
    return offsets.allSatisfy { Int($0) == bytes.count || bytes[Int($0)] & 0xC0 != 0x80 }
  }
}

extension ArrowArray {
  /// Whether the texts can be taken over as they lie; a missing row may hide one.
  fileprivate func missingRowsAreEmpty(_ offset: (Int) -> some FixedWidthInteger) -> Bool {
    guard let validity else { return true }
    return (0..<rows).allSatisfy { validity.bit($0) || offset($0) == offset($0 + 1) }
  }
}

extension ArrowBytes {
  /// A bit of a bitmap that is known to be long enough.
  func bit(_ index: Int) -> Bool { buffer[index >> 3] & (1 << UInt8(index & 7)) != 0 }
}
