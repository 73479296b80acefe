// SPDX-License-Identifier: EUPL-1.2

/// For each case and arm a guess, right on average, of the outcome that the case would have in that arm.
///
/// Γᵢ(a) = μ̂ₐ(xᵢ) + 1{Aᵢ = a} (Yᵢ − μ̂ₐ(xᵢ)) ⁄ ê(a | xᵢ), the augmented inverse-propensity score. It is right
/// on average where either the outcome model μ̂ or the propensities ê are; with the propensities of a
/// randomised pilot it always is. Both are cross-fitted: the models of a case come from the other parts.
///
/// - Shapes: n cases, K arms, p covariates.
/// - Missing values: none are accepted.
/// - Complexity: O(parts · K · n · p²).
///
/// Source: Robins, Rotnitzky and Zhao (1994), J. American Statistical Association 89:846–866;
/// Chernozhukov et al. (2018), Econometrics Journal 21:C1–C68; Zhou, Athey and Wager (2023), Operations
/// Research 71:148–183. Agrees with the same formulas written in NumPy to 1e-9.
public struct DoublyRobustScores: Sendable, Hashable {
  /// How the chance of each arm is known.
  public enum Propensities: Sendable, Hashable {
    /// As it was drawn: for each arm one chance for each case.
    case known([[Double]])
    /// A logistic regression on the covariates, for each arm against the rest, made to add up to 1.
    case logistic
  }

  /// Estimated chances are not let below this.
  public static let leastPropensity = 0.01

  /// Γ, by arm and then case, in the outcome's unit.
  public let scores: [[Double]]
  /// ê of the arm that each case was in.
  public let ownPropensity: [Double]
  /// Cases whose chance of some arm was estimated below `leastPropensity`, and set to it.
  public let clipped: Int

  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - arms: the arm of each case.
  ///   - covariates: p columns.
  ///   - parts: the part of each case; models for a part come from the others.
  ///   - propensities: known, or how they are estimated.
  ///   - isBinary: whether the outcome is 0 or 1, so that its model is logistic.
  /// - Throws: `EstimationFault.tooFew` where the other parts have fewer than two cases of an arm, or
  ///   where there is one part, `.outOfRange` for known chances outside (0, 1], `.notConverged`.
  public init(
    outcome: [Double], arms: Grouping, covariates: [[Double]], parts: Grouping,
    propensities: Propensities, isBinary: Bool
  ) throws(EstimationFault) {
    precondition(outcome.count == arms.rowCount && arms.rowCount == parts.rowCount)
    guard parts.count > 1 else { throw .tooFew("parts", count: parts.count, needed: 2) }
    if case .known(let known) = propensities {
      precondition(known.count == arms.count, "one chance for each arm")
      guard known.allSatisfy({ $0.allSatisfy { $0 > 0 && $0 <= 1 } }) else {
        throw .outOfRange("the chance of every arm", allowed: "above 0 and at most 1")
      }
    }
    let empty = [Double](repeating: 0, count: outcome.count)
    var expected = [[Double]](repeating: empty, count: arms.count)
    var chance = [[Double]](repeating: empty, count: arms.count)
    var clipped = 0
    for part in 0..<parts.count {
      let own = parts.codes.indices.filter { Int(parts.codes[$0]) == part }
      let others = parts.codes.indices.filter { Int(parts.codes[$0]) != part }
      for arm in 0..<arms.count {
        let rows = others.filter { Int(arms.codes[$0]) == arm }
        guard rows.count > 1 else {
          throw .tooFew(
            "cases of arm '\(arms.labels[arm])' beside a part", count: rows.count, needed: 2)
        }
        let model = try NuisanceRegression(
          outcome: rows.map { outcome[$0] }, covariates: covariates, rows: rows,
          family: isBinary ? .logistic : .linear)
        for row in own { expected[arm][row] = model.prediction(covariates, row: row) }
        guard case .logistic = propensities else { continue }
        let membership = try NuisanceRegression(
          outcome: others.map { Int(arms.codes[$0]) == arm ? 1 : 0 }, covariates: covariates,
          rows: others, family: .logistic)
        for row in own { chance[arm][row] = membership.prediction(covariates, row: row) }
      }
      if case .logistic = propensities { clipped += Self.settle(&chance, own) }
    }
    if case .known(let known) = propensities { chance = known }
    var scores = expected
    var ownPropensity = empty
    for row in outcome.indices {
      let arm = Int(arms.codes[row])
      ownPropensity[row] = chance[arm][row]
      scores[arm][row] += (outcome[row] - expected[arm][row]) / chance[arm][row]
    }
    self.scores = scores
    self.ownPropensity = ownPropensity
    self.clipped = clipped
  }

  /// Lets the chances of each case add up to 1, none too small; counts the cases that had one.
  private static func settle(_ chance: inout [[Double]], _ rows: [Int]) -> Int {
    var clipped = 0
    for row in rows {
      let sum = chance.reduce(0) { $0 + $1[row] }
      var isClipped = false
      for arm in chance.indices {
        let share = chance[arm][row] / sum
        if share < leastPropensity { isClipped = true }
        chance[arm][row] = max(leastPropensity, share)
      }
      if isClipped { clipped += 1 }
    }
    return clipped
  }
}
