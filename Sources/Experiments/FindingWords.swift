// SPDX-License-Identifier: EUPL-1.2

/// The words in which findings are told, in English and in Dutch of level B1.
struct FindingWords: Sendable {
  let language: PilotCard.Language

  /// What is compared, in the card's own names.
  enum Comparison {
    case arms(String, String)
    case perUnit(String)
    case other(String)
  }

  func pick(_ english: String, _ dutch: String) -> String {
    language == .dutch ? dutch : english
  }

  var cases: String { pick("cases", "gevallen") }
  var noInterval: String {
    pick("how certain that is, is not known", "hoe zeker dat is, is niet bekend")
  }
  var almostNothing: String { pick("almost nothing", "bijna niets") }
  var couldBeChance: String {
    pick(
      "counted over all comparisons it could be chance",
      "over alle vergelijkingen samen kan het toeval zijn")
  }

  func lead(_ state: EffectSentence.State, _ subject: String) -> String {
    switch state {
    case .better: pick("Better on \(subject)", "Beter bij \(subject)")
    case .worse: pick("Worse on \(subject)", "Slechter bij \(subject)")
    case .unclear:
      pick("Too few to tell on \(subject)", "Te weinig om iets te zeggen over \(subject)")
    case .negligible:
      pick(
        "No difference that matters on \(subject)", "Geen verschil dat ertoe doet bij \(subject)")
    case .different, .bare: subject
    }
  }

  func level(_ level: Double) -> String {
    let tenths = Int((level * 1000).rounded())
    let decimals = tenths % 10 == 0 ? "" : language.decimalMark + "\(tenths % 10)"
    return pick(" (\(tenths / 10)\(decimals)% interval)", " (\(tenths / 10)\(decimals)%-interval)")
  }

  func between(_ low: String, _ high: String) -> String {
    pick("between \(low) and \(high)", "tussen \(low) en \(high)")
  }
  func upwards(_ low: String) -> String { pick("\(low), or above that", "\(low), of meer dan dat") }
  func upTo(_ high: String) -> String { pick("at most \(high)", "hooguit \(high)") }
  func atLeast(_ figure: String) -> String { pick("at least \(figure)", "ten minste \(figure)") }
  func atMost(_ figure: String) -> String { pick("at most \(figure)", "hooguit \(figure)") }

  func euros(_ figure: String) -> String { pick("€\(figure)", "€ \(figure)") }
  func times(_ figure: String) -> String { pick("\(figure) times", "\(figure) keer") }

  /// A size with the word for its direction.
  func directed(
    _ size: String, isMore: Bool, isNothing: Bool, _ measure: EffectFigures.Measure
  ) -> String {
    if isNothing { return size }
    switch measure {
    case .count: return "\(size) " + pick(isMore ? "more" : "fewer", isMore ? "meer" : "minder")
    case .euros, .amount:
      return "\(size) " + pick(isMore ? "more" : "less", isMore ? "meer" : "minder")
    case .percentage:
      return "\(size) " + pick(isMore ? "higher" : "lower", isMore ? "hoger" : "lager")
    case .multiple: return size
    }
  }

  /// Frame, figures and comparison, in the order of the language.
  func statement(_ figures: EffectFigures, _ told: String, _ comparison: Comparison) -> String {
    let frame: String
    switch figures.measure {
    case .count(let base, let group):
      let number = language.grouped(String(base))
      frame = pick("per \(number) \(group), ", "per \(number) \(group) ")
    case .euros, .amount: frame = figures.isOnAverage ? pick("on average ", "gemiddeld ") : ""
    case .percentage(let quantity), .multiple(let quantity): frame = isOf(quantity)
    }
    var isMultiple = false
    if case .multiple = figures.measure { isMultiple = true }
    return frame + told + compared(comparison, isMultiple: isMultiple) + reach(figures.reach)
  }

  private func isOf(_ quantity: EffectFigures.Quantity) -> String {
    switch quantity {
    case .outcome: pick("it is ", "het is ")
    case .odds: pick("the odds are ", "de odds zijn ")
    case .rate: pick("the number is ", "het aantal is ")
    case .hazard: pick("the chance at any moment is ", "de kans op elk moment is ")
    }
  }

  private func compared(_ comparison: Comparison, isMultiple: Bool) -> String {
    let asHigh = isMultiple ? pick(" as high", " zo hoog") : ""
    switch comparison {
    case .arms(let treated, let control):
      let than = isMultiple ? pick("as", "als") : pick("than", "dan")
      return asHigh
        + pick(" with \(treated) \(than) with \(control)", " met \(treated) \(than) met \(control)")
    case .perUnit(let column):
      return asHigh
        + pick(" for each unit more of \(column)", " voor elke eenheid meer van \(column)")
    case .other(let text): return asHigh + " (\(text))"
    }
  }

  private func reach(_ reach: EffectFigures.Reach?) -> String {
    switch reach {
    case .compliers:
      pick(
        ", among those whom the assignment moved",
        ", onder degenen die door de toewijzing van keuze veranderden")
    case .cutoff: pick(", among those just at the cut-off", ", onder degenen vlak bij de grens")
    case nil: ""
    }
  }
}
