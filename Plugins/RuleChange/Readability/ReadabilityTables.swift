// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The scores and findings of all arms; letters may be about people, so no sentence is repeated.
struct ReadabilityTables {
  private struct Score {
    let arm: String
    let score: ReadabilityScore
    var passives = 0
    var officialWords = 0
  }

  private struct Finding {
    let arm: String
    let kind: String
    let sentence: Int?
    let found: String
    let instead: String?
    let count: Int
  }

  let language: PlainLanguage
  let longestSentence: Int
  private var scores: [Score] = []
  private var findings: [Finding] = []

  init(language: PlainLanguage, longestSentence: Int) {
    self.language = language
    self.longestSentence = longestSentence
  }

  /// - Returns: false where the texts have no word.
  mutating func add(arm: String, _ texts: [DutchText]) -> Bool {
    guard let score = ReadabilityScore(texts) else { return false }
    var row = Score(arm: arm, score: score)
    var official: [String: (plain: String, count: Int)] = [:]
    for (place, sentence) in texts.flatMap(\.sentences).enumerated() {
      if sentence.count > longestSentence {
        add(arm, "long-sentence", place + 1, "\(sentence.count) words", "split it", sentence.count)
      }
      if language.isPassive(sentence) {
        row.passives += 1
        add(arm, "passive", place + 1, "a form of 'worden'", "say who does it", 1)
      }
      for word in language.jargon(in: sentence) {
        official[word.official, default: (word.plain, 0)].count += word.count
        row.officialWords += word.count
      }
    }
    let ordered = official.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    for (word, use) in ordered { add(arm, "jargon", nil, word, use.plain, use.count) }
    scores.append(row)
    return true
  }

  private mutating func add(
    _ arm: String, _ kind: String, _ sentence: Int?, _ found: String, _ instead: String?,
    _ count: Int
  ) {
    findings.append(
      Finding(
        arm: arm, kind: kind, sentence: sentence, found: found, instead: instead, count: count))
  }
}

// As tables
extension ReadabilityTables {
  static let scores: [ColumnPromise] = [
    ColumnPromise("arm", .text), ColumnPromise("texts", .integer),
    ColumnPromise("sentences", .integer), ColumnPromise("words", .integer),
    ColumnPromise("syllables", .integer), ColumnPromise("words_per_sentence", .number),
    ColumnPromise("longest_sentence", .integer), ColumnPromise("letters_per_word", .number),
    ColumnPromise("syllables_per_word", .number), ColumnPromise("share_long_words", .number),
    ColumnPromise("flesch_douma", .number), ColumnPromise("brouwer", .number),
    ColumnPromise("share_passive", .number), ColumnPromise("official_per_100_words", .number),
  ]

  static let findings: [ColumnPromise] = [
    ColumnPromise("arm", .text), ColumnPromise("kind", .text), ColumnPromise("sentence", .integer),
    ColumnPromise("found", .text), ColumnPromise("instead", .text),
    ColumnPromise("count", .integer),
  ]

  func scoreTable() throws(TableFault) -> Table {
    func whole(_ value: (ReadabilityScore) -> Int) -> Column {
      .integer(FixedColumn(scores.map { Int64(value($0.score)) }))
    }
    func number(_ value: (ReadabilityScore) -> Double) -> Column {
      .number(FixedColumn(scores.map { value($0.score) }))
    }
    return try Table([
      ("arm", .text(TextColumn(scores.map(\.arm)))), ("texts", whole(\.texts)),
      ("sentences", whole(\.sentences)), ("words", whole(\.words)),
      ("syllables", whole(\.syllables)), ("words_per_sentence", number(\.wordsPerSentence)),
      ("longest_sentence", whole(\.longestSentence)),
      ("letters_per_word", number(\.lettersPerWord)),
      ("syllables_per_word", number(\.syllablesPerWord)),
      ("share_long_words", number(\.shareLongWords)), ("flesch_douma", number(\.fleschDouma)),
      ("brouwer", number(\.brouwer)),
      (
        "share_passive",
        .number(FixedColumn(scores.map { Double($0.passives) / Double($0.score.sentences) }))
      ),
      (
        "official_per_100_words",
        .number(FixedColumn(scores.map { 100 * Double($0.officialWords) / Double($0.score.words) }))
      ),
    ])
  }

  func findingTable() throws(TableFault) -> Table {
    func text(_ value: (Finding) -> String?) -> Column { .text(TextColumn(findings.map(value))) }
    return try Table([
      ("arm", text(\.arm)), ("kind", text(\.kind)),
      ("sentence", .integer(FixedColumn(findings.map { $0.sentence.map { Int64($0) } }))),
      ("found", text(\.found)), ("instead", text(\.instead)),
      ("count", .integer(FixedColumn(findings.map { Int64($0.count) }))),
    ])
  }
}
