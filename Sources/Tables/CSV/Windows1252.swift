// SPDX-License-Identifier: EUPL-1.2

/// The encoding of older Windows programs: ISO 8859-1 with signs in the place of control characters.
enum Windows1252 {
  /// The characters of the bytes 0x80 to 0x9F, as the WHATWG Encoding Standard has them.
  private static let signs: [UInt16] = [
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
  ]

  /// Writes the bytes as UTF-8, which takes up to three times the room.
  ///
  /// - Parameters:
  ///   - bytes: text in Windows-1252.
  ///   - memory: at least three times as long.
  /// - Returns: how many bytes were written.
  static func recode(_ bytes: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer)
    -> Int
  {
    precondition(memory.count >= bytes.count * 3, "recoded text needs three times the room")
    var written = 0
    for byte in bytes {
      if byte < 0x80 {
        memory[written] = byte
        written += 1
        continue
      }
      let character = byte < 0xA0 ? signs[Int(byte) - 0x80] : UInt16(byte)
      if character < 0x800 {
        memory[written] = UInt8(0xC0 | character >> 6)
        written += 1
      } else {
        memory[written] = UInt8(0xE0 | character >> 12)
        memory[written + 1] = UInt8(0x80 | character >> 6 & 0x3F)
        written += 2
      }
      memory[written] = UInt8(0x80 | character & 0x3F)
      written += 1
    }
    return written
  }
}
