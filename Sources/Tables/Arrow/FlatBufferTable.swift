// SPDX-License-Identifier: EUPL-1.2

/// A table inside a FlatBuffer that nobody vouches for.
///
/// Every offset is checked before it is followed. Nothing here recurses, so a buffer that refers to
/// itself costs no more than one that does not; who descends does so by a fixed depth.
struct FlatBufferTable {
  private let bytes: ArrowBytes
  private let start: Int
  private let slotMap: Int
  private let slotMapLength: Int
  private let length: Int

  /// The root table of a buffer.
  init(root bytes: ArrowBytes) throws(ArrowFault) {
    try self.init(bytes, at: Int(bytes.load(UInt32.self, at: 0)))
  }

  private init(_ bytes: ArrowBytes, at start: Int) throws(ArrowFault) {
    let slotMap = try start - Int(bytes.load(Int32.self, at: start))
    let slotMapLength = try Int(bytes.load(UInt16.self, at: slotMap))
    let length = try Int(bytes.load(UInt16.self, at: slotMap + 2))
    _ = try bytes.window(at: slotMap, length: slotMapLength, "a table of its metadata")
    _ = try bytes.window(at: start, length: length, "a table of its metadata")
    self.bytes = bytes
    self.start = start
    self.slotMap = slotMap
    self.slotMapLength = slotMapLength
    self.length = length
  }

  /// The number in a slot.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ slot: Int, default absent: Number
  ) throws(ArrowFault) -> Number {
    guard let position = try position(of: slot, size: MemoryLayout<Number>.size) else {
      return absent
    }
    return try bytes.load(Number.self, at: position)
  }

  func flag(_ slot: Int) throws(ArrowFault) -> Bool { try number(slot, default: UInt8(0)) != 0 }

  func text(_ slot: Int) throws(ArrowFault) -> String? {
    guard let target = try target(of: slot) else { return nil }
    let length = try Int(bytes.load(UInt32.self, at: target))
    let window = try bytes.window(at: target + 4, length: length, "a name in its metadata")
    guard let text = String(validating: window.buffer, as: UTF8.self) else {
      throw .damaged("a name in its metadata is not valid UTF-8")
    }
    return text
  }

  func table(_ slot: Int) throws(ArrowFault) -> FlatBufferTable? {
    guard let target = try target(of: slot) else { return nil }
    return try FlatBufferTable(bytes, at: target)
  }

  /// A vector of tables; empty where the slot is.
  func tables(_ slot: Int) throws(ArrowFault) -> [FlatBufferTable] {
    guard let references = try elements(slot, size: 4) else { return [] }
    var tables: [FlatBufferTable] = []
    for position in stride(from: references.lowerBound, to: references.upperBound, by: 4) {
      try tables.append(
        FlatBufferTable(bytes, at: position + Int(bytes.load(UInt32.self, at: position))))
    }
    return tables
  }

  /// A vector of structs of `width` 64-bit words, word by word; empty where the slot is.
  func structs(_ slot: Int, width: Int) throws(ArrowFault) -> [Int64] {
    guard let range = try elements(slot, size: 8 * width) else { return [] }
    var words: [Int64] = []
    words.reserveCapacity(range.count / 8)
    for position in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      try words.append(bytes.load(Int64.self, at: position))
    }
    return words
  }
}

extension FlatBufferTable {
  private func position(of slot: Int, size: Int) throws(ArrowFault) -> Int? {
    let entry = 4 + 2 * slot
    guard entry + 2 <= slotMapLength else { return nil }
    let offset = try Int(bytes.load(UInt16.self, at: slotMap + entry))
    guard offset > 0 else { return nil }
    guard offset + size <= length else {
      throw .damaged("a table of its metadata is shorter than its fields")
    }
    return start + offset
  }

  private func target(of slot: Int) throws(ArrowFault) -> Int? {
    guard let position = try position(of: slot, size: 4) else { return nil }
    return try position + Int(bytes.load(UInt32.self, at: position))
  }

  /// Where the elements of a vector lie.
  private func elements(_ slot: Int, size: Int) throws(ArrowFault) -> Range<Int>? {
    guard let target = try target(of: slot) else { return nil }
    let count = try Int(bytes.load(UInt32.self, at: target))
    let range = (target + 4)..<(target + 4 + count * size)
    _ = try bytes.window(at: range.lowerBound, length: range.count, "a list of its metadata")
    return range
  }
}
