// SPDX-License-Identifier: EUPL-1.2

/// Compressed files made by hand: their data lie in blocks that are not compressed, so that a test
/// knows what stands where.
enum CompressedSample {
  /// One gzip member (RFC 1952) with stored blocks (RFC 1951, 3.2.4).
  static func gzip(_ text: String) -> [UInt8] { gzip(Array(text.utf8)) }

  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(0xFFFF)
      let length = UInt16(block.count)
      file.append(rest.isEmpty ? 1 : 0)
      file += little(length) + little(~length) + block
    } while !rest.isEmpty
    return file + little(checksum(bytes)) + little(UInt32(bytes.count))
  }

  /// One Zstandard frame (RFC 8878) with raw blocks and no checksum.
  static func zstd(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var file: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + little(UInt32(bytes.count))
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(1 << 16)
      rest = rest.dropFirst(1 << 16)
      file += little(UInt32(block.count << 3 | (rest.isEmpty ? 1 : 0))).prefix(3) + block
    } while !rest.isEmpty
    return file
  }

  /// A frame that repeats one byte: four bytes become 128 KiB.
  static func zstd(repeating byte: UInt8, blocks: Int) -> [UInt8] {
    var file = zstdHeader(windowLog: 17)
    for block in 1...blocks {
      let isLast: UInt32 = block == blocks ? 1 : 0
      file += little((1 << 17) << 3 | 1 << 1 | isLast).prefix(3) + [byte]
    }
    return file
  }

  /// The beginning of a frame that refers back so far.
  static func zstdHeader(windowLog: UInt8) -> [UInt8] {
    [0x28, 0xB5, 0x2F, 0xFD, 0, (windowLog - 10) << 3]
  }

  private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~sum
  }
}
