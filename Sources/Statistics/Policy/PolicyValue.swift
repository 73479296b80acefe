// SPDX-License-Identifier: EUPL-1.2

/// What a rule is worth on cases that it was not learned from.
///
/// The value of a rule π is the mean of Γᵢ(π(xᵢ)); its gain over another is the mean of the difference,
/// with a variance of that mean: HC2, or CR2 with Satterthwaite's degrees of freedom by cluster. What was
/// really assigned has the mean outcome as its value.
///
/// Source: Athey and Wager (2021), Econometrica 89:133–161.
public struct PolicyValue: Sendable {
  private let scores: [[Double]]
  private let outcome: [Double]
  private let clusters: Grouping?

  /// - Parameters:
  ///   - scores: by arm and then case, as `DoublyRobustScores` gives them.
  ///   - outcome: what was seen.
  ///   - clusters: the unit of assignment of each case, if it was not the case.
  public init(scores: [[Double]], outcome: [Double], clusters: Grouping?) {
    self.scores = scores
    self.outcome = outcome
    self.clusters = clusters
  }

  /// Something that says which arm a case gets.
  public enum Rule: Sendable, Hashable {
    /// The arm of each case.
    case arms([Int])
    case everybody(arm: Int)
    case asAssigned
  }

  /// The mean outcome under a rule.
  ///
  /// - Throws: `EstimationFault.tooFew`, `.zeroVariance`, `.oneCluster`.
  public func value(_ rule: Rule, level: Double = 0.95) throws(EstimationFault) -> Estimate {
    try mean(contributions(rule), named: "the value", level: level)
  }

  /// The gain of a rule over another.
  ///
  /// - Returns: nil where both give each case the same.
  /// - Throws: as `value(_:level:)`.
  public func gain(
    of rule: Rule, over other: Rule, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate? {
    let difference = zip(contributions(rule), contributions(other)).map { $0 - $1 }
    guard difference.contains(where: { $0 != 0 }) else { return nil }
    return try mean(difference, named: "the gain", level: level)
  }

  private func contributions(_ rule: Rule) -> [Double] {
    switch rule {
    case .arms(let arms): arms.indices.map { scores[arms[$0]][$0] }
    case .everybody(let arm): scores[arm]
    case .asAssigned: outcome
    }
  }

  private func mean(
    _ values: [Double], named name: String, level: Double
  ) throws(EstimationFault) -> Estimate {
    let fit = try OLS(outcome: values, design: Design(rows: values.count))
    let variance: VarianceEstimator = clusters.map { .cr2($0) } ?? .hc2
    return try fit.estimate(0, fit.covariance(variance), level: level)
  }
}
