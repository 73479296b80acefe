// SPDX-License-Identifier: EUPL-1.2

/// How the variance of a regression discontinuity estimate is estimated.
public enum DiscontinuityVariance: Sendable, Hashable {
  /// Each case against its nearest neighbours by the running variable, at least so many of them.
  case neighbours(Int)
  /// Squared residuals of the local polynomial.
  case hc0
  /// HC0 · n⁄(n − k).
  case hc1
  /// eᵢ² ⁄ (1 − hᵢ).
  case hc2
  /// eᵢ² ⁄ (1 − hᵢ)².
  case hc3
  /// Sums of residuals by cluster, on either side · G⁄(G − 1) · (n − 1)⁄(n − k).
  case cr1(Grouping)

  /// The name in a pipeline and in the effects table.
  public var name: String {
    switch self {
    case .neighbours: "nearest-neighbour"
    case .hc0: "hc0"
    case .hc1: "hc1"
    case .hc2: "hc2"
    case .hc3: "hc3"
    case .cr1: "cr1"
    }
  }

  var clusters: Grouping? {
    if case .cr1(let clusters) = self { clusters } else { nil }
  }
}

extension CutoffSide {
  /// V̂(Σ aᵢyᵢ) for the outcomes of the first rows, those that either window holds.
  ///
  /// Residuals are those of the polynomial, but for nearest neighbours, which may be known already.
  ///
  /// - Throws: `EstimationFault.oneCluster` for a side whose window holds one cluster.
  func variance(
    of weights: [Double], outcome: [Double], count rows: Int, polynomial: LocalPolynomial,
    _ estimator: DiscontinuityVariance, neighbours: [Double]? = nil
  ) throws(EstimationFault) -> Double {
    var residuals: [Double]
    if case .neighbours(let matches) = estimator {
      residuals = neighbours ?? neighbourResiduals(outcome, count: rows, matches: matches)
    } else {
      let fitted = try polynomial.fitted(outcome, count: rows)
      residuals = (0..<rows).map { outcome[$0] - fitted[$0] }
    }
    let coefficients = Double(polynomial.order + 1)
    switch estimator {
    case .neighbours, .hc0: break
    case .hc1:
      guard Double(rows) > coefficients else {
        throw .tooFew("cases within the bandwidth", count: rows, needed: polynomial.order + 2)
      }
      let factor = (Double(rows) / (Double(rows) - coefficients)).squareRoot()
      for row in 0..<rows { residuals[row] *= factor }
    case .hc2, .hc3:
      let hats = try polynomial.leverages(count: rows)
      for row in 0..<rows {
        let rest = max(1 - hats[row], 1e-8)
        residuals[row] /= estimator == .hc2 ? rest.squareRoot() : rest
      }
    case .cr1:
      return try clustered(weights, residuals, coefficients: coefficients)
    }
    var sum = 0.0
    for row in weights.indices {
      let part = weights[row] * residuals[row]
      sum += part * part
    }
    return sum
  }

  private func clustered(
    _ weights: [Double], _ residuals: [Double], coefficients: Double
  ) throws(EstimationFault) -> Double {
    guard let clusters else { preconditionFailure("a side without clusters has no cr1") }
    var sums: [Int32: Double] = [:]
    for row in residuals.indices {
      sums[clusters[row], default: 0] += row < weights.count ? weights[row] * residuals[row] : 0
    }
    guard sums.count > 1 else { throw .oneCluster }
    // In the order of the clusters, so that the sum does not depend on hashing.
    let squares = sums.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
    let rows = Double(residuals.count)
    let groups = Double(sums.count)
    return squares * groups / (groups - 1) * (rows - 1) / (rows - coefficients)
  }

  /// How many clusters the first rows hold; 0 without clusters.
  func clusterCount(among rows: Int) -> Int {
    clusters.map { Set($0.prefix(rows)).count } ?? 0
  }
}
