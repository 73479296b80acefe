// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2: sandwich 3.0.2, lmtest 0.9.40, nlme 3.1.162 (reference case its-newey-west).
struct SeriesTests {
  private let periods = Array(1...60)

  private func model(_ reference: Reference) throws -> OLS {
    try OLS(outcome: reference.numbers("y"), design: design(reference))
  }

  private func design(_ reference: Reference) throws -> Design {
    var design = Design(rows: 60)
    for name in ["t", "post", "since"] { design.append(name, try reference.numbers(name)) }
    return design
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent), arguments: [0, 1, 3, 6])
  func `newey and west's errors are sandwich's`(lag: Int) throws {
    let reference = try Reference("its-newey-west")
    let fit = try model(reference)
    let errors = try fit.neweyWest(lag: lag, periods: periods).standardErrors
    for (name, error) in zip(fit.names, errors) {
      expectClose(error, try reference.number("nw_lag\(lag)_adjust/\(name)"), 1e-8, name)
      // Without the factor n⁄(n − k).
      let raw = error * (56.0 / 60).squareRoot()
      expectClose(raw, try reference.number("nw_lag\(lag)/\(name)"), 1e-8, name)
    }
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the automatic bandwidth is sandwich's`() throws {
    let reference = try Reference("its-newey-west")
    let fit = try model(reference)
    let bandwidth = NeweyWestLag.automatic(fit)
    expectClose(bandwidth, try reference.number("nw_auto/bandwidth"), 1e-8)
    let errors = try fit.neweyWest(lag: Int(bandwidth), periods: periods).standardErrors
    expectClose(
      errors[2] * (56.0 / 60).squareRoot(), try reference.number("nw_auto/se/post"), 1e-8)
    #expect(NeweyWestLag.byLength(60) == 3 && NeweyWestLag.byLength(2) == 1)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `tests of autocorrelation are R's`() throws {
    let reference = try Reference("its-newey-west")
    let fit = try model(reference)
    let residuals = try ResidualAutocorrelation(fit.residuals)
    expectClose(residuals.durbinWatson, try reference.number("durbin_watson/dw"), 1e-8)
    for (lag, expected) in try reference.list("acf_1_6").enumerated() {
      expectClose(residuals.autocorrelation(lag + 1), expected, 1e-8)
    }
    let ljung = try residuals.ljungBox(lags: 1...4)
    expectClose(ljung.statistic, try reference.number("ljung_box_4/Q"), 1e-8)
    expectClose(ljung.pValue, try reference.number("ljung_box_4/p"), 1e-8)
    for order in [1, 4] {
      let test = try fit.breuschGodfrey(order: order)
      expectClose(test.statistic, try reference.number("breusch_godfrey_\(order)/LM"), 1e-8)
      expectClose(test.pValue, try reference.number("breusch_godfrey_\(order)/p"), 1e-8)
    }
  }

  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [("ML", AutoregressiveRegression.Likelihood.full), ("REML", .restricted)])
  func `autoregressive errors are nlme's`(
    name: String, likelihood: AutoregressiveRegression.Likelihood
  ) throws {
    let reference = try Reference("its-newey-west")
    let fit = try AutoregressiveRegression(
      outcome: reference.numbers("y"), design: design(reference), periods: periods,
      likelihood: likelihood)
    let path = "gls_ar1_\(name)"
    expectClose(fit.autoregression[0], try reference.number("\(path)/phi"), 1e-5, "phi")
    expectClose(fit.errorStandardDeviation, try reference.number("\(path)/sigma"), 1e-5, "sigma")
    expectClose(fit.logLikelihood, try reference.number("\(path)/loglik"), 1e-8, "likelihood")
    for (position, term) in fit.names.enumerated() {
      expectClose(
        fit.coefficients[position], try reference.number("\(path)/coef/\(term)"), 1e-5, term)
      expectClose(
        fit.covariance.standardErrors[position], try reference.number("\(path)/se/\(term)"), 1e-5,
        term)
    }
  }

  /// R nlme: `gls(y ~ t + post + since, correlation = corARMA(form = ~t, p = 2), method = "REML")`,
  /// optimiser's tolerance 1e-12.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `two autoregressive terms are nlme's`() throws {
    let reference = try Reference("its-newey-west")
    let fit = try AutoregressiveRegression(
      outcome: reference.numbers("y"), design: design(reference), periods: periods, order: 2)
    expectClose(fit.logLikelihood, -133.171546887, 1e-8)
    for (found, expected) in zip(
      fit.autoregression + [fit.coefficients[2], fit.covariance.standardErrors[2]],
      [0.408860835984, -0.175668272105, -5.956201957103, 1.4662021073473])
    {
      expectClose(found, expected, 1e-5)
    }
  }

  /// R nlme: `gls(…, correlation = corCAR1(form = ~t), method = "REML")` without rows 10, 11 and 40.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `absent periods are bridged as nlme does`() throws {
    let reference = try Reference("its-newey-west")
    let rows = (0..<60).filter { ![9, 10, 39].contains($0) }
    var design = Design(rows: rows.count)
    for name in ["t", "post", "since"] {
      let column = try reference.numbers(name)
      design.append(name, rows.map { column[$0] })
    }
    let outcome = try reference.numbers("y")
    let fit = try AutoregressiveRegression(
      outcome: rows.map { outcome[$0] }, design: design, periods: rows)
    expectClose(fit.autoregression[0], 0.374813342251, 1e-5)
    expectClose(fit.coefficients[2], -6.580296423705, 1e-5)
    expectClose(fit.covariance.standardErrors[2], 1.7356730423441, 1e-5)
    #expect(throws: EstimationFault.outOfRange("the order", allowed: "1 where periods are absent"))
    {
      try AutoregressiveRegression(
        outcome: rows.map { outcome[$0] }, design: design, periods: rows, order: 2)
    }
  }

  private static let counts: [Double] = [
    48, 58, 46, 55, 44, 53, 62, 50, 60, 48, 58, 68, 55, 65, 52, 63, 49, 60, 71, 57, 68, 53, 65, 76,
    62, 73, 58, 70, 55, 67, 64, 51, 61, 47, 56, 66, 52, 62, 49, 58, 67, 54, 63, 50, 59, 46, 55, 65,
  ]

  /// R 4.2.2: `glm(y ~ t + post + since + offset(log(pop)), family = quasipoisson, epsilon = 1e-14)` and
  /// sandwich `NeweyWest(lag = 2, prewhite = FALSE, adjust = TRUE)`.
  @Test func `counts in a population are quasi-poisson's of R`() throws {
    var design = Design(rows: 48)
    design.append("t", (1...48).map(Double.init))
    design.append("post", (1...48).map { $0 >= 31 ? 1 : 0 })
    design.append("since", (1...48).map { Double(max(0, $0 - 31)) })
    let fit = try GeneralizedLinearModel(
      .poisson, outcome: Self.counts, design: design,
      exposure: (1...48).map { Double(1000 + 10 * $0 + $0 % 7) }
    ).working
    let quasi = try fit.covariance(.classical).standardErrors
    let robust = try fit.neweyWest(lag: 2, periods: Array(1...48)).standardErrors
    let expected = [
      (-2.991102899609752619, 0.04638370848042963, 0.02953721419270426),
      (0.000847556357755209, 0.00252598205848911, 0.00181569252690965),
      (-0.170231605966557425, 0.06988468012038020, 0.05450347086682788),
      (-0.008519214175221022, 0.00606921743602017, 0.00437923146748078),
    ]
    for (place, figures) in expected.enumerated() {
      expectClose(fit.coefficients[place], figures.0, 1e-8)
      expectClose(quasi[place], figures.1, 1e-8)
      expectClose(robust[place], figures.2, 1e-8)
    }
    expectClose(fit.residualSumOfSquares / 44, 0.840128068133306, 1e-8)
  }

  /// R 4.2.2, MASS 7.3 `glm.nb` (epsilon 1e-14), sandwich `NeweyWest`; its θ stops at 1e-5.
  ///
  /// `glm.nb(y ~ t + post + since + offset(log(pop)))`, α = 1⁄θ; `NeweyWest(lag = 2, prewhite = FALSE,
  /// adjust = TRUE)`.
  @Test func `counts that spread are negative binomial's of R`() throws {
    let counts: [Double] = [
      45, 60, 66, 60, 44, 80, 41, 55, 59, 50, 30, 67, 23, 36, 37, 26, 75, 39, 64, 76, 75, 62, 35,
      72, 96, 27, 104, 87, 56, 93, 26, 33, 28, 79, 50, 78, 26, 31, 24, 73, 42, 68, 82, 84, 75, 54,
      90, 46,
    ]
    var design = Design(rows: 48)
    design.append("t", (1...48).map(Double.init))
    design.append("post", (1...48).map { $0 >= 31 ? 1 : 0 })
    design.append("since", (1...48).map { Double(max(0, $0 - 31)) })
    let found = try GeneralizedLinearModel.negativeBinomial(
      outcome: counts, design: design, exposure: (1...48).map { Double(1000 + 10 * $0 + $0 % 7) })
    expectClose(1 / (found.theta ?? .nan), 0.120383308688, 1e-5, "α")
    let errors = try found.working.neweyWest(lag: 2, periods: Array(1...48)).standardErrors
    let expected = [
      (-3.07511989366184, 0.12088012847961), (0.00494220312541, 0.00584821276054),
      (-0.63213593320353, 0.23721613357149), (0.02982939104527, 0.01720586454170),
    ]
    for (place, figures) in expected.enumerated() {
      expectClose(found.coefficients[place], figures.0, 1e-5, "coefficient \(place)")
      expectClose(errors[place], figures.1, 1e-5, "error \(place)")
    }
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the effect at a time is level and slope together`() throws {
    let reference = try Reference("its-newey-west")
    let segmented = try SegmentedDesign(periods: periods, interruptions: [37])
    #expect(segmented.design.names == ["(Intercept)", "time", "level", "slope"])
    let fit = try OLS(outcome: reference.numbers("y"), design: segmented.design)
    let effect = try fit.combination(
      segmented.effect(of: 0, over: [60]), named: "effect",
      fit.neweyWest(lag: 3, periods: periods))
    expectClose(effect.value, try reference.number("effect_t60/estimate"), 1e-8)
    expectClose(
      effect.standardError * (56.0 / 60).squareRoot(), try reference.number("effect_t60/se_nw3"),
      1e-8)
  }

  @Test func `a flat control series leaves the effect as it is`() throws {
    let outcome = (1...20).map { period -> Double in
      let trend: Double = 3 + 0.5 * Double(period)
      return trend + (period >= 11 ? 4 : 0) + Double(period % 3)
    }
    let alone = try SegmentedDesign(periods: Array(1...20), interruptions: [11])
    let fit = try OLS(outcome: outcome, design: alone.design)
    let control = (1...20).map { Double($0 % 3 == 0 ? 1 : 2) }
    let both = try SegmentedDesign(
      periods: Array(1...20) + Array(1...20), interruptions: [11],
      studied: Array(repeating: true, count: 20) + Array(repeating: false, count: 20))
    let controlled = try OLS(outcome: outcome + control, design: both.design)
    let flat = try OLS(outcome: control, design: alone.design)
    let position = both.levelPosition(0)
    #expect(both.design.names[position] == "level × studied")
    expectClose(
      controlled.coefficients[position], fit.coefficients[2] - flat.coefficients[2], 1e-8)
  }

  @Test func `seasons that come back are taken out`() throws {
    let months = Array(0..<48)
    let outcome = months.map { month -> Double in
      let season: Double = month % 12 == 11 ? 30 : Double(month % 12)
      return season + (month >= 30 ? 2 : 0)
    }
    for season in [SegmentedDesign.Season.indicators(cycle: 12), .harmonics(5, cycle: 12)] {
      let segmented = try SegmentedDesign(periods: months, interruptions: [30], season: season)
      let fit = try OLS(outcome: outcome, design: segmented.design)
      // Indicators fit the months exactly; five harmonics all but the fastest wave.
      #expect((fit.coefficients[2] - 2).magnitude < (season == .indicators(cycle: 12) ? 1e-9 : 1.5))
    }
  }

  @Test func `an interruption needs periods around it`() throws {
    func fault(_ periods: [Int], _ interruptions: [Int], studied: [Bool]? = nil)
      -> EstimationFault?
    {
      do throws(EstimationFault) {
        _ = try SegmentedDesign(periods: periods, interruptions: interruptions, studied: studied)
        return nil
      } catch { return error }
    }
    let outside = EstimationFault.outOfRange(
      "the interruption", allowed: "inside the series, after its first period")
    #expect(fault([1, 2, 3, 4, 5], [9]) == outside)
    #expect(fault([1, 2, 3, 4, 5], [1]) == outside)
    #expect(
      fault([1, 2, 3, 4, 5], [3])
        == .tooFew("periods before the interruption", count: 2, needed: 3))
    #expect(
      fault([1, 2, 3, 4, 5], [5]) == .tooFew("periods after interruption 1", count: 1, needed: 2))
    #expect(
      fault([1, 2, 3, 4, 5, 6], [4], studied: [true, true, true, true, true, true]) == outside)
    #expect(fault([1, 2], []) == .tooFew("interruptions", count: 0, needed: 1))
    #expect(
      throws: EstimationFault.outOfRange(
        "the lag", allowed: "0 or more, and less than the number of periods")
    ) {
      try OLS(outcome: [1, 2, 4], design: Design(rows: 3)).neweyWest(lag: 3, periods: [1, 2, 3])
    }
    #expect(throws: EstimationFault.zeroVariance("the residual")) {
      try ResidualAutocorrelation([0, 0, 0, 0])
    }
  }

  @Test func `residuals whose squares no number holds are a fault`() {
    #expect(throws: EstimationFault.zeroVariance("the residual")) {
      try ResidualAutocorrelation([1e-200, -1e-200, 2e-200, 0])
    }
    #expect(
      throws: EstimationFault.outOfRange("the residuals", allowed: "small enough to be squared")
    ) {
      try ResidualAutocorrelation([1e300, -1e300, 1e300, 0])
    }
  }

  @Test func `an estimate beyond what a number holds is a fault`() {
    for (value, error) in [(Double.infinity, 1), (.nan, 1), (1, .infinity), (1e308, 1e308)] {
      #expect(throws: EstimationFault.self) {
        try Estimate(of: "the change", value: value, standardError: error)
      }
    }
  }

  @Test func `numbers too great to be counted with are told from missing ones`() {
    #expect(
      EstimationFault.notFinite("dose", rows: []).description
        == "'dose' has numbers too great to be counted with; use another unit, such as thousands")
    #expect(
      EstimationFault.notFinite("dose", rows: [2]).message
        == "'dose' is missing or infinite in 1 row")
  }
}
