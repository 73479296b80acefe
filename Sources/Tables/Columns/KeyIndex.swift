// SPDX-License-Identifier: EUPL-1.2

/// Numbers distinct 64-bit keys from zero, in order of first appearance.
///
/// Open addressing over plain arrays, several times faster than a dictionary of integers.
struct KeyIndex {
  private var slots: [Int32]
  private var keys: [UInt64] = []

  init() { slots = [Int32](repeating: -1, count: 64) }

  var count: Int { keys.count }

  mutating func code(of key: UInt64) -> Int32 {
    var slot = Self.place(key, in: slots.count)
    while slots[slot] >= 0 {
      if keys[Int(slots[slot])] == key { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let code = Int32(keys.count)
    slots[slot] = code
    keys.append(key)
    if keys.count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    for (code, key) in keys.enumerated() {
      var slot = Self.place(key, in: slots.count)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(code)
    }
  }

  /// Multiplication spreads the low bits upwards; the high bits choose the slot.
  private static func place(_ key: UInt64, in size: Int) -> Int {
    let (high, low) = (key ^ Hashing.seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: (high ^ low) >> 20) & (size - 1)
  }
}

/// What the indices of this module share.
enum Hashing {
  /// Drawn once per process, so that nobody can prepare a file whose values all collide.
  ///
  /// Codes follow the order of appearance and never depend on it.
  static let seed = UInt64.random(in: .min ... .max)
}
