// SPDX-License-Identifier: EUPL-1.2

/// Numbers distinct texts from zero, straight from a window's memory.
///
/// What `TextIndex` does with arrays this does with plain memory, for the reader's inner loop. Texts are
/// followed by at least eight readable bytes, there and here.
struct LabelIndex {
  private(set) var count = 0
  /// How many of them rows are known to have that stay.
  private var kept = 0
  private var slotCount = 0
  private var slots: UnsafeMutablePointer<UInt64>
  private var capacity = 0
  private var hashes: UnsafeMutablePointer<UInt64>
  private var heads: UnsafeMutablePointer<UInt64>
  private var ends: UnsafeMutablePointer<Int>
  private var byteCapacity = 0
  private var bytes: UnsafeMutablePointer<UInt8>
  private let seed = Hashing.seed

  /// An index that takes no room yet; `prepare` comes before the first text.
  init() {
    slots = .allocate(capacity: 0)
    hashes = .allocate(capacity: 0)
    heads = .allocate(capacity: 0)
    ends = .allocate(capacity: 1)
    ends[0] = 0
    bytes = .allocate(capacity: 0)
  }

  mutating func prepare() {
    if slotCount == 0 { growSlots() }
  }

  func deallocate() {
    slots.deallocate()
    hashes.deallocate()
    heads.deallocate()
    ends.deallocate()
    bytes.deallocate()
  }

  /// The bytes of a label.
  func label(_ code: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + ends[code], count: ends[code + 1] - ends[code])
  }

  var labels: [String] { (0..<count).map { String(decoding: label($0), as: UTF8.self) } }

  @inline(__always)
  mutating func code(of text: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    let head = text.head(length)
    var hash = (seed ^ UInt64(truncatingIfNeeded: length) ^ head).folded
    if length > 8 { hash = Self.hash(text, length, hash) }
    var slot = Int(truncatingIfNeeded: hash) & (slotCount - 1)
    while true {
      let entry = slots[slot]
      if entry == 0 { return insert(text, length, hash: hash, head: head, slot: slot) }
      if entry >> 32 == hash >> 32 {
        let code = Int(entry & 0xFFFF_FFFF) - 1
        if heads[code] == head, holds(text, length, at: code) { return Int32(code) }
      }
      slot = (slot + 1) & (slotCount - 1)
    }
  }
}

extension LabelIndex {
  /// Says that rows which stay have every label.
  mutating func keepAll() { kept = count }

  /// Says that a row which stays has a label.
  mutating func keep(_ code: Int32) { kept = max(kept, Int(code) + 1) }

  /// Forgets the labels that no row has which stays: those that came last.
  mutating func forgetOthers() {
    while count > kept {
      count -= 1
      var slot = Int(truncatingIfNeeded: hashes[count]) & (slotCount - 1)
      while slots[slot] & 0xFFFF_FFFF != UInt64(count + 1) { slot = (slot + 1) & (slotCount - 1) }
      // No later label was put behind it on account of its place, so that it may be empty again.
      slots[slot] = 0
    }
  }

  @inline(__always)
  private func holds(_ text: UnsafePointer<UInt8>, _ length: Int, at code: Int) -> Bool {
    guard ends[code + 1] - ends[code] == length else { return false }
    if length <= 8 { return true }
    return equal(bytes + ends[code], text, length)
  }

  private func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ length: Int)
    -> Bool
  {
    var place = 8
    while place + 8 <= length {
      if (left + place).word != (right + place).word { return false }
      place += 8
    }
    return (left + place).head(length - place) == (right + place).head(length - place)
  }

  private static func hash(_ text: UnsafePointer<UInt8>, _ length: Int, _ start: UInt64) -> UInt64 {
    var hash = start
    var place = 8
    while place < length {
      hash = (hash ^ (text + place).head(length - place)).folded
      place += 8
    }
    return hash
  }

  @inline(never)
  private mutating func insert(
    _ text: UnsafePointer<UInt8>, _ length: Int, hash: UInt64, head: UInt64, slot: Int
  ) -> Int32 {
    let code = count
    if code == capacity { growLabels() }
    let used = ends[code]
    if used + length + 8 > byteCapacity {
      let larger = max(byteCapacity * 2, used + length + 8)
      bytes = bytes.moved(used, to: larger)
      byteCapacity = larger
    }
    (bytes + used).update(from: text, count: length)
    ends[code + 1] = used + length
    hashes[code] = hash
    heads[code] = head
    slots[slot] = (hash >> 32) << 32 | UInt64(code + 1)
    count += 1
    if count * 2 > slotCount { growSlots() }
    return Int32(code)
  }

  private mutating func growLabels() {
    let larger = max(16, capacity * 2)
    hashes = hashes.moved(capacity, to: larger)
    heads = heads.moved(capacity, to: larger)
    ends = ends.moved(capacity + 1, to: larger + 1)
    capacity = larger
  }

  private mutating func growSlots() {
    slots.deallocate()
    slotCount = max(32, slotCount * 4)
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
    for code in 0..<count {
      var slot = Int(truncatingIfNeeded: hashes[code]) & (slotCount - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
      slots[slot] = (hashes[code] >> 32) << 32 | UInt64(code + 1)
    }
  }
}

extension UInt64 {
  /// Both halves of a 128-bit product, over each other.
  @inline(__always)
  fileprivate var folded: UInt64 {
    let (high, low) = multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return high ^ low
  }
}

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// The same contents in a larger place; the old one is given back.
  func moved(_ count: Int, to capacity: Int) -> UnsafeMutablePointer {
    let larger = UnsafeMutablePointer.allocate(capacity: capacity)
    larger.update(from: self, count: count)
    deallocate()
    return larger
  }
}

extension UnsafePointer where Pointee == UInt8 {
  /// The next eight bytes, the first of them lowest.
  @inline(__always)
  var word: UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(self).loadUnaligned(as: UInt64.self))
  }

  /// The first bytes of a text, at most eight, zeros behind them.
  @inline(__always)
  func head(_ length: Int) -> UInt64 {
    length >= 8 ? word : length == 0 ? 0 : word & (UInt64.max >> UInt64(64 - 8 * length))
  }
}

extension UnsafeMutablePointer where Pointee == UInt8 {
  @inline(__always)
  fileprivate static func + (pointer: Self, distance: Int) -> UnsafePointer<UInt8> {
    UnsafePointer(pointer.advanced(by: distance))
  }
}
