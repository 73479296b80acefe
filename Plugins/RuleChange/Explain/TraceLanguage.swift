// SPDX-License-Identifier: EUPL-1.2

import Experiments
import FEEL
import StageKit
import Tables

/// The language in which a trace is told, with its figures, dates and names.
enum TraceLanguage: String, ParameterChoice {
  case nl
  case en

  var spoken: PilotCard.Language { self == .nl ? .dutch : .english }

  func pick(_ dutch: String, _ english: String) -> String { self == .nl ? dutch : english }

  /// `€ 1.573 per jaar`, `120%`, `ja`, `1 januari 2025`; a text stands in quotes.
  func value(_ value: FEELValue, unit: String? = nil) -> String {
    switch value {
    case .null: return pick("onbekend", "unknown")
    case .boolean(let flag): return flag ? pick("ja", "yes") : pick("nee", "no")
    case .number(let number): return amount(number, unit: unit)
    case .text(let text): return pick("‘\(text)’", "“\(text)”")
    case .date(let date):
      return day(year: Int(date.year), month: Int(date.month), day: Int(date.day))
    case .context: return pick("een lid", "a member")
    case .list(let items) where items.contains { $0.context != nil }:
      return pick("\(items.count) leden", "\(items.count) members")
    case .list(let items): return items.map { self.value($0, unit: unit) }.joined(separator: ", ")
    case .function: return pick("een schaal", "a scale")
    default: return value.description
    }
  }

  func day(_ day: CalendarDate) -> String {
    self.day(year: day.year, month: day.month, day: day.day)
  }

  private func day(year: Int, month: Int, day: Int) -> String {
    let names =
      self == .nl
      ? [
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december",
      ]
      : [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
      ]
    return "\(day) \(names[month - 1]) \(year)"
  }

  /// Whom a decision is about: `Person 2 (partner)`.
  func name(of member: CaseMember) -> String {
    let person = pick("Persoon", "Person")
    return "\(person) \(member.number)\(member.role.map { " (\($0))" } ?? "")"
  }

  /// A value as people call it, with whose it is where it is another's.
  func label(_ use: UsedValue) -> String {
    guard let owner = use.owner else { return label(use.name, use.title) }
    let key = use.name.split(separator: ".").dropFirst().joined(separator: ".")
    let whose =
      owner == SchemeEntities.all
      ? pick("alle leden", "all members") : owner.replacing("_", with: " ")
    return key.isEmpty ? whose : "\(label(key, use.title)), \(whose)"
  }

  /// A name as people read it: its title, else the name with blanks.
  func label(_ name: String, _ title: Title?) -> String {
    title?.text(in: spoken)
      ?? name.replacing("_", with: " ").replacing(".", with: ": ")
  }
}

// Amounts
extension TraceLanguage {
  private func amount(_ number: Decimal128, unit: String?) -> String {
    guard let unit else { return plain(number) }
    let measured = UnitWords.unit(of: unit)
    if measured.powers["euro"] == 1 {
      let period = measured.powers.first { $0.key != "euro" }
      guard measured.powers.count == (period == nil ? 1 : 2) else {
        return "\(plain(number)) \(unit)"
      }
      if let period, period.value != -1 { return "\(plain(number)) \(unit)" }
      return euros(number) + (period.map { " " + per($0.key) } ?? "")
    }
    let word = unit.lowercased().split(separator: " ").first.map(String.init) ?? ""
    if ["%", "percent", "procent", "percentage"].contains(word) { return plain(number) + "%" }
    if measured == .one, UnitWords.isPlain(word) { return plain(number) }
    if let period = measured.powers.first, measured.powers.count == 1, period.value == 1,
      let names = Self.periods[period.key]
    {
      let isOne = number == .one
      return plain(number) + " "
        + pick(isOne ? names.one : names.many, isOne ? period.key : period.key + "s")
    }
    return "\(plain(number)) \(unit)"
  }

  private static let periods: [String: (one: String, many: String)] = [
    "year": ("jaar", "jaar"), "quarter": ("kwartaal", "kwartalen"), "month": ("maand", "maanden"),
    "week": ("week", "weken"), "day": ("dag", "dagen"), "hour": ("uur", "uur"),
    "minute": ("minuut", "minuten"), "second": ("seconde", "seconden"),
  ]

  private func euros(_ number: Decimal128) -> String {
    let sign = number.isNegative ? "\u{2212}" : ""
    let digits = plain(number.magnitude, decimals: number.isWhole ? 0 : 2)
    return sign + pick("€ ", "€") + digits
  }

  private func per(_ period: String) -> String {
    pick(
      "per \(Self.periods[period]?.one ?? period)",
      (period == "hour" ? "an " : "a ") + period)
  }

  /// Digits with marks for thousands and decimals, all decimals up to six.
  func plain(_ number: Decimal128, decimals minimum: Int = 0) -> String {
    let rounded = number.rounded(scale: 6, .halfEven) ?? number
    let parts = rounded.magnitude.description.split(
      separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first, whole.allSatisfy(\.isNumber) else { return number.description }
    var text = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place).isMultiple(of: 3) { text += pick(".", ",") }
      text.append(digit)
    }
    var fraction = parts.count > 1 ? String(parts[1]) : ""
    fraction += String(repeating: "0", count: max(0, minimum - fraction.count))
    if !fraction.isEmpty { text += pick(",", ".") + fraction }
    return (rounded.isNegative ? "\u{2212}" : "") + text
  }
}

extension String {
  /// The text as it goes on inside a sentence; an abbreviation keeps its capitals.
  var insideSentence: String {
    guard let first, first.isUppercase, dropFirst().first?.isUppercase != true else { return self }
    return first.lowercased() + dropFirst()
  }

  /// The text as a sentence begins.
  var atSentenceStart: String { prefix(1).uppercased() + dropFirst() }
}
