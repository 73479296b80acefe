// SPDX-License-Identifier: EUPL-1.2

/// Cuts the source into tokens, one at a time, since names depend on what is known at each place.
struct Lexer: Sendable {
  /// The longest source that is read, in code points.
  static let maximumLength = 65_536

  let source: [Unicode.Scalar]

  init(_ text: String) throws(FEELFault) {
    source = Array(text.unicodeScalars)
    guard source.count <= Self.maximumLength else { throw .tooLong(source.count) }
  }

  func token(at start: Int, names: NameMatcher) throws(FEELFault) -> Token {
    let start = try skippingSpace(from: start)
    guard start < source.count else {
      return Token(kind: .end, range: source.count..<source.count)
    }
    let first = source[start]
    let known = names.match(source, at: start)
    if first.isNameStart {
      var end = start + 1
      while end < source.count, source[end].isNamePart { end += 1 }
      if let known, known.end >= end { return name(known.name, start..<known.end) }
      return name(text(start..<end), start..<end)
    }
    if first.isDigit || first == "." && start + 1 < source.count && source[start + 1].isDigit {
      let number = try number(at: start)
      if let known, known.end > number.range.upperBound {
        return name(known.name, start..<known.end)
      }
      return number
    }
    if let known { return name(known.name, start..<known.end) }
    switch first {
    case "\"":
      let (value, end) = try quoted(at: start)
      return Token(kind: .text(value), range: start..<end)
    case "@":
      guard start + 1 < source.count, source[start + 1] == "\"" else {
        throw .unexpected("'@'", start..<(start + 1), help: "write @\"2025-01-31\"")
      }
      let (value, end) = try quoted(at: start + 1)
      return Token(kind: .at(value), range: start..<end)
    case "`":
      guard let end = source[(start + 1)...].firstIndex(of: "`"), end > start + 1 else {
        throw .unclosed("a name in backticks", start..<(start + 1))
      }
      let inner = NameMatcher.normalised(text((start + 1)..<end))
      let quoted = Token.Kind.name(String(String.UnicodeScalarView(inner)), isQuoted: true)
      return Token(kind: quoted, range: start..<(end + 1))
    default: return try symbol(at: start)
    }
  }

  func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(source[range]))
  }

  /// The place after blanks and comments.
  func skippingSpace(from start: Int) throws(FEELFault) -> Int {
    var position = start
    while position < source.count {
      if source[position].isSpace {
        position += 1
      } else if starts("//", at: position) {
        position = source[position...].firstIndex { $0 == "\n" || $0 == "\r" } ?? source.count
      } else if starts("/*", at: position) {
        let opening = position
        position += 2
        while position < source.count, !starts("*/", at: position) { position += 1 }
        guard position < source.count else {
          throw .unclosed("a comment", opening..<(opening + 2))
        }
        position += 2
      } else {
        break
      }
    }
    return position
  }
}

extension Lexer {
  private func name(_ name: String, _ range: Range<Int>) -> Token {
    Token(kind: .name(name, isQuoted: false), range: range)
  }

  private func starts(_ text: String, at start: Int) -> Bool {
    source[start...].starts(with: text.unicodeScalars)
  }

  private func number(at start: Int) throws(FEELFault) -> Token {
    var end = start
    while end < source.count, source[end].isDigit { end += 1 }
    if end + 1 < source.count, source[end] == ".", source[end + 1].isDigit {
      end += 1
      while end < source.count, source[end].isDigit { end += 1 }
    }
    if end < source.count, source[end] == "e" || source[end] == "E" {
      var digits = end + 1
      if digits < source.count, source[digits] == "-" || source[digits] == "+" { digits += 1 }
      var last = digits
      while last < source.count, source[last].isDigit { last += 1 }
      if last > digits { end = last }
    }
    if end < source.count, source[end].isNamePart {
      throw .unexpected(
        "'\(source[end])' after a number", end..<(end + 1),
        help: "put a text in double quotes, and a name that starts with a digit in backticks")
    }
    guard let value = Decimal128(text(start..<end)) else {
      throw FEELFault(
        .overflow, "the number is too large", help: "numbers reach to 10 to the power 6144",
        range: start..<end)
    }
    return Token(kind: .number(value), range: start..<end)
  }

  private func quoted(at start: Int) throws(FEELFault) -> (String, end: Int) {
    var result = String.UnicodeScalarView()
    var position = start + 1
    while position < source.count {
      let scalar = source[position]
      if scalar == "\"" { return (String(result), position + 1) }
      if scalar == "\\" {
        let (escaped, end) = try escape(at: position)
        result.append(escaped)
        position = end
      } else {
        result.append(scalar)
        position += 1
      }
    }
    throw .unclosed("a text", start..<(start + 1))
  }

  private func escape(at start: Int) throws(FEELFault) -> (Unicode.Scalar, end: Int) {
    let letter = start + 1 < source.count ? source[start + 1] : " "
    switch letter {
    case "n": return ("\n", start + 2)
    case "r": return ("\r", start + 2)
    case "t": return ("\t", start + 2)
    case "\"", "\\", "'", "/": return (letter, start + 2)
    case "u", "U":
      let count = letter == "u" ? 4 : 6
      if let unit = hexadecimal(at: start + 2, count: count) {
        if let scalar = Unicode.Scalar(unit) { return (scalar, start + 2 + count) }
        // A pair of surrogates, as JSON writes characters beyond the basic plane.
        if (0xD800..<0xDC00).contains(unit), starts("\\u", at: min(start + 6, source.count)),
          let second = hexadecimal(at: start + 8, count: 4), (0xDC00..<0xE000).contains(second),
          let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        {
          return (scalar, start + 12)
        }
      }
    // Any other backslash stands for itself, as patterns want it: "\\d".
    default: return ("\\", start + 1)
    }
    throw FEELFault(
      .syntax, "a text has '\\u' without its digits",
      help: "write \\u and four hexadecimal digits, or \\U and six",
      range: start..<min(start + 2, source.count))
  }

  private func hexadecimal(at start: Int, count: Int) -> UInt32? {
    guard start + count <= source.count,
      source[start..<(start + count)].allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit })
    else { return nil }
    return UInt32(text(start..<(start + count)), radix: 16)
  }

  private func symbol(at start: Int) throws(FEELFault) -> Token {
    for (foreign, help) in Self.foreignSigns where starts(foreign, at: start) {
      let end = start + foreign.unicodeScalars.count
      throw .unexpected("'\(foreign)'", start..<end, help: help)
    }
    // Symbols of two signs stand before those of one.
    for symbol in Token.Symbol.allCases where starts(symbol.rawValue, at: start) {
      return Token(kind: .symbol(symbol), range: start..<(start + symbol.rawValue.utf8.count))
    }
    let scalar = source[start]
    if scalar == "!" {
      throw .unexpected("'!'", start..<(start + 1), help: "write not(…), or != for unequal")
    }
    let shown = scalar.value < 0x20 ? "a control character" : "'\(scalar)'"
    throw .unexpected(shown, start..<(start + 1), help: nil)
  }

  /// Signs of other languages, longer ones first, with what to write here.
  private static let foreignSigns: [(String, String)] = [
    ("===", "use a single ="), ("==", "use a single ="), ("=>", "write >="), ("=<", "write <="),
    ("!==", "write !="), ("<>", "write !="), ("&&", "write and"),
    ("&", "write and, or + for texts"),
    ("||", "write or"), ("|", "write or"),
    ("${", "an expression sees parameters and each by name: write parameters.level"),
    ("'", "put texts in double quotes"), ("\u{201C}", "use straight double quotes"),
    ("\u{201D}", "use straight double quotes"), ("\u{2018}", "put texts in double quotes"),
    ("\u{2019}", "put texts in double quotes"), ("\u{2264}", "write <="),
    ("\u{2265}", "write >="), ("\u{2260}", "write !="), ("%", "write a percentage as 0.05"),
    (";", "separate values by commas"),
  ]
}

extension FEELFault {
  fileprivate static func tooLong(_ count: Int) -> FEELFault {
    FEELFault(
      .tooLong, "the expression has \(count) characters",
      help: "at most \(Lexer.maximumLength) are read")
  }

  fileprivate static func unexpected(
    _ what: String, _ range: Range<Int>, help: String?
  ) -> FEELFault {
    FEELFault(.syntax, "\(what) is not part of an expression", help: help, range: range)
  }

  fileprivate static func unclosed(_ what: String, _ range: Range<Int>) -> FEELFault {
    FEELFault(.syntax, "\(what) is not closed", range: range)
  }
}
