// SPDX-License-Identifier: EUPL-1.2

/// How p-values are raised because several hypotheses are tested.
public enum MultiplicityAdjustment: String, Sendable, Hashable, CaseIterable {
  case none
  /// Family-wise error, any dependence (Holm 1979, Scandinavian J. Statistics 6:65–70).
  case holm
  /// Family-wise error, independence or positive dependence (Hochberg 1988, Biometrika 75:800–802).
  case hochberg
  /// Family-wise error, as Hochberg but sharper (Hommel 1988, Biometrika 75:383–386).
  case hommel
  /// False discovery rate, independence or positive dependence (Benjamini and Hochberg 1995,
  /// J. Royal Statistical Society B 57:289–300).
  case bh
  /// False discovery rate, any dependence (Benjamini and Yekutieli 2001, Annals of Statistics
  /// 29:1165–1188).
  case by

  /// Adjusted p-values, in the order given.
  ///
  /// - Parameter pValues: each between 0 and 1; tests without a p-value are left out beforehand.
  /// - Returns: as many values, none below its p-value and none above 1.
  /// - Throws: `EstimationFault.outOfRange`.
  /// - Complexity: O(n log n), Hommel O(n²).
  ///
  /// Agrees with R `p.adjust` (reference case multiple-testing) to 1e-8.
  public func adjust(_ pValues: [Double]) throws(EstimationFault) -> [Double] {
    guard pValues.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw .outOfRange("every p-value", allowed: "between 0 and 1")
    }
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    let sorted = order.map { pValues[$0] }
    let adjusted = adjustSorted(sorted)
    var result = pValues
    for (rank, position) in order.enumerated() { result[position] = adjusted[rank] }
    return result
  }

  private func adjustSorted(_ p: [Double]) -> [Double] {
    let n = Double(p.count)
    return switch self {
    case .none: p
    case .holm: stepDown(p) { n - $0 }
    case .hochberg: stepUp(p) { n - $0 }
    case .hommel: hommel(p)
    case .bh: stepUp(p) { n / ($0 + 1) }
    case .by: stepUp(p) { n / ($0 + 1) * (1...p.count).reduce(0) { $0 + 1 / Double($1) } }
    }
  }

  /// Running maximum from the smallest p-value; the factor depends on the rank from 0.
  private func stepDown(_ p: [Double], factor: (Double) -> Double) -> [Double] {
    var highest = 0.0
    return p.indices.map { rank in
      highest = max(highest, min(1, factor(Double(rank)) * p[rank]))
      return highest
    }
  }

  /// Running minimum from the largest p-value; the factor depends on the rank from 0.
  private func stepUp(_ p: [Double], factor: (Double) -> Double) -> [Double] {
    var result = p
    var lowest = 1.0
    for rank in p.indices.reversed() {
      lowest = min(lowest, factor(Double(rank)) * p[rank])
      result[rank] = lowest
    }
    return result
  }

  /// Wright's algorithm (1992, Biometrics 48:1005–1013): the largest local bound over all m.
  private func hommel(_ p: [Double]) -> [Double] {
    let n = p.count
    guard n > 1 else { return p }
    let simes = p.indices.map { Double(n) * p[$0] / Double($0 + 1) }.min() ?? 1
    var adjusted = [Double](repeating: simes, count: n)
    for m in stride(from: n - 1, to: 1, by: -1) {
      let lower = 0...(n - m)
      let upper = (n - m + 1)..<n
      let bound = upper.map { Double(m) * p[$0] / Double(2 + $0 - upper.lowerBound) }.min() ?? 1
      var local = [Double](repeating: 0, count: n)
      for rank in lower { local[rank] = min(Double(m) * p[rank], bound) }
      for rank in upper { local[rank] = local[n - m] }
      for rank in p.indices { adjusted[rank] = max(adjusted[rank], local[rank]) }
    }
    return p.indices.map { max(adjusted[$0], p[$0]) }
  }
}
