// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct TwoWayClusterTests {
  private let panel = MadePanel()

  /// pyfixest 0.60.0 `feols("y ~ x1 + x2 | …", vcov={"CRV1": "c1+c2"})`, without and with f1 and f2.
  @Test(arguments: [
    (0, [0.149956365870952, 0.17862913938268873]),
    (1, [0.19752491733952754, 0.11594464081277542]),
    (2, [0.2679440947642841, 0.08186767098878872]),
  ])
  func `two clusterings give pyfixest's standard errors`(effects: Int, errors: [Double]) throws {
    let fit =
      try effects == 0
      ? OLS(outcome: panel.outcome, design: panel.design(intercept: true)) : panel.fit(effects)
    let covariance = try fit.covariance(twoWay: panel.clusters[0], panel.clusters[1])
    for (place, error) in errors.enumerated() {
      let position = place + (effects == 0 ? 1 : 0)
      expectClose(covariance.standardErrors[position], error, 1e-8)
      #expect(covariance.degreesOfFreedom[position] == 6)
    }
    #expect(covariance.clusters == 7)
    #expect(covariance.negativeDirections == 0)
  }

  @Test func `a clustering twice is that clustering once`() throws {
    let fit = try OLS(outcome: panel.outcome, design: panel.design(intercept: true))
    let twice = try fit.covariance(twoWay: panel.clusters[0], panel.clusters[0])
    let once = try fit.covariance(.cr1(panel.clusters[0]))
    for position in 0..<3 {
      expectClose(twice.standardErrors[position], once.standardErrors[position], 1e-12)
    }
  }

  /// Two rows in every combination with opposite residuals: V₁ and V₂ are nothing, V₁₂ is not.
  @Test func `negative eigenvalues are set to zero and counted`() throws {
    let rows = 64
    let first = Grouping((0..<rows).map { $0 / 8 })
    let second = Grouping((0..<rows).map { $0 % 8 })
    var design = Design(rows: rows)
    design.append("x", (0..<rows).map { Double(($0 / 8 + $0 % 8) % 2) })
    design.append("v", (0..<rows).map { Double(($0 * 37) % 64) })
    let outcome = (0..<rows).map { ($0 / 8 + $0 % 8) % 4 < 2 ? 1.0 : -1.0 }
    let fit = try OLS(outcome: outcome, design: design)
    let covariance = try fit.covariance(twoWay: first, second)
    #expect(covariance.negativeDirections > 0)
    for position in 0..<3 { #expect(covariance.matrix[position, position] >= 0) }
    // Units play no part: a regressor in cents has a hundredth of the standard error.
    var cents = Design(rows: rows)
    cents.append("x", design.column(1))
    cents.append("v", design.column(2).map { $0 * 100 })
    let other = try OLS(outcome: outcome, design: cents).covariance(twoWay: first, second)
    #expect(
      (other.standardErrors[2] * 100 - covariance.standardErrors[2]).magnitude
        <= 1e-9 * covariance.standardErrors[2] + 1e-12)
  }

  @Test func `a single cluster on either side is a fault`() throws {
    let fit = try OLS(outcome: panel.outcome, design: panel.design(intercept: true))
    #expect(throws: EstimationFault.oneCluster) {
      try fit.covariance(
        twoWay: panel.clusters[0], Grouping([Int](repeating: 1, count: 240)))
    }
  }
}
