// SPDX-License-Identifier: EUPL-1.2

/// The two polynomials of one side, and the level at the cut-off as a weighted sum of outcomes.
struct CutoffWindow {
  let side: CutoffSide
  let polynomial: LocalPolynomial
  let biasPolynomial: LocalPolynomial
  /// a with τ̂ = Σ aᵢyᵢ.
  let weights: [Double]
  /// The same with the bias taken away: a − κ·a', where a' are the weights of the coefficient of order
  /// p + 1 and κ = Σ aᵢdᵢᵖ⁺¹ is what one unit of it adds to the level.
  let correctedWeights: [Double]

  /// The rows of the wider of both windows.
  var rows: Int { max(polynomial.count, biasPolynomial.count) }

  init(
    _ side: CutoffSide, order: Int, biasOrder: Int, main: Double, bias: Double,
    kernel: LocalKernel
  ) throws(EstimationFault) {
    self.side = side
    polynomial = try LocalPolynomial(
      side.distances, order: order, bandwidth: main, kernel: kernel)
    biasPolynomial = try LocalPolynomial(
      side.distances, order: biasOrder, bandwidth: bias, kernel: kernel)
    let weights = try polynomial.weights(ofPower: 0)
    let curvature = try biasPolynomial.weights(ofPower: order + 1)
    var bias = 0.0
    for row in weights.indices {
      bias += weights[row] * LocalPolynomial.power(side.distances[row], order + 1)
    }
    var corrected = curvature.map { -bias * $0 }
    corrected += repeatElement(0, count: max(0, weights.count - corrected.count))
    for row in weights.indices { corrected[row] += weights[row] }
    self.weights = weights
    correctedWeights = corrected
  }
}

/// Both sides of the cut-off.
struct WindowPair {
  let left: CutoffWindow
  let right: CutoffWindow
  let settings: RegressionDiscontinuity.Settings

  /// The jump of a combination of columns, with its bias and without it.
  func jump(_ combination: [Double]) -> (plain: Double, corrected: Double) {
    let below = Self.level(left, combination)
    let above = Self.level(right, combination)
    return (above.plain - below.plain, above.corrected - below.corrected)
  }

  /// The levels on both sides.
  func levels(_ combination: [Double]) -> CutoffPair<Double> {
    CutoffPair(Self.level(left, combination).plain, Self.level(right, combination).plain)
  }

  /// - Throws: `EstimationFault.zeroVariance` where the outcome does not vary around the polynomials.
  func estimates(
    of what: String, _ combination: [Double], plain: Double, corrected: Double
  ) throws(EstimationFault) -> RegressionDiscontinuity.Jump {
    let below = try variances(left, combination)
    let above = try variances(right, combination)
    let error = (below.plain + above.plain).squareRoot()
    return RegressionDiscontinuity.Jump(
      conventional: try Estimate(
        of: what, value: plain, standardError: error, level: settings.level),
      biasCorrected: try Estimate(
        of: what, value: corrected, standardError: error, level: settings.level),
      robust: try Estimate(
        of: what, value: corrected,
        standardError: (below.corrected + above.corrected).squareRoot(), level: settings.level))
  }

  private static func level(
    _ window: CutoffWindow, _ combination: [Double]
  ) -> (plain: Double, corrected: Double) {
    let outcome = window.side.combined(combination, count: window.rows)
    var plain = 0.0
    for row in window.weights.indices { plain += window.weights[row] * outcome[row] }
    var corrected = 0.0
    for row in window.correctedWeights.indices {
      corrected += window.correctedWeights[row] * outcome[row]
    }
    return (plain, corrected)
  }

  private func variances(
    _ window: CutoffWindow, _ combination: [Double]
  ) throws(EstimationFault) -> (plain: Double, corrected: Double) {
    let outcome = window.side.combined(combination, count: window.rows)
    var neighbours: [Double]?
    if case .neighbours(let matches) = settings.variance {
      neighbours = window.side.neighbourResiduals(
        outcome, count: window.rows, matches: matches)
    }
    return (
      try window.side.variance(
        of: window.weights, outcome: outcome, count: window.rows, polynomial: window.polynomial,
        settings.variance,
        neighbours: neighbours),
      try window.side.variance(
        of: window.correctedWeights, outcome: outcome, count: window.rows,
        polynomial: window.biasPolynomial,
        settings.variance, neighbours: neighbours)
    )
  }
}
