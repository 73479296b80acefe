// SPDX-License-Identifier: EUPL-1.2

/// What the bytes of a file mean: its delimiter and the texts that stand for a missing value.
struct CSVLayout {
  let delimiter: UInt8
  let missing: [[UInt8]]
  /// A bit for each length that a missing text has; bit 63 for all lengths from 63.
  let missingLengths: UInt64
  let emptyIsMissing: Bool
  /// Whether a missing text could be taken for a number or a truth value, such as 999.
  let missingIsTyped: Bool

  init(delimiter: UInt8, missing: [String]) {
    self.delimiter = delimiter
    self.missing = missing.map { Array($0.utf8) }
    missingLengths = self.missing.reduce(0) { $0 | 1 << UInt64(min($1.count, 63)) }
    emptyIsMissing = self.missing.contains([])
    missingIsTyped = self.missing.contains { text in
      text.contains { $0.digit != nil }
    }
  }

  @inline(__always)
  func isMissing(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    missingLengths >> UInt64(min(count, 63)) & 1 == 1 && isListed(text, count)
  }

  @inline(never)
  private func isListed(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    missing.contains { $0.elementsEqual(UnsafeBufferPointer(start: text, count: count)) }
  }

  /// Whether a byte ends an unquoted field.
  @inline(__always)
  func ends(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// The first byte from there that ends an unquoted field.
  ///
  /// Eight bytes at a time: those below 14 (line ends among them) and those equal to the delimiter get
  /// their high bit set. A borrow can only reach bytes above a true hit, so the lowest hit is true.
  @inline(__always)
  func unquotedEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let delimiters = ones &* UInt64(delimiter)
    var place = start
    while true {
      let word = place.word
      let other = word ^ delimiters
      let hits = ((word &- ones &* 14) & ~word | (other &- ones) & ~other) & highs
      if hits == 0 {
        place += 8
        continue
      }
      place += hits.trailingZeroBitCount >> 3
      if ends(place.pointee) { return place }
      place += 1
    }
  }

  /// The first quote from there.
  @inline(__always)
  func quote(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var place = start
    while true {
      let other = place.word ^ (ones &* UInt64(UInt8(ascii: "\"")))
      let hits = (other &- ones) & ~other & highs
      if hits != 0 { return place + hits.trailingZeroBitCount >> 3 }
      place += 8
    }
  }
}
