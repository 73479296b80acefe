// SPDX-License-Identifier: EUPL-1.2

/// The difference between the mean outcomes of two arms, treated − control.
public struct MeanDifference: Sendable, Hashable {
  /// How the variance was estimated.
  public enum Variance: String, Sendable, Hashable, CaseIterable {
    /// Unequal variances, Satterthwaite's degrees of freedom.
    case welch
    /// One common variance, n − 2 degrees of freedom.
    case pooled
    /// s₁²⁄n₁ + s₀²⁄n₀ (regression's HC2, Neyman's bound), n − 2 degrees of freedom.
    case hc2
    /// Neyman's bound within blocks, weighted by block size; n − 2·blocks degrees of freedom.
    case neyman
    /// Sums by cluster without adjustment, clusters − 1 degrees of freedom.
    case cr0
    /// CR0 with Stata's small-sample factor, clusters − 1 degrees of freedom.
    case cr1
    /// Bias-reduced sums by cluster, Satterthwaite's degrees of freedom.
    case cr2
  }

  /// In the outcome's unit.
  public let estimate: Estimate
  public let treated: Sample
  public let control: Sample
  public let variance: Variance
  /// The rule for degrees of freedom, in words.
  public let degreesOfFreedomRule: String
  /// The number of clusters, nil where rows were assigned.
  public let clusters: Int?
  /// The number of blocks, nil without them.
  public let blocks: Int?

  init(
    _ estimate: Estimate, treated: Sample, control: Sample, variance: Variance, rule: String,
    clusters: Int? = nil, blocks: Int? = nil
  ) {
    self.estimate = estimate
    self.treated = treated
    self.control = control
    self.variance = variance
    degreesOfFreedomRule = rule
    self.clusters = clusters
    self.blocks = blocks
  }
}
