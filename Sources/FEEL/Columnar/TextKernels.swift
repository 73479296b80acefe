// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Functions of whole columns of texts, on their bytes.
enum TextKernels {
  /// Truth about each text and one other; nil where there is no kernel for the function.
  static func condition(_ name: String, _ text: TextSource, _ match: String, count: Int) -> Lane? {
    let wanted = Array(match.utf8)
    let bits: Bitmap
    switch name {
    case "contains": bits = text.bits(count: count) { contains($0, wanted) }
    case "starts with":
      bits = text.bits(count: count) { bytes in
        bytes.count >= wanted.count
          && isEqual(UnsafeBufferPointer(rebasing: bytes[..<wanted.count]), wanted)
      }
    case "ends with":
      bits = text.bits(count: count) { bytes in
        bytes.count >= wanted.count
          && isEqual(UnsafeBufferPointer(rebasing: bytes[(bytes.count - wanted.count)...]), wanted)
      }
    default: return nil
    }
    return .column(.boolean(BooleanColumn(bits, validity: text.validity)))
  }

  /// The number of code points of each text: of the bytes that do not continue one.
  static func lengths(_ text: TextSource, count: Int) -> Column {
    text.integers(count: count) { bytes in
      var length: Int64 = 0
      for byte in bytes { length &+= byte & 0xC0 != 0x80 ? 1 : 0 }
      return length
    }
  }

  static func joined(_ left: TextSource, _ right: TextSource, count: Int) -> Column? {
    right.withReader { second in
      left.texts(count: count, validity: Bitmap.both(left.validity, right.validity)) {
        (row, first, result) in
        result.append(contentsOf: first[row])
        result.append(contentsOf: second[row])
      }
    }
  }

  /// Each text from one of two.
  static func chosen(
    _ mask: Bitmap, _ left: TextSource, _ right: TextSource, validity: Bitmap?
  ) -> Column? {
    right.withReader { second in
      left.texts(count: mask.count, validity: validity) { row, first, result in
        result.append(contentsOf: mask[row] ? first[row] : second[row])
      }
    }
  }

  /// Code points from a place on, counted from 1, or from the end where it is negative.
  static func substring(
    _ text: TextSource, from start: Int64, length: Int64?, count: Int
  ) -> Column? {
    guard start != 0, length ?? 0 >= 0 else { return nil }
    return text.texts(count: count, validity: text.validity) { row, reader, result in
      let bytes = reader[row]
      var first: Int64 = start - 1
      if start < 0 {
        var total: Int64 = 0
        for byte in bytes { total += byte & 0xC0 != 0x80 ? 1 : 0 }
        first = total + start
      }
      guard first >= 0 else { return }
      var place: Int64 = -1
      for byte in bytes {
        place += byte & 0xC0 != 0x80 ? 1 : 0
        if let length, place - first >= length { break }
        if place >= first { result.append(byte) }
      }
    }
  }

  /// Large or small letters: a byte for a byte in ASCII, and by way of a string elsewhere.
  static func cased(_ text: TextSource, isUpper: Bool, count: Int) -> Column? {
    let (first, last) =
      isUpper
      ? (UInt8(ascii: "a"), UInt8(ascii: "z")) : (UInt8(ascii: "A"), UInt8(ascii: "Z"))
    return text.texts(count: count, validity: text.validity) { row, reader, result in
      let bytes = reader[row]
      var union: UInt8 = 0
      for byte in bytes { union |= byte }
      if union < 0x80 {
        result.append(
          contentsOf: bytes.lazy.map { $0 >= first && $0 <= last ? $0 ^ 0x20 : $0 })
      } else {
        let string = String(decoding: bytes, as: UTF8.self)
        result.append(contentsOf: (isUpper ? string.uppercased() : string.lowercased()).utf8)
      }
    }
  }
}

// Comparisons
extension TextKernels {
  /// How each text compares with one other.
  static func compare(
    _ operation: Node.Comparison, _ text: TextSource, _ other: String, count: Int
  ) -> Bitmap {
    let wanted = Array(other.utf8)
    return wanted.withUnsafeBufferPointer { wanted in
      switch operation {
      case .equal: text.bits(count: count) { isEqual($0, wanted) }
      case .unequal: text.bits(count: count) { !isEqual($0, wanted) }
      default: text.bits(count: count) { holds(operation, $0, wanted) }
      }
    }
  }

  static func compare(
    _ operation: Node.Comparison, _ left: TextSource, _ right: TextSource, count: Int
  ) -> Bitmap {
    left.withReader { left in
      right.withReader { right in
        Bitmap(count: count) { holds(operation, left[$0], right[$0]) }
      }
    }
  }

  private static func holds(
    _ operation: Node.Comparison, _ left: UnsafeBufferPointer<UInt8>,
    _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    switch operation {
    case .equal: isEqual(left, right)
    case .unequal: !isEqual(left, right)
    case .less: order(left, right) < 0
    case .lessOrEqual: order(left, right) <= 0
    case .greater: order(left, right) > 0
    case .greaterOrEqual: order(left, right) >= 0
    }
  }

  /// By bytes, which is by code points.
  private static func order(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let shared = min(left.count, right.count)
    for place in 0..<shared where left[place] != right[place] {
      return left[place] < right[place] ? -1 : 1
    }
    return left.count - right.count
  }

  @inline(__always)
  private static func isEqual(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard left.count == right.count else { return false }
    for place in 0..<left.count where left[place] != right[place] { return false }
    return true
  }

  private static func isEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]) -> Bool {
    right.withUnsafeBufferPointer { isEqual(left, $0) }
  }

  private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first else { return true }
    guard bytes.count >= wanted.count else { return false }
    return wanted.withUnsafeBufferPointer { wanted in
      for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
        let part = UnsafeBufferPointer(rebasing: bytes[start..<(start + wanted.count)])
        if isEqual(part, wanted) { return true }
      }
      return false
    }
  }
}
