// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// Weights as even as can be under which an arm has given means: entropy balancing.
///
/// min Σ wᵢ log wᵢ subject to Σ wᵢ = 1, Σ wᵢxᵢ = x̄; wᵢ ∝ exp(λᵀxᵢ), with λ the least value of
/// log Σ exp(λᵀ(xᵢ − x̄)), found by Newton's method with halved steps. Covariates are standardised first.
///
/// - Complexity: O(n·k²) for each of some ten steps.
///
/// Source: Hainmueller (2012), Political Analysis 20:25–46. Agrees with an independent solution in
/// SciPy on reference case matching-ipw to 1e-8.
struct EntropyBalance {
  /// Not negative, of sum one; one for each row of the arm.
  private(set) var weights: [Double]

  /// - Parameters:
  ///   - covariates: the arm's rows, column by column.
  ///   - targets: x̄, one for each covariate.
  /// - Throws: `EstimationFault.noOverlap` naming the covariates whose target lies outside what the
  ///   arm has, or all of them where their combination does.
  init(
    covariates: [(name: String, values: [Double])], targets: [Double]
  ) throws(EstimationFault) {
    let count = covariates[0].values.count
    let size = covariates.count
    var matrix = Matrix(rows: count, columns: size)
    var outside: [String] = []
    for (column, covariate) in covariates.enumerated() {
      let deviation = Moments(covariate.values).variance.squareRoot()
      let target = targets[column]
      let slack = 1e-12 * max(deviation, target.magnitude)
      let (least, largest) = (covariate.values.min() ?? 0, covariate.values.max() ?? 0)
      if target <= least - slack || target >= largest + slack
        || (deviation > 0 && (target <= least || target >= largest))
      {
        outside.append(covariate.name)
      }
      for row in 0..<count where deviation > 0 {
        matrix[row, column] = (covariate.values[row] - target) / deviation
      }
    }
    guard outside.isEmpty else { throw .noOverlap(columns: outside) }
    var multipliers = [Double](repeating: 0, count: size)
    weights = Self.tilted(matrix, multipliers).weights
    var value = Self.tilted(matrix, multipliers).value
    for _ in 0..<200 {
      let gradient = matrix.transposed * weights
      guard gradient.contains(where: { $0.magnitude > 1e-12 }) else { return }
      var hessian = Matrix(rows: size, columns: size)
      for i in 0..<size {
        for j in 0...i {
          var sum = 0.0
          for row in 0..<count { sum += weights[row] * matrix[row, i] * matrix[row, j] }
          hessian[i, j] = sum - gradient[i] * gradient[j]
          hessian[j, i] = hessian[i, j]
        }
      }
      let step = try hessian.positiveSolution(gradient).x
      let slope = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      var share = 1.0
      var moved = false
      while share > 1e-8, !moved {
        let candidate = zip(multipliers, step).map { $0 - share * $1 }
        let tilted = Self.tilted(matrix, candidate)
        if tilted.value <= value - 1e-4 * share * slope + 1e-14 * value.magnitude {
          (multipliers, value, weights) = (candidate, tilted.value, tilted.weights)
          moved = true
        }
        share /= 2
      }
      if !moved { break }
    }
    let rest = matrix.transposed * weights
    guard rest.allSatisfy({ $0.magnitude < 1e-7 }) else {
      throw .noOverlap(columns: covariates.map(\.name))
    }
  }

  private static func tilted(
    _ matrix: Matrix, _ multipliers: [Double]
  ) -> (weights: [Double], value: Double) {
    let exponents = matrix * multipliers
    let largest = exponents.max() ?? 0
    var weights = exponents.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    for row in weights.indices { weights[row] /= sum }
    return (weights, log(sum) + largest)
  }
}

extension WeightedEffect {
  /// Entropy balancing: each arm has the covariates' means of the treated, or of everybody, exactly.
  ///
  /// φ is that of the estimate adjusted by weighted least squares of the outcome on the covariates
  /// within arms, which is what the estimated weights amount to.
  ///
  /// - Throws: `EstimationFault.noOverlap` where no weights balance, `.rankDeficient`, `.emptyArm`,
  ///   `.tooFew`.
  ///
  /// Source: Hainmueller (2012), Political Analysis 20:25–46; Zhao and Percival (2017), J. Causal
  /// Inference 5:20160010.
  public init(
    entropyBalancing covariates: [(name: String, values: [Double])], treated: [Bool],
    outcome: [Double], estimand: TreatmentEstimand
  ) throws(EstimationFault) {
    let arms = try CovariateArms(covariates, treated)
    let goal = estimand == .treated ? arms.treatedRows : Array(treated.indices)
    let targets = covariates.map { column in Moments(goal.map { column.values[$0] }).mean }
    var weights = [Double](repeating: 0, count: treated.count)
    for (arm, rows) in [(true, arms.treatedRows), (false, arms.controlRows)] {
      if arm, estimand == .treated {
        for row in rows { weights[row] = 1 / Double(rows.count) }
        continue
      }
      let balance = try EntropyBalance(
        covariates: covariates.map { column in
          (name: column.name, values: rows.map { column.values[$0] })
        }, targets: targets)
      for (place, row) in rows.enumerated() { weights[row] = balance.weights[place] }
    }
    let means = Means(outcome, weights, treated)
    let effect = means.treated - means.control
    // Rows whose weight vanished say nothing of the regression.
    let control = try arms.predict(
      outcome, of: false, weights: weights.map { max($0, 1e-300) })
    let change =
      estimand == .everybody
      ? try arms.predict(outcome, of: true, weights: weights.map { max($0, 1e-300) }) : control
    let size = Double(goal.count)
    influence = outcome.indices.map { row in
      switch (estimand, treated[row]) {
      case (.treated, true): (outcome[row] - control[row] - effect) / size
      case (.treated, false): -weights[row] * (outcome[row] - control[row])
      case (.everybody, true):
        (change[row] - control[row] - effect) / size + weights[row] * (outcome[row] - change[row])
      case (.everybody, false):
        (change[row] - control[row] - effect) / size - weights[row] * (outcome[row] - control[row])
      }
    }
    self.effect = effect
    self.weights = weights
  }
}
