// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Keeps what people said in their own words out of a lesson: those words may tell who they are.
///
/// The columns of free text never leave the stage. What a pilot lead writes is refused where it repeats
/// five words in a row from such a column, or puts five words or more between quotation marks.
struct QuotationGuard {
  /// Words in a row that are somebody's own.
  static let run = 5
  /// A code of more words is a sentence.
  static let codeWords = 8

  private var spoken: Set<[Substring]> = []

  /// - Parameter columns: the columns of the cases that hold texts and have no other use.
  init(_ columns: [Column]) {
    for column in columns {
      for text in column.texts() {
        guard let text else { continue }
        for run in Self.runs(text) { spoken.insert(run) }
      }
    }
  }

  /// Whether a text repeats somebody's words.
  func repeats(_ text: String) -> Bool { Self.runs(text).contains(where: spoken.contains) }

  /// Whether a text has a quotation of some length in it.
  static func quotes(_ text: String) -> Bool {
    let marks: Set<Character> = ["\"", "“", "”", "„", "«", "»"]
    let parts = text.split(omittingEmptySubsequences: false, whereSeparator: marks.contains)
    return parts.enumerated().contains { place, part in
      place % 2 == 1 && place < parts.count - 1 && words(String(part)).count >= run
    }
  }

  static func isSentence(_ label: String) -> Bool {
    label.split(whereSeparator: \.isWhitespace).count > codeWords
  }

  private static func runs(_ text: String) -> [[Substring]] {
    let words = words(text)
    guard words.count >= run else { return [] }
    return (0...(words.count - run)).map { Array(words[$0..<($0 + run)]) }
  }

  private static func words(_ text: String) -> [Substring] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }
  }
}
