// SPDX-License-Identifier: EUPL-1.2

/// Puts the bitmaps of batches together, whatever bit each begins at.
struct ArrowBits {
  private var words: [UInt64]
  private var count = 0

  init(capacity: Int) { words = [UInt64](repeating: 0, count: (capacity + 63) / 64) }

  /// The bits so far, which must be as many as were announced.
  var bitmap: Bitmap { Bitmap(words: words, count: count) }

  mutating func append(_ bytes: ArrowBytes, count added: Int) {
    for start in stride(from: 0, to: added, by: 64) {
      let bits = min(64, added - start)
      var word: UInt64 = 0
      if start / 8 + 8 <= bytes.count {
        word = bytes.buffer.loadUnaligned(fromByteOffset: start / 8, as: UInt64.self)
      } else {
        for byte in start / 8..<bytes.count {
          word |= UInt64(bytes.buffer[byte]) << UInt64(8 * (byte - start / 8))
        }
      }
      put(UInt64(littleEndian: word), bits: bits)
    }
  }

  mutating func append(repeating bit: Bool, count added: Int) {
    for start in stride(from: 0, to: added, by: 64) {
      put(bit ? .max : 0, bits: min(64, added - start))
    }
  }

  private mutating func put(_ word: UInt64, bits: Int) {
    let used = bits == 64 ? word : word & (1 << UInt64(bits) - 1)
    let shift = UInt64(count & 63)
    words[count >> 6] |= used << shift
    if Int(shift) + bits > 64 { words[count >> 6 + 1] |= used >> (64 - shift) }
    count += bits
  }
}

extension [ArrowArray] {
  /// Which rows of all batches have a value; nil where all have one.
  func validity(rows: Int) -> Bitmap? {
    guard contains(where: { $0.validity != nil }) else { return nil }
    var bits = ArrowBits(capacity: rows)
    for array in self {
      if let validity = array.validity {
        bits.append(validity, count: array.rows)
      } else {
        bits.append(repeating: true, count: array.rows)
      }
    }
    return bits.bitmap
  }
}
