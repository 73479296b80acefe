// SPDX-License-Identifier: EUPL-1.2

/// The effect of a treatment from weights that make the arms alike.
///
/// Three ways; all with a variance from influence values φᵢ that sum to the error of the estimate:
/// V̂ = n⁄(n − 1)·Σ φᵢ², or G⁄(G − 1)·Σ (sum of φᵢ in cluster g)².
public struct WeightedEffect: Sendable {
  /// In the outcome's unit.
  public let effect: Double
  /// What each case counts in its arm's mean; each arm sums to one.
  public let weights: [Double]
  /// φᵢ.
  public let influence: [Double]

  /// The normal approximation with this variance.
  ///
  /// - Parameters:
  ///   - clusters: the unit of assignment of each case.
  ///   - level: two-sided confidence level.
  /// - Returns: in the outcome's unit.
  /// - Throws: `EstimationFault.oneCluster`, `.zeroVariance`.
  public func estimate(
    clusters: Grouping? = nil, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    var sums = influence
    if let clusters {
      guard clusters.count > 1 else { throw .oneCluster }
      sums = Array(repeating: 0, count: clusters.count)
      for (row, code) in clusters.codes.enumerated() { sums[Int(code)] += influence[row] }
    }
    let count = Double(sums.count)
    let spread = sums.reduce(0) { $0 + $1 * $1 } * count / (count - 1)
    return try Estimate(
      of: "the effect", value: effect, standardError: spread.squareRoot(), level: level)
  }
}

/// The weighted mean outcome of each arm.
struct Means {
  private(set) var treated = 0.0
  private(set) var control = 0.0

  init(_ outcome: [Double], _ weights: [Double], _ flags: [Bool]) {
    for row in outcome.indices {
      if flags[row] {
        treated += weights[row] * outcome[row]
      } else {
        control += weights[row] * outcome[row]
      }
    }
  }
}

extension [Double] {
  /// Scaled so that each arm sums to one.
  func summingToOne(_ treated: [Bool]) -> [Double] {
    var sums = (treated: 0.0, control: 0.0)
    for row in indices {
      if treated[row] { sums.treated += self[row] } else { sums.control += self[row] }
    }
    return indices.map { self[$0] / (treated[$0] ? sums.treated : sums.control) }
  }
}
