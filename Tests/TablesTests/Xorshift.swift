// SPDX-License-Identifier: EUPL-1.2

/// A small seeded generator: the same bytes are changed in every run.
struct Xorshift {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func below(_ limit: Int) -> Int { Int(next() >> 33) % limit }
  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 40) }
}
