// SPDX-License-Identifier: EUPL-1.2

/// How the variance of regression coefficients is estimated.
public enum VarianceEstimator: Sendable, Hashable {
  /// σ̂²(XᵀX)⁻¹: equal variances.
  case classical
  /// Sandwich of eᵢ² (White 1980), n − k degrees of freedom.
  case hc0
  /// HC0 · n ⁄ (n − k).
  case hc1
  /// Sandwich of eᵢ² ⁄ (1 − hᵢ): unbiased under equal variances.
  case hc2
  /// Sandwich of eᵢ² ⁄ (1 − hᵢ)²: close to the jackknife.
  case hc3
  /// Sandwich of cluster sums, G − 1 degrees of freedom.
  case cr0(Grouping)
  /// CR0 · G⁄(G − 1) · (n − 1)⁄(n − k): Stata's factor.
  case cr1(Grouping)
  /// Sandwich of cluster sums adjusted by (I − H)^(−½), Satterthwaite degrees of freedom.
  case cr2(Grouping)
  /// Sandwich of cluster sums adjusted by (I − H)⁻¹: the jackknife by cluster.
  case cr3(Grouping)

  /// The name in a pipeline and in the effects table.
  public var name: String {
    switch self {
    case .classical: "classical"
    case .hc0: "hc0"
    case .hc1: "hc1"
    case .hc2: "hc2"
    case .hc3: "hc3"
    case .cr0: "cr0"
    case .cr1: "cr1"
    case .cr2: "cr2"
    case .cr3: "cr3"
    }
  }

  /// The rule for degrees of freedom, in words.
  public var degreesOfFreedomRule: String {
    switch self {
    case .classical, .hc0, .hc1, .hc2, .hc3: "rows − coefficients"
    case .cr0, .cr1, .cr3: "clusters − 1"
    case .cr2: "Satterthwaite"
    }
  }

  /// The cluster of each row, if any.
  public var clusters: Grouping? {
    switch self {
    case .classical, .hc0, .hc1, .hc2, .hc3: nil
    case .cr0(let clusters), .cr1(let clusters), .cr2(let clusters), .cr3(let clusters): clusters
    }
  }
}

/// The estimated covariance of a model's coefficients.
public struct CoefficientCovariance: Sendable, Hashable {
  /// k × k, in products of the coefficients' units.
  public let matrix: Matrix
  /// For each coefficient; NaN where the clusters leave none (asking for that estimate is a fault).
  public let degreesOfFreedom: [Double]
  /// The estimator's name, as in `VarianceEstimator.name`.
  public let name: String
  public let degreesOfFreedomRule: String
  /// The number of clusters, nil where rows are independent; of two clusterings the smaller number.
  public let clusters: Int?
  /// How many negative eigenvalues were set to zero, which only two clusterings can have.
  public internal(set) var negativeDirections = 0

  /// The square root of the diagonal.
  public var standardErrors: [Double] {
    (0..<matrix.rows).map { matrix[$0, $0].squareRoot() }
  }
}
