// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK
internal import Glibc

/// The linear programme behind a quantile regression, solved by a primal-dual interior point method.
///
/// min Σ ρ(yᵢ − xᵢᵀβ) with ρ(r) = r·(τ − 1[r < 0]) has the dual max yᵀa with Xᵀa = (1 − τ)Xᵀ1 and
/// 0 ≤ a ≤ 1. Each step is Mehrotra's predictor and corrector, its weighted least squares by QR. The gap
/// between the two bounds how far the solution is from the best; at the end the k rows that lie closest
/// are fitted exactly, and kept where that is no worse, so that a solution is a vertex wherever rows are
/// in general position. With ties (mass points) solutions may not be unique; the objective always is.
///
/// - Complexity: some 20 steps of O(n·k²).
///
/// Source: Koenker and Bassett (1978), Econometrica 46:33–50; Portnoy and Koenker (1997), Statistical
/// Science 12:279–300; Mehrotra (1992), SIAM J. Optimization 2:575–601.
struct QuantileProgram {
  let quantile: Double
  /// n × k, each row times its weight.
  private let design: Matrix
  /// n values, each times its weight.
  private let outcome: [Double]

  /// - Parameters:
  ///   - outcome: n values.
  ///   - design: n × k.
  ///   - weights: of each row, 0 for a row that is not there; nil for 1.
  ///   - quantile: τ, between 0 and 1.
  init(outcome: [Double], design: Matrix, weights: [Double]?, quantile: Double) {
    self.quantile = quantile
    guard let weights else {
      self.design = design
      self.outcome = outcome
      return
    }
    let rows = weights.indices.filter { weights[$0] > 0 }
    var part = Matrix(rows: rows.count, columns: design.columns)
    for column in 0..<design.columns {
      for (place, row) in rows.enumerated() {
        part[place, column] = design[row, column] * weights[row]
      }
    }
    self.design = part
    self.outcome = rows.map { outcome[$0] * weights[$0] }
  }

  /// β̂.
  ///
  /// - Throws: `EstimationFault.rankDeficient` naming dependent columns, `.zeroVariance` where the
  ///   regressors fit every row exactly, `.notConverged`.
  func solve(names: [String]) throws(EstimationFault) -> [Double] {
    let start = try OrthonormalBasis(
      TallFactor(design: design, outcome: outcome, rootWeights: nil), names: names)
    var residuals = fitted(start.coefficients)
    for i in residuals.indices { residuals[i] = outcome[i] - residuals[i] }
    let scale = residuals.reduce(0) { $0 + $1.magnitude } / Double(residuals.count)
    let size = outcome.reduce(0) { max($0, $1.magnitude) }
    guard scale > 1e-13 * size else { throw .zeroVariance("the outcome around its model") }
    for i in residuals.indices { residuals[i] /= scale }
    var search = InteriorPoint(design, residuals, quantile)
    let step = try search.solve(names: names)
    let inner = zip(start.coefficients, step).map { $0 + scale * $1 }
    guard let vertex = vertex(near: inner) else { return inner }
    return objective(vertex) <= objective(inner) * (1 + 1e-12) ? vertex : inner
  }

  /// Σ ρ(yᵢ − xᵢᵀβ).
  func objective(_ coefficients: [Double]) -> Double {
    let fitted = fitted(coefficients)
    var sum = 0.0
    for i in outcome.indices {
      let residual = outcome[i] - fitted[i]
      sum += residual * (residual < 0 ? quantile - 1 : quantile)
    }
    return sum
  }

  private func fitted(_ coefficients: [Double]) -> [Double] { design * coefficients }

  /// The exact fit of the k independent rows that lie closest.
  private func vertex(near coefficients: [Double]) -> [Double]? {
    let fitted = fitted(coefficients)
    let size = coefficients.count
    let distances = zip(outcome, fitted).map { ($0 - $1).magnitude }
    // A few rows are close by; without enough of them all are looked at.
    let near = 1e-3 * distances.reduce(0, +) / Double(distances.count)
    let close = distances.indices.filter { distances[$0] <= near }
    let candidates = close.count < size ? Array(distances.indices) : close
    let order = candidates.sorted { distances[$0] < distances[$1] }
    var chosen: [Int] = []
    var directions: [[Double]] = []
    for row in order {
      var rest = design.row(row)
      let length = cblas_dnrm2(Int32(size), rest, 1)
      for direction in directions + directions {
        let share = cblas_ddot(Int32(size), direction, 1, rest, 1)
        cblas_daxpy(Int32(size), -share, direction, 1, &rest, 1)
      }
      let left = cblas_dnrm2(Int32(size), rest, 1)
      guard left > 1e-9 * length else { continue }
      directions.append(rest.map { $0 / left })
      chosen.append(row)
      if chosen.count == size { break }
    }
    guard chosen.count == size else { return nil }
    var square = Matrix(rows: size, columns: size)
    for (place, row) in chosen.enumerated() {
      for column in 0..<size { square[place, column] = design[row, column] }
    }
    let factor = TallFactor(
      design: square, outcome: chosen.map { outcome[$0] }, rootWeights: nil)
    let names = (0..<size).map { "\($0)" }
    return try? OrthonormalBasis(factor, names: names).coefficients
  }
}

/// The iteration, on a problem of unit scale that starts at β = 0.
private struct InteriorPoint {
  let design: Matrix
  let quantile: Double
  /// a and 1 − a, both positive.
  private var low: [Double]
  private var high: [Double]
  /// The multipliers of the two bounds: z − w = −(y − Xβ).
  private var z: [Double]
  private var w: [Double]
  private var beta: [Double]

  init(_ design: Matrix, _ outcome: [Double], _ quantile: Double) {
    self.design = design
    self.quantile = quantile
    low = Array(repeating: 1 - quantile, count: outcome.count)
    high = Array(repeating: quantile, count: outcome.count)
    z = outcome.map { max(-$0, 0) + 0.1 }
    w = outcome.map { max($0, 0) + 0.1 }
    beta = Array(repeating: 0, count: design.columns)
  }

  mutating func solve(names: [String]) throws(EstimationFault) -> [Double] {
    let count = Double(low.count)
    for _ in 0..<100 {
      let before = gap
      if before <= 1e-12 * count { break }
      do {
        try step(names, before)
      } catch {
        break
      }
      guard gap.isFinite else { break }
    }
    guard gap <= 1e-7 * count else {
      throw .notConverged("the quantile \(quantile)")
    }
    return beta
  }

  private var gap: Double {
    var sum = 0.0
    for i in low.indices { sum += z[i] * low[i] + w[i] * high[i] }
    return sum
  }

  private mutating func step(_ names: [String], _ before: Double) throws(EstimationFault) {
    let count = low.count
    var q = low
    var target = low
    for i in 0..<count {
      q[i] = 1 / (z[i] / low[i] + w[i] / high[i])
      target[i] = z[i] - w[i]
    }
    let basis = try OrthonormalBasis(
      TallFactor(
        design: design, outcome: target, rootWeights: q.map { $0.squareRoot() }), names: names)
    var move = direction(basis.coefficients, q, target)
    // Predictor: where a step straight to the boundary would lead.
    var dz = z
    var dw = w
    for i in 0..<count {
      dz[i] = -z[i] * (1 + move.a[i] / low[i])
      dw[i] = -w[i] * (1 - move.a[i] / high[i])
    }
    var primal = min(reach(low, move.a, 1), reach(high, move.a, -1))
    var dual = min(reach(z, dz, 1), reach(w, dw, 1))
    if min(primal, dual) < 1 {
      var after = 0.0
      for i in 0..<count {
        after += (z[i] + dual * dz[i]) * (low[i] + primal * move.a[i])
        after += (w[i] + dual * dw[i]) * (high[i] - primal * move.a[i])
      }
      let ratio = after / before
      let centre = before * ratio * ratio * ratio / Double(2 * count)
      // Corrector: towards the central path, with the products that the predictor left out.
      var pull = low
      for i in 0..<count {
        pull[i] =
          move.a[i] * dz[i] / low[i] + move.a[i] * dw[i] / high[i]
          - centre * (1 / low[i] - 1 / high[i])
        target[i] = z[i] - w[i] + pull[i]
      }
      // The same weights: the first factor solves the normal equations of the second problem.
      for i in 0..<count { pull[i] = q[i] * target[i] }
      let right = design.transposedTimes(Matrix(rows: count, columns: 1, values: pull)).values
      let corrected = direction(
        basis.matrix * (basis.matrix.transposed * right), q, target)
      for i in 0..<count {
        let crossLow = move.a[i] * dz[i]
        let crossHigh = -move.a[i] * dw[i]
        dz[i] = (centre - crossLow - z[i] * corrected.a[i]) / low[i] - z[i]
        dw[i] = (centre - crossHigh + w[i] * corrected.a[i]) / high[i] - w[i]
      }
      move = corrected
      primal = min(reach(low, move.a, 1), reach(high, move.a, -1))
      dual = min(reach(z, dz, 1), reach(w, dw, 1))
    }
    for i in 0..<count {
      low[i] += primal * move.a[i]
      high[i] -= primal * move.a[i]
      z[i] += dual * dz[i]
      w[i] += dual * dw[i]
    }
    // The multipliers of the dual's equations are −β.
    for i in beta.indices { beta[i] -= dual * move.equations[i] }
  }

  /// The change of a that goes with a change of the equations' multipliers.
  private func direction(
    _ equations: [Double], _ q: [Double], _ target: [Double]
  ) -> (a: [Double], equations: [Double]) {
    var change = design * equations
    for i in change.indices { change[i] = q[i] * (change[i] - target[i]) }
    return (change, equations)
  }

  /// How far one may go (at most 1) so that every number stays positive.
  private func reach(_ values: [Double], _ moves: [Double], _ sign: Double) -> Double {
    var farthest = Double.infinity
    for i in values.indices {
      let move = sign * moves[i]
      if move < 0 { farthest = min(farthest, -values[i] / move) }
    }
    return min(0.99995 * farthest, 1)
  }
}
