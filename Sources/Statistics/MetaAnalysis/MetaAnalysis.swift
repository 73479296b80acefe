// SPDX-License-Identifier: EUPL-1.2

/// Estimates of several studies pooled into one.
///
/// Model: yᵢ = μ + uᵢ + eᵢ, Var(eᵢ) = vᵢ known, Var(uᵢ) = τ² (0 for a fixed effect). With
/// wᵢ = 1⁄(vᵢ + τ̂²): μ̂ = Σwᵢyᵢ ⁄ Σwᵢ, se² = 1⁄Σwᵢ and normal quantiles; Hartung and Knapp's
/// se² = Σwᵢ(yᵢ − μ̂)² ⁄ ((k − 1)Σwᵢ), not truncated, and Student's t with k − 1 degrees of freedom.
///
/// - Complexity: O(k) per iteration for τ².
///
/// Source: DerSimonian and Laird (1986), Controlled Clinical Trials 7:177–188; Knapp and Hartung
/// (2003), Statistics in Medicine 22:2693–2710; Higgins and Thompson (2002), Statistics in Medicine
/// 21:1539–1558. Agrees with R metafor `rma` (reference case meta-bcg) to 1e-8.
public struct MetaAnalysis: Sendable, Hashable {
  /// How the variance between studies, τ², is estimated.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// τ² = 0: one common effect.
    case fixed
    /// DerSimonian and Laird's moments.
    case dl
    /// Paule and Mandel: the τ² at which Q equals k − 1.
    case pm
    /// Restricted maximum likelihood.
    case reml
  }

  /// μ̂ with its uncertainty, in the unit of the effects.
  public let estimate: Estimate
  public let method: Method
  public let isHartungKnapp: Bool
  /// τ̂², in the squared unit of the effects.
  public let tauSquared: Double
  /// Each study's share of μ̂, summing to 1.
  public let weights: [Double]
  /// Cochran's Q with weights 1⁄vᵢ, k − 1 degrees of freedom; nil for a single study.
  public let heterogeneity: ChiSquaredTest?
  /// The share (0 to 1) of the variance between estimates that is not sampling error; nil for k = 1.
  public let iSquared: Double?
  /// Total variance over sampling variance; nil for k = 1.
  public let hSquared: Double?
  /// Where the true effect of a new study is expected: μ̂ ± q·√(se² + τ̂²), q the normal quantile, or
  /// Student's with k − 1 degrees of freedom after Hartung and Knapp; nil for a fixed effect.
  public let predictionInterval: ConfidenceInterval?

  private let studies: Studies

  /// Pools studies.
  ///
  /// - Parameters:
  ///   - effects: k estimates on one scale, such as log risk ratios.
  ///   - variances: their squared standard errors, positive.
  ///   - method: how τ² is estimated.
  ///   - hartungKnapp: whether to use Hartung and Knapp's standard error and Student's t.
  ///   - level: two-sided confidence level.
  /// - Throws: `EstimationFault.tooFew` for k = 0, and for k = 1 unless the effect is fixed and
  ///   normal; `.outOfRange` for a variance that is not positive; `.notFinite`; `.notConverged`.
  public init(
    effects: [Double], variances: [Double], method: Method, hartungKnapp: Bool = false,
    level: Double = 0.95
  ) throws(EstimationFault) {
    let studies = try Studies(effects: effects, variances: variances)
    let needed = method == .fixed && !hartungKnapp ? 1 : 2
    guard effects.count >= needed else {
      throw .tooFew("studies", count: effects.count, needed: needed)
    }
    let tauSquared = try studies.tauSquared(method)
    let pooled = studies.pooled(tauSquared)
    let spare = Double(effects.count - 1)
    let squaredError =
      hartungKnapp ? pooled.q / spare / pooled.weightSum : 1 / pooled.weightSum
    let estimate = try Estimate(
      of: "the effect of the studies", value: pooled.mean,
      standardError: squaredError.squareRoot(),
      degreesOfFreedom: hartungKnapp ? spare : .infinity, level: level)
    self.studies = studies
    self.estimate = estimate
    self.method = method
    self.tauSquared = tauSquared
    isHartungKnapp = hartungKnapp
    weights = variances.map { 1 / ($0 + tauSquared) / pooled.weightSum }
    let isSingle = effects.count == 1
    let q = studies.pooled(0).q
    heterogeneity =
      isSingle ? nil : ChiSquaredTest(statistic: q, degreesOfFreedom: spare)
    if isSingle {
      iSquared = nil
      hSquared = nil
    } else if method == .fixed {
      iSquared = max(0, (q - spare) / q)
      hSquared = q / spare
    } else {
      let typical = studies.typicalVariance
      iSquared = tauSquared / (tauSquared + typical)
      hSquared = tauSquared / typical + 1
    }
    predictionInterval =
      method == .fixed ? nil : Self.prediction(estimate, squaredError + tauSquared)
  }

  private static func prediction(_ estimate: Estimate, _ variance: Double) -> ConfidenceInterval {
    let distribution = Distribution.studentT(estimate.degreesOfFreedom)
    let reach = distribution.upperQuantile((1 - estimate.level) / 2) * variance.squareRoot()
    return ConfidenceInterval(estimate.value - reach, estimate.value + reach)
  }

  /// The interval for τ² that Q's distribution supports (Q-profile), at the estimate's level.
  ///
  /// The bounds are the τ² at which Q(τ²) equals the upper and lower quantile of χ² with k − 1
  /// degrees of freedom, 0 where Q is below it already at τ² = 0.
  ///
  /// Source: Viechtbauer (2007), Statistics in Medicine 26:37–52. Agrees with R metafor `confint`
  /// to 1e-6.
  public func tauSquaredInterval() throws(EstimationFault) -> ConfidenceInterval {
    guard weights.count > 1 else { throw .tooFew("studies", count: weights.count, needed: 2) }
    let distribution = Distribution.chiSquared(Double(weights.count - 1))
    let tail = (1 - estimate.level) / 2
    return ConfidenceInterval(
      try studies.tauSquared(whereQIs: distribution.upperQuantile(tail)),
      try studies.tauSquared(whereQIs: distribution.quantile(tail)))
  }
}
