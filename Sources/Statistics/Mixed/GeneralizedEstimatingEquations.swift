// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// A population-averaged model of cases that are alike within clusters (generalised estimating equations).
///
/// g(μ) = Xβ; the cases of a cluster have working covariance φA^½R(α)A^½, A the variance function and R exchangeable or
/// the identity. β̂ solves Σ DᵢᵀVᵢ⁻¹(yᵢ − μᵢ) = 0, α and φ are moments of the Pearson residuals:
/// φ = Σe² ⁄ n, α = Σ over pairs within clusters of eⱼeₖ ⁄ (φ · number of pairs).
///
/// The covariance is a sandwich over clusters. As few clusters make it too small, each cluster's residuals can be
/// divided by (I − Hᵢ)^½ (Kauermann and Carroll) or I − Hᵢ (Mancl and DeRouen); degrees of freedom are
/// clusters − coefficients.
///
/// Sources: Liang and Zeger (1986), Biometrika 73:13–22; Mancl and DeRouen (2001), Biometrics 57:126–134;
/// Kauermann and Carroll (2001), JASA 96:1387–1396. Agrees with R geepack 1.3.9 (β, sandwich, α, φ).
public struct GeneralizedEstimatingEquations: LinearModel {
  /// How the mean hangs on the regressors, and the variance on the mean.
  public enum Family: String, Sendable, Hashable {
    /// Identity link, constant variance.
    case gaussian
    /// Logit link, μ(1 − μ).
    case binomial
    /// Log link, μ.
    case poisson
  }

  public enum WorkingCorrelation: String, Sendable, Hashable {
    case independence
    case exchangeable
  }

  /// How the residuals of a cluster are made up for having been fitted.
  public enum Correction: String, Sendable, Hashable {
    case none = "sandwich"
    case kauermannCarroll = "kauermann-carroll"
    case manclDeRouen = "mancl-derouen"

    fileprivate var power: Double {
      switch self {
      case .none: 0
      case .kauermannCarroll: -0.5
      case .manclDeRouen: -1
      }
    }
  }

  public let names: [String]
  public let coefficients: [Double]
  /// α; 0 under independence.
  public let correlation: Double
  /// φ.
  public let dispersion: Double
  public let clusterCount: Int
  private let pieces: [Piece]
  private let sum: Matrix

  /// What a cluster adds: its score s and its information W, both without φ.
  private struct Piece {
    let score: [Double]
    let information: Matrix
  }

  /// - Parameters:
  ///   - outcome: one number per row; 0 or 1 for binomial, not negative for Poisson.
  ///   - design: the regressors.
  ///   - clusters: the cluster of each row.
  ///   - family: the mean's link and variance.
  ///   - correlation: the working correlation; a wrong one costs precision, not validity.
  /// - Throws: `EstimationFault.oneCluster`, `.notConverged`, and as `GeneralizedLinearModel` or `OLS`.
  public init(
    outcome: [Double], design: Design, clusters: Grouping, family: Family,
    correlation: WorkingCorrelation = .exchangeable
  ) throws(EstimationFault) {
    precondition(clusters.rowCount == outcome.count, "one cluster per row")
    guard clusters.count > 1 else { throw .oneCluster }
    // As if cases were independent, which also finds what is wrong with the design or the outcome.
    var beta =
      if let response = family.response {
        try GeneralizedLinearModel(response, outcome: outcome, design: design).coefficients
      } else {
        try OLS(outcome: outcome, design: design).coefficients
      }
    let (rows, starts) = clusters.sorted()
    let members = (0..<clusters.count).map { Array(rows[starts[$0]..<starts[$0 + 1]]) }
    var alpha = 0.0
    var phi = 1.0
    var last: (pieces: [Piece], sum: Matrix)?
    for round in 0..<200 {
      let working = Working(outcome, design.matrix, beta, family)
      guard working.isFinite else { throw Self.diverged }
      phi = working.dispersion
      guard phi > 0 else { throw .zeroVariance("what the model leaves of the outcome") }
      if correlation == .exchangeable {
        alpha = working.correlation(members)
        let largest = members.map(\.count).max() ?? 1
        guard alpha < 1, 1 + Double(largest - 1) * alpha > 0 else {
          throw .notConverged("the correlation of cases within a cluster")
        }
      }
      let pieces = members.map { working.piece($0, alpha) }
      let sum = Self.total(pieces)
      guard let inverse = sum.generalInverse()?.inverse else { throw Self.diverged }
      let score = pieces.reduce(into: [Double](repeating: 0, count: beta.count)) { total, piece in
        for place in total.indices { total[place] += piece.score[place] }
      }
      let step = inverse * score
      last = (pieces, sum)
      let size = zip(step, score).reduce(0) { $0 + $1.0 * $1.1 }
      if round > 0, size < 1e-22 * Double(outcome.count) { break }
      for place in beta.indices { beta[place] += step[place] }
      if round == 199 { throw Self.diverged }
    }
    guard let last else { throw Self.diverged }
    names = design.names
    coefficients = beta
    self.correlation = alpha
    dispersion = phi
    clusterCount = clusters.count
    pieces = last.pieces
    sum = last.sum
  }

  private static let diverged = EstimationFault.notConverged("the estimating equations")

  /// The covariance of β̂.
  ///
  /// - Throws: `EstimationFault.tooFew` where single clusters decide coefficients by themselves.
  public func covariance(_ correction: Correction) throws(EstimationFault) -> CoefficientCovariance
  {
    let size = coefficients.count
    var eigen = SymmetricEigen(size: size)
    try eigen.decompose(sum.values)
    guard eigen.values.allSatisfy({ $0 > 0 }) else { throw Self.diverged }
    let inverseRoot = eigen.apply(eigen.values.map { 1 / $0.squareRoot() })
    var meat = Matrix(rows: size, columns: size)
    for piece in pieces {
      // (I − Hᵢ)^q acts on the score as (I − S)^q does, S = M^−½WᵢM^−½.
      let share = inverseRoot.sandwich(piece.information)
      try eigen.decompose(share.values)
      let rest = eigen.values.map { 1 - $0 }
      guard correction == .none || rest.allSatisfy({ $0 > 1e-9 }) else {
        throw .tooFew(
          "clusters, of which one decides a coefficient by itself,", count: clusterCount,
          needed: clusterCount + 1)
      }
      let adjust = eigen.apply(rest.map { pow($0, correction.power) })
      let score = adjust * (inverseRoot * piece.score)
      for i in 0..<size {
        for j in 0..<size { meat[i, j] += score[i] * score[j] }
      }
    }
    return CoefficientCovariance(
      matrix: inverseRoot.sandwich(meat),
      degreesOfFreedom: Array(repeating: Double(clusterCount - size), count: size),
      name: correction.rawValue, degreesOfFreedomRule: "clusters − coefficients",
      clusters: clusterCount)
  }
}

extension GeneralizedEstimatingEquations {
  private static func total(_ pieces: [Piece]) -> Matrix {
    var sum = Matrix(rows: pieces[0].information.rows, columns: pieces[0].information.columns)
    for piece in pieces {
      for place in sum.values.indices { sum.values[place] += piece.information.values[place] }
    }
    return sum
  }

  /// Pearson residuals and regressors on their scale, at given coefficients.
  private struct Working {
    let residuals: [Double]
    let regressors: Matrix

    init(_ outcome: [Double], _ design: Matrix, _ beta: [Double], _ family: Family) {
      let predictor = design * beta
      var residuals = outcome
      var scales = outcome
      for row in outcome.indices {
        let step =
          family.response?.working(outcome[row], predictor[row])
          ?? (weight: 1, residual: outcome[row] - predictor[row])
        scales[row] = step.weight.squareRoot()
        residuals[row] = step.residual * scales[row]
      }
      var scaled = design
      for column in 0..<design.columns {
        for row in 0..<design.rows { scaled.values[row + column * design.rows] *= scales[row] }
      }
      self.residuals = residuals
      regressors = scaled
    }

    var isFinite: Bool {
      residuals.allSatisfy(\.isFinite) && regressors.values.allSatisfy(\.isFinite)
    }

    var dispersion: Double {
      residuals.reduce(0) { $0 + $1 * $1 } / Double(residuals.count)
    }

    func correlation(_ members: [[Int32]]) -> Double {
      var products = 0.0
      var pairs = 0.0
      for rows in members {
        var sum = 0.0
        var squares = 0.0
        for row in rows {
          let residual = residuals[Int(row)]
          sum += residual
          squares += residual * residual
        }
        products += (sum * sum - squares) / 2
        pairs += Double(rows.count * (rows.count - 1)) / 2
      }
      return pairs > 0 ? products / (dispersion * pairs) : 0
    }

    func piece(_ rows: [Int32], _ alpha: Double) -> Piece {
      let size = regressors.columns
      var score = [Double](repeating: 0, count: size)
      var sums = score
      var information = Matrix(rows: size, columns: size)
      var residualSum = 0.0
      for row in rows {
        let residual = residuals[Int(row)]
        residualSum += residual
        for i in 0..<size {
          let value = regressors.values[Int(row) + i * regressors.rows]
          score[i] += value * residual
          sums[i] += value
          for j in 0...i {
            information[i, j] += value * regressors.values[Int(row) + j * regressors.rows]
          }
        }
      }
      // R⁻¹ = (I − c·11ᵀ) ⁄ (1 − α), c = α ⁄ (1 + (m − 1)α).
      let shared = alpha / (1 + Double(rows.count - 1) * alpha)
      for i in 0..<size {
        score[i] = (score[i] - shared * sums[i] * residualSum) / (1 - alpha)
        for j in 0...i {
          information[i, j] = (information[i, j] - shared * sums[i] * sums[j]) / (1 - alpha)
          information[j, i] = information[i, j]
        }
      }
      return Piece(score: score, information: information)
    }
  }
}

extension GeneralizedEstimatingEquations.Family {
  /// What a generalised linear model of independent cases has; nil for least squares.
  fileprivate var response: ResponseFamily? {
    switch self {
    case .gaussian: nil
    case .binomial: .logit
    case .poisson: .poisson
    }
  }
}
