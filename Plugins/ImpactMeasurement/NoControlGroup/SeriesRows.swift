// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The rows of an interrupted time series: periods, series, and where the interruptions are.
struct SeriesRows {
  let stage: InterruptedTimeSeries
  let axis: TimeAxis
  /// The first period under each change.
  let interruptions: [Int]
  /// Nil stands for the only series there is.
  let contrasts: [ArmContrast?]
  private let cases: Cases
  private let arms: Arms?
  private let exposure: Measurements?
  private let covariates: [Covariate]

  init(
    _ stage: InterruptedTimeSeries, _ cases: Cases, card: PilotCard?
  ) throws(StageFault) {
    self.stage = stage
    self.cases = cases
    let axis = try TimeAxis(cases, stage.time)
    self.axis = axis
    var interruptions: [Int] = []
    for text in stage.interruption {
      guard let period = axis.period(text) else {
        let example = axis.periods.lazy.compactMap(\.self).first.map { axis.label($0) } ?? ""
        throw StageFault(
          "'\(text)' is no \(axis.step.rawValue) of '\(axis.column)'", at: "interruption",
          help: "write it as the column does: \(example)")
      }
      guard !interruptions.contains(period) else {
        throw StageFault("two interruptions fall in \(axis.label(period))", at: "interruption")
      }
      interruptions.append(period)
    }
    self.interruptions = interruptions.sorted()
    if let arm = stage.arm {
      let found = try Arms(cases, arm: arm)
      arms = found
      contrasts = try found.contrasts(
        control: found.control(stage.control, card: card), pool: NamedValues())
    } else {
      arms = nil
      contrasts = [nil]
    }
    exposure = try stage.exposure.map { name throws(StageFault) in
      try cases.numbers(name, at: "exposure")
    }
    covariates = try cases.covariates(stage.covariates)
  }

  /// The model of one outcome in one series, or beside its control.
  func fit(_ name: ColumnName, _ contrast: ArmContrast?) throws(StageFault) -> FittedSeries {
    let outcome = try cases.numbers(name, at: "outcome")
    var selection = CaseSelection(
      (0..<cases.count).filter { row in
        contrast.map { $0.isTreated(arms?.codes[row] ?? -1) != nil } ?? true
      })
    selection.leaveOut(
      "time-missing", where: { axis.periods[$0] == nil },
      note: { count, total in
        "\(count) of \(total) rows have no '\(axis.column)' (time) and are left out"
      })
    selection.require("outcome", outcome.column, outcome.validity)
    if let exposure { selection.require("exposure", exposure.column, exposure.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    // The studied series first, each in the order of time.
    func isStudied(_ row: Int) -> Bool {
      contrast.flatMap { $0.isTreated(arms?.codes[row] ?? -1) } ?? true
    }
    let rows = selection.rows.sorted { left, right in
      isStudied(left) == isStudied(right)
        ? (axis.periods[left] ?? 0) < (axis.periods[right] ?? 0) : isStudied(left)
    }
    let periods = rows.map { axis.periods[$0] ?? 0 }
    let studied = rows.map(isStudied)
    for row in rows.indices.dropFirst()
    where periods[row] == periods[row - 1] && studied[row] == studied[row - 1] {
      throw StageFault(
        "\(name): several rows fall in \(axis.label(periods[row])), and a series has one for each "
          + "period", at: "time",
        help: "add the rows of a period up first; name 'arm' where they are different series")
    }
    let columns = covariates.map { CovariateColumns($0, rows: rows) }
    let draft = SeriesDraft(
      stage: stage, axis: axis, name: name.name, contrast: contrast,
      outcome: rows.map { outcome.values[$0] },
      exposure: exposure.map { column in rows.map { column.values[$0] } }, periods: periods,
      studied: contrast == nil ? nil : studied, covariates: columns.flatMap(\.columns),
      interruptions: interruptions)
    return try draft.fitted(notes: selection.notes, flags: selection.flags)
  }
}

/// What a model is made from.
struct SeriesDraft {
  let stage: InterruptedTimeSeries
  let axis: TimeAxis
  let name: String
  let contrast: ArmContrast?
  let outcome: [Double]
  let exposure: [Double]?
  let periods: [Int]
  let studied: [Bool]?
  let covariates: [(name: String, values: [Double])]
  let interruptions: [Int]

  /// The lag of Newey and West's variance.
  var lag: Int {
    let byLength = NeweyWestLag.byLength(Set(periods).count)
    return stage.variance == .ar ? byLength : stage.lag ?? byLength
  }

  func fitted(notes: [String], flags: [String]) throws(StageFault) -> FittedSeries {
    let season = try season()
    do throws(EstimationFault) {
      let segmented = try SegmentedDesign(
        periods: periods, interruptions: interruptions, studied: studied, season: season,
        covariates: covariates)
      var model: any LinearModel
      var covariance: CoefficientCovariance
      var rest: [Double]
      if stage.variance == .ar {
        let fit = try AutoregressiveRegression(
          outcome: rates(), design: segmented.design, periods: periods,
          series: studied.map { $0.map { $0 ? 0 : 1 } }, order: stage.lag ?? 1)
        (model, covariance, rest) = (fit, fit.covariance, fit.innovations)
      } else {
        let fit = try leastSquares(segmented)
        model = fit
        covariance =
          stage.variance == .classical
          ? try fit.covariance(.classical) : try fit.neweyWest(lag: lag, periods: periods)
        rest = fit.residuals
      }
      return FittedSeries(
        draft: self, segmented: segmented, model: model, covariance: covariance,
        unexplained: rest, notes: notes, flags: flags)
    } catch {
      throw fault(error)
    }
  }

  /// The model with independent errors, of these rows or of some of them.
  func leastSquares(_ segmented: SegmentedDesign) throws(EstimationFault) -> OLS {
    switch stage.family {
    case .linear: try OLS(outcome: rates(), design: segmented.design)
    case .poisson: try counts(segmented.design).working
    case .negativeBinomial: try spreadCounts(segmented.design).working
    }
  }

  private func counts(_ design: Design) throws(EstimationFault) -> GeneralizedLinearModel {
    try GeneralizedLinearModel(.poisson, outcome: outcome, design: design, exposure: exposure)
  }

  /// Counts that spread no more than Poisson's are Poisson's: some part of a series is often that quiet.
  private func spreadCounts(_ design: Design) throws(EstimationFault) -> GeneralizedLinearModel {
    do throws(EstimationFault) {
      return try .negativeBinomial(outcome: outcome, design: design, exposure: exposure)
    } catch .noOverdispersion {
      return try counts(design)
    }
  }

  /// The rows before the first interruption, with a change in one of their periods instead.
  func before(interruptedAt period: Int) throws(StageFault) -> (
    draft: SeriesDraft, season: SegmentedDesign.Season
  ) {
    let rows = periods.indices.filter { periods[$0] < interruptions[0] }
    let draft = SeriesDraft(
      stage: stage, axis: axis, name: name, contrast: contrast, outcome: rows.map { outcome[$0] },
      exposure: exposure.map { values in rows.map { values[$0] } },
      periods: rows.map { periods[$0] }, studied: studied.map { marks in rows.map { marks[$0] } },
      covariates: covariates.map { covariate in
        (covariate.name, rows.map { covariate.values[$0] })
      }, interruptions: [period])
    return (draft, try season())
  }

  private func rates() throws(EstimationFault) -> [Double] {
    guard let exposure else { return outcome }
    guard exposure.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .outOfRange("the exposure of every row", allowed: "positive and finite")
    }
    return outcome.indices.map { outcome[$0] / exposure[$0] }
  }

  private func season() throws(StageFault) -> SegmentedDesign.Season {
    guard stage.season != .none else { return .none }
    guard let cycle = stage.cycle ?? axis.cycle else {
      throw StageFault(
        "nothing says after how many \(axis.step.rawValue)s the season comes back", at: "season",
        help: "add cycle: with that number, as in cycle: 12")
    }
    if stage.season == .harmonics { return .harmonics(stage.harmonics, cycle: cycle) }
    guard let whole = Int(exactly: cycle), whole <= 24 else {
      throw StageFault(
        "season: indicators takes one for each of \(NumberText.print(cycle)) periods, and those are "
          + "too many or not whole", at: "season", help: "use season: harmonics")
    }
    return .indicators(cycle: whole)
  }
}

extension SeriesDraft {
  /// What the estimator refused, at the parameter that can change it.
  private func fault(_ fault: EstimationFault) -> StageFault {
    let texts = interruptions.map { axis.label($0) }.joined(separator: ", ")
    switch fault {
    case .outOfRange(let what, _) where what == "the interruption":
      let control = studied == nil ? "" : ", in both series"
      return StageFault(
        "\(name): the interruption \(texts) does not lie inside the series"
          + control, at: "interruption",
        help: "the series runs from \(axis.label(periods.min() ?? 0)) to "
          + "\(axis.label(periods.max() ?? 0)), and a period has to lie before the change")
    case .outOfRange(let what, _) where what.contains("exposure"):
      return StageFault("\(name): \(fault.message)", at: "exposure", help: fault.help)
    case .outOfRange(let what, _) where what == "the lag" || what == "the order":
      return StageFault("\(name): \(fault.message)", at: "lag", help: "leave 'lag' out")
    case .tooFew(let what, _, _) where what.hasPrefix("periods"):
      return StageFault(
        "\(name): \(fault.message)", at: "interruption",
        help: "use a longer series or fewer interruptions; 8 periods on either side are few already"
      )
    case .tooFew:
      return StageFault(
        "\(name): \(fault.message)", at: "time",
        help: "use a longer series, fewer covariates, or harmonics for the season")
    case .rankDeficient(let columns):
      let isSeason = columns.contains { $0.hasPrefix("season.") || $0.contains("sine.") }
      return StageFault(
        "\(name): \(fault.message)", at: isSeason ? "season" : "covariates", help: fault.help)
    default:
      return StageFault("\(name): \(fault.message)", at: "outcome", help: fault.help)
    }
  }
}
