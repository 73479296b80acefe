// SPDX-License-Identifier: EUPL-1.2

/// What is to be written as a FlatBuffer, as a tree.
///
/// FlatBuffers refer forward only, so laying out parents before children needs no second buffer: each
/// reference is a gap that is filled when its child has found its place. The layout depends on
/// the tree alone, which Arrow files as content-addressed objects rely on.
indirect enum FlatBufferNode {
  /// A slot of a table that keeps its default.
  case absent
  case byte(UInt8)
  case short(Int16)
  case int(Int32)
  case long(Int64)
  case text(String)
  /// A table; the position of a node is its slot.
  case table([FlatBufferNode])
  /// A vector of tables.
  case tables([FlatBufferNode])
  /// A vector of structs, each of `width` 64-bit words.
  case structs([Int64], width: Int)

  /// The FlatBuffer with this table as its root.
  func encoded() -> [UInt8] {
    var layout = FlatBufferLayout()
    layout.put(UInt32(0))
    layout.fill(0, with: layout.place(self))
    layout.pad(to: 8)
    return layout.bytes
  }

  /// How many bytes the node takes inside its table, which is also its alignment.
  fileprivate var inlineSize: Int {
    switch self {
    case .absent: 0
    case .byte: 1
    case .short: 2
    case .int, .text, .table, .tables, .structs: 4
    case .long: 8
    }
  }
}

private struct FlatBufferLayout {
  var bytes: [UInt8] = []

  mutating func put(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func pad(to alignment: Int) {
    while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
  }

  /// Fills the gap at `position` with the distance to its target.
  mutating func fill(_ position: Int, with target: Int) {
    withUnsafeBytes(of: UInt32(target - position).littleEndian) {
      bytes.replaceSubrange(position..<(position + 4), with: $0)
    }
  }

  /// Writes what is referred to and returns where it begins.
  mutating func place(_ node: FlatBufferNode) -> Int {
    switch node {
    case .table(let slots): placeTable(slots)
    case .tables(let tables): placeTables(tables)
    case .text(let text): placeText(text)
    case .structs(let words, let width): placeStructs(words, width: width)
    case .absent, .byte, .short, .int, .long:
      preconditionFailure("a scalar stands inside a table, never by itself")
    }
  }

  private mutating func placeTable(_ slots: [FlatBufferNode]) -> Int {
    var end = 4
    var offsets: [Int] = []
    for slot in slots {
      let size = slot.inlineSize
      guard size > 0 else {
        offsets.append(0)
        continue
      }
      end = (end + size - 1) / size * size
      offsets.append(end)
      end += size
    }
    pad(to: 2)
    let slotMap = bytes.count
    put(UInt16(4 + 2 * slots.count))
    put(UInt16(end))
    for offset in offsets { put(UInt16(offset)) }
    pad(to: 8)
    let start = bytes.count
    put(Int32(start - slotMap))
    for (slot, offset) in zip(slots, offsets) where offset > 0 {
      while bytes.count < start + offset { bytes.append(0) }
      putInline(slot)
    }
    for (slot, offset) in zip(slots, offsets) {
      switch slot {
      case .text, .table, .tables, .structs: fill(start + offset, with: place(slot))
      case .absent, .byte, .short, .int, .long: break
      }
    }
    return start
  }

  private mutating func putInline(_ node: FlatBufferNode) {
    switch node {
    case .absent: break
    case .byte(let value): put(value)
    case .short(let value): put(value)
    case .int(let value): put(value)
    case .long(let value): put(value)
    case .text, .table, .tables, .structs: put(UInt32(0))
    }
  }

  private mutating func placeTables(_ tables: [FlatBufferNode]) -> Int {
    pad(to: 4)
    let start = bytes.count
    put(UInt32(tables.count))
    for _ in tables { put(UInt32(0)) }
    for (index, table) in tables.enumerated() { fill(start + 4 + 4 * index, with: place(table)) }
    return start
  }

  private mutating func placeText(_ text: String) -> Int {
    pad(to: 4)
    let start = bytes.count
    put(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
    return start
  }

  private mutating func placeStructs(_ words: [Int64], width: Int) -> Int {
    while bytes.count % 8 != 4 { bytes.append(0) }
    let start = bytes.count
    put(UInt32(words.count / width))
    for word in words { put(word) }
    return start
  }
}
