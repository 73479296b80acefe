// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// Proportional hazards: λ(t | x) = λ₀(t)·exp(xᵀβ), with Efron's likelihood for tied events.
///
/// Newton's method on the partial likelihood, with step halving; found when no linear predictor moves by
/// more than 1e-10. Strata have baseline hazards of their own; delayed entry leaves a row out of the risk
/// sets before it. Covariates are centred inside, which changes nothing but rounding.
///
/// - Missing values: none are accepted; drop such rows beforehand and count them.
/// - Complexity: O(iterations · (n·k² + n log n)) time, O(n·k) memory.
///
/// Source: Cox (1972), J. Royal Statistical Society B 34:187–220; Efron (1977), J. American Statistical
/// Association 72:557–565. Agrees with R survival `coxph` to 1e-8.
public struct CoxModel: LinearModel {
  public let names: [String]
  /// β̂, log hazards per unit of each regressor.
  public let coefficients: [Double]
  /// Of Efron's partial likelihood.
  public let logLikelihood: Double
  /// The same at β = 0.
  public let nullLogLikelihood: Double
  public let eventCount: Int

  /// The inverse of the information.
  let inverse: Matrix
  let risks: CoxRisks

  /// Fits the model.
  ///
  /// - Parameters:
  ///   - times: of n rows.
  ///   - design: n × k without an intercept.
  ///   - strata: of each row, nil for one.
  /// - Throws: `EstimationFault.separated` naming the columns along which the hazard ratio runs to zero
  ///   or infinity, `.zeroVariance` without any event, `.rankDeficient`, `.notFinite`, `.notConverged`.
  public init(
    _ times: SurvivalTimes, design: Design, strata: Grouping? = nil
  ) throws(EstimationFault) {
    precondition(times.count == design.rowCount, "one time for each row of the design")
    precondition(!design.hasIntercept, "the baseline hazard stands for the intercept")
    guard design.columnCount > 0 else { throw .tooFew("regressors", count: 0, needed: 1) }
    guard times.eventCount > 0 else { throw .zeroVariance("whether the event came") }
    let risks = CoxRisks(times, design.matrix, strata)
    try Self.check(risks.design, names: design.names)
    let size = design.columnCount
    var beta = [Double](repeating: 0, count: size)
    var state = risks.state(beta)
    let null = state.logLikelihood
    for _ in 0..<100 {
      let solution = try state.information.positiveSolution(state.score)
      guard solution.rank == size else {
        let idle = design.names.indices.filter { state.information[$0, $0] <= 1e-12 }
        let named = idle.isEmpty ? [size - 1] : idle
        throw .rankDeficient(columns: named.map { design.names[$0] })
      }
      var step = solution.x
      var next = risks.state(zip(beta, step).map { $0 + $1 })
      var halvings = 0
      while !(next.logLikelihood >= state.logLikelihood - 1e-10 * state.logLikelihood.magnitude),
        halvings < 30
      {
        step = step.map { $0 / 2 }
        next = risks.state(zip(beta, step).map { $0 + $1 })
        halvings += 1
      }
      let moves = risks.design * step
      let farthest = moves.reduce(0) { max($0, $1.magnitude) }
      if farthest > 1e-3, risks.isSeparated(along: moves, tolerance: 1e-6 * farthest) {
        throw .separated(columns: design.names(carrying: step), complete: false)
      }
      beta = zip(beta, step).map { $0 + $1 }
      state = next
      if farthest <= 1e-10 {
        names = design.names
        coefficients = beta
        logLikelihood = state.logLikelihood
        nullLogLikelihood = null
        eventCount = times.eventCount
        inverse = try state.information.pseudoInverse()
        self.risks = risks
        return
      }
    }
    throw .notConverged("the Cox model")
  }

  private static func check(_ design: Matrix, names: [String]) throws(EstimationFault) {
    for position in names.indices {
      let column = design.column(position)
      let rows = column.indices.filter { !column[$0].isFinite }
      guard rows.isEmpty else { throw .notFinite(names[position], rows: rows) }
    }
    guard design.rows > design.columns else {
      throw .tooFew("rows", count: design.rows, needed: design.columns + 1)
    }
    let factor = TallFactor(
      design: design, outcome: [Double](repeating: 0, count: design.rows), rootWeights: nil)
    _ = try OrthonormalBasis(factor, names: names)
  }
}

extension CoxModel {
  /// The covariance of the coefficients.
  ///
  /// `classical` is the inverse information; `hc0` sums the squares of each row's influence (dfbeta:
  /// its score residual times the inverse information), `cr0` those of each cluster's sum, `cr1` times
  /// G⁄(G − 1) · (n − 1)⁄(n − k). Degrees of freedom are infinite, with clusters G − 1.
  ///
  /// - Throws: `EstimationFault.oneCluster`; `.outOfRange` for another variance.
  ///
  /// Source: Lin and Wei (1989), J. American Statistical Association 84:1074–1078. Agrees with R survival
  /// `coxph(robust = TRUE)` and `coxph(cluster =)`, which are hc0 and cr0, to 1e-8.
  public func covariance(
    _ estimator: VarianceEstimator
  ) throws(EstimationFault) -> CoefficientCovariance {
    let size = names.count
    var matrix = inverse
    var degreesOfFreedom = Double.infinity
    switch estimator {
    case .classical: break
    case .hc0:
      let influence = risks.scoreResiduals(coefficients) * inverse
      matrix = influence.transposedTimes(influence)
    case .cr0(let clusters), .cr1(let clusters):
      precondition(clusters.rowCount == risks.times.count, "one cluster for each row")
      guard clusters.count > 1 else { throw .oneCluster }
      let residuals = risks.scoreResiduals(coefficients)
      var sums = Matrix(rows: clusters.count, columns: size)
      for column in 0..<size {
        for row in 0..<residuals.rows {
          sums[Int(clusters.codes[row]), column] += residuals[row, column]
        }
      }
      let influence = sums * inverse
      matrix = influence.transposedTimes(influence)
      let groups = Double(clusters.count)
      degreesOfFreedom = groups - 1
      if case .cr1 = estimator {
        let rows = Double(residuals.rows)
        let factor = groups / (groups - 1) * (rows - 1) / (rows - Double(size))
        for i in matrix.values.indices { matrix.values[i] *= factor }
      }
    case .hc1, .hc2, .hc3, .cr2, .cr3:
      throw .outOfRange("the variance of a Cox model", allowed: "classical, hc0, cr0 or cr1")
    }
    return CoefficientCovariance(
      matrix: matrix, degreesOfFreedom: Array(repeating: degreesOfFreedom, count: size),
      name: estimator.name, degreesOfFreedomRule: GeneralizedLinearModel.rule(estimator),
      clusters: estimator.clusters?.count)
  }
}
