// SPDX-License-Identifier: EUPL-1.2

/// Decompresses LZ4 frames, which Arrow and data frame libraries write into Feather files by default.
///
/// Source: LZ4 frame format 1.6.4 and block format, lz4 project. The result's length is known, so that
/// it also is the window which blocks refer back to. Checksums are passed over: uncompressed files have
/// none either, and Arrow's writers add none.
enum LZ4Frame {
  private static let magic: UInt32 = 0x184D_2204

  /// - Returns: false where the bytes are no frame or do not fill the memory exactly.
  static func decompress(
    _ bytes: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard bytes.count >= 7, bytes.little32(at: 0) == magic else { return false }
    let flags = bytes[4]
    // Version 01, and no dictionary from elsewhere.
    guard flags >> 6 == 1, flags & 0x01 == 0 else { return false }
    let hasBlockChecksum = flags & 0x10 != 0
    var place = 7 + (flags & 0x08 != 0 ? 8 : 0)
    var filled = 0
    while place + 4 <= bytes.count {
      let word = bytes.little32(at: place)
      place += 4
      if word == 0 { return filled == memory.count }
      let size = Int(word & 0x7FFF_FFFF)
      guard size <= bytes.count - place else { return false }
      let block = UnsafeRawBufferPointer(rebasing: bytes[place..<(place + size)])
      if word >> 31 == 1 {
        guard memory.put(block, at: &filled) else { return false }
      } else {
        guard decompress(block: block, into: memory, at: &filled) else { return false }
      }
      place += size + (hasBlockChecksum ? 4 : 0)
    }
    return false
  }

  /// Sequences of literals and of matches that repeat what came before.
  private static func decompress(
    block: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer,
    at filled: inout Int
  ) -> Bool {
    var place = 0
    while place < block.count {
      let token = block[place]
      place += 1
      guard let literals = block.length(Int(token >> 4), at: &place),
        literals <= block.count - place,
        memory.put(
          UnsafeRawBufferPointer(rebasing: block[place..<(place + literals)]), at: &filled)
      else { return false }
      place += literals
      // The last sequence has no match.
      if place == block.count { return true }
      guard place + 2 <= block.count else { return false }
      let distance = Int(block[place]) | Int(block[place + 1]) << 8
      place += 2
      guard let length = block.length(Int(token & 0x0F), at: &place),
        memory.repeat(length + 4, from: distance, at: &filled)
      else { return false }
    }
    return false
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func little32(at place: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt32.self))
  }

  /// A length that goes on in further bytes where its four bits are all set.
  fileprivate func length(_ bits: Int, at place: inout Int) -> Int? {
    guard bits == 15 else { return bits }
    var length = bits
    while place < count {
      let byte = self[place]
      place += 1
      length += Int(byte)
      if byte != 0xFF { return length }
    }
    return nil
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Copies bytes behind what is filled; false where there is no room.
  fileprivate func put(_ bytes: UnsafeRawBufferPointer, at filled: inout Int) -> Bool {
    guard bytes.count <= count - filled else { return false }
    UnsafeMutableRawBufferPointer(rebasing: self[filled..<(filled + bytes.count)])
      .copyMemory(from: bytes)
    filled += bytes.count
    return true
  }

  /// Repeats what stands at a distance before; where that is nearer than the length, over and over.
  fileprivate func `repeat`(_ length: Int, from distance: Int, at filled: inout Int) -> Bool {
    guard distance > 0, distance <= filled, length <= count - filled else { return false }
    let end = filled + length
    while filled < end {
      // Never more than lies before, so that nothing is read before it is written.
      let step = Swift.min(end - filled, distance)
      let source = UnsafeRawBufferPointer(
        rebasing: self[(filled - distance)..<(filled - distance + step)])
      UnsafeMutableRawBufferPointer(rebasing: self[filled..<(filled + step)]).copyMemory(
        from: source)
      filled += step
    }
    return true
  }
}
