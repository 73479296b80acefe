// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Ranges in words, Dutch and English, as tests.
enum RangeWords {
  /// The text as a test, where it is a range in words; else as it is.
  static func written(_ text: String, _ notes: inout [CellNotation.Note]) -> String {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count > 1, let test = test(words) else { return text }
    notes.append(.range)
    return test
  }

  /// Whether the text is two numbers with a hyphen or dash between them.
  static func isHyphenated(_ text: String) -> Bool {
    let parts = text.split(whereSeparator: { "-–—".contains($0) })
    return parts.count == 2 && parts.allSatisfy { isAmount(String($0).trimmingBlanks) }
      && !text.trimmingBlanks.hasPrefix("-")
  }

  private static func test(_ words: [String]) -> String? {
    for (phrase, sign) in before where words.starts(with: phrase) {
      let rest = Array(words.dropFirst(phrase.count))
      if rest.count == 1, isAmount(rest[0]) { return "\(sign) \(rest[0])" }
    }
    for (phrase, sign) in after where words.dropFirst().elementsEqual(phrase) {
      if isAmount(words[0]) { return "\(sign) \(words[0])" }
    }
    let ends =
      ["van", "vanaf", "from", "between", "tussen"].contains(words[0])
      ? Array(words.dropFirst()) : words
    for (phrase, close) in between where ends.count == phrase.count + 2 {
      if ends.dropFirst().starts(with: phrase), isAmount(ends[0]), let last = ends.last,
        isAmount(last)
      {
        return "[\(ends[0])..\(last)\(close)"
      }
    }
    return nil
  }

  /// What stands before a limit; the longer phrases first.
  private static let before: [([String], String)] = [
    (["tot", "en", "met"], "<="), (["t/m"], "<="), (["hoogstens"], "<="), (["maximaal"], "<="),
    (["ten", "hoogste"], "<="), (["at", "most"], "<="), (["niet", "meer", "dan"], "<="),
    (["tot"], "<"), (["minder", "dan"], "<"), (["lager", "dan"], "<"), (["onder"], "<"),
    (["less", "than"], "<"), (["below"], "<"), (["vanaf"], ">="), (["minstens"], ">="),
    (["minimaal"], ">="), (["ten", "minste"], ">="), (["tenminste"], ">="),
    (["at", "least"], ">="),
    (["meer", "dan"], ">"), (["hoger", "dan"], ">"), (["boven"], ">"), (["more", "than"], ">"),
    (["above"], ">"),
  ]

  private static let after: [([String], String)] = [
    (["of", "meer"], ">="), (["en", "meer"], ">="), (["of", "hoger"], ">="),
    (["en", "hoger"], ">="),
    (["or", "more"], ">="), (["of", "minder"], "<="), (["of", "lager"], "<="),
    (["or", "less"], "<="),
  ]

  /// What stands between two limits, and how the range closes; whether 'between' holds its ends no one
  /// can tell, so that its 'and' is not here.
  private static let between: [([String], String)] = [
    (["tot", "en", "met"], "]"), (["t/m"], "]"), (["up", "to", "and", "including"], "]"),
    (["tot"], ")"),
  ]

  /// A number in any notation, or a date that is one of FEEL already.
  private static func isAmount(_ text: String) -> Bool {
    guard let first = text.first, let last = text.last, first.isNumber, last.isNumber else {
      return text.hasPrefix("@")
    }
    return text.allSatisfy { $0.isNumber || $0 == "." || $0 == "," } && !text.contains("..")
  }
}

/// Dates as people write them, as dates of FEEL.
enum DayNotation {
  /// The text with `2025-01-01` and `1-7-2025` as `@"2025-01-01"` and `@"2025-07-01"`.
  static func written(_ text: String, _ notes: inout [CellNotation.Note]) -> String {
    guard text.contains("-") else { return text }
    let signs = Array(text)
    var result = ""
    var place = 0
    while place < signs.count {
      let isStart = signs[place].isNumber && (place == 0 || !isPart(signs[place - 1]))
      guard isStart else {
        result.append(signs[place])
        place += 1
        continue
      }
      var end = place
      while end < signs.count, isPart(signs[end]) { end += 1 }
      let token = String(signs[place..<end])
      if let day = day(token) {
        if !token.hasPrefix(day.prefix(4)) { notes.append(.date) }
        result += "@\"\(day)\""
      } else {
        result += token
      }
      place = end
    }
    return result
  }

  /// `2025-01-01` of either order; nil where the text is no date.
  private static func day(_ token: String) -> String? {
    let parts = token.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts.allSatisfy({ $0.allSatisfy(\.isNumber) && !$0.isEmpty }) else {
      return nil
    }
    func padded(_ text: String) -> String { text.count == 1 ? "0" + text : text }
    let isYearFirst = parts[0].count == 4
    guard isYearFirst || parts[2].count == 4 else { return nil }
    let ordered = isYearFirst ? parts : parts.reversed()
    let text = [ordered[0], padded(ordered[1]), padded(ordered[2])].joined(separator: "-")
    return CalendarDate(text) == nil ? nil : text
  }

  private static func isPart(_ sign: Character) -> Bool {
    sign.isNumber || sign == "-" || sign.isLetter
  }
}
