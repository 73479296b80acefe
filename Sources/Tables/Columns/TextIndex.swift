// SPDX-License-Identifier: EUPL-1.2

/// Numbers distinct texts from zero by their bytes, in order of first appearance.
struct TextIndex {
  private var slots: [Int32]
  private var hashes: [UInt64] = []
  private var ends: [Int] = [0]
  private var bytes: [UInt8] = []

  init() { slots = [Int32](repeating: -1, count: 64) }

  var count: Int { hashes.count }

  /// The texts in the order of their codes.
  var texts: [String] {
    (0..<count).map { String(decoding: bytes[ends[$0]..<ends[$0 + 1]], as: UTF8.self) }
  }

  mutating func code(of text: UnsafeRawBufferPointer) -> Int32 {
    let hash = Self.hash(text)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let code = Int(slots[slot])
      if hashes[code] == hash, holds(text, at: code) { return Int32(code) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let code = Int32(count)
    slots[slot] = code
    hashes.append(hash)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    if count * 2 > slots.count { grow() }
    return code
  }
}

extension TextIndex {
  private func holds(_ text: UnsafeRawBufferPointer, at code: Int) -> Bool {
    let range = ends[code]..<ends[code + 1]
    guard range.count == text.count else { return false }
    return bytes.withUnsafeBytes { bytes in
      UnsafeRawBufferPointer(rebasing: bytes[range]).elementsEqual(text)
    }
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    for (code, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(code)
    }
  }

  /// Folds eight bytes at a time by a 64 × 64 → 128-bit product.
  static func hash(_ text: UnsafeRawBufferPointer, seed: UInt64 = Hashing.seed) -> UInt64 {
    var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
    var place = 0
    while place + 8 <= text.count {
      hash = fold(hash ^ text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < text.count {
      rest = rest << 8 | UInt64(text[place])
      place += 1
    }
    return fold(hash ^ rest)
  }

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let (high, low) = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return high ^ low
  }
}
