// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Statistics
import Testing

struct TwoWayFixedEffectsTests {
  private func fit(
    _ sample: PanelSample, covariate: [Double]? = nil, weights: [Double]? = nil
  ) throws -> TwoWayFixedEffects {
    let panel = try sample.rows()
    return try TwoWayFixedEffects(
      outcome: sample.outcome,
      regressors: [("treated", sample.units.indices.map { panel.isTreated($0) ? 1 : 0 })]
        + (covariate.map { [("x", $0)] } ?? []),
      units: panel.units, times: sample.times, weights: weights)
  }

  private func check(
    _ fit: TwoWayFixedEffects, _ sample: PanelSample, regressor place: Int = 0, _ value: Double,
    _ error: Double
  ) throws {
    let position = fit.position(ofRegressor: place)
    let covariance = try fit.covariance(.cr1(Grouping(sample.units)))
    expectClose(fit.coefficients[position], value, 1e-8)
    expectClose(covariance.standardErrors[position], error, 1e-8)
  }

  /// pyfixest 0.60.0 `feols(lemp ~ treat | countyreal + year, vcov = {CRV1: countyreal})`; as in
  /// STATISTICS.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the county panel gives the published figure`() throws {
    let sample = try PanelSample.counties()
    try check(try fit(sample), sample, -0.03654893667406699, 0.013265155429338898)
  }

  /// pyfixest 0.60.0, eight rows of the county panel missing, x = sin(7·lemp + year), then weighted
  /// by exp(lpop).
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `an unbalanced panel with a covariate and weights gives pyfixest's figures`() throws {
    let missing: Set = [3, 100, 101, 777, 1500, 1501, 1502, 2222]
    let all = try PanelSample.counties()
    let sample = all.taking(all.units.indices.filter { !missing.contains($0) })
    let x = zip(sample.outcome, sample.times).map { sin(7 * $0 + Double($1)) }
    let plain = try fit(sample, covariate: x)
    try check(plain, sample, -0.037742442867120855, 0.013178016109102218)
    try check(plain, sample, regressor: 1, 0.002624948778445633, 0.0036582619581686186)
    let weighted = try fit(sample, covariate: x, weights: sample.covariate.map { exp($0) })
    try check(weighted, sample, -0.011709763148348309, 0.021451351812129545)
    try check(weighted, sample, regressor: 1, 0.0005787480709231573, 0.006556021892377907)
  }

  /// The model with all indicators, on which CR2 is defined.
  @Test func `CR2 is that of the model with an indicator for each unit`() throws {
    let sample = PanelSample.simulated(units: 12)
    let within = try fit(sample)
    let panel = try sample.rows()
    var design = Design(rows: sample.units.count)
    design.append("treated", sample.units.indices.map { panel.isTreated($0) ? 1 : 0 })
    design.appendIndicators("unit", panel.units)
    design.appendIndicators("time", Grouping(sample.times))
    let full = try OLS(outcome: sample.outcome, design: design)
    let clusters = VarianceEstimator.cr2(panel.units)
    let position = within.position(ofRegressor: 0)
    let one = try within.estimate(position, within.covariance(clusters))
    let other = try full.estimate(1, full.covariance(clusters))
    expectClose(one.value, other.value, 1e-9)
    expectClose(one.standardError, other.standardError, 1e-8)
    expectClose(one.degreesOfFreedom, other.degreesOfFreedom, 1e-6)
  }

  @Test(arguments: [false, true])
  func `sums by unit give the same as the model written out`(isWeighted: Bool) throws {
    var random = SeededGenerator(5)
    let all = PanelSample.simulated(units: 30)
    let sample = all.taking(all.units.indices.filter { $0 % 11 != 4 })
    let panel = try sample.rows()
    let x = sample.units.map { _ in 1000 + random.normal() }
    let weights =
      isWeighted ? sample.units.map { _ in Double.random(in: 1...3, using: &random) } : nil
    let codes = sample.units.indices.map { row in
      panel.isTreated(row) ? Int32(sample.times[row] - 3) : -1
    }
    func fit(_ limit: Int) throws -> TwoWayFixedEffects {
      try TwoWayFixedEffects(
        outcome: sample.outcome, indicators: ["3", "4", "5", "6"], codes: codes,
        regressors: [("x", x)], units: panel.units, times: sample.times, weights: weights,
        writtenOutLimit: limit)
    }
    let (written, sparse) = (try fit(1_000_000), try fit(0))
    #expect(written.names == sparse.names && written.position(ofRegressor: 0) == 10)
    let clusters = Grouping(sample.units.map { $0 / 2 })
    for variance in [VarianceEstimator.cr0(clusters), .cr1(clusters), .cr2(clusters)] {
      let (one, other) = (try written.covariance(variance), try sparse.covariance(variance))
      #expect(one.name == other.name && one.clusters == other.clusters)
      for place in 1..<written.names.count {
        expectClose(sparse.coefficients[place], written.coefficients[place], 1e-8)
        expectClose(other.standardErrors[place], one.standardErrors[place], 1e-8)
        expectClose(other.degreesOfFreedom[place], one.degreesOfFreedom[place], 1e-6)
      }
      let weights = written.names.indices.map { $0 > 5 ? 0.25 : 0 }
      expectClose(
        try sparse.contrast(weights, named: "mean", variance).standardError,
        try written.contrast(weights, named: "mean", variance).standardError, 1e-8)
    }
    for row in sample.units.indices {
      expectNear(sparse.residuals[row], written.residuals[row], 1e-9)
    }
    #expect(throws: EstimationFault.rankDeficient(columns: ["x"])) {
      try TwoWayFixedEffects(
        outcome: sample.outcome, regressors: [("x", sample.covariate)], units: panel.units,
        times: sample.times, writtenOutLimit: 0)
    }
  }

  @Test func `a regressor that units or periods make up is named`() throws {
    let sample = PanelSample.simulated()
    #expect(throws: EstimationFault.rankDeficient(columns: ["x"])) {
      try fit(sample, covariate: sample.covariate)
    }
    #expect(throws: EstimationFault.rankDeficient(columns: ["x"])) {
      try fit(sample, covariate: sample.times.map { Double($0 * $0) })
    }
  }

  /// pyfixest 0.60.0 `feols(lemp ~ e7 + e8 + e10 + e11 | countyreal + year)`, an indicator for each
  /// time around 2006, counties of 2006 and never.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the event study of one date gives pyfixest's figures`() throws {
    let all = try PanelSample.counties()
    let sample = all.taking(all.units.indices.filter { [nil, 2006].contains(all.adopted[$0]) })
    let fitted = try TwoWayEventStudy(sample.rows(), outcome: sample.outcome)
    let variance = VarianceEstimator.cr1(Grouping(sample.units))
    let study = fitted.eventStudy(try fitted.fit.covariance(variance))
    #expect(study.times == [-3, -2, 0, 1] && study.reference == -1)
    let estimates = [
      -0.003769293673713835, 0.00275081875051915, -0.004594606952862672, -0.041224471546217,
    ]
    let errors = [
      0.03145926415839445, 0.01963172089575432, 0.017821610936749048, 0.020304849053273157,
    ]
    for place in study.times.indices {
      expectNear(study.estimates[place], estimates[place], 1e-10)
      expectClose(study.covariance[place, place].squareRoot(), errors[place], 1e-8)
    }
    expectClose(try #require(try study.preTrend()).statistic, 0.0511595060843902, 1e-6)
    let average = try fitted.average(variance)
    expectClose(average.value, -0.022909539249539836, 1e-8)
    expectClose(average.standardError, 0.016765809969218226, 1e-8)
    expectClose(try study.average().standardError, average.standardError, 1e-12)
  }

  @Test func `units that adopt after the last period are never treated`() throws {
    let all = PanelSample.simulated()
    let never = all.taking(all.units.indices.filter { [nil, 4].contains(all.adopted[$0]) })
    var late = never
    for row in late.adopted.indices where late.adopted[row] == nil { late.adopted[row] = 9 }
    let one = try TwoWayEventStudy(never.rows(), outcome: never.outcome)
    let other = try TwoWayEventStudy(late.rows(), outcome: late.outcome)
    #expect(one.times == other.times && one.references == other.references)
    #expect(one.fit.coefficients == other.fit.coefficients)
    let tests = try [never, late].map {
      try ImputationEstimator.preTrend($0.rows(), outcome: $0.outcome)
    }
    #expect(tests[0] == tests[1] && tests[0] != nil)
  }

  @Test func `where all adopt the first time is a reference too`() throws {
    let all = PanelSample.simulated(noise: 0)
    let sample = all.taking(all.units.indices.filter { all.adopted[$0] != nil })
    let fitted = try TwoWayEventStudy(sample.rows(), outcome: sample.outcome)
    #expect(fitted.references == [-5, -1])
    let one = all.taking(all.units.indices.filter { all.adopted[$0] == 4 })
    #expect(
      throws: EstimationFault.tooFew(
        "units that adopt at another time or never", count: 0, needed: 1)
    ) { try TwoWayEventStudy(one.rows(), outcome: one.outcome) }
    let never = all.taking(all.units.indices.filter { all.adopted[$0] == nil })
    #expect(
      throws: EstimationFault.tooFew("units that adopt within the panel", count: 0, needed: 1)
    ) { try TwoWayEventStudy(never.rows(), outcome: never.outcome) }
  }

  @Test func `the weights are those by which the effects enter the estimate`() throws {
    var sample = PanelSample.simulated(noise: 0)
    for row in sample.outcome.indices {
      sample.outcome[row] -= 0.3 * Double(sample.times[row]) * sample.covariate[row]
    }
    let weights = try TwoWayWeights(sample.rows())
    expectClose(weights.cells.reduce(0) { $0 + $1.weight }, 1, 1e-12)
    let expected = weights.cells.reduce(0) { $0 + $1.weight * Double($1.time - $1.group + 1) }
    let fitted = try fit(sample)
    expectClose(fitted.coefficients[fitted.position(ofRegressor: 0)], expected, 1e-9)
  }

  /// By hand, ε = D − D̄ᵢ − D̄ₜ + D̄: 1⁄3 and −1⁄6 for the group of 2, 1⁄6 for the group of 3.
  @Test func `an early adopter counts the wrong way round when a later one adopts`() throws {
    let panel = try AdoptionPanel(
      units: Grouping([1, 1, 1, 2, 2, 2]), times: [1, 2, 3, 1, 2, 3],
      adopted: [2, 2, 2, 3, 3, 3])
    let weights = try TwoWayWeights(panel)
    for (cell, weight) in zip(weights.cells, [1, -0.5, 0.5]) {
      expectClose(cell.weight, weight, 1e-12)
    }
    #expect(weights.negative.map(\.group) == [2])
    expectClose(weights.negativeSum, -0.5, 1e-12)
  }

  @Test func `one date of adoption has no negative weights`() throws {
    let all = PanelSample.simulated()
    let sample = all.taking(all.units.indices.filter { [nil, 4].contains(all.adopted[$0]) })
    let weights = try TwoWayWeights(sample.rows())
    #expect(weights.negative.isEmpty && weights.cells.count == 3)
    for cell in weights.cells { expectClose(cell.weight, 1.0 / 3, 1e-12) }
  }

  /// By hand: the means of the four cells are 2, 7, 1 and 3.
  @Test func `two by two is the difference of changes in means`() throws {
    let difference = try TwoByTwoDifference(
      outcome: [1, 3, 6, 8, 0, 2, 2, 4],
      isInGroup: [true, true, true, true] + Array(repeating: false, count: 4),
      isAfter: [false, false, true, true, false, false, true, true])
    let estimate = try difference.model.estimate(
      difference.position, difference.model.covariance(.hc2))
    expectClose(estimate.value, 3, 1e-14)
    // HC2 in a saturated model is s² ⁄ n summed over the cells: 4 · 2 ⁄ 2.
    expectClose(estimate.standardError, 2, 1e-14)
    #expect(difference.counts.treated == 4 && difference.counts.controlAfter == 2)
  }

  @Test func `on a balanced panel two by two is two-way fixed effects`() throws {
    let all = PanelSample.simulated()
    let sample = all.taking(all.units.indices.filter { [nil, 4].contains(all.adopted[$0]) })
    let two = try TwoByTwoDifference(
      outcome: sample.outcome, isInGroup: sample.adopted.map { $0 != nil },
      isAfter: sample.times.map { $0 >= 4 })
    let fitted = try fit(sample)
    expectClose(
      two.model.coefficients[two.position],
      fitted.coefficients[fitted.position(ofRegressor: 0)], 1e-10)
  }

  @Test func `an empty cell of the four is named`() {
    #expect(
      throws: EstimationFault.tooFew("untreated rows before the change", count: 0, needed: 1)
    ) {
      try TwoByTwoDifference(
        outcome: [1, 2, 3, 4], isInGroup: [true, true, false, false],
        isAfter: [false, true, true, true])
    }
  }

  @Test func `other people in each period give the same effects over time as a balanced panel`()
    throws
  {
    let all = PanelSample.simulated()
    let sample = all.taking(all.units.indices.filter { [nil, 4].contains(all.adopted[$0]) })
    let panel = try TwoWayEventStudy(sample.rows(), outcome: sample.outcome)
    let crossed = try CrossSectionEventStudy(
      outcome: sample.outcome, isInGroup: sample.adopted.map { $0 != nil }, times: sample.times,
      date: 4)
    let study = crossed.eventStudy(try crossed.model.covariance(.hc2))
    let other = panel.eventStudy(try panel.fit.covariance(.cr1(Grouping(sample.units))))
    #expect(study.times == other.times && study.reference == other.reference)
    for (one, two) in zip(study.estimates, other.estimates) { expectClose(one, two, 1e-9) }
    #expect(
      throws: EstimationFault.tooFew("periods before adoption", count: 0, needed: 1)
    ) {
      try CrossSectionEventStudy(
        outcome: sample.outcome, isInGroup: sample.adopted.map { $0 != nil },
        times: sample.times, date: 1)
    }
  }
}
