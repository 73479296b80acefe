// SPDX-License-Identifier: EUPL-1.2

/// How alike the arms are in one covariate, as they are or weighted.
public struct MatchedBalance: Sendable, Hashable {
  public let name: String
  /// In the covariate's unit; weighted.
  public let treatedMean: Double
  public let controlMean: Double
  /// (x̄₁ − x̄₀) ⁄ s; nil where the covariate does not vary.
  ///
  /// s is the standard deviation before weighting, of the treated for the effect on them and of both
  /// arms, √((s₁² + s₀²)⁄2), for everybody's, so that before and after compare; √(p(1 − p)) for a
  /// covariate of 0 and 1. Agrees with R MatchIt 4.5.1 on reference case matching-ipw.
  public let standardisedDifference: Double?
  /// Weighted variance of the treated over that of the controls; nil where the latter is zero.
  public let varianceRatio: Double?

  /// - Parameters:
  ///   - covariate: a named column, none missing.
  ///   - treated: whether each case was.
  ///   - weights: of the cases, not negative; 1 for each unless given.
  ///   - estimand: whose effect is estimated.
  public init(
    _ covariate: (name: String, values: [Double]), treated: [Bool], weights: [Double]? = nil,
    estimand: TreatmentEstimand
  ) {
    let values = covariate.values
    let even = [Double](repeating: 1, count: values.count)
    let first = WeightedMoments(values, weights ?? even) { treated[$0] }
    let second = WeightedMoments(values, weights ?? even) { !treated[$0] }
    let plainFirst = WeightedMoments(values, even) { treated[$0] }
    let plainSecond = WeightedMoments(values, even) { !treated[$0] }
    let isYesNo = values.allSatisfy { $0 == 0 || $0 == 1 }
    func spread(_ moments: WeightedMoments) -> Double {
      isYesNo ? moments.mean * (1 - moments.mean) : moments.variance
    }
    let square =
      estimand == .treated
      ? spread(plainFirst) : (spread(plainFirst) + spread(plainSecond)) / 2
    name = covariate.name
    treatedMean = first.mean
    controlMean = second.mean
    let difference = first.mean - second.mean
    standardisedDifference = square > 0 ? difference / square.squareRoot() : nil
    varianceRatio = second.variance > 0 ? first.variance / second.variance : nil
  }

  /// (Σw)² ⁄ Σw² over one arm: as many cases with even weights would say as much.
  public static func effectiveSize(_ weights: [Double], treated: [Bool], of arm: Bool) -> Double {
    var sum = 0.0
    var squares = 0.0
    for row in weights.indices where treated[row] == arm {
      sum += weights[row]
      squares += weights[row] * weights[row]
    }
    return squares > 0 ? sum * sum / squares : 0
  }
}

/// Mean and unbiased variance under weights of reliability.
private struct WeightedMoments {
  private(set) var mean = 0.0
  private(set) var variance = 0.0

  init(_ values: [Double], _ weights: [Double], _ isIn: (Int) -> Bool) {
    let rows = values.indices.filter(isIn)
    let sum = rows.reduce(0) { $0 + weights[$1] }
    guard sum > 0 else { return }
    mean = rows.reduce(0) { $0 + weights[$1] * values[$1] } / sum
    var total = 0.0
    var squares = 0.0
    for row in rows {
      let share = weights[row] / sum
      total += share * (values[row] - mean) * (values[row] - mean)
      squares += share * share
    }
    if squares < 1 { variance = total / (1 - squares) }
  }
}
