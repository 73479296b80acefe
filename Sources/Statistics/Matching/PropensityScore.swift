// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// The chance of being treated given covariates, by logistic regression.
///
/// log(e ⁄ (1 − e)) = xᵀβ, by maximum likelihood: Newton's steps, each a weighted least squares of
/// the working outcome η + (d − e) ⁄ w with w = e(1 − e), solved by pivoted QR.
///
/// - Missing values: none are accepted.
/// - Complexity: O(n·k²) for each of some five to ten steps.
///
/// Agrees with R 4.2 `glm(family = binomial)` to 1e-8 (reference case matching-ipw).
public struct PropensityScore: Sendable {
  /// With the intercept first.
  public let names: [String]
  /// β̂.
  public let coefficients: [Double]
  /// ê for each row, between 0 and 1.
  public let scores: [Double]
  /// log(ê ⁄ (1 − ê)) of each row.
  public let logits: [Double]
  let design: Matrix
  /// A with (XᵀWX)⁻¹ = AAᵀ, the inverse of the information.
  let basis: Matrix

  /// - Parameters:
  ///   - treated: whether each row was.
  ///   - covariates: named columns, one value per row, none missing.
  /// - Throws: `EstimationFault.noOverlap` naming the columns that tell the arms apart, `.emptyArm`,
  ///   `.rankDeficient`, `.notFinite`, `.tooFew`.
  public init(
    treated: [Bool], covariates: [(name: String, values: [Double])]
  ) throws(EstimationFault) {
    guard !covariates.isEmpty else { throw .tooFew("covariates", count: 0, needed: 1) }
    guard treated.contains(true) else { throw .emptyArm("treated") }
    guard treated.contains(false) else { throw .emptyArm("control") }
    var design = Design(rows: treated.count, capacity: covariates.count)
    for (name, values) in covariates { design.append(name, values) }
    var linear = treated.map { $0 ? 1.0 : -1 }
    var fit: OLS?
    var movement = Double.infinity
    for _ in 0..<30 {
      var weights = linear
      var working = linear
      for row in linear.indices {
        let score = Self.logistic(linear[row])
        weights[row] = score * Self.logistic(-linear[row])
        // (d − e) ⁄ w is 1 ⁄ e for the treated and −1 ⁄ (1 − e) for the others.
        working[row] += treated[row] ? 1 / score : -1 / Self.logistic(-linear[row])
      }
      let step = try OLS(outcome: working, design: design, weights: weights)
      movement = 0
      for row in linear.indices {
        let moved = working[row] - step.residuals[row]
        movement = max(movement, (moved - linear[row]).magnitude)
        linear[row] = moved
      }
      fit = step
      let reach = linear.reduce(0) { max($0, $1.magnitude) }
      guard reach < 28 else { break }
      if movement < 1e-10 * (1 + reach) { break }
    }
    guard let fit, movement < 1e-6 else {
      throw .noOverlap(columns: Self.separating(treated, covariates, fit))
    }
    names = design.names
    coefficients = fit.coefficients
    // Row by row and in one order, so that cases that are alike have the same score to the last bit.
    var sums = [Double](repeating: fit.coefficients[0], count: treated.count)
    for (column, covariate) in covariates.enumerated() {
      let slope = fit.coefficients[column + 1]
      for row in sums.indices { sums[row] += slope * covariate.values[row] }
    }
    logits = sums
    scores = sums.map(Self.logistic)
    self.design = fit.design
    basis = fit.basis
  }

  private static func logistic(_ x: Double) -> Double {
    x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
  }

  /// The columns in which the arms do not overlap, or of which one value is seen in one arm only.
  private static func separating(
    _ treated: [Bool], _ covariates: [(name: String, values: [Double])], _ fit: OLS?
  ) -> [String] {
    var found: [String] = []
    for (name, values) in covariates {
      let first = Range(treated, values, of: true)
      let second = Range(treated, values, of: false)
      let isApart = first.upper <= second.lower || second.upper <= first.lower
      let isOneSided = isYesNo(values) && (first.isConstant || second.isConstant)
      if isApart || isOneSided, !(first.isConstant && second.isConstant && first == second) {
        found.append(name)
      }
    }
    guard found.isEmpty else { return found }
    // No column alone: those whose coefficients ran away, in standard deviations.
    let reaches = covariates.enumerated().map { place, column in
      (
        (fit?.coefficients[place + 1] ?? 0).magnitude
          * Moments(column.values).variance.squareRoot(), column.name
      )
    }
    return reaches.sorted { $0.0 > $1.0 }.prefix(3).map(\.1)
  }

  private static func isYesNo(_ values: [Double]) -> Bool {
    values.allSatisfy { $0 == 0 || $0 == 1 }
  }

  /// The least and largest value of one arm.
  private struct Range: Equatable {
    var lower = Double.infinity
    var upper = -Double.infinity
    var isConstant: Bool { lower == upper }

    init(_ treated: [Bool], _ values: [Double], of arm: Bool) {
      for row in values.indices where treated[row] == arm {
        lower = min(lower, values[row])
        upper = max(upper, values[row])
      }
    }
  }
}

extension PropensityScore {
  /// The information's inverse times the score of each row, (XᵀWX)⁻¹xᵢ(dᵢ − eᵢ), along a direction g.
  ///
  /// - Returns: gᵀ(XᵀWX)⁻¹xᵢ(dᵢ − eᵢ) for each row: what row i adds to gᵀ(β̂ − β).
  func influence(along direction: [Double], treated: [Bool]) -> [Double] {
    let inner = basis * (basis.transposed * direction)
    let projected = design * inner
    return projected.indices.map { row in
      projected[row] * ((treated[row] ? 1 : 0) - scores[row])
    }
  }
}
