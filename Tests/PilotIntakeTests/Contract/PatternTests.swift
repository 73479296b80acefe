// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import PilotIntake

struct PatternTests {
  private static func fits(_ text: String, _ pattern: String) throws -> Bool {
    var matcher = PatternMatcher(try TextPattern(pattern))
    return matcher.fits(text)
  }

  @Test(
    arguments: [
      ("[1-9][0-9]{3} ?[A-Z]{2}", "9401 AB", "9401AB", "0401 AB", "9401 AB "),
      ("a|bc", "a", "bc", "abc", "b"), ("(?:ab)+", "ab", "abab", "aba", ""),
      ("a?b*c+", "c", "abbcc", "ab", "aac"), ("\\d{2,3}", "12", "123", "1", "1234"),
      ("\\d{2,}", "12", "123456", "1", ""), ("[^a-c]", "d", "é", "a", "dd"),
      ("\\w+@\\w+\\.nl", "a_1@b.nl", "A@B.nl", "a@bxnl", "a@b.nl.nl"), (".", "x", "é", "\n", ""),
      ("[a\\]\\-z]", "]", "-", "b", "\\"), ("[-a]", "-", "a", "b", ""),
      ("\\D\\S\\W", "x-!", "é1 ", "1x!", "x !"), ("x{0}", "", "", "x", "xx"),
      ("(a|b|)c", "c", "bc", "abc", "a"), ("[\\d.]+", "1.5", "...", "1,5", ""),
      ("[À-ÿ]+", "éü", "ß", "e", "éx"), ("a\\{2\\}", "a{2}", "a{2}", "aa", "a{2"),
    ] as [(String, String, String, String, String)])
  func `a pattern is about the whole text`(
    pattern: String, first: String, second: String, other: String, another: String
  ) throws {
    #expect(try Self.fits(first, pattern))
    #expect(try Self.fits(second, pattern))
    #expect(try !Self.fits(other, pattern))
    #expect(try !Self.fits(another, pattern))
  }

  /// A pattern of a few signs, without what Swift's own expressions read in another way.
  private static func randomPattern(_ random: inout RandomStream, depth: Int) -> String {
    switch depth == 0 ? random.integer(below: 4) : random.integer(below: 9) {
    case 0: return "a"
    case 1: return "b"
    case 2: return "[ab]"
    case 3: return "[^a]"
    case 4, 5:
      return randomPattern(&random, depth: depth - 1) + randomPattern(&random, depth: depth - 1)
    case 6:
      return "(" + randomPattern(&random, depth: depth - 1) + "|"
        + randomPattern(&random, depth: depth - 1) + ")"
    default:
      let times = ["*", "+", "?", "{2}", "{1,3}", "{2,}"][random.integer(below: 6)]
      return "(" + randomPattern(&random, depth: depth - 1) + ")" + times
    }
  }

  @Test(arguments: 0..<150 as Range<UInt64>)
  func `it agrees with Swift's expressions on whole texts`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "patterns")
    let source = Self.randomPattern(&random, depth: 3)
    let regex = try Regex(source)
    var matcher = PatternMatcher(try TextPattern(source))
    for _ in 0..<40 {
      let text = (0..<random.integer(below: 8)).map { _ in
        ["a", "b", "c"][random.integer(below: 3)]
      }.joined()
      #expect(matcher.fits(text) == (text.wholeMatch(of: regex) != nil), "\(source) on \(text)")
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "(a+)+b", "(a|a)*b", "(a*)*b", "((a?){30}){30}b", "(a|b)*a(a|b){20}b", "(((a*)*)*)*b",
    ])
  func `no pattern makes a long text slow`(pattern: String) throws {
    let text = String(repeating: "a", count: 100_000)
    #expect(try !Self.fits(text, pattern))
  }

  /// Each further character reaches another combination of places; far more than are remembered.
  @Test func `what is remembered is bounded, and forgetting changes no answer`() throws {
    let pattern = try TextPattern("(a|b)*a(a|b){18}")
    var random = RandomStream(seed: 3, name: "bounded")
    var matcher = PatternMatcher(pattern, memory: 400)
    for _ in 0..<10 {
      let letters = (0..<500).map { _ in random.integer(below: 2) == 0 ? "a" : "b" }
      #expect(matcher.fits(letters.joined()) == (letters[letters.count - 19] == "a"))
      #expect(matcher.remembered <= 400 + 60)
    }
  }

  struct Wrong: Sendable {
    let pattern: String
    let cause: PatternFault.Cause
    let range: Range<Int>
  }

  @Test(arguments: [
    Wrong(pattern: "*a", cause: .nothingToRepeat, range: 0..<1),
    Wrong(pattern: "a+?", cause: .severalRepetitions, range: 2..<3),
    Wrong(pattern: "x(ab", cause: .unclosedGroup, range: 1..<2),
    Wrong(pattern: "ab)", cause: .unopenedGroup, range: 2..<3),
    Wrong(pattern: "é[ab", cause: .unclosedClass, range: 1..<2),
    Wrong(pattern: "[]", cause: .emptyClass, range: 0..<2),
    Wrong(pattern: "[z-a]", cause: .reversedRange, range: 1..<4),
    Wrong(pattern: "[\\d-z]", cause: .classInRange, range: 1..<5),
    Wrong(pattern: "a{3,2}", cause: .reversedCount, range: 1..<6),
    Wrong(pattern: "a{x}", cause: .badCount, range: 1..<3),
    Wrong(pattern: "a{1001}", cause: .badCount, range: 1..<7),
    Wrong(pattern: "^a$", cause: .anchor, range: 0..<1),
    Wrong(pattern: "a\\b", cause: .unknownEscape, range: 1..<3),
    Wrong(pattern: "(a)\\1", cause: .unknownEscape, range: 3..<5),
    Wrong(pattern: "a\\", cause: .endsInBackslash, range: 1..<2),
    Wrong(pattern: "(?=a)", cause: .unsupportedGroup, range: 0..<3),
    Wrong(pattern: "((a{100}){100}){100}", cause: .tooLarge, range: 0..<20),
    Wrong(
      pattern: String(repeating: "(", count: 51) + "a", cause: .nestedTooDeep, range: 50..<51),
  ])
  func `what it does not know is a fault at its place`(wrong: Wrong) {
    #expect(throws: PatternFault(cause: wrong.cause, range: wrong.range)) {
      try TextPattern(wrong.pattern)
    }
  }

  @Test(.timeLimit(.minutes(1))) func `nothing repeated without end is read at once`() throws {
    #expect(try Self.fits("", "((((){1000}){1000}){1000}){1000}"))
  }
}
