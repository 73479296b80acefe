// SPDX-License-Identifier: EUPL-1.2

/// How much a case counts at a distance from the cut-off, in bandwidths.
public enum LocalKernel: String, Sendable, Hashable, CaseIterable {
  /// 1 − u.
  case triangular
  /// ¾(1 − u²).
  case epanechnikov
  /// ½.
  case uniform

  /// K(u) for u ≥ 0; 0 beyond 1.
  func weight(_ u: Double) -> Double {
    guard u <= 1 else { return 0 }
    return switch self {
    case .triangular: 1 - u
    case .epanechnikov: 0.75 * (1 - u * u)
    case .uniform: 0.5
    }
  }

  /// How many distances, in ascending order, have a positive weight: the first ones.
  func count(_ distances: [Double], within bandwidth: Double) -> Int {
    var start = 0
    var end = distances.count
    while start < end {
      let middle = (start + end) / 2
      if weight(distances[middle] / bandwidth) > 0 { start = middle + 1 } else { end = middle }
    }
    return start
  }

  /// ∫₀¹ K(u)·uᵏ du.
  func moment(_ power: Int) -> Double {
    let k = Double(power)
    return switch self {
    case .triangular: 1 / (k + 1) - 1 / (k + 2)
    case .epanechnikov: 0.75 * (1 / (k + 1) - 1 / (k + 3))
    case .uniform: 0.5 / (k + 1)
    }
  }

  /// The factor of the rule of thumb for a first bandwidth, C·min(s, IQR⁄1.349)·n^(−1⁄5).
  var ruleOfThumb: Double {
    switch self {
    case .triangular: 2.576
    case .epanechnikov: 2.34
    case .uniform: 1.843
    }
  }
}
