// SPDX-License-Identifier: EUPL-1.2

/// Effects with their variances, and the estimators of the variance between them.
struct Studies: Sendable, Hashable {
  let effects: [Double]
  let variances: [Double]

  init(effects: [Double], variances: [Double]) throws(EstimationFault) {
    precondition(effects.count == variances.count, "one variance per effect")
    let wrong = effects.indices.filter { !effects[$0].isFinite || !variances[$0].isFinite }
    guard wrong.isEmpty else { throw .notFinite("the effects", rows: wrong) }
    guard variances.allSatisfy({ $0 > 0 }) else {
      throw .outOfRange("the standard error of every study", allowed: "positive")
    }
    self.effects = effects
    self.variances = variances
  }

  /// The weighted mean at a τ², the sum of its weights, and Q = Σ wᵢ(yᵢ − μ̂)².
  func pooled(_ tauSquared: Double) -> (mean: Double, weightSum: Double, q: Double) {
    var weightSum = 0.0
    var sum = 0.0
    for (effect, variance) in zip(effects, variances) {
      weightSum += 1 / (variance + tauSquared)
      sum += effect / (variance + tauSquared)
    }
    let mean = sum / weightSum
    var q = 0.0
    for (effect, variance) in zip(effects, variances) {
      q += (effect - mean) * (effect - mean) / (variance + tauSquared)
    }
    return (mean, weightSum, q)
  }

  /// (k − 1) ⁄ (Σw − Σw² ⁄ Σw) with w = 1⁄v: the variance a typical study has from sampling.
  var typicalVariance: Double {
    let sum = variances.reduce(0) { $0 + 1 / $1 }
    let squares = variances.reduce(0) { $0 + 1 / ($1 * $1) }
    return Double(effects.count - 1) / (sum - squares / sum)
  }

  func tauSquared(_ method: MetaAnalysis.Method) throws(EstimationFault) -> Double {
    let spare = Double(effects.count - 1)
    switch method {
    case .fixed: return 0
    case .dl: return max(0, (pooled(0).q - spare) / spare * typicalVariance)
    case .pm: return try tauSquared(whereQIs: spare)
    case .reml: return try restrictedMaximumLikelihood()
    }
  }

  /// The τ² ≥ 0 at which Q(τ²) has a value, 0 if Q is smaller everywhere.
  ///
  /// Q falls as τ² grows, so a bracket is doubled and then halved, with Newton's steps inside it.
  func tauSquared(whereQIs target: Double) throws(EstimationFault) -> Double {
    guard pooled(0).q > target else { return 0 }
    var low = 0.0
    var high = variances.max() ?? 1
    while pooled(high).q > target {
      low = high
      high *= 2
      guard high.isFinite else { throw .notConverged("the variance between studies") }
    }
    var tauSquared = (low + high) / 2
    for _ in 0..<200 {
      let pooled = pooled(tauSquared)
      if pooled.q > target { low = tauSquared } else { high = tauSquared }
      var slope = 0.0
      for (effect, variance) in zip(effects, variances) {
        let scaled = (effect - pooled.mean) / (variance + tauSquared)
        slope += scaled * scaled
      }
      var next = tauSquared + (pooled.q - target) / slope
      if !(next > low && next < high) { next = (low + high) / 2 }
      if (next - tauSquared).magnitude <= 1e-15 * next { return next }
      tauSquared = next
    }
    return tauSquared
  }

  /// Fisher scoring for the restricted likelihood, until the step vanishes in rounding.
  ///
  /// τ² ← τ² + (Σwᵢ²(yᵢ − μ̂)² − tr P) ⁄ tr P², from DerSimonian and Laird's estimate.
  ///
  /// Source: Viechtbauer (2005), J. Educational and Behavioral Statistics 30:261–293.
  private func restrictedMaximumLikelihood() throws(EstimationFault) -> Double {
    var tauSquared = try self.tauSquared(.dl)
    var stalled = 0
    var smallest = Double.infinity
    for _ in 0..<10_000 {
      let step = scoringStep(tauSquared)
      // At the border of the parameter space the likelihood falls: the estimate is 0.
      if tauSquared == 0 && step <= 0 { return 0 }
      let next = max(0, tauSquared + step)
      let change = (next - tauSquared).magnitude
      tauSquared = next
      if change <= 1e-15 * (tauSquared + typicalVariance) { return tauSquared }
      // Rounding keeps the last step from vanishing where weights differ by many magnitudes.
      stalled = change < smallest ? 0 : stalled + 1
      smallest = min(smallest, change)
      if stalled > 20 && smallest <= 1e-12 * (tauSquared + typicalVariance) { return tauSquared }
    }
    throw .notConverged("the variance between studies (REML)")
  }

  private func scoringStep(_ tauSquared: Double) -> Double {
    var first = 0.0
    var second = 0.0
    var third = 0.0
    for variance in variances {
      let weight = 1 / (variance + tauSquared)
      first += weight
      second += weight * weight
      third += weight * weight * weight
    }
    let mean = pooled(tauSquared).mean
    var quadratic = 0.0
    for (effect, variance) in zip(effects, variances) {
      let scaled = (effect - mean) / (variance + tauSquared)
      quadratic += scaled * scaled
    }
    let trace = first - second / first
    let squaredTrace = second - 2 * third / first + (second / first) * (second / first)
    return (quadratic - trace) / squaredTrace
  }
}
