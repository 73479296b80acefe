// SPDX-License-Identifier: EUPL-1.2

/// A Dutch text as sentences of words.
///
/// A sentence ends at `.`, `!`, `?` or `:` before a space, at an empty line, and before an item of a list.
/// A point after a known abbreviation, a single letter or inside a number ends none.
struct DutchText {
  let sentences: [[String]]

  var words: [String] { sentences.flatMap { $0 } }

  init(_ text: String) {
    var sentences: [[String]] = []
    var sentence: [String] = []
    func close() {
      if !sentence.isEmpty { sentences.append(sentence) }
      sentence = []
    }
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let tokens = line.split { $0.isWhitespace || $0 == "/" || $0 == "–" || $0 == "—" }
      guard let first = tokens.first else {
        close()
        continue
      }
      if Self.isBullet(first) { close() }
      for token in tokens {
        guard let word = Self.word(in: token) else { continue }
        sentence.append(word)
        if Self.ends(with: token, word) { close() }
      }
    }
    close()
    self.sentences = sentences
  }

  /// The token without signs around it; nil where no letter or digit is left.
  private static func word(in token: Substring) -> String? {
    func isSign(_ sign: Character) -> Bool { !sign.isLetter && !sign.isNumber }
    var word = token.drop(while: isSign)
    while let last = word.last, isSign(last) { word.removeLast() }
    return word.isEmpty ? nil : String(word)
  }

  private static func isBullet(_ token: Substring) -> Bool {
    if token.allSatisfy({ "-*•◦·".contains($0) }) { return true }
    // 1. or a)
    guard let last = token.last, last == "." || last == ")" else { return false }
    let mark = token.dropLast()
    return mark.count <= 2 && (mark.allSatisfy(\.isNumber) || mark.count == 1)
  }

  private static func ends(with token: Substring, _ word: String) -> Bool {
    var rest = token
    while let last = rest.last, "\"'”’)]»".contains(last) { rest.removeLast() }
    guard let last = rest.last else { return false }
    if last == "!" || last == "?" || last == ":" || last == "…" { return true }
    guard last == "." else { return false }
    if word.count == 1, word.first?.isLetter == true { return false }
    return !abbreviations.contains(word.lowercased()) && !isBullet(token)
  }

  /// Abbreviations that people write before the end of a sentence, without their last point.
  private static let abbreviations: Set<String> = [
    "a.s", "art", "b.v", "bijv", "bv", "ca", "d.d", "d.m.v", "d.w.z", "dd", "dhr", "dr", "drs",
    "e.a",
    "e.d", "evt", "excl", "i.h.b", "i.o.m", "i.p.v", "i.v.m", "incl", "ing", "ir", "j.l", "jl",
    "k.k",
    "m.b.t", "m.i.v", "m.n", "m.u.v", "max", "mevr", "min", "mr", "mw", "n.a.v", "n.v.t", "nl",
    "nr",
    "o.a", "o.b.v", "o.g.v", "o.i.d", "p.m", "prof", "resp", "st", "t.a.v", "t.b.v", "t.g.v",
    "t.o.v",
    "t.z.v", "tel", "t/m", "v.a", "vgl", "z.g", "z.o.z", "zgn",
  ]
}
