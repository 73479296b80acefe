// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// Linear regression with autoregressive errors, by generalised least squares at the most likely φ.
///
/// y = Xβ + u with uₜ = Σφⱼuₜ₋ⱼ + εₜ, stationary. Rows are whitened exactly (the first ones too, as
/// Prais and Winsten do) by Durbin and Levinson's recursion over partial autocorrelations, and the
/// restricted likelihood, which does not pull φ towards 0 in short series, or the full one is maximised
/// over these, one after the other. V̂(β̂) = σ̂²(XᵀV⁻¹X)⁻¹ with n − k degrees of freedom.
///
/// - Missing values: none; periods that are absent are bridged for order 1 (φ to the power of the gap),
///   and a fault for higher orders.
/// - Complexity: O(evaluations · n·k²); some hundred evaluations for each order.
///
/// Source: Prais and Winsten (1954), Cowles Commission paper 383; Harvey (1990), The Econometric
/// Analysis of Time Series, chapter 6. Agrees with R nlme 3.1.162 `gls(correlation = corAR1())` to 1e-5
/// (its optimiser; reference case its-newey-west).
public struct AutoregressiveRegression: LinearModel {
  /// Which likelihood is maximised.
  public enum Likelihood: Sendable, Hashable {
    case restricted
    case full
  }

  public let names: [String]
  public let coefficients: [Double]
  /// φ₁ … φₚ.
  public let autoregression: [Double]
  /// The standard deviation of u, not of ε.
  public let errorStandardDeviation: Double
  /// The whitened residuals ε̂, in the order of the rows.
  public let innovations: [Double]
  /// y − Xβ̂.
  public let residuals: [Double]
  public let covariance: CoefficientCovariance
  /// The maximum of the chosen likelihood's logarithm.
  public let logLikelihood: Double

  /// Fits the model.
  ///
  /// - Parameters:
  ///   - outcome: n values, none missing.
  ///   - design: n × k with n > k.
  ///   - periods: of each row; rows of one series stand in ascending order of it.
  ///   - series: of each row, where several series share φ; a series' rows stand together.
  ///   - order: p, 1 to 4.
  ///   - likelihood: restricted unless chosen.
  /// - Throws: as `OLS.init`; `.outOfRange` for the order, or for absent periods with order above 1.
  public init(
    outcome: [Double], design: Design, periods: [Int], series: [Int]? = nil, order: Int = 1,
    likelihood: Likelihood = .restricted
  ) throws(EstimationFault) {
    precondition(outcome.count == periods.count, "one period per row")
    guard (1...4).contains(order) else { throw .outOfRange("the order", allowed: "1 to 4") }
    // The plain fit names what is wrong with the design.
    let plain = try OLS(outcome: outcome, design: design)
    guard plain.residuals.contains(where: { $0.magnitude > 0 }) else {
      throw .zeroVariance("the outcome")
    }
    let steps = (0..<outcome.count).map { row -> Int? in
      guard row > 0, series.map({ $0[row] == $0[row - 1] }) ?? true else { return nil }
      return periods[row] - periods[row - 1]
    }
    precondition(steps.allSatisfy { $0.map { $0 > 0 } ?? true }, "periods ascend in a series")
    if order > 1, steps.contains(where: { ($0 ?? 1) > 1 }) {
      throw .outOfRange("the order", allowed: "1 where periods are absent")
    }
    let whitening = Whitening(steps: steps, outcome: outcome, design: design)
    var partial = [Double](repeating: 0, count: order)
    var best = try whitening.logLikelihood(partial, likelihood)
    for _ in 0..<200 {
      let before = partial
      for place in partial.indices {
        (partial[place], best) = try Self.maximum(from: (partial[place], best)) {
          value throws(EstimationFault) in
          var candidate = partial
          candidate[place] = value
          return try whitening.logLikelihood(candidate, likelihood)
        }
      }
      let moved = zip(partial, before).map { ($0 - $1).magnitude }.max() ?? 0
      if order == 1 || moved < 1e-9 { break }
    }
    let fit = try whitening.fit(partial)
    names = design.names
    coefficients = fit.coefficients
    let freedom = Double(fit.residualDegreesOfFreedom)
    let scale =
      fit.residualSumOfSquares / (likelihood == .restricted ? freedom : Double(outcome.count))
    errorStandardDeviation = scale.squareRoot()
    innovations = fit.residuals
    let matrix = design.matrix
    residuals = outcome.indices.map { row in
      var rest = outcome[row]
      for column in 0..<matrix.columns { rest -= matrix[row, column] * fit.coefficients[column] }
      return rest
    }
    autoregression = Whitening.coefficients(partial)
    logLikelihood = best
    let classical = try fit.covariance(.classical)
    covariance = CoefficientCovariance(
      matrix: classical.matrix, degreesOfFreedom: classical.degreesOfFreedom, name: "ar(\(order))",
      degreesOfFreedomRule: classical.degreesOfFreedomRule, clusters: nil)
  }

  /// The greatest value on (−1, 1): a grid finds the hill, golden section its top.
  private static func maximum(
    from start: (place: Double, value: Double),
    _ function: (Double) throws(EstimationFault) -> Double
  ) throws(EstimationFault) -> (Double, Double) {
    var top = start
    for step in -19...19 {
      let place = Double(step) / 20
      let value = try function(place)
      if value > top.value { top = (place, value) }
    }
    let found = try GoldenSection.maximum(
      from: max(top.place - 0.05, -0.99999), to: min(top.place + 0.05, 0.99999), within: 1e-10,
      of: function)
    let value = try function(found)
    return value >= top.value ? (found, value) : top
  }
}

/// Takes the autocorrelation out of outcome and design, scaled so that u has the variance of ε.
private struct Whitening {
  /// Periods since the row before; nil for the first row of a series.
  let steps: [Int?]
  let outcome: [Double]
  let design: Design

  /// φ from partial autocorrelations (Durbin and Levinson).
  static func coefficients(_ partial: [Double]) -> [Double] {
    var result: [Double] = []
    for value in partial {
      result = zip(result, result.reversed()).map { $0 - value * $1 } + [value]
    }
    return result
  }

  /// Least squares of the whitened rows; residuals are ε̂ scaled to the variance of u.
  func fit(_ partial: [Double]) throws(EstimationFault) -> OLS {
    let (rows, scales) = plan(partial)
    var whitened = Design(rows: outcome.count, intercept: false, capacity: design.columnCount)
    for column in 0..<design.columnCount {
      whitened.append(design.names[column], whiten(design.column(column), rows, scales))
    }
    return try OLS(outcome: whiten(outcome, rows, scales), design: whitened)
  }

  /// The likelihood with β and σ at their best.
  func logLikelihood(
    _ partial: [Double], _ likelihood: AutoregressiveRegression.Likelihood
  ) throws(EstimationFault) -> Double {
    let fit = try fit(partial)
    let n = Double(outcome.count)
    let logScales = plan(partial).scales.reduce(0) { $0 + log($1) }
    switch likelihood {
    case .full:
      return -n / 2 * (log(2 * Double.pi * fit.residualSumOfSquares / n) + 1) - logScales
    case .restricted:
      let freedom = Double(fit.residualDegreesOfFreedom)
      // log|XᵀV⁻¹X| = −2 log|A| for the basis A, whose Gram matrix is the inverse.
      let gram = fit.basis.times(transposed: fit.basis)
      return -freedom / 2 * (log(2 * Double.pi * fit.residualSumOfSquares / freedom) + 1)
        - logScales
        + 0.5 * (try gram.logDeterminant())
    }
  }

  /// For each row the weights of the rows before it, and the standard deviation of what is left beside
  /// that of u.
  private func plan(_ partial: [Double]) -> (rows: [[Double]], scales: [Double]) {
    var ladder: [[Double]] = [[]]
    var spread = [1.0]
    for (place, value) in partial.enumerated() {
      ladder.append(Self.coefficients(Array(partial.prefix(place + 1))))
      spread.append((spread.last ?? 1) * (1 - value * value))
    }
    var rows: [[Double]] = []
    var scales: [Double] = []
    var age = 0
    for step in steps {
      age = step == nil ? 0 : age + 1
      if let step, step > 1 {
        let power = pow(partial[0], Double(step))
        rows.append([power])
        scales.append((1 - power * power).squareRoot())
      } else {
        let place = min(age, partial.count)
        rows.append(ladder[place])
        scales.append(spread[place].squareRoot())
      }
    }
    return (rows, scales)
  }

  private func whiten(_ column: [Double], _ rows: [[Double]], _ scales: [Double]) -> [Double] {
    column.indices.map { row in
      var rest = column[row]
      for (lag, weight) in rows[row].enumerated() { rest -= weight * column[row - 1 - lag] }
      return rest / scales[row]
    }
  }
}

extension Matrix {
  /// log|S| of a symmetric positive definite matrix.
  fileprivate func logDeterminant() throws(EstimationFault) -> Double {
    var eigen = SymmetricEigen(size: rows)
    try eigen.decompose(values)
    return eigen.values.reduce(0) { $0 + log($1) }
  }
}
