// SPDX-License-Identifier: EUPL-1.2

/// How residuals of a series hang together over time.
///
/// Agrees with R `acf`, `Box.test(type = "Ljung-Box")`, lmtest `dwtest` and `bgtest` to 1e-8 (reference
/// case its-newey-west).
public struct ResidualAutocorrelation: Sendable {
  private let residuals: [Double]

  /// - Parameter residuals: of one series in the order of time, without gaps.
  /// - Throws: `EstimationFault.tooFew` for fewer than 3, `.zeroVariance` where their squares are 0, `.outOfRange`
  ///   where these are beyond what a number holds.
  public init(_ residuals: [Double]) throws(EstimationFault) {
    guard residuals.count > 2 else {
      throw .tooFew("residuals", count: residuals.count, needed: 3)
    }
    let squares = residuals.reduce(0) { $0 + $1 * $1 }
    guard squares.isFinite else {
      throw .outOfRange("the residuals", allowed: "small enough to be squared")
    }
    guard squares > 0 else { throw .zeroVariance("the residual") }
    self.residuals = residuals
  }

  /// r of residuals that lie so many periods apart, around their mean.
  public func autocorrelation(_ lag: Int) -> Double {
    let mean = residuals.reduce(0, +) / Double(residuals.count)
    var product = 0.0
    var square = 0.0
    for row in residuals.indices {
      let deviation = residuals[row] - mean
      square += deviation * deviation
      if row >= lag { product += deviation * (residuals[row - lag] - mean) }
    }
    return product / square
  }

  /// Σ(eₜ − eₜ₋₁)² ⁄ Σeₜ²: about 2 where there is no autocorrelation, less where it is positive.
  public var durbinWatson: Double {
    var steps = 0.0
    for row in residuals.indices.dropFirst() {
      let step = residuals[row] - residuals[row - 1]
      steps += step * step
    }
    return steps / residuals.reduce(0) { $0 + $1 * $1 }
  }

  /// Ljung and Box's Q = n(n + 2)Σ r²ₗ⁄(n − l) over some lags, against χ² with one df for each.
  ///
  /// - Parameters:
  ///   - lags: from 1 for the usual test; from L + 1 for what a variance with lag L does not allow for.
  ///   - estimated: coefficients of the error process, which take degrees of freedom.
  /// - Returns: the test that all these autocorrelations are 0.
  /// - Throws: `EstimationFault.outOfRange` for lags that the series does not hold.
  public func ljungBox(
    lags: ClosedRange<Int>, estimated: Int = 0
  ) throws(EstimationFault) -> ChiSquaredTest {
    guard lags.lowerBound > 0, lags.upperBound < residuals.count, lags.count > estimated else {
      throw .outOfRange("the lags", allowed: "between 1 and the number of residuals")
    }
    let n = Double(residuals.count)
    var sum = 0.0
    for lag in lags {
      let r = autocorrelation(lag)
      sum += r * r / (n - Double(lag))
    }
    return ChiSquaredTest(
      statistic: n * (n + 2) * sum, degreesOfFreedom: Double(lags.count - estimated))
  }
}

extension OLS {
  /// Breusch and Godfrey's test: n·R² of the residuals on the design and their own earlier values.
  ///
  /// Rows stand in the order of time; residuals before the first count 0.
  ///
  /// - Parameter order: how many earlier residuals.
  /// - Returns: against χ² with `order` degrees of freedom.
  /// - Throws: `EstimationFault.tooFew` where the rows do not carry so many regressors,
  ///   `.zeroVariance` for an exact fit.
  ///
  /// Source: Breusch (1978), Australian Economic Papers 17:334–355; Godfrey (1978), Econometrica
  /// 46:1293–1301.
  public func breuschGodfrey(order: Int) throws(EstimationFault) -> ChiSquaredTest {
    var wider = Design(
      rows: rowCount, intercept: false, capacity: names.count + order)
    for (position, name) in names.enumerated() { wider.append(name, design.column(position)) }
    for lag in 1...max(1, order) {
      wider.append(
        "residual.\(lag)", (0..<rowCount).map { $0 < lag ? 0 : residuals[$0 - lag] })
    }
    let total = residuals.reduce(0) { $0 + $1 * $1 }
    guard total > 0 else { throw .zeroVariance("the residual") }
    let rest = try OLS(outcome: residuals, design: wider).residualSumOfSquares
    return ChiSquaredTest(
      statistic: Double(rowCount) * (1 - rest / total), degreesOfFreedom: Double(order))
  }
}
