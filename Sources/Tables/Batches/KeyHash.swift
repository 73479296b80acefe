// SPDX-License-Identifier: EUPL-1.2

/// 128 bits that stand for a value or a key of several values.
///
/// A single number stands for itself; anything else is folded twice under seeds that are drawn for each
/// process. Two keys fall together with a chance below 10⁻²⁰ for a billion rows.
struct KeyHash: Comparable, Hashable, BitwiseCopyable, Sendable {
  var high: UInt64
  var low: UInt64

  static func < (left: KeyHash, right: KeyHash) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  /// The key of a value before, and of this one: both halves of both go into both halves.
  func combined(with other: KeyHash) -> KeyHash {
    KeyHash(
      high: mixed(with: other, 0xD6E8_FEB8_6659_FD93),
      low: mixed(with: other, 0xA24B_AED4_963E_E407))
  }

  private func mixed(with other: KeyHash, _ factor: UInt64) -> UInt64 {
    var hash = Hashing.seed ^ factor
    for part in [high, low, other.high, other.low] {
      let (upper, lower) = (hash ^ part).multipliedFullWidth(by: factor)
      hash = upper ^ lower &+ 0x9E37_79B9_7F4A_7C15
    }
    return hash
  }

  fileprivate init(number: Double) {
    high = number.bitPattern
    low = 0
  }

  fileprivate init(integer: Int64) {
    // Up to 2⁵³ the same as the equal floating-point number, so that types do not part equal values.
    if let number = Double(exactly: integer), number.magnitude <= 9_007_199_254_740_992 {
      self.init(number: number)
    } else {
      self.init(high: UInt64(bitPattern: integer), low: 1)
    }
  }

  fileprivate init(decimal: Int64, scale: Int) {
    var (value, places) = (decimal, scale)
    while places > 0, value % 10 == 0 { (value, places) = (value / 10, places - 1) }
    if places == 0 {
      self.init(integer: value)
    } else if value.magnitude < 1_000_000_000_000_000 {
      self.init(number: Double(value) / DecimalText.powers[places])
    } else {
      self.init(high: UInt64(bitPattern: value), low: UInt64(2 + places))
    }
  }

  fileprivate init(text: UnsafeRawBufferPointer) {
    high = TextIndex.hash(text)
    low = TextIndex.hash(text, seed: ~Hashing.seed &* 0xA24B_AED4_963E_E407)
  }

  fileprivate init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

extension Column {
  /// What stands for the value of each row; any value where one is missing.
  func keyHashes() -> [KeyHash] {
    switch self {
    case .boolean(let column):
      (0..<count).map { KeyHash(high: column.values[$0] ? 1 : 0, low: 1 << 32) }
    case .integer(let column): column.values.map { KeyHash(integer: $0) }
    case .number(let column): column.values.map { KeyHash(number: $0) }
    case .decimal(let column, let scale):
      column.values.map { KeyHash(decimal: $0, scale: scale) }
    case .date(let column):
      column.values.map { KeyHash(high: UInt64(bitPattern: Int64($0)), low: 2 << 32) }
    case .timestamp(let column):
      column.values.map { KeyHash(high: UInt64(bitPattern: $0), low: 3 << 32) }
    case .text(let column):
      column.bytes.withUnsafeBytes { bytes in
        (0..<count).map {
          KeyHash(text: UnsafeRawBufferPointer(rebasing: bytes[column.range(at: $0)]))
        }
      }
    case .category(let column): column.hashes()
    }
  }
}

extension CategoryColumn {
  fileprivate func hashes() -> [KeyHash] {
    var labels = dictionary.map { label in
      var label = label
      return label.withUTF8 { KeyHash(text: UnsafeRawBufferPointer($0)) }
    }
    // A column without any value has no text for the code of its missing rows.
    if labels.isEmpty { labels = [KeyHash(high: 0, low: 0)] }
    return codes.map { labels[Int($0)] }
  }
}
