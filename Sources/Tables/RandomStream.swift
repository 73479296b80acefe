// SPDX-License-Identifier: EUPL-1.2

/// A stream of random numbers that is the same on every machine, for ever.
///
/// xoshiro256** (Blackman and Vigna 2021, ACM TOMS 47:36), its state filled by SplitMix64 from a hash of
/// seed, name and index. Shuffling and sampling are written out here, because the standard library may
/// change its own. It lies open to the optimiser, because estimators draw from it a hundred million times.
@frozen
public struct RandomStream: RandomNumberGenerator, Sendable {
  /// The algorithm as receipts name it.
  public static let algorithm = "xoshiro256**; seeded by splitmix64(seed, name, index) v1"

  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// One stream for each seed, name and index: results do not depend on how work is spread.
  public init(seed: UInt64, name: String, index: Int = 0) {
    var state = seed
    for byte in name.utf8 { state = Self.mix(state ^ UInt64(byte)) }
    state = Self.mix(state ^ UInt64(bitPattern: Int64(index)))
    s0 = Self.split(&state)
    s1 = Self.split(&state)
    s2 = Self.split(&state)
    s3 = Self.split(&state)
  }

  @inlinable
  public mutating func next() -> UInt64 {
    let result = (s1 &* 5).rotated(by: 7) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3.rotated(by: 45)
    return result
  }

  /// Uniform on [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform on 0..<bound without bias (Lemire 2019, ACM TOMACS 29:3).
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "there is no integer below zero or one to draw from")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Puts the elements in random order (Fisher and Yates).
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }

  private static func split(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return finish(state)
  }

  private static func mix(_ value: UInt64) -> UInt64 { finish(value &+ 0x9E37_79B9_7F4A_7C15) }

  private static func finish(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension UInt64 {
  @inlinable
  func rotated(by bits: UInt64) -> UInt64 { self << bits | self >> (64 - bits) }
}

/// The streams of one seed and name, one for each index: what a computation with many replicates is given.
public struct RandomStreams: Sendable {
  private let seed: UInt64
  private let name: String

  public init(seed: UInt64, name: String) {
    self.seed = seed
    self.name = name
  }

  /// The stream of a replicate; the same for every number of threads and order of work.
  public subscript(index: Int) -> RandomStream {
    RandomStream(seed: seed, name: name, index: index)
  }
}
