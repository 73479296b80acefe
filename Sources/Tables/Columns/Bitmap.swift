// SPDX-License-Identifier: EUPL-1.2

/// One bit per row, least significant bit first, as Arrow keeps validity and booleans.
///
/// Bits past `count` are always zero, so that equal bitmaps have equal words and equal bytes.
public struct Bitmap: Sendable, Hashable {
  public private(set) var words: [UInt64]
  public private(set) var count: Int

  public init(repeating bit: Bool, count: Int) {
    precondition(count >= 0, "a bitmap has no negative length")
    words = [UInt64](repeating: bit ? .max : 0, count: (count + 63) / 64)
    self.count = count
    clearTail()
  }

  /// Takes over whole words; bits past `count` are cleared.
  public init(words: [UInt64], count: Int) {
    precondition(words.count == (count + 63) / 64, "the words do not fit the count")
    self.words = words
    self.count = count
    clearTail()
  }

  public init(_ bits: some Sequence<Bool>) {
    self.init(repeating: false, count: 0)
    words.reserveCapacity((bits.underestimatedCount + 63) / 64)
    for bit in bits { append(bit) }
  }

  @inlinable public subscript(index: Int) -> Bool {
    words[index >> 6] & (1 << UInt64(index & 63)) != 0
  }

  /// How many bits are set.
  public var setCount: Int {
    var total = 0
    for word in words { total += word.nonzeroBitCount }
    return total
  }

  public var allSet: Bool { setCount == count }
  public var noneSet: Bool { words.allSatisfy { $0 == 0 } }

  /// The positions of the set bits, in order.
  public var setIndices: [Int] {
    var result: [Int] = []
    result.reserveCapacity(setCount)
    for (position, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        result.append(position << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return result
  }

  public static func & (left: Bitmap, right: Bitmap) -> Bitmap {
    combine(left, right) { $0 & $1 }
  }

  public static func | (left: Bitmap, right: Bitmap) -> Bitmap {
    combine(left, right) { $0 | $1 }
  }

  public static prefix func ~ (bitmap: Bitmap) -> Bitmap {
    Bitmap(words: bitmap.words.map { ~$0 }, count: bitmap.count)
  }
}

extension Bitmap {
  public mutating func set(_ index: Int, to bit: Bool) {
    precondition(index >= 0 && index < count, "a bit outside the bitmap")
    let mask: UInt64 = 1 << UInt64(index & 63)
    if bit { words[index >> 6] |= mask } else { words[index >> 6] &= ~mask }
  }

  public mutating func append(_ bit: Bool) {
    if count & 63 == 0 { words.append(0) }
    if bit { words[count >> 6] |= 1 << UInt64(count & 63) }
    count += 1
  }

  public mutating func append(repeating bit: Bool, count added: Int) {
    append(contentsOf: Bitmap(repeating: bit, count: added))
  }

  /// Appends whole words at a time, also where the end is not at a word's border.
  public mutating func append(contentsOf other: Bitmap) {
    let shift = UInt64(count & 63)
    count += other.count
    guard shift != 0 else {
      words.append(contentsOf: other.words)
      return
    }
    for word in other.words {
      words[words.count - 1] |= word << shift
      words.append(word >> (64 - shift))
    }
    words.removeLast(words.count - (count + 63) / 64)
  }

  public mutating func reserveCapacity(_ bits: Int) {
    words.reserveCapacity((bits + 63) / 64)
  }

  private static func combine(
    _ left: Bitmap, _ right: Bitmap, _ operation: (UInt64, UInt64) -> UInt64
  ) -> Bitmap {
    precondition(left.count == right.count, "bitmaps of unequal length")
    return Bitmap(words: zip(left.words, right.words).map(operation), count: left.count)
  }

  private mutating func clearTail() {
    let used = count & 63
    if used != 0 { words[words.count - 1] &= (1 << UInt64(used)) - 1 }
  }
}
