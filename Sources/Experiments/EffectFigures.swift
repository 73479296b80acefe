// SPDX-License-Identifier: EUPL-1.2

import Glibc

/// The figures of an effect in the form in which people are told them.
struct EffectFigures {
  /// What the figures count.
  enum Measure: Hashable {
    /// Among so many of a group.
    case count(base: Int, of: String)
    /// In euros, or in a unit that stands behind the figure.
    case euros
    case amount(unit: String?)
    /// Per cent more or less of something.
    case percentage(of: Quantity)
    /// So many times something.
    case multiple(of: Quantity)
  }

  /// What is multiplied.
  enum Quantity: Hashable {
    case outcome
    case odds
    case rate
    case hazard
  }

  let measure: Measure
  let isOnAverage: Bool
  /// For whom the effect stands, where that is not everybody.
  let reach: Reach?
  private let value: Double
  private let low: Double?
  private let high: Double?
  private let rounded: RoundedFigure

  enum Reach {
    /// Those whom the assignment moved into the change.
    case compliers
    /// Those just at a cut-off.
    case cutoff
  }

  /// Nil without a finite estimate.
  init?(_ effect: Effect, group: String, language: PilotCard.Language) {
    guard let estimate = effect.estimate, estimate.isFinite else { return nil }
    let ends = [effect.confidenceLow, effect.confidenceHigh].map { $0.flatMap(Self.finite) }
    let measure = Self.measure(of: effect, estimate, ends, group)
    func shown(_ value: Double) -> Double { Self.shown(value, effect.scale, measure) }
    let value = shown(estimate)
    let low = ends[0].map(shown)
    let high = ends[1].map(shown)
    guard value.isFinite else { return nil }
    self.measure = measure
    self.value = value
    self.low = low.flatMap(Self.finite)
    self.high = high.flatMap(Self.finite)
    isOnAverage = Self.isOnAverage(effect)
    reach = Self.reach(of: effect)
    var least = -9
    if case .count = measure { least = 0 }
    rounded = RoundedFigure(
      low: self.low, estimate: value, high: self.high, least: least, language: language)
  }

  private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

  static func isOnAverage(_ effect: Effect) -> Bool {
    let estimand = effect.estimand?.lowercased() ?? ""
    return !["qte", "quantile", "median"].contains { estimand.firstRange(of: $0) != nil }
  }

  private static func reach(of effect: Effect) -> Reach? {
    if effect.design == PilotCard.Design.regressionDiscontinuity.rawValue { return .cutoff }
    return ["LATE", "CACE"].contains(effect.estimand ?? "") ? .compliers : nil
  }

  private static func measure(
    of effect: Effect, _ estimate: Double, _ ends: [Double?], _ group: String
  ) -> Measure {
    let quantity: Quantity
    switch effect.scale {
    case nil, .difference:
      switch MeasuredUnit(effect.unit) {
      case .share: return .count(base: base(estimate, ends), of: group)
      case .euros: return .euros
      case .other(let unit): return .amount(unit: unit)
      case nil: return .amount(unit: nil)
      }
    case .relative: return .percentage(of: .outcome)
    case .ratio: quantity = .outcome
    case .logOdds: quantity = .odds
    case .logRate: quantity = .rate
    case .logHazard: quantity = .hazard
    }
    // Beyond twice as much, multiples read better than percentages.
    let largest = ([estimate] + ends.compactMap(\.self)).max() ?? estimate
    let limit = effect.scale == .ratio ? 2.0 : log(2.0 as Double)
    return largest > limit ? .multiple(of: quantity) : .percentage(of: quantity)
  }

  /// A thousand, or more where whole numbers among a thousand are too coarse for the interval.
  private static func base(_ estimate: Double, _ ends: [Double?]) -> Int {
    let known = ends.compactMap(\.self)
    let width = known.count == 2 ? (known[1] - known[0]).magnitude / 2 : estimate.magnitude
    var base = 1000
    while width > 0, width * Double(base) < 5, base < 1_000_000 { base *= 10 }
    return base
  }

  private static func shown(
    _ value: Double, _ scale: Effect.Scale?, _ measure: Measure
  ) -> Double {
    switch measure {
    case .count(let base, _): return value * Double(base)
    case .euros, .amount: return value
    case .multiple: return scale == .ratio ? value : exp(value)
    case .percentage:
      switch scale {
      case .relative: return 100 * value
      case .ratio: return 100 * (value - 1)
      default: return 100 * expm1(value)
      }
    }
  }
}

extension EffectFigures {
  /// "per 1,000 families, 55 more with the letter than without".
  func estimate(_ words: FindingWords, comparison: FindingWords.Comparison) -> String {
    words.statement(self, told(value, words), comparison)
  }

  /// "per 1,000 families, between 5 fewer and 30 more with the letter than without".
  func range(_ words: FindingWords, comparison: FindingWords.Comparison) -> String {
    let range: String
    switch (low, high) {
    case (let low?, let high?):
      range = words.between(told(low, words, isPlain: isMultiple), told(high, words))
    case (let low?, nil): range = words.upwards(told(low, words))
    case (nil, let high?): range = words.upTo(told(high, words))
    case (nil, nil): range = words.noInterval
    }
    return words.statement(self, range, comparison)
  }

  /// The ends of an interval on one side of no effect, the nearer first: "between 21 and 90".
  func ends(_ words: FindingWords) -> String {
    let sorted = [low, high].compactMap(\.self).sorted {
      isMultiple ? $0 < $1 : $0.magnitude < $1.magnitude
    }
    let last = sorted.last.map { size($0, words) } ?? ""
    guard sorted.count == 2 else {
      return low != nil && value >= 0 || high != nil && value < 0
        ? words.atLeast(last) : words.atMost(last)
    }
    let first =
      rounded.vanishes(sorted[0]) ? words.almostNothing : size(sorted[0], words, isPlain: true)
    return words.between(first, last)
  }

  private var isMultiple: Bool { if case .multiple = measure { true } else { false } }

  /// A figure with its direction, as in "5 fewer".
  private func told(_ value: Double, _ words: FindingWords, isPlain: Bool = false) -> String {
    let size = size(value, words, isPlain: isPlain)
    return words.directed(size, isMore: value > 0, isNothing: value == 0, measure)
  }

  private func size(_ value: Double, _ words: FindingWords, isPlain: Bool = false) -> String {
    let figure = rounded.text(value)
    switch measure {
    case .count: return figure
    case .euros: return words.euros(figure)
    case .amount(let unit): return isPlain || unit == nil ? figure : "\(figure) \(unit ?? "")"
    case .percentage: return figure + "%"
    case .multiple: return isPlain ? figure : words.times(figure)
    }
  }
}
