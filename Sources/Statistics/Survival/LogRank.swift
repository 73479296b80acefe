// SPDX-License-Identifier: EUPL-1.2

/// Whether groups have their events equally fast: the log-rank test, also within strata.
///
/// At each event time the events of a group are held against its share of those at risk; O − E has the
/// hypergeometric covariance there, and both are summed over times and strata. χ² = (O − E)ᵀV⁻(O − E) with
/// k − 1 degrees of freedom.
///
/// - Complexity: O(n log n + events·k²) time.
///
/// Source: Mantel (1966), Cancer Chemotherapy Reports 50:163–170; Peto and Peto (1972), J. Royal
/// Statistical Society A 135:185–207. Agrees with R survival `survdiff` to 1e-10.
public struct LogRank: Sendable, Hashable {
  public let test: ChiSquaredTest
  /// Events in each group.
  public let observed: [Double]
  /// Events that each group would have if all were equally fast.
  public let expected: [Double]

  /// - Parameters:
  ///   - times: of all rows.
  ///   - groups: the arm of each row.
  ///   - strata: within which arms are compared; nil for one.
  /// - Throws: `EstimationFault.tooFew` for fewer than two groups, `.zeroVariance` without any event.
  public init(
    _ times: SurvivalTimes, groups: Grouping, strata: Grouping? = nil
  ) throws(EstimationFault) {
    precondition(groups.rowCount == times.count, "one group for each row")
    guard groups.count > 1 else { throw .tooFew("arms", count: groups.count, needed: 2) }
    guard times.eventCount > 0 else { throw .zeroVariance("whether the event came") }
    let size = groups.count
    var observed = [Double](repeating: 0, count: size)
    var expected = observed
    var covariance = Matrix(rows: size, columns: size)
    for rows in times.rows(of: strata) {
      var atRisk = [Double](repeating: 0, count: size)
      RiskOrder(times, rows: rows).backwards(times) { row in
        atRisk[Int(groups.codes[row])] += 1
      } leave: { row in
        atRisk[Int(groups.codes[row])] -= 1
      } visit: { _, events in
        let all = atRisk.reduce(0, +)
        let count = Double(events.count)
        for row in events { observed[Int(groups.codes[row])] += 1 }
        let spread = all > 1 ? count * (all - count) / (all - 1) : 0
        for i in 0..<size {
          expected[i] += count * atRisk[i] / all
          for j in 0..<size {
            covariance[i, j] +=
              spread * atRisk[i] / all * ((i == j ? 1 : 0) - atRisk[j] / all)
          }
        }
      }
    }
    let excess = zip(observed, expected).map { $0 - $1 }
    let solution = try covariance.positiveSolution(excess)
    guard solution.rank > 0 else { throw .zeroVariance("whether the event came") }
    test = ChiSquaredTest(
      statistic: zip(solution.x, excess).reduce(0) { $0 + $1.0 * $1.1 },
      degreesOfFreedom: Double(solution.rank))
    self.observed = observed
    self.expected = expected
  }
}

extension SurvivalTimes {
  /// The rows of each stratum.
  func rows(of strata: Grouping?) -> [[Int]] {
    guard let strata else { return [Array(0..<count)] }
    let order = strata.sorted()
    return (0..<strata.count).map { stratum in
      order.rows[order.starts[stratum]..<order.starts[stratum + 1]].map { Int($0) }
    }
  }
}
