// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

extension OLS {
  /// The covariance of coefficients under errors that hang together over time (Newey and West).
  ///
  /// V̂ = n⁄(n − k) · A(Γ₀ + Σₗ (1 − l⁄(L + 1))(Γₗ + Γₗᵀ))Aᵀ, Γₗ = Σ sₜsₜ₋ₗᵀ, where sₜ sums x·w·e over the
  /// rows of period t. Several series side by side may thus move together in a period (Driscoll and
  /// Kraay); with one series it is Newey and West's. No prewhitening; n − k degrees of freedom.
  ///
  /// - Parameters:
  ///   - lag: L, 0 or more: over how many periods errors hang together.
  ///   - periods: of each row, whole numbers in any order; periods that are absent leave a gap.
  /// - Returns: the covariance with the factor n⁄(n − k).
  /// - Throws: `EstimationFault.outOfRange` for a lag below 0 or of as many periods as there are.
  /// - Complexity: O(n·k + periods·lag·k²).
  ///
  /// Source: Newey and West (1987), Econometrica 55:703–708; Driscoll and Kraay (1998), Review of
  /// Economics and Statistics 80:549–560. Agrees with R sandwich 3.0.2
  /// `NeweyWest(prewhite = FALSE, adjust = TRUE)` to 1e-8 (reference case its-newey-west).
  public func neweyWest(lag: Int, periods: [Int]) throws(EstimationFault) -> CoefficientCovariance {
    precondition(periods.count == rowCount, "one period per row")
    let different = Set(periods).sorted()
    guard lag >= 0, lag < different.count else {
      throw .outOfRange("the lag", allowed: "0 or more, and less than the number of periods")
    }
    var scores = [[Double]](
      repeating: [Double](repeating: 0, count: names.count), count: different.count)
    let place = Dictionary(
      uniqueKeysWithValues: different.enumerated().map { ($0.element, $0.offset) })
    for row in 0..<rowCount {
      guard let period = place[periods[row]] else { continue }
      let weight = rootWeights.map { $0[row] * $0[row] } ?? 1
      for column in names.indices {
        scores[period][column] += design[row, column] * weight * residuals[row]
      }
    }
    var meat = Matrix(rows: names.count, columns: names.count)
    for (position, period) in different.enumerated() {
      for distance in 0...lag {
        guard let earlier = place[period - distance] else { continue }
        let weight = 1 - Double(distance) / Double(lag + 1)
        for i in names.indices {
          for j in names.indices {
            let product = weight * scores[position][i] * scores[earlier][j]
            meat[i, j] += product
            if distance > 0 { meat[j, i] += product }
          }
        }
      }
    }
    let factor = Double(rowCount) / Double(residualDegreesOfFreedom)
    for place in meat.values.indices { meat.values[place] *= factor }
    let bread = basis.times(transposed: basis)
    return CoefficientCovariance(
      matrix: bread.sandwich(meat),
      degreesOfFreedom: Array(repeating: Double(residualDegreesOfFreedom), count: names.count),
      name: "newey-west", degreesOfFreedomRule: "rows − coefficients", clusters: nil)
  }
}

/// Rules for how many periods errors are taken to hang together over.
public enum NeweyWestLag {
  /// ⌊4·(T⁄100)^(2⁄9)⌋ for T periods, and less than T.
  ///
  /// It depends on the number of periods only, so that the unit of time does not matter. Source: Newey
  /// and West (1994), Review of Economic Studies 61:631–653, equation 3.9.
  public static func byLength(_ periods: Int) -> Int {
    max(0, min(Int(4 * pow(Double(periods) / 100, 2.0 / 9)), periods - 1))
  }

  /// The bandwidth from the scores' own autocovariances, of which the whole part is the lag.
  ///
  /// 1.1447·((s₁⁄s₀)²·n)^(1⁄3), s₀ = σ₀ + 2Σσⱼ, s₁ = 2Σjσⱼ up to `byLength`, where σⱼ are the
  /// autocovariances of the scores summed over regressors without the intercept: it depends on the
  /// regressors' units.
  ///
  /// Source: Newey and West (1994). Agrees with R sandwich 3.0.2 `bwNeweyWest(prewhite = FALSE)`.
  public static func automatic(_ fit: OLS) -> Double {
    let rows = fit.rowCount
    let columns = fit.names.indices.filter { fit.names[$0] != Design.interceptName }
    let scores = (0..<rows).map { row in
      columns.reduce(0) { $0 + fit.design[row, $1] } * fit.residuals[row]
    }
    func covariance(_ distance: Int) -> Double {
      var sum = 0.0
      for row in distance..<rows { sum += scores[row] * scores[row - distance] }
      return sum / Double(rows)
    }
    let reach = byLength(rows)
    var level = covariance(0)
    var slope = 0.0
    for distance in stride(from: 1, through: reach, by: 1) {
      let value = covariance(distance)
      level += 2 * value
      slope += 2 * Double(distance) * value
    }
    let ratio = slope / level
    return 1.1447 * pow(ratio * ratio * Double(rows), 1.0 / 3)
  }
}
