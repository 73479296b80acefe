// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct EffectHeterogeneityTests {
  /// Sixty cases in three groups of twenty, half of each treated, one covariate, twelve clusters.
  private struct Case {
    let group: Int
    let z: Double
    let x: Double
    let cluster: Int
    let y: Double

    init(_ i: Int) {
      group = i % 3
      z = Double(i / 3 % 2)
      x = Double(i * 7 % 11) / 3
      cluster = i % 12
      let g = Double(group)
      y = 1 + g + 0.5 * x * (g + 1) + z * (0.4 + 0.8 * g) + Double(i * 37 % 17) / 8
    }
  }

  private let cases = (0..<60).map(Case.init)

  private func groups(_ wanted: [Int]) -> [EffectHeterogeneity.Group] {
    wanted.map { number in
      let part = cases.filter { $0.group == number }
      var design = Design(rows: part.count)
      design.append("z", part.map(\.z))
      design.append("x", part.map(\.x))
      return EffectHeterogeneity.Group(
        name: "group \(number)", outcome: part.map(\.y), design: design, position: 1)
    }
  }

  /// statsmodels 0.14: OLS(y, D).fit(cov_type = "HC2", use_t = True), f_test of both differences.
  @Test func `three groups give statsmodels' F test`() throws {
    let found = try EffectHeterogeneity(groups([0, 1, 2]))
    expectClose(found.test.statistic, 0.4446226763520199, 1e-8)
    expectClose(found.test.pValue, 0.643527259141056, 1e-8)
    #expect(found.test.numeratorDegreesOfFreedom == 2)
    #expect(found.test.denominatorDegreesOfFreedom == 51)
    #expect(found.difference == nil)
  }

  /// The same with two groups.
  @Test func `two groups give the difference between their effects`() throws {
    let found = try EffectHeterogeneity(groups([0, 1]))
    let difference = try #require(found.difference)
    expectClose(difference.value, 0.16835064935065258, 1e-8)
    expectClose(difference.standardError, 0.38135244557222875, 1e-8)
    expectClose(difference.pValue, 0.6616771790945033, 1e-7)
    expectClose(found.test.pValue, difference.pValue, 1e-8)
  }

  /// R clubSandwich 0.5.8: coef_test(m, vcov = "CR2", cluster = d$c, test = "Satterthwaite").
  @Test func `clusters that groups share give clubSandwich's figures`() throws {
    let clusters =
      cases.filter { $0.group == 0 }.map(\.cluster)
      + cases.filter { $0.group == 1 }.map(\.cluster)
    let difference = try #require(
      try EffectHeterogeneity(groups([0, 1]), clusters: Grouping(clusters)).difference)
    expectClose(difference.value, 0.168350649350649, 1e-8)
    expectClose(difference.standardError, 0.1759268085054286, 1e-8)
    expectClose(difference.degreesOfFreedom, 4.01274499777511, 1e-6)
    expectClose(difference.pValue, 0.39262950624144033, 1e-6)
  }

  @Test func `the order of groups turns the sign and leaves the test`() throws {
    let forward = try EffectHeterogeneity(groups([0, 2]))
    let backward = try EffectHeterogeneity(groups([2, 0]))
    expectClose(forward.test.statistic, backward.test.statistic, 1e-9)
    expectClose(
      try #require(forward.difference).value, -(try #require(backward.difference)).value, 1e-9)
  }

  @Test func `one group has nothing to be compared with`() {
    #expect(throws: EstimationFault.tooFew("groups", count: 1, needed: 2)) {
      try EffectHeterogeneity(groups([1]))
    }
  }
}
