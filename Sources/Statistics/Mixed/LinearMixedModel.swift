// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// A linear model whose cases are alike within clusters: y = Xβ + Zb + e.
///
/// Var(b) = Γ = Σₖ γₖEₖ within each cluster, Var(e) = σ²I; the variances maximise the restricted likelihood (or the
/// likelihood) by Fisher scoring, which keeps variances from becoming negative. β̂ is the generalised
/// least-squares estimate, its covariance Kenward and Roger's, with Satterthwaite's degrees of freedom, which for
/// a single coefficient are Kenward and Roger's own.
///
/// A variance that the data put at zero is zero: its component is left out of the correction, and
/// `componentsAtZero` names it.
///
/// Sources: Laird and Ware (1982), Biometrics 38:963–974; Kenward and Roger (1997), Biometrics 53:983–997.
/// Agrees with lme4 1.1.31 and pbkrtest 0.5.2 (reference case mixed-models, and a wedge in the tests).
/// Cost: O(n·q·(p + q)) once, then O(clusters·(q³ + q²p)) for each step.
public struct LinearMixedModel: LinearModel {
  public enum Criterion: Sendable, Hashable {
    case restrictedMaximumLikelihood
    case maximumLikelihood
  }

  public let names: [String]
  public let coefficients: [Double]
  /// Φ, as if the variances were known.
  public let covariance: Matrix
  /// σ².
  public let residualVariance: Double
  /// γₖ by name, in the order of the structure.
  public let components: [(name: String, value: Double)]
  /// The variances that the data put at zero.
  public let componentsAtZero: [String]
  /// Of all cases, constants included.
  public let logLikelihood: Double
  public let clusterCount: Int
  private let state: MixedModelState
  private let active: [Int]

  /// - Parameters:
  ///   - outcome: one number per row, none missing.
  ///   - design: the regressors.
  ///   - structure: what cases of one cluster share.
  ///   - clusters: the cluster of each row.
  ///   - criterion: which likelihood is maximised.
  /// - Throws: `EstimationFault.rankDeficient`, `.tooFew`, `.oneCluster`, `.notFinite`, `.zeroVariance` where the
  ///   regressors leave nothing to explain, `.notConverged`.
  public init(
    outcome: [Double], design: Design, structure: CovarianceStructure, clusters: Grouping,
    criterion: Criterion = .restrictedMaximumLikelihood
  ) throws(EstimationFault) {
    precondition(clusters.rowCount == outcome.count, "one cluster per row")
    guard clusters.count > 1 else { throw .oneCluster }
    // Least squares finds faults in the columns, and leaves residuals that keep their digits.
    let start = try OLS(outcome: outcome, design: design)
    guard start.residualSumOfSquares > 1e-20 * outcome.reduce(0, { $0 + $1 * $1 }) else {
      throw .zeroVariance("what the model leaves of the outcome")
    }
    let regressors = Matrix(
      rows: design.rowCount, columns: design.columnCount + 1,
      values: design.matrix.values + start.residuals)
    let (rows, starts) = clusters.sorted()
    let products = (0..<clusters.count).map { cluster in
      ClusterProducts(
        rows: rows[starts[cluster]..<starts[cluster + 1]], effects: structure.columns,
        regressors: regressors)
    }
    let scale = start.residualSumOfSquares / Double(start.residualDegreesOfFreedom)
    var scoring = FisherScoring(products, structure.components, criterion, scale: scale)
    try scoring.run()
    let parameters = scoring.parameters
    names = design.names
    state = scoring.state
    active = scoring.active
    coefficients = zip(start.coefficients, state.coefficients).map { $0 + $1 }
    covariance = state.covariance
    residualVariance = parameters[0]
    components = zip(structure.names, parameters.dropFirst()).map { ($0, $1) }
    componentsAtZero = structure.components.indices
      .filter { !scoring.active.contains($0 + 1) }.map { structure.components[$0].name }
    let count =
      criterion == .maximumLikelihood ? design.rowCount : design.rowCount - design.columnCount
    logLikelihood = state.logLikelihood - Double(count) / 2 * log(2 * Double.pi)
    clusterCount = clusters.count
  }

  /// Kenward and Roger's covariance, with degrees of freedom for each coefficient.
  ///
  /// Φ_A = Φ + 2Φ(Σₖₗ Wₖₗ(Rₖₗ − QₖΦQₗ))Φ, W the inverse expected information on the variances;
  /// df = 2(cᵀΦc)² ⁄ gᵀWg, gₖ = cᵀΦQₖΦc.
  public func kenwardRoger() throws(EstimationFault) -> CoefficientCovariance {
    let size = active.count
    var information = Matrix(rows: size, columns: size)
    for (i, k) in active.enumerated() {
      for (j, l) in active.enumerated() { information[i, j] = state.information[k, l] }
    }
    guard let inverse = information.generalInverse()?.inverse else {
      throw .notConverged("the precision of the variances")
    }
    let phi = covariance
    var sum = Matrix(rows: phi.rows, columns: phi.columns)
    for (i, k) in active.enumerated() {
      for (j, l) in active.enumerated() {
        let product = state.firstDerivatives[k] * phi * state.firstDerivatives[l]
        let part = state.secondDerivatives[k][l].minus(product)
        for place in sum.values.indices {
          sum.values[place] += 2 * inverse[i, j] * part.values[place]
        }
      }
    }
    let correction = phi.sandwich(sum)
    let adjusted = phi.minus(correction.scaled(by: -1))
    let gradients = active.map { phi.sandwich(state.firstDerivatives[$0]) }
    let degreesOfFreedom = (0..<phi.rows).map { c in
      let gradient = gradients.map { $0[c, c] }
      let spread = zip(inverse * gradient, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      return 2 * phi[c, c] * phi[c, c] / spread
    }
    return CoefficientCovariance(
      matrix: adjusted, degreesOfFreedom: degreesOfFreedom, name: "kenward-roger",
      degreesOfFreedomRule: "Kenward–Roger", clusters: clusterCount)
  }

  /// γ of the clusters as a share of all variance: how alike cases of one cluster are.
  public var intraclassCorrelation: Double {
    let between = components.first?.value ?? 0
    return between / (components.reduce(0) { $0 + $1.value } + residualVariance)
  }
}

/// The search for the variances.
private struct FisherScoring {
  let clusters: [ClusterProducts]
  let components: [CovarianceStructure.Component]
  let criterion: LinearMixedModel.Criterion
  /// θ, σ² first.
  private(set) var parameters: [Double]
  private(set) var active: [Int]
  private var found: MixedModelState?
  private let scale: Double

  init(
    _ clusters: [ClusterProducts], _ components: [CovarianceStructure.Component],
    _ criterion: LinearMixedModel.Criterion, scale: Double
  ) {
    self.clusters = clusters
    self.components = components
    self.criterion = criterion
    self.scale = scale
    let slope = zip(components, components.indices).map { component, place in
      // A column of another unit gets a variance in its own.
      component.isVariance ? Self.begin(component, clusters, scale) : 0
    }
    parameters = [scale * 0.7] + slope
    active = Array(0...components.count)
  }

  private static func begin(
    _ component: CovarianceStructure.Component, _ clusters: [ClusterProducts], _ scale: Double
  ) -> Double {
    let size = clusters.reduce(0) { $0 + component.pattern.traceOfProduct(with: $1.inner) }
    let rows = clusters.reduce(0) { $0 + $1.rowCount }
    return size > 0 ? 0.3 * scale * Double(rows) / size : 0
  }

  var state: MixedModelState {
    guard let found else { preconditionFailure("run comes first") }
    return found
  }

  mutating func run() throws(EstimationFault) {
    let what = "the variances of the mixed model"
    guard var current = evaluate(parameters) else { throw .notConverged(what) }
    for _ in 0..<200 {
      release(current)
      guard let step = step(current) else { throw .notConverged(what) }
      // The rise that a full step promises, in units of the log-likelihood.
      let promise = zip(active, step).reduce(0) { $0 + current.score[$1.0] * $1.1 }
      guard let (next, theta) = advance(current, step) else {
        guard promise < 1e-9 else { throw .notConverged(what) }
        found = current
        return
      }
      let isDone = promise < 1e-16 * max(1, current.logLikelihood.magnitude) + 1e-18
      (current, parameters) = (next, theta)
      if isDone {
        found = current
        return
      }
    }
    guard let step = step(current),
      zip(active, step).reduce(0, { $0 + current.score[$1.0] * $1.1 }) < 1e-9
    else { throw .notConverged(what) }
    found = current
  }

  private func evaluate(_ theta: [Double]) -> MixedModelState? {
    MixedModelState(clusters, theta, components, criterion)
  }

  /// A variance at zero stays there as long as the likelihood does not rise with it.
  private mutating func release(_ state: MixedModelState) {
    active = parameters.indices.filter { k in
      k == 0 || !components[k - 1].isVariance || parameters[k] > 0 || state.score[k] > 0
    }
  }

  private func step(_ state: MixedModelState) -> [Double]? {
    var information = Matrix(rows: active.count, columns: active.count)
    for (i, k) in active.enumerated() {
      for (j, l) in active.enumerated() { information[i, j] = state.information[k, l] }
    }
    return information.generalInverse().map { $0.inverse * active.map { state.score[$0] } }
  }

  /// Goes as far as the likelihood rises; nil where it rises nowhere.
  private func advance(
    _ state: MixedModelState, _ step: [Double]
  ) -> (MixedModelState, [Double])? {
    var share = 1.0
    for _ in 0..<60 {
      var theta = parameters
      for (k, change) in zip(active, step) {
        theta[k] += share * change
        let isVariance = k == 0 || components[k - 1].isVariance
        if isVariance, theta[k] < 0 { theta[k] = k == 0 ? parameters[0] / 10 : 0 }
      }
      if let next = evaluate(theta),
        next.logLikelihood >= state.logLikelihood - 1e-12 * state.logLikelihood.magnitude
      {
        return (next, theta)
      }
      share /= 2
    }
    return nil
  }
}
