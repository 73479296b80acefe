// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// One group beside its controls: what all periods that share covariates have in common.
///
/// With x the covariates (1 first), D the group, w the units' weights and Δ the outcome's change:
/// - outcome regression: mean over the group of Δ − xβ̂, β̂ from the controls by least squares;
/// - weighting: mean over the group of Δ minus the controls' mean weighted by w·p̂ ⁄ (1 − p̂);
/// - doubly robust: the latter with Δ − xβ̂ in place of Δ.
///
/// Influence functions take in that β̂ and p̂ are estimated.
/// Source: Sant'Anna and Zhao (2020), J. Econometrics 219:101–122 (`reg`, `std_ipw`, `dr` with
/// least squares and maximum likelihood).
struct CohortContrast: Sendable {
  /// The group's units first, then the controls.
  let units: [Int]
  let treatedCount: Int
  private let estimation: GroupTimeSettings.Estimation
  /// k numbers for each unit, 1 first.
  private let regressors: [Double]
  private let width: Int
  private let weights: [Double]
  /// (Σ w·x·xᵀ ⁄ n)⁻¹ over the controls; of no use to weighting.
  private let inverseGram: Matrix?
  private let propensity: Propensity?

  /// A unit this likely to be in the group has no like among the controls.
  static let overlapLimit = 0.999

  enum Fault: Error, Hashable {
    case dependent([Int])
    case noOverlap
  }

  /// - Parameters:
  ///   - treated: the group's units, by their places in the panel.
  ///   - controls: the units it is compared with.
  ///   - covariates: k − 1 standardised numbers for each unit of `treated`, then of `controls`.
  ///   - weights: of all units of the panel; nil for 1.
  ///   - estimation: how covariates are taken into account.
  /// - Throws: `Fault.dependent` with the places of covariates, or `.noOverlap`.
  init(
    treated: [Int], controls: [Int], covariates: [[Double]], weights: [Double]?,
    estimation: GroupTimeSettings.Estimation
  ) throws(Fault) {
    units = treated + controls
    treatedCount = treated.count
    let hasCovariates = !(covariates.first ?? []).isEmpty
    self.estimation = hasCovariates ? estimation : .outcomeRegression
    width = 1 + (covariates.first?.count ?? 0)
    regressors =
      covariates.isEmpty
      ? Array(repeating: 1, count: units.count) : covariates.flatMap { [1] + $0 }
    self.weights = units.map { weights?[$0] ?? 1 }
    let count = units.count
    inverseGram =
      self.estimation == .weighting
      ? nil
      : try Self.inverse(
        Self.gram(regressors, width, treatedCount..<count, self.weights, scale: Double(count)))
    propensity =
      self.estimation == .outcomeRegression
      ? nil : try Propensity(regressors, width, treatedCount: treatedCount, weights: self.weights)
  }

  /// The effect for one change of the outcome.
  ///
  /// - Parameter change: Δ of each unit, in the order of `units`.
  /// - Returns: the effect, and for each unit ψ with effect − truth ≈ mean of ψ over `units`.
  func effect(_ change: [Double]) -> (estimate: Double, influence: [Double]) {
    let count = units.count
    let n = Double(count)
    let coefficients = regression(change)
    var rest = change
    if let coefficients {
      for i in 0..<count { rest[i] -= product(i, coefficients) }
    }
    var treatedWeight = 0.0
    var treatedSum = 0.0
    for i in 0..<treatedCount {
      treatedWeight += weights[i]
      treatedSum += weights[i] * rest[i]
    }
    let treatedMean = treatedSum / treatedWeight
    treatedWeight /= n
    var controlWeight = 0.0
    var controlMean = 0.0
    if let odds = propensity?.odds {
      for i in treatedCount..<count {
        controlWeight += odds[i]
        controlMean += odds[i] * rest[i]
      }
      controlMean /= controlWeight
      controlWeight /= n
    }
    var influence = [Double](repeating: 0, count: count)
    for i in 0..<treatedCount {
      influence[i] = weights[i] * (rest[i] - treatedMean) / treatedWeight
    }
    if let odds = propensity?.odds {
      for i in treatedCount..<count {
        influence[i] = -odds[i] * (rest[i] - controlMean) / controlWeight
      }
    }
    if let inverseGram {
      let moment = regressionMoment(treatedWeight, controlWeight)
      let direction = inverseGram * moment
      for i in treatedCount..<count {
        influence[i] -= weights[i] * rest[i] * product(i, direction)
      }
    }
    if let propensity {
      let moment = weightedMean(treatedCount..<count) {
        propensity.odds[$0] * (rest[$0] - controlMean)
      }
      let direction = (propensity.inverseHessian * moment).map { $0 / controlWeight }
      for i in 0..<count {
        let isTreated = i < treatedCount ? 1.0 : 0
        influence[i] -=
          weights[i] * (isTreated - propensity.probabilities[i]) * product(i, direction)
      }
    }
    return (treatedMean - controlMean, influence)
  }

  /// β̂ of the controls; nil where none is needed.
  private func regression(_ change: [Double]) -> [Double]? {
    guard let inverseGram else { return nil }
    return inverseGram
      * weightedMean(treatedCount..<units.count) { weights[$0] * change[$0] }
  }

  /// How the effect moves with β̂.
  private func regressionMoment(_ treatedWeight: Double, _ controlWeight: Double) -> [Double] {
    var moment = weightedMean(0..<treatedCount) { weights[$0] }.map { $0 / treatedWeight }
    if let odds = propensity?.odds {
      let controls = weightedMean(treatedCount..<units.count) { odds[$0] }
      for j in 0..<width { moment[j] -= controls[j] / controlWeight }
    }
    return moment
  }

  /// Σ factor·x ⁄ n over some units.
  private func weightedMean(_ range: Range<Int>, _ factor: (Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for i in range {
      let share = factor(i)
      for j in 0..<width { sums[j] += share * regressors[i * width + j] }
    }
    let n = Double(units.count)
    return sums.map { $0 / n }
  }

  private func product(_ unit: Int, _ coefficients: [Double]) -> Double {
    var sum = 0.0
    for j in 0..<width { sum += regressors[unit * width + j] * coefficients[j] }
    return sum
  }
}

extension CohortContrast {
  /// Σ f·x·xᵀ ⁄ scale, the lower triangle.
  fileprivate static func gram(
    _ regressors: [Double], _ width: Int, _ range: Range<Int>, _ factors: [Double], scale: Double
  ) -> Matrix {
    var gram = Matrix(rows: width, columns: width)
    for i in range {
      for column in 0..<width {
        let share = factors[i] * regressors[i * width + column]
        for row in column..<width {
          gram.values[row + column * width] += share * regressors[i * width + row]
        }
      }
    }
    for place in gram.values.indices { gram.values[place] /= scale }
    return gram
  }

  fileprivate static func inverse(_ gram: Matrix) throws(Fault) -> Matrix {
    switch gram.positiveInverse() {
    case .inverse(let inverse): return inverse
    case .dependent(let columns): throw .dependent(columns.map { $0 - 1 })
    }
  }
}

/// The logit of belonging to the group, by Newton's method.
private struct Propensity: Sendable {
  var probabilities: [Double]
  /// w·p ⁄ (1 − p), used for the controls.
  var odds: [Double] = []
  /// (Σ w·p(1 − p)·x·xᵀ ⁄ n)⁻¹.
  var inverseHessian = Matrix(rows: 0, columns: 0)

  init(
    _ regressors: [Double], _ width: Int, treatedCount: Int, weights: [Double]
  ) throws(CohortContrast.Fault) {
    let count = weights.count
    let n = Double(count)
    let everything = CohortContrast.gram(regressors, width, 0..<count, weights, scale: n)
    _ = try CohortContrast.inverse(everything)
    probabilities = Array(repeating: 0.5, count: count)
    var coefficients = [Double](repeating: 0, count: width)
    var isSettled = false
    for _ in 0..<40 {
      var score = [Double](repeating: 0, count: width)
      var factors = [Double](repeating: 0, count: count)
      for i in 0..<count {
        var index = 0.0
        for j in 0..<width { index += regressors[i * width + j] * coefficients[j] }
        let p = 1 / (1 + exp(-index))
        probabilities[i] = p
        factors[i] = weights[i] * p * (1 - p)
        let rest = weights[i] * ((i < treatedCount ? 1 : 0) - p)
        for j in 0..<width { score[j] += rest * regressors[i * width + j] }
      }
      guard
        case .inverse(let inverse) = CohortContrast.gram(
          regressors, width, 0..<count, factors, scale: n
        ).positiveInverse()
      else { throw .noOverlap }
      inverseHessian = inverse
      if isSettled { break }
      let step = (inverse * score).map { $0 / n }
      for j in 0..<width { coefficients[j] += step[j] }
      isSettled = step.allSatisfy { $0.magnitude < 1e-9 }
    }
    guard isSettled, probabilities.allSatisfy({ $0 < CohortContrast.overlapLimit }) else {
      throw .noOverlap
    }
    odds = (0..<count).map { weights[$0] * probabilities[$0] / (1 - probabilities[$0]) }
  }
}
