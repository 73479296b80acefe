// SPDX-License-Identifier: EUPL-1.2

extension JSONValue {
  /// Reads one JSON text (RFC 8259), strictly: no comments, no trailing commas, no key twice.
  ///
  /// A whole number that fits 64 bits becomes `integer`, any other number `number`.
  public static func parse(_ text: String, depth: Int = 128) throws(JSONFault) -> JSONValue {
    try parse(bytes: Array(text.utf8), depth: depth)
  }

  /// Reads one JSON text from UTF-8 bytes; a byte-order mark at the start is passed over.
  ///
  /// `depth` is how deep arrays and objects may be nested.
  public static func parse(bytes: [UInt8], depth: Int = 128) throws(JSONFault) -> JSONValue {
    var parser = JSONParser(bytes: bytes, depthLimit: depth)
    return try parser.document()
  }
}

/// A recursive-descent parser over bytes; the depth limit bounds the recursion.
private struct JSONParser {
  private let bytes: [UInt8]
  private let depthLimit: Int
  private var i = 0
  private var depth = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func document() throws(JSONFault) -> JSONValue {
    if let invalid = UTF8Check.firstInvalidByte(in: bytes) {
      throw fault(.invalidUTF8, at: invalid)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { i = 3 }
    skipBlanks()
    if i == bytes.count { throw fault(.emptyText) }
    let value = try value()
    skipBlanks()
    if i < bytes.count { throw fault(.trailingText) }
    return value
  }
}

extension JSONParser {
  private var next: UInt8? { i < bytes.count ? bytes[i] : nil }

  private func fault(_ rule: JSONFault.SyntaxRule, at offset: Int? = nil) -> JSONFault {
    let before = bytes.prefix(offset ?? i)
    let lineStart = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
    return .syntax(rule, at: SourcePosition(line: line, column: column))
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { i += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    i += 1
    return true
  }

  private mutating func value() throws(JSONFault) -> JSONValue {
    guard let byte = next else { throw fault(.unexpectedEnd) }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw fault(.expected("a value"))
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONFault) -> JSONValue {
    guard bytes[i...].starts(with: word.utf8) else { throw fault(.expected("a value")) }
    i += word.utf8.count
    return value
  }

  private mutating func enter() throws(JSONFault) {
    depth += 1
    if depth > depthLimit { throw fault(.tooDeep(limit: depthLimit)) }
    i += 1
    skipBlanks()
  }

  private mutating func array() throws(JSONFault) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var items: [JSONValue] = []
    if skip("]") { return .array(items) }
    while true {
      items.append(try value())
      skipBlanks()
      if skip("]") { return .array(items) }
      guard skip(",") else { throw missing("',' or ']'") }
      skipBlanks()
    }
  }

  private mutating func object() throws(JSONFault) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var object = JSONObject()
    if skip("}") { return .object(object) }
    while true {
      guard next == UInt8(ascii: "\"") else { throw missing("a key in double quotes") }
      let keyStart = i
      let key = try string()
      skipBlanks()
      guard skip(":") else { throw missing("':'") }
      skipBlanks()
      let value = try value()
      guard object.insert(value, forKey: key) else {
        throw fault(.duplicateKey(key), at: keyStart)
      }
      skipBlanks()
      if skip("}") { return .object(object) }
      guard skip(",") else { throw missing("',' or '}'") }
      skipBlanks()
    }
  }

  private func missing(_ what: String) -> JSONFault {
    fault(next == nil ? .unexpectedEnd : .expected(what))
  }
}

/// Texts and numbers.
extension JSONParser {
  private mutating func string() throws(JSONFault) -> String {
    i += 1
    var decoded: [UInt8] = []
    var runStart = i
    while true {
      guard let byte = next else { throw fault(.unexpectedEnd) }
      switch byte {
      case UInt8(ascii: "\""):
        let run = bytes[runStart..<i]
        i += 1
        if decoded.isEmpty { return String(decoding: run, as: UTF8.self) }
        return String(decoding: decoded + run, as: UTF8.self)
      case UInt8(ascii: "\\"):
        decoded += bytes[runStart..<i]
        decoded += try escape()
        runStart = i
      case 0..<0x20: throw fault(.controlCharacter)
      default: i += 1
      }
    }
  }

  /// The UTF-8 of the escape at `i`, which is passed.
  private mutating func escape() throws(JSONFault) -> [UInt8] {
    let start = i
    i += 1
    guard let letter = next else { throw fault(.unexpectedEnd) }
    i += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): break
    default: throw fault(.badEscape, at: start)
    }
    var value = try codeUnit(from: start)
    if value & 0xFC00 == 0xD800 {
      guard skip("\\"), skip("u") else { throw fault(.loneSurrogate, at: start) }
      let low = try codeUnit(from: start)
      guard low & 0xFC00 == 0xDC00 else { throw fault(.loneSurrogate, at: start) }
      value = 0x10000 + (value & 0x3FF) << 10 + (low & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(value) else { throw fault(.loneSurrogate, at: start) }
    return Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit(from start: Int) throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw fault(.badEscape, at: start)
      }
      value = value << 4 | UInt32(digit)
      i += 1
    }
    return value
  }

  /// A number: `-? (0 | [1-9][0-9]*) (\. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
  private mutating func number() throws(JSONFault) -> JSONValue {
    let start = i
    var isWhole = true
    let isNegative = skip("-")
    let wholeStart = i
    guard digits() > 0, bytes[wholeStart] != UInt8(ascii: "0") || i == wholeStart + 1 else {
      throw fault(.badNumber, at: start)
    }
    if skip(".") {
      isWhole = false
      guard digits() > 0 else { throw fault(.badNumber, at: start) }
    }
    if skip("e") || skip("E") {
      isWhole = false
      if !skip("+") { _ = skip("-") }
      guard digits() > 0 else { throw fault(.badNumber, at: start) }
    }
    let text = String(decoding: bytes[start..<i], as: UTF8.self)
    // Minus zero is no whole number: it would lose its sign.
    if isWhole, let value = Int64(text), value != 0 || !isNegative { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw fault(.numberTooLarge, at: start)
    }
    return .number(value)
  }

  private mutating func digits() -> Int {
    let start = i
    while let byte = next, byte &- 0x30 < 10 { i += 1 }
    return i - start
  }
}
