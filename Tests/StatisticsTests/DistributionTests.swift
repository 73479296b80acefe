// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// Values by SciPy 1.17.1 (`scipy.stats`), which agrees with R; tolerance 1e-13 relative.
struct DistributionTests {
  @Test(arguments: [
    (Distribution.normal, 0.975, 1.959963984540054),
    (.studentT(10), 0.975, 2.228138851986274),
    (.studentT(17.7764735161785), 0.975, 2.102817241569802),
    (.f(3, 20), 0.95, 3.098391212140781),
    (.chiSquared(4), 0.95, 9.487729036781154),
    (.beta(2, 5), 0.25, 0.16116291679032652),
    (.gamma(shape: 2.5, scale: 3), 0.9, 13.854535349671686),
  ])
  func `quantiles are those of SciPy`(_ distribution: Distribution, p: Double, x: Double) {
    expectClose(distribution.quantile(p), x, 1e-12)
    expectClose(distribution.cumulative(x), p, 1e-12)
  }

  @Test(arguments: [
    (Distribution.normal, 10.0, 7.61985302416047e-24),
    (.studentT(5), 40, 9.205981085886477e-08),
    (.chiSquared(3), 200, 4.218541107192018e-43),
    (.f(2, 12), 500, 2.7797414383021916e-12),
  ])
  func `tiny upper tails keep their digits`(
    _ distribution: Distribution, x: Double, upper: Double
  ) {
    expectClose(distribution.upper(x), upper, 1e-11)
    expectClose(distribution.upperQuantile(upper), x, 1e-11)
  }

  @Test(arguments: [
    (Distribution.nonCentralT(10, shift: 1), 2.0, 0.8076115625303752),
    (.nonCentralF(3, 20, shift: 2.5), 3, 0.7896264166459834),
    (.nonCentralChiSquared(4, shift: 2), 7, 0.6721979357545449),
    (.binomial(trials: 10, probability: 0.3), 3, 0.6496107184000002),
    (.poisson(mean: 2.5), 4, 0.8911780189141513),
  ])
  func `cumulative probabilities are those of SciPy`(
    _ distribution: Distribution, x: Double, p: Double
  ) {
    expectClose(distribution.cumulative(x), p, 1e-12)
  }

  @Test func `Student's t with infinite degrees of freedom is normal`() {
    #expect(Distribution.studentT(.infinity) == .normal)
  }

  @Test(arguments: [
    Distribution.studentT(-1), .studentT(.nan), .chiSquared(0), .f(2, -3),
    .normal(mean: 0, standardDeviation: -1),
  ])
  func `a parameter outside the domain gives NaN`(_ distribution: Distribution) {
    #expect(distribution.upper(1).isNaN)
  }

  @Test func `a probability outside the domain gives NaN`() {
    #expect(Distribution.normal.quantile(1.5).isNaN)
  }

  @Test func `the quantile of a count is the smallest that reaches the probability`() {
    let distribution = Distribution.binomial(trials: 10, probability: 0.3)
    let median = distribution.quantile(0.5)
    #expect(distribution.cumulative(median) >= 0.5)
    #expect(distribution.cumulative(median - 1) < 0.5)
  }

  @Test(arguments: [0.001, 0.2, 0.5, 0.9, 0.9999])
  func `quantile and cumulative are each other's inverse`(p: Double) {
    for distribution in [Distribution.studentT(3.3), .f(2.5, 7), .chiSquared(1.5)] {
      expectClose(distribution.cumulative(distribution.quantile(p)), p, 1e-12)
    }
  }
}
