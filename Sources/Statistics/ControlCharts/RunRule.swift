// SPDX-License-Identifier: EUPL-1.2

/// A pattern in a control chart that chance alone seldom makes.
///
/// Western Electric's four rules and Nelson's eight, on z = (value − centre) ⁄ σ.
/// Source: Western Electric (1956), Statistical Quality Control Handbook; Nelson (1984), J. Quality
/// Technology 16:237–239.
public enum RunRule: String, Sendable, Hashable, CaseIterable {
  /// One point beyond 3σ.
  case beyondLimits = "beyond-3-sigma"
  /// Two of three in a row beyond 2σ on the same side.
  case twoOfThree = "2-of-3-beyond-2-sigma"
  /// Four of five in a row beyond 1σ on the same side.
  case fourOfFive = "4-of-5-beyond-1-sigma"
  /// Eight in a row on the same side of the centre.
  case eightOnOneSide = "8-on-one-side"
  /// Nine in a row on the same side of the centre.
  case nineOnOneSide = "9-on-one-side"
  /// Six in a row that all rise, or all fall.
  case sixTrending = "6-trending"
  /// Fourteen in a row that go up and down by turns.
  case fourteenAlternating = "14-alternating"
  /// Fifteen in a row within 1σ: limits that are too wide, or groups that are mixed.
  case fifteenWithin = "15-within-1-sigma"
  /// Eight in a row, on both sides, none within 1σ.
  case eightOutside = "8-outside-1-sigma"

  public static let westernElectric: [RunRule] = [
    .beyondLimits, .twoOfThree, .fourOfFive, .eightOnOneSide,
  ]
  public static let nelson: [RunRule] = [
    .beyondLimits, .nineOnOneSide, .sixTrending, .fourteenAlternating, .twoOfThree, .fourOfFive,
    .fifteenWithin, .eightOutside,
  ]

  /// Whether the rule finds its pattern at the last of these points.
  ///
  /// - Parameter z: points up to the one in question, in time's order.
  /// - Returns: the side, 1 above, −1 below, 0 neither in particular; nil where it finds nothing.
  public func signal(at z: ArraySlice<Double>) -> Int? {
    switch self {
    case .beyondLimits: return side(z, of: 1, needed: 1, beyond: 3)
    case .twoOfThree: return side(z, of: 3, needed: 2, beyond: 2)
    case .fourOfFive: return side(z, of: 5, needed: 4, beyond: 1)
    case .eightOnOneSide: return side(z, of: 8, needed: 8, beyond: 0)
    case .nineOnOneSide: return side(z, of: 9, needed: 9, beyond: 0)
    case .sixTrending:
      guard z.count >= 6 else { return nil }
      let steps = steps(z.suffix(6))
      if steps.allSatisfy({ $0 > 0 }) { return 1 }
      return steps.allSatisfy { $0 < 0 } ? -1 : nil
    case .fourteenAlternating:
      guard z.count >= 14 else { return nil }
      let steps = steps(z.suffix(14))
      return zip(steps, steps.dropFirst()).allSatisfy { $0 * $1 < 0 } ? 0 : nil
    case .fifteenWithin:
      guard z.count >= 15 else { return nil }
      return z.suffix(15).allSatisfy { $0.magnitude < 1 } ? 0 : nil
    case .eightOutside:
      let last = z.suffix(8)
      guard last.count == 8, last.allSatisfy({ $0.magnitude > 1 }) else { return nil }
      return last.contains { $0 > 0 } && last.contains { $0 < 0 } ? 0 : nil
    }
  }

  /// The last point has to be one of those that count, so that a pattern is told once it is there.
  private func side(
    _ z: ArraySlice<Double>, of window: Int, needed: Int, beyond limit: Double
  ) -> Int? {
    guard z.count >= needed, let last = z.last, last.magnitude > limit else { return nil }
    let sign = last > 0 ? 1.0 : -1.0
    let found = z.suffix(window).count { $0 * sign > limit }
    return found >= needed ? Int(sign) : nil
  }

  private func steps(_ z: ArraySlice<Double>) -> [Double] {
    zip(z, z.dropFirst()).map { $1 - $0 }
  }
}

extension ControlChart {
  /// What the rules find at each point, in the order of the rules.
  public func signals(_ rules: [RunRule]) -> [[(rule: RunRule, side: Int)]] {
    let z = points.map(\.z)
    return z.indices.map { place in
      rules.compactMap { rule in rule.signal(at: z[...place]).map { (rule, $0) } }
    }
  }
}
