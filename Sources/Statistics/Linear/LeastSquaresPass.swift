// SPDX-License-Identifier: EUPL-1.2

/// Least squares over rows that come in batches and are not kept: the first of two passes.
///
/// What is kept is the triangular factor of [X y], of k + 1 columns whatever the number of rows. Factors
/// of parts can be merged, so that parts may be read in any place. The result is that of `OLS` over all
/// rows, to the last bits of the arithmetic.
public struct LeastSquaresPass: Sendable {
  private let names: [String]
  private let hasIntercept: Bool
  private var factor: TallFactor
  /// What is taken off every outcome, so that a large mean costs no digits; nil before the first row.
  private var shift: Double?
  public private(set) var rowCount = 0

  /// - Parameters:
  ///   - names: of the regressors, in the order of the designs to come.
  ///   - hasIntercept: whether the first of them is the constant 1.
  public init(names: [String], hasIntercept: Bool = true) {
    self.names = names
    self.hasIntercept = hasIntercept
    factor = TallFactor(columns: names.count)
  }

  /// Adds rows.
  ///
  /// - Parameters:
  ///   - design: with the columns named at the beginning.
  ///   - outcome: one value for each row, none missing.
  ///   - weights: positive, proportional to the precision of each row; nil for 1.
  /// - Throws: `EstimationFault.outOfRange` for a weight that is not positive.
  public mutating func add(
    _ design: Design, outcome: [Double], weights: [Double]? = nil
  ) throws(EstimationFault) {
    precondition(design.columnCount == names.count, "a design with other columns")
    precondition(outcome.count == design.rowCount, "one outcome per row of the design")
    if let weights, !weights.allSatisfy({ $0 > 0 && $0.isFinite }) {
      throw .outOfRange("the weight of every row", allowed: "positive and finite")
    }
    guard !outcome.isEmpty else { return }
    let shift =
      shift ?? (hasIntercept ? outcome.reduce(0, +) / Double(outcome.count) : 0)
    self.shift = shift
    factor.add(
      design: design.matrix, outcome: outcome.map { $0 - shift },
      rootWeights: weights?.map { $0.squareRoot() })
    rowCount += outcome.count
  }

  /// Adds the rows that another pass has seen, which took the same amount off the outcomes.
  public mutating func merge(_ other: LeastSquaresPass) {
    precondition(other.names == names, "a model with other columns")
    guard other.rowCount > 0 else { return }
    guard rowCount > 0 else {
      self = other
      return
    }
    precondition(other.shift == shift, "parts of one pass begin with `emptyCopy`")
    factor.add(other.factor)
    rowCount += other.rowCount
  }

  /// A pass over other rows of the same data, to be merged with this one.
  public var emptyCopy: LeastSquaresPass {
    var copy = LeastSquaresPass(names: names, hasIntercept: hasIntercept)
    copy.shift = shift
    return copy
  }

  /// The model of all rows so far.
  ///
  /// - Throws: `EstimationFault.rankDeficient` naming the dependent columns, `.tooFew` for n ≤ k,
  ///   `.outOfRange` where a value is not finite.
  public func solved() throws(EstimationFault) -> StreamedModel {
    guard !names.isEmpty else { throw .tooFew("regressors", count: 0, needed: 1) }
    guard rowCount > names.count else {
      throw .tooFew("rows", count: rowCount, needed: names.count + 1)
    }
    guard factor.triangle.values.allSatisfy(\.isFinite) else {
      throw .outOfRange("every value", allowed: "finite, and its square a number")
    }
    let basis = try OrthonormalBasis(factor, names: names)
    return StreamedModel(
      names: names, rowCount: rowCount, shift: shift ?? 0, hasIntercept: hasIntercept,
      basis: basis)
  }
}

/// A linear model that was found without keeping its rows.
public struct StreamedModel: LinearModel {
  public let names: [String]
  public let coefficients: [Double]
  public let rowCount: Int
  /// Σ wᵢ(yᵢ − xᵢᵀβ̂)².
  public let residualSumOfSquares: Double
  /// Whether the residuals are but rounding beside the outcome, so that no uncertainty can be estimated.
  public let fitsExactly: Bool
  /// A with QᵀQ = I for Q = √W·X·A.
  let basis: Matrix
  /// The coefficients of the outcome less the shift.
  let shiftedCoefficients: [Double]
  let shift: Double

  fileprivate init(
    names: [String], rowCount: Int, shift: Double, hasIntercept: Bool, basis: OrthonormalBasis
  ) {
    self.names = names
    self.rowCount = rowCount
    self.shift = shift
    self.basis = basis.matrix
    shiftedCoefficients = basis.coefficients
    residualSumOfSquares = basis.residualSumOfSquares
    fitsExactly = basis.fitsExactly
    var coefficients = basis.coefficients
    if hasIntercept { coefficients[0] += shift }
    self.coefficients = coefficients
  }

  /// n − k.
  public var residualDegreesOfFreedom: Int { rowCount - names.count }
}
