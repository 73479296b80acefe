// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Statistics
import Tables

/// What an interrupted time series rests on: enough periods, no breaks of its own, errors as assumed.
struct SeriesChecks {
  let threshold: Double
  private(set) var checks: [TrustCheck] = []

  /// A failed check and why the grade is lower for it.
  struct Failed {
    let check: TrustCheck
    let reason: String
  }

  /// Fewer periods than this on a side tell a trend from chance badly.
  static let enoughPeriods = 8

  init(threshold: Double) { self.threshold = threshold }

  /// Makes the checks of one model, and returns those that failed and count.
  mutating func append(_ fitted: FittedSeries) -> [Failed] {
    var failed: [Failed] = []
    func add(_ check: TrustCheck, _ reason: String?) {
      checks.append(check)
      if !check.passed, let reason { failed.append(Failed(check: check, reason: reason)) }
    }
    add(periods(fitted), "the series has few periods before or after the change")
    add(gaps(fitted), nil)
    if let check = autocorrelation(fitted) {
      add(check, "errors hang together for longer than the variance allows for")
    }
    if let check = placebo(fitted) {
      add(check, "the series breaks before the change, too")
    }
    return failed
  }

  private func subject(_ fitted: FittedSeries) -> String {
    fitted.contrast.map { "\(fitted.draft.name), \($0.name)" } ?? fitted.draft.name
  }

  private func periods(_ fitted: FittedSeries) -> TrustCheck {
    let before = fitted.periodsBefore.count
    let after = fitted.segmented.interruptions.indices.map { fitted.periodsAfter($0).count }
    let least = min(before, after.min() ?? 0)
    let passed = least >= Self.enoughPeriods
    let numbers = after.map { String($0) }.joined(separator: ", ")
    var check = TrustCheck(
      "periods", subject: subject(fitted), passed: passed, severity: .warning,
      message: "\(subject(fitted)): \(before) periods before and \(numbers) after the change"
        + (passed ? "" : ": fewer than \(Self.enoughPeriods) tell a trend from chance badly"))
    check.value = Double(least)
    check.threshold = Double(Self.enoughPeriods)
    check.flag = passed ? nil : "short-series"
    return check
  }

  private func absent(_ fitted: FittedSeries) -> Int {
    let periods = fitted.studiedRows.map { fitted.draft.periods[$0] }
    return (periods.last ?? 0) - (periods.first ?? 0) + 1 - periods.count
  }

  private func gaps(_ fitted: FittedSeries) -> TrustCheck {
    let absent = absent(fitted)
    var check = TrustCheck(
      "gaps", subject: subject(fitted), passed: absent == 0, severity: .warning,
      message: absent == 0
        ? "\(subject(fitted)): no period is absent"
        : "\(subject(fitted)): \(absent) periods between the first and the last are absent; they are "
          + "taken for missing, not for zero")
    check.value = Double(absent)
    check.threshold = 0
    check.flag = absent == 0 ? nil : "gaps"
    return check
  }

  /// Ljung and Box over the lags that the variance does not allow for; nil where gaps forbid it.
  private func autocorrelation(_ fitted: FittedSeries) -> TrustCheck? {
    guard absent(fitted) == 0 else { return nil }
    let stage = fitted.draft.stage
    let rest = fitted.studiedRows.map { fitted.unexplained[$0] }
    let allowed = stage.variance == .neweyWest ? fitted.draft.lag : 0
    let estimated = stage.variance == .ar ? stage.lag ?? 1 : 0
    let reach = max(min(10, rest.count / 5), estimated + 1)
    guard let residuals = try? ResidualAutocorrelation(rest),
      let test = try? residuals.ljungBox(
        lags: (allowed + 1)...(allowed + reach), estimated: estimated)
    else { return nil }
    let passed = test.pValue >= threshold
    let watson = NumberText.print((residuals.durbinWatson * 100).rounded() / 100)
    let lags = "lags \(allowed + 1) to \(allowed + reach)"
    var check = TrustCheck(
      "autocorrelation", subject: subject(fitted), passed: passed, severity: .warning,
      message: passed
        ? "\(subject(fitted)): what is left does not hang together beyond what the variance allows "
          + "for (\(lags), \(test.pValue.asPValue); Durbin–Watson \(watson))"
        : "\(subject(fitted)): what is left hangs together (\(lags), \(test.pValue.asPValue); "
          + "Durbin–Watson \(watson)): raise 'lag', or add a season")
    check.statistic = test.statistic
    check.degreesOfFreedom = test.degreesOfFreedom
    check.pValue = test.pValue
    check.value = test.pValue
    check.threshold = threshold
    check.flag = passed ? nil : "autocorrelation"
    return check
  }

  /// A change of level or slope at up to ten periods before the first interruption, Bonferroni over them.
  private func placebo(_ fitted: FittedSeries) -> TrustCheck? {
    let before = fitted.periodsBefore
    let margin = 4
    guard before.count >= 2 * margin else { return nil }
    let possible = Array(before[margin...(before.count - margin)])
    let step = max(1, possible.count / 10)
    let candidates = stride(from: 0, to: possible.count, by: step).map { possible[$0] }
    var best: (period: Int, test: FTest)?
    var tried = 0
    for period in candidates {
      guard let test = test(fitted, at: period) else { continue }
      tried += 1
      if best.map({ test.pValue < $0.test.pValue }) ?? true { best = (period, test) }
    }
    guard let best else { return nil }
    let pValue = min(1, best.test.pValue * Double(tried))
    let passed = pValue >= threshold
    let label = fitted.draft.axis.label(best.period)
    var check = TrustCheck(
      "placebo-interruption", subject: subject(fitted), passed: passed, severity: .warning,
      message: passed
        ? "\(subject(fitted)): none of \(tried) earlier periods has a break (\(pValue.asPValue))"
        : "\(subject(fitted)): the series breaks in \(label), before the change (\(pValue.asPValue))"
    )
    check.statistic = best.test.statistic
    check.degreesOfFreedom = best.test.numeratorDegreesOfFreedom
    check.pValue = pValue
    check.value = pValue
    check.threshold = threshold
    check.flag = passed ? nil : "earlier-break"
    return check
  }

  /// Level and slope together, with the greater of two p-values: Newey and West's variance is too small
  /// in short series, the classical one where errors hang together.
  private func test(_ fitted: FittedSeries, at period: Int) -> FTest? {
    guard let (draft, season) = try? fitted.draft.before(interruptedAt: period),
      let segmented = try? SegmentedDesign(
        periods: draft.periods, interruptions: [period], studied: draft.studied, season: season,
        covariates: draft.covariates),
      let fit = try? draft.leastSquares(segmented),
      let classical = try? fit.covariance(.classical),
      let robust = try? fit.neweyWest(lag: draft.lag, periods: draft.periods)
    else { return nil }
    let position = segmented.levelPosition(0)
    let tests = [classical, robust].compactMap {
      try? fit.waldTest([position, position + 1], $0)
    }
    return tests.max { $0.pValue < $1.pValue }
  }
}
