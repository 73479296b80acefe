// SPDX-License-Identifier: EUPL-1.2

extension UInt8 {
  /// What a byte behind a backslash stands for; nil where it stands for nothing.
  var unescaped: UInt8? {
    switch self {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): self
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  fileprivate var hexadecimal: UInt32? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The UTF-16 code unit that `\uXXXX` at a place stands for; nil where there is no such escape.
  func codeUnit(at place: Int) -> UInt32? {
    guard place + 6 <= count, self[place] == UInt8(ascii: "\\"),
      self[place + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt32 = 0
    for offset in 2..<6 {
      guard let digit = self[place + offset].hexadecimal else { return nil }
      unit = unit << 4 | digit
    }
    return unit
  }

  /// Appends the text in a range whose escapes were found to be sound.
  func unescape(_ range: Range<Int>, into text: inout [UInt8]) {
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = self[place]
      guard byte == UInt8(ascii: "\\"), place + 1 < range.upperBound else {
        text.append(byte)
        place += 1
        continue
      }
      if let simple = self[place + 1].unescaped {
        text.append(simple)
        place += 2
        continue
      }
      var scalar = codeUnit(at: place) ?? 0xFFFD
      place += 6
      if scalar >> 10 == 0xD800 >> 10, let low = codeUnit(at: place) {
        scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
        place += 6
      }
      text += String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8
    }
  }
}
