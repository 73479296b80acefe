// SPDX-License-Identifier: EUPL-1.2

/// Placebos held against zero one by one, for panels with too few units to test them together.
///
/// A Wald test divides by the covariance of all placebos, which has to be estimated. With few units for
/// each placebo that covariance is too small in some direction, and the test fails where trends are
/// parallel: of forty panels with two groups of ten units and 19 placebos 19 failed at 0.05.
public struct SeparatePlacebos: Sendable, Hashable {
  /// How many placebos.
  public let count: Int
  /// |t| of the placebo that is farthest from zero.
  public let statistic: Double
  /// Units of that placebo's group and its controls (clusters, where these are larger), less two.
  public let degreesOfFreedom: Double
  /// The smallest p-value times the number of placebos (Bonferroni), at most 1.
  public let pValue: Double
}

extension CallawaySantAnna {
  /// Units of a group that each of its placebos needs for a test of all of them together.
  public static let unitsPerPlacebo = 10

  /// Whether every group has units enough, clusters counting where these are larger, for `preTrend()`.
  public var canTestPlacebosTogether: Bool {
    var placebos: [Int: Int] = [:]
    for effect in effects where isPlacebo(effect) { placebos[effect.group, default: 0] += 1 }
    return groups.allSatisfy { group in
      independent(group.count) >= Double(Self.unitsPerPlacebo * (placebos[group.time] ?? 0))
    }
  }

  /// Whether any placebo is not zero, by Student's t and Bonferroni; nil where there is none.
  ///
  /// Source: Dunn (1961), J. American Statistical Association 56:52–64.
  public func separatePlacebos() -> SeparatePlacebos? {
    var tests: [(statistic: Double, degreesOfFreedom: Double, pValue: Double)] = []
    for effect in effects where isPlacebo(effect) {
      guard let error = effect.standardError, error > 0 else { continue }
      let statistic = (effect.estimate / error).magnitude
      let freedom = max(1, independent(effect.treatedCount + effect.controlCount) - 2)
      tests.append((statistic, freedom, 2 * Distribution.studentT(freedom).upper(statistic)))
    }
    guard let least = tests.min(by: { $0.pValue < $1.pValue }) else { return nil }
    return SeparatePlacebos(
      count: tests.count, statistic: least.statistic, degreesOfFreedom: least.degreesOfFreedom,
      pValue: min(1, least.pValue * Double(tests.count)))
  }

  private func isPlacebo(_ effect: GroupTimeEffect) -> Bool {
    !effect.isBase && effect.eventTime < -settings.anticipation
  }

  /// So many units as independent ones: their share of the clusters.
  private func independent(_ units: Int) -> Double {
    Double(units) * Double(clusterCount) / Double(unitCount)
  }
}
