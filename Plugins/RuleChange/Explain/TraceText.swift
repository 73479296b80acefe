// SPDX-License-Identifier: EUPL-1.2

import Experiments
import FEEL

/// A trace in sentences that fit into a letter.
struct TraceText {
  let trace: CaseTrace
  let language: TraceLanguage

  var text: String {
    var lines = [heading, ""]
    lines += outcomes
    if !trace.scheme.legal.isEmpty {
      let places = trace.scheme.legal.description(in: language.spoken)
      lines.append(
        language.pick("De regeling steunt op \(places).", "The scheme rests on \(places)."))
    }
    lines += ["", language.pick("Wat bekend is", "What is known")]
    lines += trace.given.map { "- \(known($0))" }
    for one in trace.members {
      let facts = one.given.map { known($0).insideSentence }.joined(separator: "; ")
      lines.append("- \(language.name(of: one.member)): \(facts)")
    }
    lines += ["", language.pick("Hoe dat volgt", "How it follows")]
    for (place, step) in trace.decisions.enumerated() {
      lines += numbered(place + 1, StepText(step, trace: trace, language: language).sentences)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: String {
    let day =
      trace.date.map { ", \(language.day($0))" }
      ?? language.pick(", met de laatste bedragen", ", with the last figures")
    return trace.scheme.title + day
  }

  private var outcomes: [String] {
    trace.outcomes.flatMap { step in
      StepText(step, trace: trace, language: language).conclusions
    }
  }

  private func known(_ given: GivenValue) -> String {
    let label = language.label(given.input.name, given.input.title)
    let value = language.value(given.value, unit: given.input.unit)
    let fixed = given.isFixed ? language.pick(" (voor iedereen gelijk)", " (alike for all)") : ""
    return "\(label): \(value)\(fixed)"
  }

  private func numbered(_ number: Int, _ sentences: [String]) -> [String] {
    let margin = "\(number). "
    return sentences.enumerated().map { place, sentence in
      (place == 0 ? margin : String(repeating: " ", count: margin.count)) + sentence
    }
  }
}

/// One decision in sentences: what it gives, from what, by which rule and article.
struct StepText {
  private let step: DecisionTrace
  private let trace: CaseTrace
  private let language: TraceLanguage

  init(_ step: DecisionTrace, trace: CaseTrace, language: TraceLanguage) {
    self.step = step
    self.trace = trace
    self.language = language
  }

  var sentences: [String] {
    var sentences = conclusions
    sentences[sentences.count - 1] +=
      isOpen
      ? " \(reason)" : language.pick(" Dat volgt uit: \(reason).", " That follows from: \(reason).")
    sentences += [rounding].compactMap { $0 }
    sentences += step.uses.compactMap { figure($0) }
    if !step.legal.isEmpty {
      let places = step.legal.description(in: language.spoken)
      sentences.append(
        language.pick("Dit staat in \(places).", "The rule stands in \(places)."))
    }
    return sentences
  }

  /// What the decision gives, as a sentence of its own.
  var conclusions: [String] {
    step.results.map { result in
      let title = step.results.count == 1 ? step.decision.title : nil
      let label = self.label(result.name, title)
      guard !result.value.isNull else {
        return language.pick(
          "\(label) is niet te bepalen.", "\(label) cannot be decided.")
      }
      return "\(label) is \(language.value(result.value, unit: step.decision.unit))."
    }
  }

  private func label(_ name: String, _ title: Title?) -> String {
    let label = language.label(name, title)
    guard let member = step.member else { return label.atSentenceStart }
    return "\(language.name(of: member)): \(label.insideSentence)"
  }

  /// Whether a table has no row for the case; the reason is then a sentence of its own.
  private var isOpen: Bool {
    if case .table(let table) = step.basis { table.fired.isEmpty } else { false }
  }

  /// By which formula or row.
  var reason: String {
    switch step.basis {
    case .formula(_, let formula):
      var wording = FormulaWording(language: language, uses: step.uses)
      return wording.words(formula)
    case .table(let table):
      return TableText(table: table, step: step, trace: trace, language: language).reason
    }
  }

  private var rounding: String? {
    guard let rounding = step.decision.rounding,
      let result = step.results.first(where: { $0.unrounded != nil }),
      let before = result.unrounded
    else { return nil }
    let value = language.value(before, unit: step.decision.unit)
    let places = rounding.legal.description(in: language.spoken)
    let source = places.isEmpty ? "" : " (\(places))"
    let isEuro = step.decision.unit.map { UnitWords.unit(of: $0).powers["euro"] == 1 } ?? false
    let words = rounding.words(in: language, isEuro: isEuro)
    return language.pick(
      "Dit is afgerond van \(value) \(words)\(source).",
      "This is rounded from \(value) \(words)\(source).")
  }

  /// The figure of a parameter, with its day, article and source.
  private func figure(_ use: UsedValue) -> String? {
    let label = language.label(use).atSentenceStart
    if case .scale(let steps, let legal) = use.origin {
      return scale(label, steps, legal, use.unit)
    }
    guard case .parameter(let version, let legal) = use.origin else { return nil }
    let value = use.value.map { language.value($0, unit: use.unit) } ?? ""
    let day = version?.from.map {
      language.pick(" vanaf \(language.day($0))", " from \(language.day($0))")
    }
    let notes = [
      legal.isEmpty ? nil : legal.description(in: language.spoken),
      version?.source.map { language.pick("bron: \($0)", "source: \($0)") },
    ].compactMap { $0 }
    let source = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    return "\(label) is \(value)\(day ?? "")\(source)."
  }
}

// Scales
extension StepText {
  private func scale(
    _ label: String, _ steps: [ScaleStep], _ legal: [LegalReference], _ unit: String?
  ) -> String {
    let brackets = steps.map { step in
      let threshold = language.value(.number(step.threshold), unit: unit)
      let value =
        switch step.kind {
        case .marginalAmount, .singleAmount: language.value(step.version.value, unit: unit)
        case .marginalRate, .averageRate:
          (step.version.value.number?.multiplied(by: Decimal128(100)))
            .map { language.value(.number($0), unit: "%") } ?? ""
        }
      let day = step.version.from.map {
        language.pick(" sinds \(language.day($0))", " since \(language.day($0))")
      }
      return language.pick(
        "vanaf \(threshold) \(value)\(day ?? "")", "from \(threshold) \(value)\(day ?? "")")
    }
    let places = legal.description(in: language.spoken)
    let source = places.isEmpty ? "" : " (\(places))"
    return language.pick(
      "\(label) gaat in schijven: \(brackets.joined(separator: "; "))\(source).",
      "\(label) goes by brackets: \(brackets.joined(separator: "; "))\(source).")
  }
}

extension Rounding {
  /// `op hele euro's, een half naar boven`.
  fileprivate func words(in language: TraceLanguage, isEuro: Bool) -> String {
    let unit: String =
      switch to {
      case .one where isEuro: language.pick("op hele euro's", "to whole euros")
      case .one: language.pick("op gehele getallen", "to whole numbers")
      case Decimal128(scaled: 1, scale: 2) where isEuro: language.pick("op centen", "to cents")
      default: language.pick("op \(language.plain(to))", "to multiples of \(language.plain(to))")
      }
    let mode =
      switch mode {
      case .halfUp: language.pick("een half naar boven", "a half up")
      case .halfDown: language.pick("een half naar beneden", "a half down")
      case .halfEven: language.pick("een half naar even", "a half to even")
      case .up: language.pick("van nul af", "away from zero")
      case .down: language.pick("naar nul toe", "towards zero")
      case .floor: language.pick("naar beneden", "down")
      case .ceiling: language.pick("naar boven", "up")
      }
    return "\(unit), \(mode)"
  }
}
