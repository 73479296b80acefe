// SPDX-License-Identifier: EUPL-1.2

/// One effect told in one plain sentence, in English or in Dutch.
///
/// "Better on Recertified in time: per 1,000 families, 55 more with Any letter than with No letter;
/// between 21 and 90." A difference between shares is told as a number among a thousand, or more where
/// that is too coarse; logarithms as the percentages, or the multiples, that they stand for. No figure
/// is more precise than its interval. Where the interval holds "no effect", the sentence gives the
/// interval only: what is not certain has no size.
public struct EffectSentence: Sendable {
  let effect: Effect
  let card: PilotCard?
  let words: FindingWords

  /// - Parameters:
  ///   - effect: on any scale, with or without an interval.
  ///   - card: gives the names of outcome and arms, the unit, the group, and which way is better.
  ///   - language: the card's unless given, and English where neither says.
  public init(_ effect: Effect, card: PilotCard? = nil, language: PilotCard.Language? = nil) {
    self.effect = effect
    self.card = card
    words = FindingWords(language: language ?? card?.language ?? .english)
  }

  /// The sentence; nil where there is no estimate to tell of.
  public var text: String? {
    guard let figures = EffectFigures(effect, group: group, language: words.language) else {
      return nil
    }
    let state = state
    let lead = words.lead(state, subject)
    let body: String
    switch state {
    case .unclear, .negligible: body = figures.range(words, comparison: compared)
    case .better, .worse, .different, .bare:
      body =
        figures.estimate(words, comparison: compared) + "; "
        + (state == .bare ? words.noInterval : figures.ends(words))
    }
    return lead + ": " + body + level + chance + "."
  }
}

extension EffectSentence {
  /// What the interval says.
  enum State {
    case better
    case worse
    /// Not nothing, and nobody said which way is better.
    case different
    /// The interval holds "no effect" and differences that matter.
    case unclear
    /// The whole interval is nearer to "no effect" than the least difference that matters.
    case negligible
    /// No interval.
    case bare
  }

  private var declared: PilotCard.Outcome? { card?.outcome(for: effect.outcome) }

  private var state: State {
    let null = effect.scale?.null ?? 0
    let low = effect.confidenceLow ?? -.infinity
    let high = effect.confidenceHigh ?? .infinity
    guard low.isFinite || high.isFinite else { return .bare }
    if low <= null, high >= null {
      let least = declared?.minimumDifference?.magnitude ?? 0
      let isDifference = effect.scale == nil || effect.scale == .difference
      return isDifference && max(-low, high) < least ? .negligible : .unclear
    }
    guard let direction = declared?.direction else { return .different }
    return (low > null) == (direction == .increase) ? .better : .worse
  }

  /// The outcome, with the subgroup, the time and the quantile where the effect has one.
  private var subject: String {
    var details = [effect.subgroup, effect.time].compactMap(\.self)
    if !EffectFigures.isOnAverage(effect), let estimand = effect.estimand {
      details.append(estimand)
    }
    let label = declared?.label ?? effect.outcome
    return details.isEmpty ? label : "\(label) (\(details.joined(separator: ", ")))"
  }

  /// Among whom shares are counted.
  private var group: String {
    if case .share(let of?) = MeasuredUnit(effect.unit) { return of }
    guard let group = card?.targetGroup, group.count <= 60, !group.isEmpty else {
      return words.cases
    }
    return group
  }

  private var compared: FindingWords.Comparison {
    let comparison: FindingWords.Comparison
    switch Contrast(effect.contrast) {
    case .arms(let treated, let control):
      comparison = .arms(
        card?.label(ofArm: treated) ?? treated, card?.label(ofArm: control) ?? control)
    case .perUnit(let column): comparison = .perUnit(column)
    case .other(let text): comparison = .other(text)
    }
    return comparison
  }

  /// The level, where it is not the usual one.
  private var level: String {
    guard let level = effect.level, (level - 0.95).magnitude > 1e-9, state != .bare else {
      return ""
    }
    return words.level(level)
  }

  /// What becomes of a certain effect once all comparisons are counted.
  private var chance: String {
    guard [.better, .worse, .different].contains(state), let adjusted = effect.adjustedPValue,
      adjusted >= 1 - (effect.level ?? 0.95)
    else { return "" }
    return "; " + words.couldBeChance
  }
}
