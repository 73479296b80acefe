// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// Synthetic-control weights with the rest of the imbalance taken off by ridge regression.
///
/// w = w_sc + X₀ᵀ(X₀X₀ᵀ + λI)⁻¹(x₁ − X₀w_sc), with outcomes before the change centred by the donors' mean
/// of each period; weights still sum to one and may be negative. λ is chosen by leaving out one period
/// before the change at a time: the largest whose mean squared error of the period left out lies
/// within one standard error of the least, out of 21 values from ten-fold steps of σ₁² (the largest
/// squared singular value of X₀) downwards over eight orders of magnitude.
///
/// Source: Ben-Michael, Feller and Rothstein (2021), J. American Statistical Association
/// 116:1789–1803. Agrees with pysyncon 1.7 `AugSynth` at equal λ; that one leaves out no last period
/// when it chooses λ, and this one does.
struct AugmentedWeights {
  let weights: [Double]
  let ridge: Double
  /// Of the synthetic control that is augmented.
  let isUnique: Bool

  /// - Parameters:
  ///   - outcome: of the unit before the change.
  ///   - donors: periods before the change × donors.
  ///   - ridge: λ; chosen where none is given.
  /// - Throws: `EstimationFault.notConverged`, `.outOfRange` for a ridge that is not positive.
  init(outcome: [Double], donors: Matrix, ridge: Double? = nil) throws(EstimationFault) {
    let centred = Centred(outcome, donors)
    let chosen: Double
    if let ridge { chosen = ridge } else { chosen = try Self.crossValidated(centred) }
    let start = try SimplexLeastSquares(columns: centred.donors, target: centred.outcome)
    weights = try centred.augment(start.weights, ridge: chosen)
    self.ridge = chosen
    isUnique = start.isUnique
  }

  private static func crossValidated(_ centred: Centred) throws(EstimationFault) -> Double {
    let periods = centred.outcome.count
    var eigen = SymmetricEigen(size: periods)
    try eigen.decompose(centred.donors.times(transposed: centred.donors).values)
    let largest = eigen.values.last ?? 0
    guard largest > 0, periods > 2 else { return max(largest, 1e-300) }
    let ratio = 0.3981071705534972  // 10^(−8⁄20)
    var candidates = [largest / ratio]
    for _ in 0..<20 { candidates.append((candidates.last ?? 0) * ratio) }
    var errors = candidates.map { _ in [Double]() }
    for period in 0..<periods {
      let rest = centred.leavingOut(period)
      let start = try SimplexLeastSquares(columns: rest.donors, target: rest.outcome)
      let row = centred.donors.row(period)
      for (place, candidate) in candidates.enumerated() {
        let weights = try rest.augment(start.weights, ridge: candidate)
        let gap = centred.outcome[period] - zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
        errors[place].append(gap * gap)
      }
    }
    let moments = errors.map { Moments($0) }
    guard let best = moments.indices.min(by: { moments[$0].mean < moments[$1].mean }) else {
      return largest
    }
    let limit = moments[best].mean + (moments[best].variance / Double(periods)).squareRoot()
    // From the largest downwards.
    return candidates[moments.firstIndex { $0.mean <= limit } ?? best]
  }
}

/// Outcomes before the change, each period without the donors' mean.
private struct Centred {
  private(set) var outcome: [Double]
  private(set) var donors: Matrix

  init(_ outcome: [Double], _ donors: Matrix) {
    self.outcome = outcome
    self.donors = donors
    for time in outcome.indices {
      let mean = donors.row(time).reduce(0, +) / Double(donors.columns)
      self.outcome[time] -= mean
      for column in 0..<donors.columns { self.donors[time, column] -= mean }
    }
  }

  private init(centred outcome: [Double], donors: Matrix) {
    self.outcome = outcome
    self.donors = donors
  }

  func leavingOut(_ period: Int) -> Centred {
    var outcome = outcome
    outcome.remove(at: period)
    var values: [Double] = []
    values.reserveCapacity(outcome.count * donors.columns)
    for column in 0..<donors.columns {
      for row in 0..<donors.rows where row != period { values.append(donors[row, column]) }
    }
    return Centred(
      centred: outcome,
      donors: Matrix(rows: outcome.count, columns: donors.columns, values: values))
  }

  func augment(_ weights: [Double], ridge: Double) throws(EstimationFault) -> [Double] {
    let imbalance = zip(outcome, donors * weights).map { $0 - $1 }
    var matrix = donors.times(transposed: donors)
    for i in 0..<matrix.rows { matrix[i, i] += ridge }
    var n = Int32(matrix.rows)
    var leading = n
    var info: Int32 = 0
    dpotrf_("U", &n, &matrix.values, &leading, &info, 1)
    guard info == 0 else { throw .outOfRange("the ridge", allowed: "positive") }
    var solution = imbalance
    cblas_dtrsv(
      CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, n, matrix.values, n, &solution, 1)
    cblas_dtrsv(
      CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, n, matrix.values, n, &solution, 1)
    let change = donors.transposed * solution
    return zip(weights, change).map { $0 + $1 }
  }
}
