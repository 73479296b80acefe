// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Statistics
import Testing

/// 240 rows made by a congruential generator, so that Python makes the same ones; figures are those of
/// pyfixest 0.60.0 `feols` with `MapDemeaner(fixef_tol=1e-14)`.
struct MadePanel {
  let outcome: [Double]
  let columns: [(name: String, values: [Double])]
  let effects: [Grouping]
  let clusters: [Grouping]
  let weights: [Double]

  init() {
    let count = 240
    var state = 7
    let draws = (0..<8).map { _ in
      (0..<count).map { _ -> Double in
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        return Double(state) / 2_147_483_648
      }
    }
    let first = draws[0].map { Int($0 * 20) }
    let second = draws[1].map { Int($0 * 12) }
    effects = [Grouping(first), Grouping(second), Grouping(draws[2].map { Int($0 * 6) })]
    clusters = [Grouping(first.map { $0 / 3 }), Grouping(draws[3].map { Int($0 * 9) })]
    let x1 = (0..<count).map { draws[4][$0] + Double(first[$0]) / 10 }
    let x2 = (0..<count).map { draws[5][$0] * 2 - Double(second[$0]) / 7 }
    columns = [("x1", x1), ("x2", x2)]
    weights = draws[6].map { 0.5 + $0 }
    outcome = (0..<count).map { row in
      let noise = (draws[7][row] - 0.5) * (1 + x1[row])
      return 1 + 2 * x1[row] - x2[row] + sin(Double(first[row])) + cos(Double(second[row])) + noise
    }
  }

  func effects(_ count: Int) -> FixedEffects {
    FixedEffects((0..<count).map { ("f\($0 + 1)", effects[$0]) })
  }

  func design(intercept: Bool, rows: [Int]? = nil) -> Design {
    let rows = rows ?? Array(outcome.indices)
    var design = Design(rows: rows.count, intercept: intercept)
    for (name, values) in columns { design.append(name, rows.map { values[$0] }) }
    return design
  }

  func fit(_ count: Int, weighted: Bool = false) throws -> OLS {
    try OLS(
      outcome: outcome, design: design(intercept: false), absorbing: effects(count),
      weights: weighted ? weights : nil)
  }

  /// The model with an indicator for every group of the first effect.
  func indicators(weighted: Bool = false) throws -> OLS {
    var design = design(intercept: false)
    design.appendIndicators("f1", effects[0], reference: -1)
    return try OLS(outcome: outcome, design: design, weights: weighted ? weights : nil)
  }
}

struct AbsorbedRegressionTests {
  private let panel = MadePanel()

  /// `feols("y ~ x1 + x2 | f1 (+ f2 (+ f3))")`: coefficients, then standard errors by `vcov`.
  @Test(arguments: [
    (
      1, [1.6153897588385238, -0.7461659570007625], "classical",
      [0.277953325438242, 0.0968689499774908], 218.0
    ),
    (
      1, [1.6153897588385238, -0.7461659570007625], "hc1",
      [0.25052374475413963, 0.09817880967533721], 218
    ),
    (
      1, [1.6153897588385238, -0.7461659570007625], "cr1 nested",
      [0.23697616459001203, 0.11868598697969185], 6
    ),
    (
      1, [1.6153897588385238, -0.7461659570007625], "cr1",
      [0.2273521465440172, 0.10246925646737798], 8
    ),
    (
      2, [1.659684602924687, -0.9395091539641302], "classical",
      [0.19384441803188665, 0.08511738013122551], 207
    ),
    (
      2, [1.659684602924687, -0.9395091539641302], "hc1",
      [0.18746795918027234, 0.08481928399787293], 207
    ),
    (
      2, [1.659684602924687, -0.9395091539641302], "cr1 nested",
      [0.2150946632821485, 0.09325587485817584], 6
    ),
    (
      2, [1.659684602924687, -0.9395091539641302], "cr1",
      [0.25351794999911986, 0.06392724531445053], 8
    ),
    (
      3, [1.6343846603546903, -0.9555767411693143], "hc1",
      [0.1851087361622903, 0.08525269957079655], 202
    ),
    (
      3, [1.6343846603546903, -0.9555767411693143], "cr1 nested",
      [0.2108666656707855, 0.08386348422731314], 6
    ),
    (
      3, [1.6343846603546903, -0.9555767411693143], "cr1",
      [0.25039786749814014, 0.06772745144920636], 8
    ),
  ])
  func `absorbed effects give pyfixest's figures`(
    effects: Int, coefficients: [Double], variance: String, errors: [Double], freedom: Double
  ) throws {
    let fit = try panel.fit(effects)
    let estimator: VarianceEstimator =
      switch variance {
      case "classical": .classical
      case "hc1": .hc1
      case "cr1 nested": .cr1(panel.clusters[0])
      default: .cr1(panel.clusters[1])
      }
    let covariance = try fit.covariance(estimator)
    for position in 0..<2 {
      expectClose(fit.coefficients[position], coefficients[position], 1e-9)
      expectClose(covariance.standardErrors[position], errors[position], 1e-8, variance)
      #expect(covariance.degreesOfFreedom[position] == freedom)
    }
  }

  /// `feols("y ~ x1 + x2 | f1 + f2", weights="w")`.
  @Test func `weights are pyfixest's analytic weights`() throws {
    let fit = try panel.fit(2, weighted: true)
    expectClose(fit.coefficients[0], 1.6174401471381665, 1e-9)
    expectClose(try fit.covariance(.hc1).standardErrors[0], 0.18532337868999244, 1e-8)
    expectClose(
      try fit.covariance(.cr1(panel.clusters[1])).standardErrors[0], 0.24182401228243988, 1e-8)
  }

  /// statsmodels 0.15.0 OLS and WLS on the indicators, `cov_type="HC2"` and `"HC3"`.
  @Test func `one absorbed effect has the hat values of its indicators`() throws {
    let fit = try panel.fit(1)
    expectClose(try fit.covariance(.hc2).standardErrors[0], 0.2513014213845959, 1e-8)
    expectClose(try fit.covariance(.hc2).standardErrors[1], 0.09846396261531869, 1e-8)
    expectClose(try fit.covariance(.hc3).standardErrors[0], 0.26457076239551536, 1e-8)
    let weighted = try panel.fit(1, weighted: true)
    expectClose(try weighted.covariance(.hc2).standardErrors[0], 0.2528349584698174, 1e-8)
  }

  /// R clubSandwich 0.5.8: `coef_test(lm(y ~ 0 + x1 + x2 + factor(f1)), vcov = "CR2", cluster = c1)`.
  @Test func `CR2 beside effects nested in clusters is that of the indicators`() throws {
    let fit = try panel.fit(1)
    let covariance = try fit.covariance(.cr2(panel.clusters[0]))
    expectClose(covariance.standardErrors[0], 0.2370168591113659, 1e-8)
    expectClose(covariance.standardErrors[1], 0.1172884676074416, 1e-8)
    expectClose(covariance.degreesOfFreedom[0], 5.686776795878111, 1e-6)
    expectClose(covariance.degreesOfFreedom[1], 5.816586144564592, 1e-6)
  }

  @Test(arguments: [false, true])
  func `residuals are those of the model with indicators`(weighted: Bool) throws {
    let fit = try panel.fit(1, weighted: weighted)
    let full = try panel.indicators(weighted: weighted)
    #expect(fit.residualDegreesOfFreedom == full.residualDegreesOfFreedom)
    expectClose(fit.residualSumOfSquares, full.residualSumOfSquares, 1e-10)
    for row in 0..<240 {
      #expect((fit.residuals[row] - full.residuals[row]).magnitude < 1e-9)
    }
  }

  @Test(arguments: [false, true])
  func `CR3 beside effects nested in clusters is that of the indicators`(weighted: Bool) throws {
    let clusters = panel.clusters[0]
    let fit = try panel.fit(1, weighted: weighted).covariance(.cr3(clusters))
    let full = try panel.indicators(weighted: weighted).covariance(.cr3(clusters))
    for position in 0..<2 {
      expectClose(fit.standardErrors[position], full.standardErrors[position], 1e-9)
    }
  }

  @Test func `the order of rows and of effects does not matter`() throws {
    var random = SeededGenerator(5)
    let order = Array(0..<240).shuffled(using: &random)
    let turned = FixedEffects([
      ("f2", panel.effects[1].selecting(order)), ("f1", panel.effects[0].selecting(order)),
    ])
    let fit = try OLS(
      outcome: order.map { panel.outcome[$0] },
      design: panel.design(intercept: false, rows: order), absorbing: turned)
    let other = try panel.fit(2)
    expectClose(fit.coefficients[0], other.coefficients[0], 1e-10)
    expectClose(
      try fit.covariance(.hc1).standardErrors[0], try other.covariance(.hc1).standardErrors[0],
      1e-9)
  }

  /// A line of workers who each know two neighbouring firms: projections crawl along it, and conjugate
  /// gradients take over.
  @Test func `a long chain of groups is solved`() throws {
    let links = 150
    let rows = 4 * links
    let first = (0..<rows).map { $0 / 4 }
    let second = (0..<rows).map { ($0 + 2) / 4 }
    var random = SeededGenerator(3)
    let x = first.indices.map { _ in random.normal() }
    let y = first.indices.map { row in
      2 * x[row] + Double(first[row]) / 10 + random.normal()
    }
    let effects = [Grouping(first), Grouping(second)]
    var design = Design(rows: rows, intercept: false)
    design.append("x", x)
    let fit = try OLS(
      outcome: y, design: design,
      absorbing: FixedEffects([("worker", effects[0]), ("firm", effects[1])]))
    // All rows form one chain: 150 workers and 151 firms in one part.
    #expect(fit.residualDegreesOfFreedom == rows - 1 - (150 + 151 - 1))
    // A column that both effects together make up is found in spite of the long way.
    var idle = design
    idle.append("levels", first.indices.map { Double(first[$0] % 7) + Double(second[$0] % 11) })
    #expect(throws: EstimationFault.rankDeficient(columns: ["levels"])) {
      try OLS(
        outcome: y, design: idle,
        absorbing: FixedEffects([("worker", effects[0]), ("firm", effects[1])]))
    }
    design.appendIndicators("worker", effects[0], reference: -1)
    design.appendIndicators("firm", effects[1])
    let full = try OLS(outcome: y, design: design)
    expectClose(fit.coefficients[0], full.coefficients[0], 1e-9)
    expectClose(
      try fit.covariance(.hc1).standardErrors[0], try full.covariance(.hc1).standardErrors[0], 1e-8)
  }

  @Test func `the degrees of freedom of two effects are exact, of more never too few`() {
    // Two parts that share no group: sites a, b with days 0, 1, and site c with day 2.
    let sites = Grouping(["a", "a", "b", "b", "c", "c"])
    let days = Grouping([0, 1, 0, 1, 2, 2])
    #expect(FixedEffects([("site", sites)]).rank == 3)
    #expect(FixedEffects([("site", sites), ("day", days)]).rank == 3 + 3 - 2)
    // An effect that says the same as another adds nothing.
    #expect(FixedEffects([("site", sites), ("day", days), ("again", sites)]).rank == 4)
    // numpy `matrix_rank` of the 38 indicators.
    #expect(panel.effects(3).rank == 36)
  }

  @Test func `rows that are alone are found again and again`() {
    // Row 0 is alone at its site; without it row 1 is alone on its day; the others keep company.
    let effects = FixedEffects([
      ("site", Grouping(["lone", "a", "a", "b", "b", "a"])), ("day", Grouping([1, 1, 2, 2, 3, 3])),
    ])
    #expect(effects.rowsWithCompany() == [2, 3, 4, 5])
    #expect(effects.selecting([2, 3, 4, 5]).groupings[0].labels == ["a", "b"])
  }

  @Test func `what absorbed effects leave nothing of is named`() throws {
    var design = panel.design(intercept: false)
    design.append("site level", panel.effects[0].codes.map { Double($0 * $0) })
    let fault = #expect(throws: EstimationFault.self) {
      try OLS(outcome: panel.outcome, design: design, absorbing: panel.effects(2))
    }
    #expect(fault == .rankDeficient(columns: ["site level"]))
    #expect(throws: EstimationFault.zeroVariance("the outcome, given the absorbed effects,")) {
      try OLS(
        outcome: panel.effects[0].codes.map { Double($0 * $0) },
        design: panel.design(intercept: false), absorbing: panel.effects(2))
    }
  }

  @Test func `variances that do not exist beside absorbed effects are refused in words`() throws {
    let two = try panel.fit(2)
    let hat = #expect(throws: EstimationFault.self) { try two.covariance(.hc2) }
    #expect(
      hat?.message == "the variance must be hc0 or hc1 where more than one effect is absorbed")
    let reduced = #expect(throws: EstimationFault.self) {
      try panel.fit(1).covariance(.cr2(panel.clusters[1]))
    }
    #expect(
      reduced?.message
        == "the variance must be cr0 or cr1, since 'f1' is absorbed and has groups in more than one cluster"
    )
    let weighted = #expect(throws: EstimationFault.self) {
      try panel.fit(1, weighted: true).covariance(.cr2(panel.clusters[0]))
    }
    #expect(weighted?.message.contains("weighted") == true)
  }

  @Test func `as many groups as rows leave nothing`() throws {
    var design = Design(rows: 4, intercept: false)
    design.append("x", [1, 2, 3, 5])
    let fault = #expect(throws: EstimationFault.self) {
      try OLS(
        outcome: [1, 2, 3, 4], design: design,
        absorbing: FixedEffects([("person", Grouping([1, 2, 3, 4]))]))
    }
    #expect(fault == .tooFew("rows", count: 4, needed: 6))
  }

  @Test func `a value that is missing is named`() throws {
    var outcome = panel.outcome
    outcome[3] = .nan
    let fault = #expect(throws: EstimationFault.self) {
      try OLS(
        outcome: outcome, design: panel.design(intercept: false), absorbing: panel.effects(2))
    }
    #expect(fault == .notFinite("outcome", rows: [3]))
  }
}
