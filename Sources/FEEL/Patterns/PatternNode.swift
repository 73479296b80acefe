// SPDX-License-Identifier: EUPL-1.2

/// A part of a regular expression.
indirect enum PatternNode: Sendable {
  case set(CharacterClass)
  /// The dot.
  case any
  case start
  case end
  /// A group whose text is kept under a number.
  case group(Int, PatternNode)
  /// The text of an earlier group once more.
  case reference(Int)
  case sequence([PatternNode])
  case choice([PatternNode])
  /// No upper bound where it is nil; a reluctant one takes as little as it can.
  case repeated(PatternNode, lower: Int, upper: Int?, isReluctant: Bool)
}

/// The flags of a pattern (XPath and XQuery Functions and Operators, 7.6.1.1).
struct PatternFlags: Sendable, Hashable {
  let ignoresCase: Bool
  let dotTakesLines: Bool
  let anchorsTakeLines: Bool
  let dropsSpaces: Bool
  let isLiteral: Bool

  /// Nil for a letter that is no flag.
  init?(_ letters: String) {
    guard letters.allSatisfy({ "ismxq".contains($0) }) else { return nil }
    ignoresCase = letters.contains("i")
    dotTakesLines = letters.contains("s")
    anchorsTakeLines = letters.contains("m")
    dropsSpaces = letters.contains("x")
    isLiteral = letters.contains("q")
  }
}
