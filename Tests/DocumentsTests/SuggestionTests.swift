// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

struct SuggestionTests {
  private static let names = [
    "outcome", "arm", "control", "level", "variance", "where", "fixed_effects",
  ]

  @Test(arguments: [
    ("outcom", "outcome"), ("levle", "level"), ("Level", "level"), ("contrl", "control"),
    ("varaince", "variance"), ("ram", "arm"), ("fixed-effects", "fixed_effects"),
    ("fixedeffects", "fixed_effects"), ("wehre", "where"),
  ])
  func `a mistyped name finds what was meant`(typed: String, meant: String) {
    #expect(Suggestion.closest(to: typed, among: Self.names) == meant)
  }

  @Test(arguments: ["seed", "x", "", "mra1", "outside", "colour of the letter"])
  func `what is far from all names finds none`(typed: String) {
    #expect(Suggestion.closest(to: typed, among: Self.names) == nil)
  }

  @Test func `single letters are never swapped for one another`() {
    #expect(Suggestion.closest(to: "x", among: ["y"]) == nil)
  }

  @Test func `of equally close names the one that starts alike is taken`() {
    #expect(Suggestion.closest(to: "cat", among: ["bat", "car"]) == "car")
  }

  @Test func `a huge name costs no time`() {
    let huge = String(repeating: "a", count: 1_000_000)
    #expect(Suggestion.closest(to: huge, among: Self.names) == nil)
  }

  @Test func `the question reads as help`() {
    #expect(Suggestion.question(for: "outcom", among: Self.names) == "did you mean 'outcome'?")
    #expect(Suggestion.question(for: "zzz", among: Self.names) == nil)
  }
}
