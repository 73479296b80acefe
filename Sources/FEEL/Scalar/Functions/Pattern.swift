// SPDX-License-Identifier: EUPL-1.2

/// A regular expression as XPath writes it, with the flags `i`, `s`, `m` and `x`.
struct Pattern {
  private let regex: Regex<AnyRegexOutput>
  /// Whether texts are searched in small letters: the engine compares groups with `\1` exactly.
  private let foldsText: Bool

  init(_ arguments: Arguments, pattern place: Int, flags flagsPlace: Int) throws(FEELFault) {
    var source = try arguments.text(place)
    let flags = arguments.has(flagsPlace) ? try arguments.text(flagsPlace) : ""
    guard flags.allSatisfy({ "ismx".contains($0) }) else {
      throw arguments.invalid("the flags of a pattern are i, s, m and x")
    }
    if flags.contains("x") { source = Self.withoutSpaces(source) }
    guard let native = Self.native(source) else {
      throw arguments.invalid("'\(arguments.function)' got a pattern that cannot be read")
    }
    source = native
    foldsText = flags.contains("i") && source.contains(/\\[1-9]/)
    let compiled: Regex<AnyRegexOutput>
    do {
      compiled = try Regex(source)
    } catch {
      throw arguments.invalid("'\(arguments.function)' got a pattern that cannot be read")
    }
    regex =
      compiled
      .matchingSemantics(.unicodeScalar)
      .ignoresCase(flags.contains("i"))
      .dotMatchesNewlines(flags.contains("s"))
      .anchorsMatchLineEndings(flags.contains("m"))
  }

  /// The pattern as the language's own engine writes it; nil where XPath has no such pattern.
  private static func native(_ source: String) -> String? {
    guard !source.contains(#"\0"#) else { return nil }
    var source = source
    for (block, range) in blocks {
      source = source.replacing(#"\p{Is\#(block)}"#, with: "[\(range)]")
      source = source.replacing(#"\P{Is\#(block)}"#, with: "[^\(range)]")
    }
    var result = ""
    var depth = 0
    var previous: Character?
    var isEscaped = false
    for character in source {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "[" {
        // One class less another.
        if depth > 0, previous == "-" { result.append("-") }
        depth += 1
      } else if character == "]", depth > 0 {
        depth -= 1
      }
      result.append(character)
      previous = character
    }
    return result
  }

  /// The blocks of Unicode that patterns name most.
  private static let blocks = [
    ("BasicLatin", #"\x{0}-\x{7F}"#), ("Latin-1Supplement", #"\x{80}-\x{FF}"#),
    ("LatinExtended-A", #"\x{100}-\x{17F}"#), ("GreekandCoptic", #"\x{370}-\x{3FF}"#),
    ("Greek", #"\x{370}-\x{3FF}"#), ("Cyrillic", #"\x{400}-\x{4FF}"#),
    ("Hebrew", #"\x{590}-\x{5FF}"#), ("Arabic", #"\x{600}-\x{6FF}"#),
  ]

  /// Blanks count inside a class of characters only.
  private static func withoutSpaces(_ source: String) -> String {
    var result = ""
    var isInClass = false
    for character in source {
      if character == "[" { isInClass = true }
      if character == "]" { isInClass = false }
      if isInClass || !character.isWhitespace { result.append(character) }
    }
    return result
  }

  func isFound(in text: String) -> Bool {
    (foldsText ? text.lowercased() : text).firstMatch(of: regex) != nil
  }

  /// `$1` to `$9` in the replacement stand for groups, and `\$` for a dollar sign.
  func replacing(in text: String, with replacement: String) -> String {
    text.replacing(regex) { match in
      var result = ""
      var rest = replacement[...]
      while let character = rest.popFirst() {
        if character == "\\", let next = rest.popFirst() {
          result.append(next)
        } else if character == "$", let digit = rest.first?.wholeNumberValue {
          rest.removeFirst()
          if digit < match.output.count, let group = match.output[digit].substring {
            result += group
          }
        } else {
          result.append(character)
        }
      }
      return result
    }
  }

  func splitting(_ text: String) -> [String] {
    text.split(separator: regex, omittingEmptySubsequences: false).map { String($0) }
  }
}
