// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2 with survival 3.5-3 on sixty rows that a formula gives (ties, two arms, clusters, strata).
///
/// `i <- 0:59; arm <- i %% 2; x <- (i*7 %% 11)/10; cl <- i %/% 6; st <- (i %/% 3) %% 2`,
/// `time <- 1 + i*37 %% 29 + ifelse(arm == 1, i %% 4, 0); event <- i*13 %% 5 != 0; entry <- time*(i*3 %% 4)/8`.
/// Tolerance 1e-7 for Cox (STATISTICS), 1e-10 for what has no iteration.
struct SurvivalTests {
  private let rows = Array(0..<60)
  private var arm: [Double] { rows.map { Double($0 % 2) } }
  private var x: [Double] { rows.map { Double($0 * 7 % 11) / 10 } }
  private var clusters: Grouping { Grouping(rows.map { $0 / 6 }) }
  private var strata: Grouping { Grouping(rows.map { $0 / 3 % 2 }) }
  private var arms: Grouping { Grouping(rows.map { $0 % 2 }) }

  private func times(delayed: Bool = false) throws -> SurvivalTimes {
    let time = rows.map { Double(1 + $0 * 37 % 29 + ($0 % 2 == 1 ? $0 % 4 : 0)) }
    return try SurvivalTimes(
      time: time, isEvent: rows.map { $0 * 13 % 5 != 0 },
      entry: delayed ? rows.map { time[$0] * Double($0 * 3 % 4) / 8 } : nil)
  }

  private func design(_ order: [Int]? = nil) -> Design {
    let order = order ?? rows
    var design = Design(rows: order.count, intercept: false)
    design.append("arm", order.map { arm[$0] })
    design.append("x", order.map { x[$0] })
    return design
  }

  private func expect(_ actual: [Double], _ expected: [Double], _ tolerance: Double = 1e-8) {
    #expect(actual.count == expected.count)
    for (a, b) in zip(actual, expected) { expectClose(a, b, tolerance) }
  }

  /// `coxph(Surv(time, event) ~ arm + x)`, then with `robust = TRUE`, then with `cluster = cl`.
  @Test func `Cox's model with Efron's ties is coxph's`() throws {
    let model = try CoxModel(times(), design: design())
    expect(model.coefficients, [-0.3191898190980986, -1.4678458202886153])
    expect(
      [model.nullLogLikelihood, model.logLikelihood], [-149.1782165968649, -144.6433828241722])
    expect(
      try model.covariance(.classical).standardErrors, [0.2976920483135261, 0.5439156987878908])
    expect(try model.covariance(.hc0).standardErrors, [0.2858674079104640, 0.4658616901384431])
    let clustered = try model.covariance(.cr0(clusters))
    expect(clustered.standardErrors, [0.2388151992242575, 0.4663664298253000])
    #expect(clustered.degreesOfFreedom == [9, 9])
    let factor = (10.0 / 9 * 59 / 58).squareRoot()
    expect(
      try model.covariance(.cr1(clusters)).standardErrors,
      [0.2388151992242575 * factor, 0.4663664298253000 * factor])
  }

  /// `coxph(Surv(time, event) ~ arm + x + strata(st), cluster = cl)`.
  @Test func `strata have hazards of their own`() throws {
    let model = try CoxModel(times(), design: design(), strata: strata)
    expect(model.coefficients, [-0.5722655578393177, -1.5031051313286570])
    expect(
      try model.covariance(.classical).standardErrors, [0.3244182142128107, 0.5742602725951194])
    expect(
      try model.covariance(.cr0(clusters)).standardErrors,
      [0.1769238697443516, 0.5092989697608048])
  }

  /// `coxph(Surv(entry, time, event) ~ arm + x, cluster = cl)`.
  @Test func `delayed entry leaves rows out of earlier risk sets`() throws {
    let model = try CoxModel(times(delayed: true), design: design())
    expect(model.coefficients, [-0.2501571326496998, -1.3276010850165836])
    expect(
      try model.covariance(.classical).standardErrors, [0.2999591931054853, 0.5374362315880865])
    expect(
      try model.covariance(.cr0(clusters)).standardErrors,
      [0.2476093579951992, 0.4488090014896601])
  }

  /// `cox.zph(model, transform = "km")`: arm, x, GLOBAL; the same with strata and with delayed entry.
  @Test(arguments: [
    (false, false, [0.1351420735060426, 0.4296278914917908, 0.5855460043384879]),
    (false, true, [0.4129212171536286, 0.3893208676016057, 0.7859756812642553]),
    (true, false, [0.48436495479766034, 0.02337584120851181, 0.51168662303284196]),
  ])
  func `proportional hazards are tested as cox.zph does`(
    delayed: Bool, stratified: Bool, expected: [Double]
  ) throws {
    let model = try CoxModel(
      times(delayed: delayed), design: design(), strata: stratified ? strata : nil)
    let tests = try [
      model.proportionality(of: [0]), model.proportionality(of: [1]), model.proportionality(),
    ]
    expect(tests.map(\.statistic), expected, 1e-7)
    #expect(tests[2].degreesOfFreedom == 2)
  }

  /// `survdiff(Surv(time, event) ~ arm)` and with `strata(st)`.
  @Test func `the log-rank test is survdiff's`() throws {
    let test = try LogRank(times(), groups: arms)
    expectClose(test.test.statistic, 1.279579678604421, 1e-10)
    #expect(test.test.degreesOfFreedom == 1)
    #expect(test.observed == [24, 24])
    expect(test.expected, [20.31852491799315, 27.68147508200685], 1e-10)
    let stratified = try LogRank(times(), groups: arms, strata: strata)
    expectClose(stratified.test.statistic, 3.234208440619846, 1e-10)
  }

  /// `summary(coxph(Surv(time, event) ~ arm, cluster = cl))$robscore`, with `strata(st)`, with three arms.
  @Test func `the clustered log-rank test is coxph's robust score test`() throws {
    let times = try times()
    let plain = try LogRank.clustered(times, groups: arms, clusters: clusters)
    expectClose(plain.statistic, 1.4583746645855511, 1e-10)
    let stratified = try LogRank.clustered(
      times, groups: arms, strata: strata, clusters: clusters)
    expectClose(stratified.statistic, 4.49784752015219524, 1e-10)
    let three = try LogRank.clustered(
      times, groups: Grouping(rows.map { $0 % 3 }), clusters: clusters)
    expectClose(three.statistic, 0.1018995593633005, 1e-10)
    #expect(three.degreesOfFreedom == 2)
    #expect(throws: EstimationFault.oneCluster) {
      try LogRank.clustered(times, groups: arms, clusters: Grouping(rows.map { _ in 1 }))
    }
  }

  private func arm(_ arm: Int, delayed: Bool = false) throws -> SurvivalTimes {
    try times(delayed: delayed).selecting(rows.filter { $0 % 2 == arm })
  }

  /// `survfit(Surv(time, event) ~ 1, conf.type = "log-log")` for arm 1: events 1, 5, 10 and 15.
  @Test func `the curve, its errors and intervals are survfit's`() throws {
    let curve = try KaplanMeier(arm(1))
    let events = curve.steps.filter { $0.events > 0 }
    for (place, figures) in [
      (
        0, [2, 30, 0.9666666666666667, 0.03277306934167250, 0.7860836040193637, 0.9952363395766828]
      ),
      (
        4,
        [10, 23, 0.7971014492753623, 0.07410450838821990, 0.6026226722918228, 0.9034454316843713]
      ),
      (
        9,
        [17, 15, 0.5282558373590982, 0.09670261736201261, 0.3263737039806874, 0.6950826536188310]
      ),
      (
        14,
        [25, 7, 0.2786404416839199, 0.09046055927456366, 0.1221526070057765, 0.4599523314862797]
      ),
    ] {
      let step = events[place]
      expect(
        [
          step.time, Double(step.atRisk), step.survival, try #require(step.standardError),
          try #require(step.interval?.lower), try #require(step.interval?.upper),
        ], figures, 1e-10)
    }
    #expect(curve.median == 19)
    #expect(try KaplanMeier(arm(0)).median == 17)
    let delayed = try KaplanMeier(arm(1, delayed: true)).steps.filter { $0.events > 0 }
    expectClose(delayed[9].survival, 0.4576493238166792, 1e-10)
    expectClose(try #require(delayed[9].standardError), 0.1039231931138160, 1e-10)
  }

  /// `summary(survfit, rmean = 20)`, and the clustered `residuals(survfit, times = 20, type = "auc")`.
  @Test func `restricted means are survfit's, by Greenwood and by cluster`() throws {
    let control = try RestrictedMean(arm(0), horizon: 20)
    let treated = try RestrictedMean(arm(1), horizon: 20)
    expect([control.value, treated.value], [14.31727920227920, 15.552531199677938], 1e-10)
    expect(
      [control.variance, treated.variance].map { $0.squareRoot() },
      [1.18927876521442, 1.049347342808831], 1e-10)
    let difference = try RestrictedMean.difference(treated: treated, control: control)
    expectClose(difference.value, 15.552531199677938 - 14.31727920227920, 1e-9)
    for (group, expected) in [(0, 0.5463195394268555), (1, 0.7292225685623731)] {
      let mean = try RestrictedMean(
        arm(group), horizon: 20, clusters: clusters.selecting(rows.filter { $0 % 2 == group }))
      expectClose(mean.variance.squareRoot(), expected, 1e-10)
    }
  }

  @Test func `the order of rows does not matter`() throws {
    let order = rows.map { $0 * 7 % 60 }
    let model = try CoxModel(times().selecting(order), design: design(order))
    expect(model.coefficients, [-0.3191898190980986, -1.4678458202886153])
  }

  @Test func `without censoring the restricted mean up to the end is the mean`() throws {
    let time: [Double] = [3, 1, 4, 1, 5, 9, 2, 6]
    let all = try SurvivalTimes(time: time, isEvent: time.map { _ in true })
    expectClose(try RestrictedMean(all, horizon: 9).value, time.reduce(0, +) / 8, 1e-12)
  }

  @Test func `an arm without events is separated, and named`() throws {
    let events = rows.map { $0 % 2 == 0 && $0 % 3 > 0 }
    let times = try SurvivalTimes(time: times().time, isEvent: events)
    #expect(throws: EstimationFault.separated(columns: ["arm"], complete: false)) {
      try CoxModel(times, design: design())
    }
  }

  @Test func `without events, or with impossible times, there is a fault`() throws {
    let time = try times().time
    let open = try SurvivalTimes(time: time, isEvent: rows.map { _ in false })
    #expect(throws: EstimationFault.zeroVariance("whether the event came")) {
      try CoxModel(open, design: design())
    }
    #expect(throws: EstimationFault.zeroVariance("whether the event came")) {
      try LogRank(open, groups: arms)
    }
    #expect(
      throws: EstimationFault.outOfRange(
        "the horizon", allowed: "positive, and no later than cases were followed")
    ) { try RestrictedMean(open, horizon: 100) }
    #expect(
      throws: EstimationFault.outOfRange("the time of every row", allowed: "zero or more")
    ) { try SurvivalTimes(time: [-1], isEvent: [true]) }
    #expect(
      throws: EstimationFault.outOfRange(
        "the entry of every row", allowed: "before the end of its time")
    ) { try SurvivalTimes(time: [1], isEvent: [true], entry: [1]) }
    #expect(throws: EstimationFault.rankDeficient(columns: ["twice"])) {
      var design = design()
      design.append("twice", arm)
      return try CoxModel(times(), design: design)
    }
  }
}
