// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Reads what people write under `unit`: `euro`, `euro a month`, `euro per maand`, `EUR/year`, `percent`.
///
/// Counts of things and shares are plain numbers. A word that is not known is a unit of its own.
enum UnitWords {
  /// What the scheme itself counts, as the names of its entities, is a plain number.
  static func unit(of text: String, counts: Set<String> = []) -> UnitOfMeasure {
    var unit = UnitOfMeasure.one
    for (place, part) in quotient(text).enumerated() {
      let factors = part.split { "*·×".contains($0) }
        .map { factor(String($0), counts) }
        .reduce(UnitOfMeasure.one) { $0.times($1) }
      unit = place == 0 ? factors : unit.per(factors)
    }
    return unit
  }

  /// What stands above and what stands below the line, in order.
  private static func quotient(_ text: String) -> [String] {
    let words = text.lowercased().replacing("/", with: " / ").split(separator: " ")
    var parts: [[Substring]] = [[]]
    for word in words {
      if ["/", "per", "a", "an", "by"].contains(word) {
        parts.append([])
      } else if let period = adverbs[String(word)] {
        parts.append([period[...]])
        parts.append([])
      } else {
        parts[parts.count - 1].append(word)
      }
    }
    return parts.map { $0.joined(separator: " ") }.enumerated()
      .filter { $0.offset == 0 || !$0.element.isEmpty }.map(\.element)
  }

  /// A known word, perhaps with another beside it as in `gross euro`; else the words as they are.
  private static func factor(_ text: String, _ counts: Set<String>) -> UnitOfMeasure {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first, let last = words.last else { return .one }
    for word in [first, last] {
      if let base = bases[word] { return UnitOfMeasure(base) }
    }
    if plain.contains(first) || counted.contains(last) || counts.contains(last) { return .one }
    return UnitOfMeasure(words.joined(separator: " "))
  }

  private static let adverbs = [
    "yearly": "year", "annually": "year", "annual": "year", "jaarlijks": "year",
    "monthly": "month", "maandelijks": "month", "weekly": "week", "wekelijks": "week",
    "p/m": "month", "p/j": "year",
  ]

  private static let bases: [String: String] = {
    let words: [String: [String]] = [
      "euro": ["euro", "euros", "eur", "€", "euro's"],
      "cent": ["cent", "cents", "eurocent", "eurocents"],
      "year": ["year", "years", "yr", "annum", "jaar", "jaren"],
      "quarter": ["quarter", "quarters", "kwartaal", "kwartalen"],
      "month": ["month", "months", "maand", "maanden", "mnd"],
      "week": ["week", "weeks", "weken"],
      "day": ["day", "days", "dag", "dagen"],
      "hour": ["hour", "hours", "uur", "uren"],
      "minute": ["minute", "minutes", "minuut", "minuten"],
      "second": ["second", "seconds", "seconde", "seconden"],
    ]
    var bases: [String: String] = [:]
    for (base, spellings) in words { for word in spellings { bases[word] = base } }
    return bases
  }()

  /// Whether a word says nothing but that the number is a number, as `share` does.
  static func isPlain(_ word: String) -> Bool { plain.contains(word) }

  private static let plain: Set = [
    "1", "%", "percent", "percentage", "pct", "procent", "percentpunt", "procentpunt", "pp",
    "share",
    "proportion", "fraction", "ratio", "factor", "aandeel", "fractie", "number", "count", "aantal",
    "index",
  ]

  private static let counted: Set = [
    "person", "persons", "people", "persoon", "personen", "child", "children", "kind", "kinderen",
    "adult", "adults", "volwassene", "volwassenen", "member", "members", "lid", "leden",
    "household", "households", "huishouden", "huishoudens", "partner", "partners", "case", "cases",
    "zaak", "zaken", "application", "applications", "aanvraag", "aanvragen", "times", "keer",
  ]

  /// What a number that is written in a rule may be meant as, beside a plain number.
  static func meanings(of number: Decimal128) -> [UnitOfMeasure] { conversions[number] ?? [] }

  private static let conversions: [Decimal128: [UnitOfMeasure]] = {
    func ratio(_ above: String, _ below: String) -> UnitOfMeasure {
      UnitOfMeasure(above).per(UnitOfMeasure(below))
    }
    let texts: [String: [UnitOfMeasure]] = [
      "12": [ratio("month", "year"), UnitOfMeasure("month")],
      "52": [ratio("week", "year"), UnitOfMeasure("week")],
      "360": [ratio("day", "year")],
      "365": [ratio("day", "year"), UnitOfMeasure("day")],
      "366": [ratio("day", "year"), UnitOfMeasure("day")],
      "365.25": [ratio("day", "year")],
      "4": [ratio("quarter", "year")],
      "3": [ratio("month", "quarter")],
      "30": [ratio("day", "month")],
      "4.33": [ratio("week", "month")], "4.333": [ratio("week", "month")],
      "4.35": [ratio("week", "month")],
      "7": [ratio("day", "week")],
      "24": [ratio("hour", "day")],
      "60": [ratio("minute", "hour"), ratio("second", "minute")],
      "100": [ratio("cent", "euro")],
    ]
    var known: [Decimal128: [UnitOfMeasure]] = [:]
    for (text, units) in texts {
      if let number = Decimal128(text) { known[number] = units }
    }
    return known
  }()
}
