// SPDX-License-Identifier: EUPL-1.2

/// Walks through the JSON object on one line, strictly by RFC 8259.
///
/// Lists and objects inside it are reported and not entered, so that depth costs nothing.
struct JSONCursor {
  struct Halt: Error {
    let place: Int
    let problem: Problem

    enum Problem {
      case invalid(JSONProblem)
      /// `\u0000`, which is JSON but no text that a column holds.
      case nul
    }
  }

  /// A text between its quotes.
  struct Text {
    let range: Range<Int>
    /// Whether it stands there as it is, without a backslash.
    let isPlain: Bool
  }

  enum Value {
    case null
    case boolean(Bool)
    case number(Range<Int>)
    case text(Text)
    case nested
  }

  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var place = 0
  private var isAtFirstKey = true

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Goes into the object; false for a blank line.
  mutating func enter() throws(Halt) -> Bool {
    skipBlanks()
    guard place < bytes.count else { return false }
    guard bytes[place] == UInt8(ascii: "{") else { throw halt(.noObject) }
    place += 1
    return true
  }

  /// The next key, and moves behind its colon; nil behind the object, where nothing may follow.
  mutating func nextKey() throws(Halt) -> Text? {
    var byte = try next()
    if byte == UInt8(ascii: "}") {
      place += 1
      skipBlanks()
      guard place == bytes.count else { throw halt(.somethingBehind) }
      return nil
    }
    if !isAtFirstKey {
      guard byte == UInt8(ascii: ",") else { throw halt(.noComma) }
      place += 1
      byte = try next()
    }
    isAtFirstKey = false
    guard byte == UInt8(ascii: "\"") else { throw halt(.noKey) }
    let key = try text()
    guard try next() == UInt8(ascii: ":") else { throw halt(.noColon) }
    place += 1
    return key
  }

  /// The value behind a key.
  mutating func value() throws(Halt) -> Value {
    switch try next() {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"):
      try word("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    case UInt8(ascii: "["), UInt8(ascii: "{"): return .nested
    default: throw halt(.noValue)
    }
    return .boolean(true)
  }
}

extension JSONCursor {
  private func halt(_ problem: JSONProblem) -> Halt {
    Halt(place: place, problem: .invalid(place < bytes.count ? problem : .ends))
  }

  @inline(__always)
  private mutating func skipBlanks() {
    while place < bytes.count, bytes[place].isJSONBlank { place += 1 }
  }

  /// The next byte that is no blank.
  @inline(__always)
  private mutating func next() throws(Halt) -> UInt8 {
    skipBlanks()
    guard place < bytes.count else { throw halt(.ends) }
    return bytes[place]
  }

  private mutating func word(_ word: StaticString) throws(Halt) {
    for offset in 0..<word.utf8CodeUnitCount {
      guard place + offset < bytes.count else {
        place = bytes.count
        throw halt(.ends)
      }
      guard bytes[place + offset] == word.utf8Start[offset] else { throw halt(.noValue) }
    }
    place += word.utf8CodeUnitCount
  }

  private mutating func number() throws(Halt) -> Range<Int> {
    let start = place
    if bytes[place] == UInt8(ascii: "-") { place += 1 }
    let isZero = place < bytes.count && bytes[place] == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, whole == 1 || !isZero else { throw halt(.badNumber) }
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      place += 1
      guard digits() > 0 else { throw halt(.badNumber) }
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if place < bytes.count,
        bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-")
      {
        place += 1
      }
      guard digits() > 0 else { throw halt(.badNumber) }
    }
    return start..<place
  }

  /// Moves behind digits, and says how many there were.
  @inline(__always)
  private mutating func digits() -> Int {
    let start = place
    while place < bytes.count, bytes[place].digit != nil { place += 1 }
    return place - start
  }

  /// The text whose opening quote is there.
  private mutating func text() throws(Halt) -> Text {
    place += 1
    let start = place
    var isPlain = true
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        place += 1
        return Text(range: start..<place - 1, isPlain: isPlain)
      }
      if byte < 0x20 { throw halt(.controlCharacter) }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        try escape()
      } else {
        place += 1
      }
    }
    throw halt(.ends)
  }

  /// Moves behind an escape, or behind the two of a surrogate pair.
  private mutating func escape() throws(Halt) {
    guard place + 1 < bytes.count else {
      place = bytes.count
      throw halt(.ends)
    }
    guard bytes[place + 1] == UInt8(ascii: "u") else {
      guard bytes[place + 1].unescaped != nil else { throw halt(.badEscape) }
      place += 2
      return
    }
    guard let unit = bytes.codeUnit(at: place) else { throw halt(.badEscape) }
    switch unit {
    case 0: throw Halt(place: place, problem: .nul)
    case 0xD800...0xDBFF:
      guard let second = bytes.codeUnit(at: place + 6), (0xDC00...0xDFFF).contains(second) else {
        throw halt(.loneSurrogate)
      }
      place += 12
    case 0xDC00...0xDFFF: throw halt(.loneSurrogate)
    default: place += 6
    }
  }
}

extension UInt8 {
  @inline(__always)
  fileprivate var isJSONBlank: Bool {
    self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
      || self == UInt8(ascii: "\n")
  }
}
