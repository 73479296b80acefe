// SPDX-License-Identifier: EUPL-1.2

/// Whether bytes are UTF-8 (Unicode 15, table 3-7), most of which is ASCII in practice.
enum UTF8Check {
  enum Verdict: Equatable {
    /// Valid up to there; what follows may be the beginning of a character.
    case valid(upTo: Int)
    case invalid(at: Int)
    case nul(at: Int)
  }

  static func check(_ bytes: UnsafeRawBufferPointer) -> Verdict {
    var place = 0
    while place < bytes.count {
      if place + 32 <= bytes.count {
        // Four words at once: a high bit anywhere, or a byte that a subtraction carries below zero.
        var high: UInt64 = 0
        var low: UInt64 = 0
        for offset in stride(from: 0, to: 32, by: 8) {
          let word = bytes.loadUnaligned(fromByteOffset: place + offset, as: UInt64.self)
          high |= word
          low |= word &- 0x0101_0101_0101_0101
        }
        if (high | low) & 0x8080_8080_8080_8080 == 0 {
          place += 32
          continue
        }
      }
      let stop = min(place + 32, bytes.count)
      while place < stop {
        let lead = bytes[place]
        if lead == 0 { return .nul(at: place) }
        if lead < 0x80 {
          place += 1
          continue
        }
        switch length(of: bytes, at: place) {
        case .some(0): return .valid(upTo: place)
        case .some(let length): place += length
        case nil: return .invalid(at: place)
        }
      }
    }
    return .valid(upTo: place)
  }

  /// The length of the character at a place: nil where it is none, zero where the bytes end within it.
  private static func length(of bytes: UnsafeRawBufferPointer, at place: Int) -> Int? {
    let lead = bytes[place]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return nil
    }
    for step in 1..<length {
      guard place + step < bytes.count else { return 0 }
      let byte = bytes[place + step]
      guard step == 1 ? second.contains(byte) : (0x80...0xBF).contains(byte) else { return nil }
    }
    return length
  }
}
