// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// A mixed model at given variances: its likelihood, and how that changes with each of them.
///
/// The variances are θ = (σ², γ₁, …), and Gₖ = ∂V⁄∂θₖ is I or ZEₖZᵀ. With A = XᵀV⁻¹X, Φ = A⁻¹,
/// P = V⁻¹ − V⁻¹XΦXᵀV⁻¹, Qₖ = XᵀV⁻¹GₖV⁻¹X and Rₖₗ = XᵀV⁻¹GₖV⁻¹GₗV⁻¹X:
/// score −½(tr PGₖ − yᵀPGₖPy), expected information ½ tr PGₖPGₗ.
struct MixedModelState {
  /// Without the constant n⁄2·log 2π.
  let logLikelihood: Double
  let coefficients: [Double]
  /// Φ.
  let covariance: Matrix
  let score: [Double]
  let information: Matrix
  /// Qₖ and Rₖₗ, from which small-sample corrections are made.
  let firstDerivatives: [Matrix]
  let secondDerivatives: [[Matrix]]

  /// Nil where V or A is not positive definite.
  ///
  /// - Parameters:
  ///   - clusters: the products of each cluster, y behind the regressors.
  ///   - parameters: θ.
  ///   - components: the patterns of γ₁, ….
  ///   - criterion: which likelihood.
  init?(
    _ clusters: [ClusterProducts], _ parameters: [Double],
    _ components: [CovarianceStructure.Component], _ criterion: LinearMixedModel.Criterion
  ) {
    guard let size = components.first?.pattern.rows, let width = clusters.first?.outer.rows
    else { return nil }
    var effects = Matrix(rows: size, columns: size)
    for (component, value) in zip(components, parameters.dropFirst()) {
      for i in effects.values.indices {
        effects.values[i] += value * component.pattern.values[i]
      }
    }
    let count = parameters.count
    var sums = Sums(count: count, width: width)
    for cluster in clusters {
      guard let weighted = WeightedProducts(cluster, residual: parameters[0], effects: effects)
      else { return nil }
      sums.add(weighted, components)
    }
    let p = width - 1
    guard let solved = sums.outer.block(p).generalInverse(), solved.determinant > 0 else {
      return nil
    }
    let phi = solved.inverse
    let coefficients = phi * (0..<p).map { sums.outer[$0, p] }
    // What is left of y stands at (−β, 1).
    let rest = coefficients.map { -$0 } + [1]
    func quadratic(_ matrix: Matrix) -> Double {
      zip(matrix * rest, rest).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let q = sums.first.map { $0.block(p) }
    let r = sums.second.map { $0.map { $0.block(p) } }
    let phiQ = q.map { phi * $0 }
    let isRestricted = criterion == .restrictedMaximumLikelihood
    score = (0..<count).map { k in
      let trace = sums.traces[k] - (isRestricted ? phiQ[k].trace : 0)
      return -0.5 * (trace - quadratic(sums.first[k]))
    }
    var information = Matrix(rows: count, columns: count)
    for k in 0..<count {
      for l in 0..<count {
        var value = sums.products[k, l]
        if isRestricted {
          value -= 2 * phi.traceOfProduct(with: r[k][l])
          value += phiQ[k].traceOfProduct(with: phiQ[l])
        }
        information[k, l] = value / 2
      }
    }
    self.information = information
    self.coefficients = coefficients
    covariance = phi
    firstDerivatives = q
    secondDerivatives = r
    logLikelihood =
      -0.5
      * (sums.logDeterminant + quadratic(sums.outer) + (isRestricted ? log(solved.determinant) : 0))
  }

  /// The sums over clusters, y among the regressors.
  private struct Sums {
    var logDeterminant = 0.0
    var outer: Matrix
    /// tr V⁻¹Gₖ.
    var traces: [Double]
    /// tr V⁻¹GₖV⁻¹Gₗ.
    var products: Matrix
    var first: [Matrix]
    var second: [[Matrix]]

    init(count: Int, width: Int) {
      let zero = Matrix(rows: width, columns: width)
      outer = zero
      traces = Array(repeating: 0, count: count)
      products = Matrix(rows: count, columns: count)
      first = Array(repeating: zero, count: count)
      second = Array(repeating: Array(repeating: zero, count: count), count: count)
    }

    mutating func add(_ cluster: WeightedProducts, _ components: [CovarianceStructure.Component]) {
      logDeterminant += cluster.logDeterminant
      outer.add(cluster.outer.first)
      traces[0] += cluster.trace.first
      products[0, 0] += cluster.trace.second
      first[0].add(cluster.outer.second)
      second[0][0].add(cluster.outer.third)
      let (s, s2) = cluster.inner
      let (t, t2) = cluster.cross
      for (k, component) in components.enumerated() {
        let es = component.pattern * s
        let et = component.pattern * t
        traces[k + 1] += es.trace
        first[k + 1].add(t.transposedTimes(et))
        let mixed = component.pattern.traceOfProduct(with: s2)
        products[0, k + 1] += mixed
        products[k + 1, 0] += mixed
        // XᵀV⁻²GₖV⁻¹X, and its transpose, averaged.
        let half = t2.transposedTimes(et).symmetric
        second[0][k + 1].add(half)
        second[k + 1][0].add(half)
        for (l, other) in components.enumerated() {
          products[k + 1, l + 1] += es.traceOfProduct(with: other.pattern * s)
          second[k + 1][l + 1].add(et.transposedTimes(s * (other.pattern * t)).symmetric)
        }
      }
    }
  }
}

extension Matrix {
  fileprivate mutating func add(_ other: Matrix) {
    for i in values.indices { values[i] += other.values[i] }
  }

  fileprivate var symmetric: Matrix {
    var result = self
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] = (self[i, j] + self[j, i]) / 2 }
    }
    return result
  }

  /// The first rows and columns.
  fileprivate func block(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for i in 0..<size {
      for j in 0..<size { result[i, j] = self[i, j] }
    }
    return result
  }
}
