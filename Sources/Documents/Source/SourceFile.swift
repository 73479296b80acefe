// SPDX-License-Identifier: EUPL-1.2

/// A source text with the name that the user gave it.
///
/// Lines end where libyaml ends them, so that positions agree: at LF, CR, CR LF, NEL (U+0085) and the
/// Unicode line and paragraph separators. A byte-order mark at the start is not part of the text.
public struct SourceFile: Sendable {
  /// The path as the user wrote it, or what stands for one, such as `<stdin>`.
  public let name: String
  public let text: String
  /// Where each line starts, in UTF-8 bytes.
  private let lineStarts: [UInt32]

  public init(name: String, text: String) {
    var text = text
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    text.makeContiguousUTF8()
    self.name = name
    self.text = text
    lineStarts = Self.lineStarts(in: text)
  }

  /// How many lines there are; a final line break does not start another one.
  public var lineCount: Int {
    guard let last = lineStarts.last, lineStarts.count > 1 else { return text.isEmpty ? 0 : 1 }
    return Int(last) == text.utf8.count ? lineStarts.count - 1 : lineStarts.count
  }

  /// The line with number `n`, from 1, without its line break; empty where there is no such line.
  public func line(_ n: Int) -> String {
    guard n >= 1, n <= lineStarts.count else { return "" }
    let utf8 = text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: Int(lineStarts[n - 1]))
    let next = n < lineStarts.count ? Int(lineStarts[n]) : utf8.count
    let end = utf8.index(utf8.startIndex, offsetBy: next)
    var line = text[start..<end].unicodeScalars
    while let last = line.last, n < lineStarts.count, last.isLineBreak { line.removeLast() }
    return String(line)
  }

  /// The position of a UTF-8 byte offset; one past the end gives the end.
  public func position(utf8Offset offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), text.utf8.count)
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle - 1 }
    }
    let utf8 = text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: Int(lineStarts[low]))
    let end = utf8.index(utf8.startIndex, offsetBy: offset)
    // Continuation bytes start no character.
    let column = utf8[start..<end].reduce(into: 1) { if $1 & 0xC0 != 0x80 { $0 += 1 } }
    return SourcePosition(line: low + 1, column: column)
  }

  /// The scalars of line `n`, for walking by column.
  func scalars(ofLine n: Int) -> [Unicode.Scalar] {
    Array(line(n).unicodeScalars)
  }
}

extension SourceFile: Hashable {
  public static func == (a: SourceFile, b: SourceFile) -> Bool {
    a.name.utf8.elementsEqual(b.name.utf8) && a.text.utf8.elementsEqual(b.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(text.utf8.count)
  }
}

extension SourceFile {
  private static func lineStarts(in text: String) -> [UInt32] {
    var text = text
    return text.withUTF8 { bytes in
      var starts: [UInt32] = [0]
      var i = 0
      while i < bytes.count {
        let length = lineBreakLength(bytes, at: i)
        i += max(length, 1)
        if length > 0 { starts.append(UInt32(truncatingIfNeeded: i)) }
      }
      return starts
    }
  }

  /// The bytes of the line break at `i`, or 0.
  private static func lineBreakLength(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Int {
    func byte(_ j: Int) -> UInt8 { j < bytes.count ? bytes[j] : 0 }
    switch bytes[i] {
    case 0x0A: return 1
    case 0x0D: return byte(i + 1) == 0x0A ? 2 : 1
    case 0xC2: return byte(i + 1) == 0x85 ? 2 : 0
    case 0xE2:
      let isSeparator = byte(i + 1) == 0x80 && (byte(i + 2) == 0xA8 || byte(i + 2) == 0xA9)
      return isSeparator ? 3 : 0
    default: return 0
    }
  }
}

extension Unicode.Scalar {
  /// What ends a line for libyaml.
  var isLineBreak: Bool {
    switch value {
    case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
