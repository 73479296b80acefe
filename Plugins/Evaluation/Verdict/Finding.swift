// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Glibc

/// What one effect says about a change, held against the difference that would be worth it.
///
/// With the interval [l, u] turned so that more is better, and the minimum m:
///
/// | interval | finding | decision |
/// |---|---|---|
/// | l ≥ m, l > 0 | worthwhile | scale up |
/// | 0 < l, u < m | below the minimum | adjust |
/// | l ≤ 0 ≤ u < m | nothing worthwhile | stop |
/// | u < 0 | harmful | stop |
/// | 0 < l < m ≤ u | helps, perhaps too little | not yet known |
/// | l ≤ 0, m ≤ u | nothing is certain | not yet known |
///
/// By the rule `significance` m is 0, and an interval around 0 is not yet known.
struct Finding {
  enum Kind: Equatable {
    case worthwhile
    case belowMinimum
    case nothingWorthwhile
    case harmful
    case perhapsTooLittle
    case uncertain
    /// No interval.
    case unpublished
    /// Certain by itself, no longer so once all contrasts are counted.
    case lostToMultiplicity
    /// Stages that estimated the same come to other decisions.
    case disputed
  }

  let effect: Effect
  var kind: Kind
  /// In the effect's unit; 0 under the rule `significance`.
  let minimum: Double
  let direction: PilotCard.Direction
  /// The estimate, turned so that more is better, counted from no effect.
  let benefit: Double?
  private let halfWidth: Double?

  init(_ effect: Effect, direction: PilotCard.Direction, minimum: Double) {
    self.effect = effect
    self.minimum = minimum
    self.direction = direction
    let sign = direction == .increase ? 1.0 : -1.0
    let null = effect.scale?.null ?? 0
    benefit = effect.estimate.map { sign * ($0 - null) }
    guard let low = effect.confidenceLow, let high = effect.confidenceHigh else {
      kind = .unpublished
      halfWidth = nil
      return
    }
    let ends = [sign * (low - null), sign * (high - null)]
    let lower = min(ends[0], ends[1])
    let upper = max(ends[0], ends[1])
    halfWidth = (upper - lower) / 2
    kind = Self.kind(lower, upper, minimum: minimum)
    let isCertain = kind == .worthwhile || kind == .belowMinimum || kind == .harmful
    if isCertain, let adjusted = effect.adjustedPValue, let level = effect.level,
      adjusted >= 1 - level
    {
      kind = .lostToMultiplicity
    }
  }

  private static func kind(_ lower: Double, _ upper: Double, minimum: Double) -> Kind {
    if upper < 0 { return .harmful }
    if lower >= minimum, lower > 0 { return .worthwhile }
    if upper < minimum { return lower > 0 ? .belowMinimum : .nothingWorthwhile }
    return lower > 0 ? .perhapsTooLittle : .uncertain
  }

  var decision: Verdict.Decision {
    switch kind {
    case .worthwhile: .scaleUp
    case .belowMinimum: .adjust
    case .nothingWorthwhile, .harmful: .stop
    case .perhapsTooLittle, .uncertain, .unpublished, .lostToMultiplicity, .disputed: .notYetKnown
    }
  }

  /// Roughly how many cases it takes in all, should the estimate stay where it is.
  ///
  /// The interval's half-width falls with √n: n·(half-width ⁄ distance)², where the distance is from
  /// the estimate to the nearer bound that it must clear. Nil above a hundred times as many.
  var neededCount: Int? {
    guard let benefit, let halfWidth, let count = effect.count, halfWidth > 0 else { return nil }
    let distance = min((benefit - minimum).magnitude, benefit < 0 ? -benefit : .infinity)
    guard distance > 0 else { return nil }
    let factor = (halfWidth / distance) * (halfWidth / distance)
    guard factor > 1, factor < 100 else { return nil }
    let needed = Double(count) * factor
    // Two digits: more would be more than anybody can know.
    let step = max(pow(10, log10(needed).rounded(.down) - 1), 1)
    return Int((needed / step).rounded() * step)
  }
}
