// SPDX-License-Identifier: EUPL-1.2

/// Numbers distinct 64-bit keys from zero, in order of first appearance.
///
/// Open addressing over a plain array, several times faster than a dictionary of integers. A key lies
/// beside its number, so that with many keys a lookup costs one place in memory.
struct KeyIndex {
  private struct Slot {
    var key: UInt64
    /// −1 where the slot is free.
    var code: Int32
  }

  private var slots: [Slot]
  private(set) var count = 0

  init() { slots = Self.free(64) }

  mutating func code(of key: UInt64) -> Int32 {
    var place = Self.place(key, in: slots.count)
    while slots[place].code >= 0 {
      if slots[place].key == key { return slots[place].code }
      place = (place + 1) & (slots.count - 1)
    }
    let code = Int32(count)
    slots[place] = Slot(key: key, code: code)
    count += 1
    if count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    let old = slots
    // Fourfold while it is small; a large one is moved in steps, so that it stays near its keys.
    slots = Self.free(old.count * (old.count < 1 << 20 ? 4 : 2))
    for slot in old where slot.code >= 0 {
      var place = Self.place(slot.key, in: slots.count)
      while slots[place].code >= 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = slot
    }
  }

  private static func free(_ count: Int) -> [Slot] {
    [Slot](repeating: Slot(key: 0, code: -1), count: count)
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
