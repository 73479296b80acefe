// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// Least squares, ordinary or weighted; its variance is chosen afterwards.
///
/// β̂ = argmin Σ wᵢ(yᵢ − xᵢᵀβ)², solved by QR decomposition of √W·X block of rows by block of rows
/// and by QR with column pivoting of the triangle, never through XᵀX.
///
/// - Missing values: none are accepted; drop such rows beforehand and count them.
/// - Complexity: O(n·k²) time, O(n) memory beyond the design, which is kept.
///
/// Agrees with NIST StRD Longley to 1e-9 and Filip to 1e-7, and with R estimatr `lm_robust`.
public struct OLS: Sendable {
  /// The names of the regressors, in the order of the coefficients.
  public let names: [String]
  /// β̂, in the outcome's unit per unit of each regressor.
  public let coefficients: [Double]
  /// yᵢ − xᵢᵀβ̂, in the outcome's unit.
  public let residuals: [Double]
  /// Σ wᵢ(yᵢ − xᵢᵀβ̂)².
  public let residualSumOfSquares: Double
  /// The share of the (weighted) variance around the mean that the model takes away; nil without an
  /// intercept and for a constant outcome.
  public let rSquared: Double?
  /// Whether the residuals are but rounding beside the outcome, so that no uncertainty can be estimated.
  public let fitsExactly: Bool

  let design: Matrix
  let rootWeights: [Double]?
  /// A with QᵀQ = I for Q = √W·X·A.
  let basis: Matrix
  /// What was taken out of the design and the outcome.
  let absorbed: FixedEffects?
  /// How many coefficients the absorbed effects have.
  let absorbedRank: Int

  /// Fits the model.
  ///
  /// - Parameters:
  ///   - outcome: n values in the outcome's unit, none missing.
  ///   - design: n × k with n > k; contains the intercept if one is wanted.
  ///   - weights: n positive weights, proportional to the precision of each row; nil for 1.
  /// - Throws: `EstimationFault.rankDeficient` naming the dependent columns, `.tooFew` for n ≤ k,
  ///   `.notFinite` naming the column, `.outOfRange` for a weight that is not positive.
  public init(
    outcome: [Double], design: Design, weights: [Double]? = nil
  ) throws(EstimationFault) {
    try Self.check(outcome: outcome, design: design, weights: weights, more: 0)
    // An intercept takes any constant: without it, deviations keep digits that a large mean would
    // cost.
    let shift = design.hasIntercept ? outcome.reduce(0, +) / Double(outcome.count) : 0
    var rest = outcome
    if shift != 0, shift.isFinite { for i in rest.indices { rest[i] -= shift } }
    var fit = try Self.solve(rest, design, weights)
    if design.hasIntercept { fit.coefficients[0] += shift }
    self.init(
      fit, design: design,
      rSquared: design.hasIntercept
        ? Self.rSquared(outcome, weights, residual: fit.residualSumOfSquares) : nil,
      absorbed: nil, absorbedRank: 0)
  }

  public var rowCount: Int { design.rows }

  /// n − k, less the coefficients of absorbed effects.
  public var residualDegreesOfFreedom: Int { design.rows - design.columns - absorbedRank }

  /// √(Σ wᵢeᵢ² ⁄ (n − k)), in the outcome's unit.
  public var residualStandardDeviation: Double {
    (residualSumOfSquares / Double(residualDegreesOfFreedom)).squareRoot()
  }

  /// The position of a regressor, by name compared byte for byte.
  public func position(of name: String) -> Int? {
    names.firstIndex { $0.utf8.elementsEqual(name.utf8) }
  }
}

extension OLS {
  /// What least squares gives before anything is said about its variance.
  struct Solution {
    var coefficients: [Double]
    let residuals: [Double]
    let residualSumOfSquares: Double
    let fitsExactly: Bool
    let basis: Matrix
    let rootWeights: [Double]?
  }

  init(
    _ solution: Solution, design: Design, rSquared: Double?, absorbed: FixedEffects?,
    absorbedRank: Int
  ) {
    names = design.names
    coefficients = solution.coefficients
    residuals = solution.residuals
    residualSumOfSquares = solution.residualSumOfSquares
    self.rSquared = rSquared
    fitsExactly = solution.fitsExactly
    self.design = design.matrix
    rootWeights = solution.rootWeights
    basis = solution.basis
    self.absorbed = absorbed
    self.absorbedRank = absorbedRank
  }

  /// The same model with other residuals, which its variances are then made of.
  func replacing(residuals: [Double]) -> OLS { OLS(self, residuals: residuals) }

  private init(_ other: OLS, residuals: [Double]) {
    names = other.names
    coefficients = other.coefficients
    self.residuals = residuals
    var squares = 0.0
    for i in residuals.indices {
      let root = other.rootWeights?[i] ?? 1
      squares += root * root * residuals[i] * residuals[i]
    }
    residualSumOfSquares = squares
    rSquared = nil
    fitsExactly = other.fitsExactly
    design = other.design
    rootWeights = other.rootWeights
    basis = other.basis
    absorbed = other.absorbed
    absorbedRank = other.absorbedRank
  }

  /// Refuses too few rows, no regressors and weights that are none; `more` are coefficients that have no
  /// column in the design.
  static func check(
    outcome: [Double], design: Design, weights: [Double]?, more: Int
  ) throws(EstimationFault) {
    precondition(outcome.count == design.rowCount, "one outcome per row of the design")
    precondition(weights.map { $0.count == outcome.count } ?? true, "one weight per row")
    guard design.columnCount > 0 else { throw .tooFew("regressors", count: 0, needed: 1) }
    guard outcome.count > design.columnCount + more else {
      throw .tooFew("rows", count: outcome.count, needed: design.columnCount + more + 1)
    }
    if let weights, !weights.allSatisfy({ $0 > 0 && $0.isFinite }) {
      throw .outOfRange("the weight of every row", allowed: "positive and finite")
    }
  }

  static func solve(
    _ outcome: [Double], _ design: Design, _ weights: [Double]?
  ) throws(EstimationFault) -> Solution {
    let matrix = design.matrix
    let roots = weights?.map { $0.squareRoot() }
    let factor = TallFactor(design: matrix, outcome: outcome, rootWeights: roots)
    try checkFinite(factor, outcome: outcome, design: design)
    let basis = try OrthonormalBasis(factor, names: design.names)
    return Solution(
      coefficients: basis.coefficients,
      residuals: matrix.residuals(of: outcome, basis.coefficients),
      residualSumOfSquares: basis.residualSumOfSquares, fitsExactly: basis.fitsExactly,
      basis: basis.matrix, rootWeights: roots)
  }

  /// A value that is not finite reaches the factor's triangle, so that a clean design costs nothing.
  private static func checkFinite(
    _ factor: TallFactor, outcome: [Double], design: Design
  ) throws(EstimationFault) {
    guard !factor.triangle.values.allSatisfy(\.isFinite) else { return }
    for position in 0..<design.columnCount {
      let column = design.column(position)
      let rows = column.indices.filter { !column[$0].isFinite }
      guard rows.isEmpty else { throw .notFinite(design.names[position], rows: rows) }
    }
    let rows = outcome.indices.filter { !outcome[$0].isFinite }
    guard rows.isEmpty else { throw .notFinite("outcome", rows: rows) }
    throw .outOfRange("every value", allowed: "small enough for its square to be a number")
  }

  static func rSquared(
    _ outcome: [Double], _ weights: [Double]?, residual: Double
  ) -> Double? {
    guard let weights else {
      let total = Moments(outcome).variance * Double(outcome.count - 1)
      return total > 0 ? 1 - residual / total : nil
    }
    var weightSum = 0.0
    var sum = 0.0
    for i in outcome.indices {
      weightSum += weights[i]
      sum += weights[i] * outcome[i]
    }
    let mean = sum / weightSum
    var total = 0.0
    for i in outcome.indices {
      let deviation = outcome[i] - mean
      total += weights[i] * deviation * deviation
    }
    return total > 0 ? 1 - residual / total : nil
  }
}

extension Matrix {
  /// y − Xβ, stretches of rows side by side.
  fileprivate func residuals(of outcome: [Double], _ coefficients: [Double]) -> [Double] {
    var residuals = outcome
    residuals.withUnsafeMutableBufferPointer { buffer in
      values.withUnsafeBufferPointer { design in
        nonisolated(unsafe) let target = buffer.baseAddress
        nonisolated(unsafe) let source = design.baseAddress
        Chunks.forEach(rows) { range in
          cblas_dgemv(
            CblasColMajor, CblasNoTrans, Int32(range.count), Int32(columns), -1,
            source.map { $0 + range.lowerBound }, Int32(rows), coefficients, 1, 1,
            target.map { $0 + range.lowerBound }, 1)
        }
      }
    }
    return residuals
  }
}
