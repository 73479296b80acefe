// SPDX-License-Identifier: EUPL-1.2

/// Step-down adjustment by the joint distribution of all statistics under the hypothesis.
///
/// The most extreme statistic is held against the largest of all resampled ones, the next against the
/// largest of those that are left, and so on; no adjusted p-value falls below that of a more extreme
/// statistic.
///
/// Source: Westfall and Young (1993), Resampling-Based Multiple Testing, algorithms 2.8 and 4.1; Romano
/// and Wolf (2016), Statistics & Probability Letters 113:38–40; Ge, Dudoit and Speed (2003), Test
/// 12:1–77. Agrees with pyfixest 0.60.0 `_get_rwolf_pval` on the same statistics exactly.
public enum StepDown: String, Sendable, Hashable, CaseIterable {
  /// By the largest |t|.
  case maxT = "max-t"
  /// By the smallest p-value, each from its own resampled distribution: fair to statistics whose
  /// distributions differ.
  case minP = "min-p"

  /// Adjusted and unadjusted p-values, in the order of the hypotheses.
  ///
  /// - Parameters:
  ///   - observed: a statistic for each hypothesis, of which only the size counts.
  ///   - null: for each draw as many, under the hypothesis.
  ///   - isExact: whether `null` holds every possible draw, the observed one included; otherwise the
  ///     observed one counts as a draw: (b + 1) ⁄ (m + 1).
  /// - Returns: two values for each hypothesis.
  /// - Complexity: O(m·h log m) for m draws of h hypotheses.
  public func adjust(
    _ observed: [Double], null: [[Double]], isExact: Bool
  ) -> (adjusted: [Double], unadjusted: [Double]) {
    var rows = null.map { $0.map(\.magnitude) }
    if !isExact { rows.append(observed.map(\.magnitude)) }
    let counts = observed.indices.map { hypothesis in
      Self.countAtLeast(rows.map { $0[hypothesis] }, of: observed[hypothesis].magnitude)
    }
    let total = Double(rows.count)
    let unadjusted = counts.map { Double($0.observed) / total }
    // As ranks, a small p-value is a large number of draws that it beats.
    if self == .minP {
      for hypothesis in observed.indices {
        for draw in rows.indices {
          rows[draw][hypothesis] = total - Double(counts[hypothesis].all[draw])
        }
      }
    }
    let extremity = observed.indices.map {
      self == .minP ? total - Double(counts[$0].observed) : observed[$0].magnitude
    }
    let order = observed.indices.sorted {
      (extremity[$0], observed[$0].magnitude) > (extremity[$1], observed[$1].magnitude)
    }
    var exceeding = [Int](repeating: 0, count: observed.count)
    for row in rows {
      var largest = -Double.infinity
      for rank in order.indices.reversed() {
        largest = max(largest, row[order[rank]])
        if largest >= extremity[order[rank]] * (1 - 1e-11) { exceeding[rank] += 1 }
      }
    }
    var adjusted = unadjusted
    var highest = 0.0
    for (rank, hypothesis) in order.enumerated() {
      highest = max(highest, Double(exceeding[rank]) / total)
      adjusted[hypothesis] = highest
    }
    return (adjusted, unadjusted)
  }

  /// How many values are at least as large as the observed one, and as each of them.
  private static func countAtLeast(
    _ values: [Double], of observed: Double
  ) -> (observed: Int, all: [Int]) {
    let slack = 1 - 1e-11
    let sorted = values.sorted()
    func atLeast(_ value: Double) -> Int {
      var low = 0
      var high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < value * slack { low = middle + 1 } else { high = middle }
      }
      return sorted.count - low
    }
    return (atLeast(observed), values.map(atLeast))
  }
}
