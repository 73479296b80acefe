// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// A generalised linear model by maximum likelihood; its variance is chosen afterwards.
///
/// g(μᵢ) = xᵢᵀβ + log exposureᵢ, solved by iteratively reweighted least squares, each step by QR
/// decomposition (`OLS`), with step halving where the likelihood would fall. A solution counts as found
/// when no linear predictor moves by more than 1e-10. The model keeps the last step's weighted least
/// squares: its bread is (XᵀWX)⁻¹ and its scores are xᵢ(yᵢ − μᵢ)(dμ⁄dη)⁄V(μᵢ), so that every sandwich
/// of `OLS` is this model's sandwich as well.
///
/// - Missing values: none are accepted; drop such rows beforehand and count them.
/// - Complexity: O(iterations · n·k²) time, O(n) memory beyond the design, which is kept.
///
/// Source: McCullagh and Nelder (1989), Generalized Linear Models, chapter 2; Albert and Anderson
/// (1984), Biometrika 71:1–10, for separation. Agrees with R `glm` and sandwich (reference case
/// glm-robust) to 1e-8.
public struct GeneralizedLinearModel: LinearModel {
  public let family: ResponseFamily
  /// β̂: log odds, probits or log rates per unit of each regressor.
  public let coefficients: [Double]
  /// xᵢᵀβ̂ + log exposureᵢ.
  public let linearPredictor: [Double]
  /// Σ log f(yᵢ), with all constants.
  public let logLikelihood: Double
  /// 2 · (log-likelihood of a model that fits every row − this one's).
  public let deviance: Double
  /// How many steps it took.
  public let iterations: Int

  /// The weighted least squares of the last step, with the residuals (y − μ)⁄(dμ⁄dη).
  ///
  /// Its variances are the model's: `.classical` has Pearson's dispersion (quasi-likelihood), a sandwich the
  /// scores of the model, over clusters or over time (`neweyWest`).
  public let working: OLS

  /// The names of the regressors, in the order of the coefficients.
  public var names: [String] { working.names }
  public var rowCount: Int { working.rowCount }

  /// Fits the model.
  ///
  /// - Parameters:
  ///   - family: what the outcome is; a negative binomial's θ is taken as known.
  ///   - outcome: n values, 0 or 1 for `logit` and `probit`, else numbers from 0.
  ///   - design: n × k with n > k; contains the intercept if one is wanted.
  ///   - exposure: n positive numbers (time at risk, population), nil for 1; its log has coefficient 1.
  /// - Throws: `EstimationFault.separated` naming the columns, `.zeroVariance` for a constant outcome,
  ///   `.rankDeficient`, `.tooFew`, `.notFinite`, `.outOfRange` for an outcome or exposure outside its
  ///   domain, `.notConverged`.
  public init(
    _ family: ResponseFamily, outcome: [Double], design: Design, exposure: [Double]? = nil
  ) throws(EstimationFault) {
    try self.init(family, outcome: outcome, design: design, exposure: exposure, start: nil)
  }

  // `start` holds linear predictors to begin with, from a model close by.
  init(
    _ family: ResponseFamily, outcome: [Double], design: Design, exposure: [Double]?,
    start: [Double]?
  ) throws(EstimationFault) {
    precondition(outcome.count == design.rowCount, "one outcome per row of the design")
    precondition(exposure.map { $0.count == outcome.count } ?? true, "one exposure per row")
    try Self.check(family, outcome, exposure)
    let offset = exposure.map { $0.map { log($0) } }
    var search = Search(family, outcome, offset, start: start)
    self = try search.solve(design)
  }

  /// Pearson's test of the variance that the family says: Σ (y − μ)²⁄V(μ) with n − k degrees of freedom.
  ///
  /// The statistic over its degrees of freedom is the dispersion. For counts a small p-value says that
  /// they vary more than the family has it; for yes/no outcomes of single cases it says nothing.
  public var pearson: ChiSquaredTest {
    ChiSquaredTest(
      statistic: working.residualSumOfSquares,
      degreesOfFreedom: Double(working.residualDegreesOfFreedom))
  }

  fileprivate init(
    _ family: ResponseFamily, outcome: [Double], predictor: [Double], working: OLS, iterations: Int
  ) {
    self.family = family
    self.working = working
    self.iterations = iterations
    coefficients = working.coefficients
    linearPredictor = predictor
    var likelihood = 0.0
    var best = 0.0
    for i in outcome.indices {
      likelihood += family.logLikelihood(outcome[i], predictor[i])
      best += family.saturated(outcome[i])
    }
    logLikelihood = likelihood
    deviance = 2 * (best - likelihood)
  }

  private static func check(
    _ family: ResponseFamily, _ outcome: [Double], _ exposure: [Double]?
  ) throws(EstimationFault) {
    let missing = outcome.indices.filter { !outcome[$0].isFinite }
    guard missing.isEmpty else { throw .notFinite("outcome", rows: missing) }
    if family.isBinary {
      guard outcome.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw .outOfRange("the outcome of every row", allowed: "0 or 1")
      }
    } else if !outcome.allSatisfy({ $0 >= 0 }) {
      throw .outOfRange("the count of every row", allowed: "zero or more")
    }
    if let exposure, !exposure.allSatisfy({ $0 > 0 && $0.isFinite }) {
      throw .outOfRange("the exposure of every row", allowed: "positive and finite")
    }
    if case .negativeBinomial(let theta) = family, !(theta > 0 && theta.isFinite) {
      throw .outOfRange("theta", allowed: "positive and finite")
    }
    guard let first = outcome.first, !outcome.allSatisfy({ $0 == first }) else {
      throw .zeroVariance("the outcome")
    }
  }
}

/// The iteration: linear predictors on their way to the maximum.
private struct Search {
  let family: ResponseFamily
  let outcome: [Double]
  let offset: [Double]?
  private var predictor: [Double]
  private var likelihood = -Double.infinity

  /// Steps after which the models of this file have either converged or run away.
  static let limit = 200
  static let tolerance = 1e-10

  init(
    _ family: ResponseFamily, _ outcome: [Double], _ offset: [Double]?, start: [Double]?
  ) {
    self.family = family
    self.outcome = outcome
    self.offset = offset
    predictor = start ?? outcome.map { family.start($0) }
  }

  mutating func solve(_ design: Design) throws(EstimationFault) -> GeneralizedLinearModel {
    var coefficients = [Double](repeating: 0, count: design.columnCount)
    for iteration in 1...Self.limit {
      let fit: OLS
      do {
        fit = try step(design)
      } catch {
        // Only the first step speaks about the design: later ones have the weights of a runaway.
        if iteration == 1 { throw error }
        throw .notConverged("the \(family.name) model")
      }
      let next = move(to: fit, isFirst: iteration == 1)
      var change = 0.0
      var size = 1.0
      for i in next.indices {
        change = max(change, (next[i] - predictor[i]).magnitude)
        size = max(size, next[i].magnitude)
      }
      let separation = Separation(
        family, outcome, from: predictor, to: next, steps: iteration, offset: offset)
      if let separation {
        let direction =
          separation.isOfAllRows
          ? fit.coefficients : zip(fit.coefficients, coefficients).map { $0 - $1 }
        throw .separated(
          columns: design.names(carrying: direction), complete: separation.isComplete)
      }
      predictor = next
      coefficients = fit.coefficients
      if change <= Self.tolerance * size {
        return GeneralizedLinearModel(
          family, outcome: outcome, predictor: predictor, working: fit, iterations: iteration)
      }
    }
    throw .notConverged("the \(family.name) model")
  }

  /// Weighted least squares of the working response.
  private func step(_ design: Design) throws(EstimationFault) -> OLS {
    var response = predictor
    var weights = predictor
    for i in predictor.indices {
      let row = family.working(outcome[i], predictor[i])
      response[i] += row.residual - (offset?[i] ?? 0)
      weights[i] = row.weight
    }
    return try OLS(outcome: response, design: design, weights: weights)
  }

  /// The step's linear predictors, or a point on the way to them that the likelihood likes better.
  private mutating func move(to fit: OLS, isFirst: Bool) -> [Double] {
    // The working response less its residual is the new predictor without the offset.
    var next = predictor
    for i in next.indices {
      next[i] += family.working(outcome[i], predictor[i]).residual - fit.residuals[i]
    }
    var reached = total(next)
    // The start fits every row too well to be held against: the first step only has to be finite.
    let wanted =
      isFirst ? -Double.greatestFiniteMagnitude : likelihood - 1e-10 * (1 + likelihood.magnitude)
    var halvings = 0
    while !(reached >= wanted), halvings < 30 {
      for i in next.indices { next[i] = (next[i] + predictor[i]) / 2 }
      reached = total(next)
      halvings += 1
    }
    likelihood = reached
    return next
  }

  private func total(_ predictor: [Double]) -> Double {
    var sum = 0.0
    for i in outcome.indices { sum += family.logLikelihood(outcome[i], predictor[i]) }
    return sum.isFinite ? sum : -.infinity
  }
}

/// A direction in which the likelihood rises for ever.
///
/// When the maximum lies at infinity, the steps turn into such a direction δ: every row is moved towards
/// its own outcome or not at all, which is a certificate that can be checked row by row.
private struct Separation {
  let isComplete: Bool
  /// Whether the predictors themselves, and not only their last change, separate the outcomes.
  let isOfAllRows: Bool

  init?(
    _ family: ResponseFamily, _ outcome: [Double], from: [Double], to: [Double], steps: Int,
    offset: [Double]?
  ) {
    guard steps >= 4 else { return nil }
    if family.isBinary, offset == nil,
      outcome.indices.allSatisfy({ outcome[$0] == 1 ? to[$0] > 0 : to[$0] < 0 })
    {
      isComplete = true
      isOfAllRows = true
      return
    }
    var farthest = 0.0
    for i in from.indices { farthest = max(farthest, (to[i] - from[i]).magnitude) }
    guard farthest > 1e-3 else { return nil }
    let limit = 1e-6 * farthest
    var isMoved = true
    for i in from.indices {
      let change = to[i] - from[i]
      let isTowards: Bool
      if family.isBinary {
        let signed = outcome[i] == 1 ? change : -change
        isTowards = signed >= -limit
        if signed <= limit { isMoved = false }
      } else {
        isTowards = outcome[i] > 0 ? change.magnitude <= limit : change <= limit
        isMoved = false
      }
      guard isTowards else { return nil }
    }
    isComplete = isMoved
    isOfAllRows = false
  }
}

extension Design {
  /// The columns that a direction rests on, each by its reach over the rows; the intercept only alone.
  func names(carrying direction: [Double]) -> [String] {
    let matrix = matrix
    let reaches = direction.indices.map { position in
      let column = matrix.column(position)
      return direction[position].magnitude * ((column.max() ?? 0) - (column.min() ?? 0))
    }
    let limit = 1e-3 * (reaches.max() ?? 0)
    let carrying = names.indices.filter { reaches[$0] > limit }
    return carrying.isEmpty ? [Design.interceptName] : carrying.map { names[$0] }
  }
}
