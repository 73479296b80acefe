// SPDX-License-Identifier: EUPL-1.2

/// A regular expression as XPath writes it, with the flags `i`, `s`, `m` and `x`.
struct Pattern {
  private let regex: Regex<AnyRegexOutput>

  init(_ arguments: Arguments, pattern place: Int, flags flagsPlace: Int) throws(FEELFault) {
    var source = try arguments.text(place)
    let flags = arguments.has(flagsPlace) ? try arguments.text(flagsPlace) : ""
    guard flags.allSatisfy({ "ismx".contains($0) }) else {
      throw arguments.invalid("the flags of a pattern are i, s, m and x")
    }
    if flags.contains("x") { source = Self.withoutSpaces(source) }
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

  func isFound(in text: String) -> Bool { text.firstMatch(of: regex) != nil }

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
