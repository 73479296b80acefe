// SPDX-License-Identifier: EUPL-1.2

/// How an interval is made of bootstrap replicates.
public enum BootstrapInterval: String, Sendable, Hashable, CaseIterable {
  /// The quantiles of θ*.
  case percentile
  /// The quantiles of θ* mirrored in θ̂.
  case basic
  /// Quantiles moved for bias and for a spread that changes with θ (Efron 1987).
  case bca
  /// θ̂ − t*·se: each replicate over its own standard error.
  case studentised
}

/// Sorted replicates and the quantiles that intervals need.
package struct BootstrapQuantiles {
  private let sorted: [Double]
  /// Differences by rounding alone are ties.
  private let slack: Double

  package init(_ values: [Double]) {
    sorted = values.sorted()
    slack = 1e-11 * ((sorted.last ?? 0) - (sorted.first ?? 0))
  }

  var count: Int { sorted.count }

  /// Between the order statistics around (B + 1)·p by interpolation on the normal scale (Davison and
  /// Hinkley 1997, section 5.2.1), as R boot does; the first or last one beyond these.
  package func callAsFunction(_ probability: Double) -> Double {
    let rank = Double(count + 1) * probability
    let below = Int(rank)
    guard below >= 1 else { return sorted[0] }
    guard below < count else { return sorted[count - 1] }
    let share = rank - Double(below)
    guard share > 1e-12 else { return sorted[below - 1] }
    let normal = Distribution.normal
    let low = normal.quantile(Double(below) / Double(count + 1))
    let high = normal.quantile(Double(below + 1) / Double(count + 1))
    let weight = (normal.quantile(probability) - low) / (high - low)
    return sorted[below - 1] + weight * (sorted[below] - sorted[below - 1])
  }

  /// The standard error of a quantile by simulation: half the distance of the quantiles one standard
  /// error of p away.
  func monteCarloError(_ probability: Double) -> Double {
    let error = (probability * (1 - probability) / Double(count)).squareRoot()
    let low = self(max(0, probability - error))
    let high = self(min(1, probability + error))
    return (high - low) / 2
  }

  /// (b + 1) ⁄ (B + 1) with b the replicates at most, or at least, a value.
  func atMost(_ value: Double) -> Double {
    Double(sorted.count { $0 <= value + slack } + 1) / Double(count + 1)
  }

  func atLeast(_ value: Double) -> Double {
    Double(sorted.count { $0 >= value - slack } + 1) / Double(count + 1)
  }

  /// The share below a value, ties by half.
  package func shareBelow(_ value: Double) -> Double {
    var below = 0.0
    for replicate in sorted {
      let isTie = (replicate - value).magnitude <= slack
      below += isTie ? 0.5 : replicate < value ? 1 : 0
    }
    return below / Double(count)
  }
}

/// The bias and the acceleration that BCa intervals are moved by.
package struct BootstrapCorrection: Sendable, Hashable {
  /// z₀, the normal quantile of the share of replicates below θ̂.
  package let bias: Double
  /// a, a sixth of the skewness of the jackknife's influence values.
  package let acceleration: Double

  package init(bias: Double, acceleration: Double) {
    self.bias = bias
    self.acceleration = acceleration
  }

  /// The probability at which the replicates' quantile is taken instead of `probability`.
  package func moved(_ probability: Double) -> Double {
    let normal = Distribution.normal
    let z = bias + normal.quantile(probability)
    return normal.cumulative(bias + z / (1 - acceleration * z))
  }

  /// The probability that is moved to `probability`.
  package func movedBack(_ probability: Double) -> Double {
    let normal = Distribution.normal
    let z = normal.quantile(probability) - bias
    return normal.cumulative(z / (1 + acceleration * z) - bias)
  }

  /// Σ l³ ⁄ 6(Σ l²)^(3⁄2), where l is a unit's influence over the number of units of its stratum.
  ///
  /// - Parameters:
  ///   - left: θ̂ without each unit.
  ///   - starts: the strata, as in `ResampledUnits`.
  /// - Returns: a; 0 where no unit has any influence.
  package static func acceleration(leavingOut left: [Double], starts: [Int]) -> Double {
    var squares = 0.0
    var cubes = 0.0
    for (first, end) in zip(starts, starts.dropFirst()) where end > first {
      let size = Double(end - first)
      let mean = left[first..<end].reduce(0, +) / size
      for value in left[first..<end] {
        let influence = (size - 1) / size * (mean - value)
        squares += influence * influence
        cubes += influence * influence * influence
      }
    }
    return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }
}
