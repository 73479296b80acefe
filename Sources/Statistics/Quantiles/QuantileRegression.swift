// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// A quantile of the outcome as a linear function of regressors.
///
/// β̂ = argmin Σ wᵢ·ρ(yᵢ − xᵢᵀβ) with ρ(r) = r·(τ − 1[r < 0]). Where the design has no more different
/// rows than columns (arms alone), the solution is read off the sorted outcomes of each cell, the
/// smallest value at which τ of the cell is reached; otherwise the linear programme is solved. Solutions
/// need not be unique where outcomes are tied: then any two have the same objective.
///
/// - Missing values: none are accepted; drop such rows beforehand and count them.
/// - Complexity: O(n log n) for cells, else some 20 steps of O(n·k²).
///
/// Source: Koenker (2005), Quantile Regression. Agrees with R quantreg `rq`: objective to 1e-10.
public struct QuantileRegression: LinearModel {
  public let names: [String]
  /// β̂, in the outcome's unit per unit of each regressor.
  public let coefficients: [Double]
  /// τ.
  public let quantile: Double
  /// Σ ρ at β̂, in the outcome's unit.
  public let objective: Double
  /// yᵢ − xᵢᵀβ̂.
  public let residuals: [Double]

  private let design: Matrix

  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - design: n × k with n > k; contains the intercept if one is wanted.
  ///   - quantile: τ, between 0 and 1.
  /// - Throws: `EstimationFault.outOfRange` for τ, `.rankDeficient`, `.tooFew`, `.notFinite`,
  ///   `.zeroVariance` for a constant outcome, `.notConverged`.
  public init(
    outcome: [Double], design: Design, quantile: Double
  ) throws(EstimationFault) {
    let solver = try QuantileSolver(outcome: outcome, design: design)
    try self.init(solver, quantile)
  }

  init(_ solver: QuantileSolver, _ quantile: Double) throws(EstimationFault) {
    guard quantile > 0, quantile < 1 else {
      throw .outOfRange("the quantile", allowed: "between 0 and 1")
    }
    let beta = try solver.solve(quantile, weights: nil)
    let fitted = solver.design * beta
    names = solver.names
    design = solver.design
    coefficients = beta
    self.quantile = quantile
    let residuals = zip(solver.outcome, fitted).map { $0 - $1 }
    self.residuals = residuals
    objective = residuals.reduce(0) { $0 + $1 * ($1 < 0 ? quantile - 1 : quantile) }
  }

  /// How many rows lie on the fit beyond the k that any solution goes through: mass points.
  public var tiedRows: Int {
    let size = residuals.reduce(0) { max($0, $1.magnitude) }
    return max(0, residuals.count { $0.magnitude <= 1e-10 * size } - names.count)
  }

  /// Powell's sandwich with a normal kernel.
  ///
  /// V = H⁻¹ J H⁻¹, H = Σ f̂ᵢxᵢxᵢᵀ with f̂ᵢ = φ(rᵢ⁄h)⁄h, J = τ(1 − τ)XᵀX; h is Hall and Sheather's
  /// bandwidth times the smaller of the residuals' standard deviation and their quartiles' distance
  /// ⁄ 1.34. With clusters J sums (τ − 1[r < 0])·x by cluster (factor G⁄(G − 1)), and df = G − 1. Where
  /// many outcomes are tied there is no density to estimate: use the bootstrap, and read it with care.
  ///
  /// - Parameter clusters: of each row, nil where rows are independent.
  /// - Returns: the covariance; degrees of freedom are infinite without clusters.
  /// - Throws: `EstimationFault.oneCluster`, `.zeroVariance` where the residuals do not vary.
  ///
  /// Source: Powell (1991), in Nonparametric and Semiparametric Methods, 357–384; Hall and Sheather
  /// (1988), J. Royal Statistical Society B 50:381–391; Parente and Santos Silva (2016), J. Econometric
  /// Methods 5:1–15. Agrees with R quantreg `summary(se = "ker")` to 1e-8.
  public func kernelCovariance(
    clusters: Grouping? = nil
  ) throws(EstimationFault) -> CoefficientCovariance {
    let size = names.count
    let width = bandwidth
    guard width > 0 else { throw .zeroVariance("the outcome around its quantile") }
    var weighted = design
    for row in 0..<design.rows {
      let root = (Distribution.normal.density(residuals[row] / width) / width).squareRoot()
      for column in 0..<size { weighted[row, column] *= root }
    }
    let bread = try weighted.transposedTimes(weighted).pseudoInverse()
    var middle: Matrix
    var degreesOfFreedom = Double.infinity
    if let clusters {
      guard clusters.count > 1 else { throw .oneCluster }
      var sums = Matrix(rows: clusters.count, columns: size)
      for column in 0..<size {
        for row in 0..<design.rows {
          let side = residuals[row] < 0 ? quantile - 1 : quantile
          sums[Int(clusters.codes[row]), column] += side * design[row, column]
        }
      }
      middle = sums.transposedTimes(sums)
      let groups = Double(clusters.count)
      for i in middle.values.indices { middle.values[i] *= groups / (groups - 1) }
      degreesOfFreedom = groups - 1
    } else {
      middle = design.transposedTimes(design)
      for i in middle.values.indices { middle.values[i] *= quantile * (1 - quantile) }
    }
    return CoefficientCovariance(
      matrix: bread.sandwich(middle),
      degreesOfFreedom: Array(repeating: degreesOfFreedom, count: size), name: "kernel",
      degreesOfFreedomRule: clusters == nil ? "normal" : "clusters − 1", clusters: clusters?.count)
  }

  private var bandwidth: Double {
    let count = Double(residuals.count)
    let normal = Distribution.normal
    let point = normal.quantile(quantile)
    let density = normal.density(point)
    var share =
      pow(count, -1 / 3.0) * pow(normal.upperQuantile(0.025), 2 / 3.0)
      * cbrt(1.5 * density * density / (2 * point * point + 1))
    while quantile - share < 0 || quantile + share > 1 { share /= 2 }
    let reach = normal.quantile(quantile + share) - normal.quantile(quantile - share)
    let sorted = residuals.sorted()
    func quartile(_ p: Double) -> Double {
      let place = p * (count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    let spread = Moments(residuals).variance.squareRoot()
    let quartiles = (quartile(0.75) - quartile(0.25)) / 1.34
    return reach * min(spread, quartiles)
  }
}

/// One outcome and design, ready to be solved for many quantiles and many weights.
struct QuantileSolver: Sendable {
  let names: [String]
  let outcome: [Double]
  let design: Matrix
  /// Where every different row of the design has its own quantile.
  private let cells: Cells?

  init(outcome: [Double], design: Design) throws(EstimationFault) {
    precondition(outcome.count == design.rowCount, "one outcome per row of the design")
    guard outcome.count > design.columnCount else {
      throw .tooFew("rows", count: outcome.count, needed: design.columnCount + 1)
    }
    let missing = outcome.indices.filter { !outcome[$0].isFinite }
    guard missing.isEmpty else { throw .notFinite("outcome", rows: missing) }
    guard let first = outcome.first, !outcome.allSatisfy({ $0 == first }) else {
      throw .zeroVariance("the outcome")
    }
    // Names dependent columns, and those that are not finite, once for all solutions.
    _ = try OLS(outcome: outcome, design: design)
    names = design.names
    self.outcome = outcome
    self.design = design.matrix
    cells = try Cells(outcome, design.matrix, names)
  }

  // `weights` say how often each row counts; nil for once.
  func solve(_ quantile: Double, weights: [Double]?) throws(EstimationFault) -> [Double] {
    if let cells { return try cells.solve(quantile, outcome, weights) }
    return try QuantileProgram(
      outcome: outcome, design: design, weights: weights, quantile: quantile
    ).solve(names: names)
  }
}

/// The rows of each different row of a design that has as many of them as columns.
private struct Cells: Sendable {
  /// The rows of each cell, by outcome.
  private let rows: [[Int]]
  /// Cells × coefficients.
  private let patterns: Matrix
  private let names: [String]

  init?(_ outcome: [Double], _ design: Matrix, _ names: [String]) throws(EstimationFault) {
    var places: [[Double]: Int] = [:]
    var members: [[Int]] = []
    for row in 0..<design.rows {
      let pattern = design.row(row)
      if let place = places[pattern] {
        members[place].append(row)
      } else {
        guard places.count < design.columns else { return nil }
        places[pattern] = members.count
        members.append([row])
      }
    }
    guard members.count == design.columns else { return nil }
    rows = members.map { $0.sorted { outcome[$0] < outcome[$1] } }
    var patterns = Matrix(rows: members.count, columns: design.columns)
    for (pattern, place) in places {
      for column in pattern.indices { patterns[place, column] = pattern[column] }
    }
    self.patterns = patterns
    self.names = names
  }

  func solve(
    _ quantile: Double, _ outcome: [Double], _ weights: [Double]?
  ) throws(EstimationFault) -> [Double] {
    var values: [Double] = []
    for (place, members) in rows.enumerated() {
      var total = Double(members.count)
      if let weights {
        total = 0
        for row in members { total += weights[row] }
      }
      guard total > 0 else { throw .tooFew("rows in a cell", count: 0, needed: 1) }
      // A share that only rounding keeps from τ counts as reached.
      let wanted = quantile * total * (1 - 1e-12)
      var sum = 0.0
      for row in members {
        sum += weights?[row] ?? 1
        if sum >= wanted {
          values.append(outcome[row])
          break
        }
      }
      if values.count == place { values.append(outcome[members[members.count - 1]]) }
    }
    let factor = TallFactor(design: patterns, outcome: values, rootWeights: nil)
    return try OrthonormalBasis(factor, names: names).coefficients
  }
}
