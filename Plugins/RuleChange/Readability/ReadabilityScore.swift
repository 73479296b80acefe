// SPDX-License-Identifier: EUPL-1.2

/// How hard the letters of one arm are to read, by length of sentences and words.
///
/// Indices know nothing of meaning, order or layout: a nonsense text of short words scores well.
struct ReadabilityScore {
  let texts: Int
  let sentences: Int
  let words: Int
  let syllables: Int
  let letters: Int
  let longestSentence: Int
  /// Words of three syllables or more.
  let longWords: Int

  /// - Returns: nil where there is no word.
  init?(_ texts: [DutchText]) {
    let words = texts.flatMap(\.words)
    guard !words.isEmpty else { return nil }
    let counts = words.map { DutchSyllables.count(in: $0) }
    self.texts = texts.count
    self.words = words.count
    sentences = texts.reduce(0) { $0 + $1.sentences.count }
    syllables = counts.reduce(0, +)
    letters = words.reduce(0) { $0 + $1.count { $0.isLetter || $0.isNumber } }
    longestSentence = texts.flatMap(\.sentences).map(\.count).max() ?? 0
    longWords = counts.count { $0 >= 3 }
  }

  var wordsPerSentence: Double { Double(words) / Double(sentences) }
  var syllablesPerWord: Double { Double(syllables) / Double(words) }
  var lettersPerWord: Double { Double(letters) / Double(words) }
  var shareLongWords: Double { Double(longWords) / Double(words) }

  /// Flesch's reading ease for Dutch: 206.84 − 0.93 words per sentence − 77 syllables per word.
  ///
  /// Source: Douma (1960), De leesbaarheid van landbouwbladen, Wageningen, as a text of 1977 on dbnl.org
  /// (_taa014197701_01) quotes it. Some papers print 0.33 in place of 0.93.
  var fleschDouma: Double { 206.84 - 0.93 * wordsPerSentence - 77 * syllablesPerWord }

  /// Brouwer's reading index: 195 − 2 words per sentence − 67 syllables per word.
  ///
  /// Source: Brouwer (1963), Onderzoek naar de leesmoeilijkheden van Nederlands proza, Pedagogische
  /// Studiën 40. The paper was not at hand: its coefficients are unverified.
  var brouwer: Double { 195 - 2 * wordsPerSentence - 67 * syllablesPerWord }
}
