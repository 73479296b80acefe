// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct EventStudyTests {
  private func study(degreesOfFreedom: Double = .infinity, covariance: [Double]) -> EventStudy {
    EventStudy(
      times: [-3, -2, 0, 1], estimates: [0.2, -0.1, 1, 3],
      covariance: Matrix(rows: 4, columns: 4, values: covariance), reference: -1,
      degreesOfFreedom: degreesOfFreedom)
  }

  private let covariance: [Double] = [
    0.04, 0.01, 0, 0, 0.01, 0.09, 0, 0, 0, 0, 0.25, 0.05, 0, 0, 0.05, 0.16,
  ]

  /// By hand: (1 + 3) ⁄ 2 with variance (0.25 + 0.16 + 2 · 0.05) ⁄ 4.
  @Test func `the average counts each time since adoption alike`() throws {
    let average = try study(covariance: covariance).average()
    expectClose(average.value, 2, 1e-15)
    expectClose(average.standardError, (0.51 / 4).squareRoot(), 1e-15)
  }

  /// By hand: the inverse of [[.04, .01], [.01, .09]] is [[.09, −.01], [−.01, .04]] ⁄ .0035.
  @Test func `the placebos are tested together`() throws {
    let wald = (0.04 * 0.09 + 0.01 * 0.04 + 2 * 0.01 * 0.02) / 0.0035
    let test = try #require(try study(covariance: covariance).preTrend())
    expectClose(test.statistic, wald, 1e-12)
    expectClose(test.pValue, Distribution.chiSquared(2).upper(wald), 1e-12)
    let few = try #require(
      try study(degreesOfFreedom: 9, covariance: covariance).preTrend())
    expectClose(few.statistic, wald / 2, 1e-12)
    expectClose(few.pValue, Distribution.f(2, 9).upper(wald / 2), 1e-12)
  }

  @Test func `periods of anticipation are neither placebos nor effects`() {
    let study = EventStudy(
      times: [-4, -2, -1, 0], estimates: [0, 0, 0, 0], covariance: Matrix(rows: 4, columns: 4),
      reference: -3, anticipation: 2)
    #expect(study.before == [0] && study.after == [3])
  }

  @Test func `placebos that follow from each other are named`() throws {
    var singular = covariance
    for (place, value) in [(0, 0.04), (1, 0.06), (4, 0.06), (5, 0.09)] { singular[place] = value }
    #expect(throws: EstimationFault.rankDeficient(columns: ["time -3", "time -2"])) {
      try study(covariance: singular).preTrend()
    }
  }

  @Test func `an effect without variance has no interval`() {
    #expect(throws: EstimationFault.zeroVariance("the effect at time -3")) {
      try study(covariance: Array(repeating: 0, count: 16)).estimate(0)
    }
  }
}
