// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of a change that came for everybody at one moment, from a series before and after it.
///
/// Segmented regression: a trend whose level and slope may change at each interruption, with seasons and
/// covariates, one row per period. The effect is the difference from what the trend before would have
/// given, **averaged over the periods from the interruption to the next one or the end**, or at the
/// period `after` so many. With `arm` and `control` a control series stands beside it, and the effect is
/// the change beyond that of the control. `linear` outcomes are divided by `exposure` where one is
/// named; counts (`poisson`, `negative-binomial`) have it as an offset and give the logarithm of a rate
/// ratio.
///
/// The variance is Newey and West's with n⁄(n − k) and Student's t at n − k degrees of freedom; without
/// `lag` its lag is ⌊4·(T⁄100)^(2⁄9)⌋ for T periods. Series side by side may move together in a period.
/// `ar` are autoregressive errors of order `lag` (1) by restricted maximum likelihood. `classical`
/// takes periods for independent (for counts: with Pearson's dispersion). An interruption that is a date within a
/// period counts from that period on.
struct InterruptedTimeSeries: OutcomeStage {
  static let info = StageInfo(
    "interrupted-time-series", version: 1,
    summary: "Estimates what a change did to a series that runs before and after it.",
    namesExperiment: true,
    example: """
      calls:
        use: impact/interrupted-time-series
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: calls
          time: month
          interruption: 2023-07
          season: harmonics
      """,
    source: "Wagner et al. (2002), J. Clinical Pharmacy and Therapeutics 27:299–309; Lopez Bernal, "
      + "Cummins and Gasparrini (2017, 2018), International J. Epidemiology 46:348–355 and "
      + "47:2082–2093; Newey and West (1987), Econometrica 55:703–708.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each period;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column of dates, of periods such as 2024-05 or 2024-W07, or of whole numbers.")
  var time: ColumnName
  @Parameter("First period, or list of first periods, under a change.")
  var interruption: [String]
  @Parameter("What comes back every year (with days: every week).")
  var season: Season = .none
  @Parameter("Periods after which the season comes back, where 'time' does not say it.", in: 2...)
  var cycle: Double?
  @Parameter("Pairs of sine and cosine for season: harmonics.", in: 1...6)
  var harmonics = 2
  @Parameter("Periods over which errors hang together, or the order of 'variance: ar'.", in: 0...)
  var lag: Int?
  @Parameter("Columns of other causes, which the change cannot have moved, to adjust for.")
  var covariates: [ColumnName] = []
  @Parameter("Column that names the series of each row, where a control series runs beside.")
  var arm: ColumnName?
  @Parameter("Series that the change did not reach; the pilot card's control arm unless given.")
  var control: String?
  @Parameter("Column of the people, or cases, from whom each outcome comes.")
  var exposure: ColumnName?
  @Parameter("What the outcome is: a number, or a count.")
  var family: Family = .linear
  @Parameter(
    "Periods after the interruption at which the effect is given; all on average unless given.",
    in: 0...)
  var after: Int?
  @Parameter("How the variance is estimated.")
  var variance: Variance = .neweyWest
  @Parameter("Autocorrelation and earlier breaks fail below this p-value.", in: 0...0.5)
  var checkThreshold = 0.01
  @Parameter("Rows to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all interruptions, series and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How the change came, where no pilot card says it.")
  var design: DesignChoice?

  enum Season: String, ParameterChoice {
    case none
    case indicators
    case harmonics
  }

  enum Family: String, ParameterChoice {
    case linear
    case poisson
    case negativeBinomial = "negative-binomial"
  }

  enum Variance: String, ParameterChoice {
    case neweyWest = "newey-west"
    case ar
    case classical
  }

  struct Input: CardInput {
    @Port("One row per period, and per series where there are several.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome, series and interruption.") var effects: Table
    @Port("Changes of level and slope, and the effect on average and in the last period.")
    var details: Table
    @Port("One row per outcome and term of its model.") var coefficients: Table
    @Port("Each period as it was, as the model has it, and as it would have been.") var series:
      Table
    @Port("One row per check.") var checks: Table
  }

  func validate() throws(StageFault) {
    guard !interruption.isEmpty else {
      throw .user("'interruption' names no period", at: "interruption")
    }
    for column in outcome where column == time || column == arm || column == exposure {
      throw .user("'\(column)' is the outcome and something else at once", at: "outcome")
    }
    for column in covariates
    where outcome.contains(column) || column == time || column == arm || column == exposure {
      throw .user("'\(column)' is a covariate and something else at once", at: "covariates")
    }
    if arm == nil, control != nil {
      throw .user(
        "'control' names a series, and no 'arm' tells the series apart", at: "control",
        help: "add arm: with the column that names the series")
    }
    if variance == .ar {
      guard family == .linear else {
        throw .user("variance ar is for linear outcomes", at: "variance", help: "use newey-west")
      }
      if let lag, !(1...4).contains(lag) {
        throw .user("'lag' is the order of variance ar, 1 to 4", at: "lag")
      }
    }
    if variance == .classical, lag != nil {
      throw .user("variance classical has no 'lag'", at: "lag", help: "use newey-west")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "details": SeriesDetails.empty.promises,
      "coefficients": CoefficientsTable.promises, "series": SeriesLines.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    // Periods are what varies here, whatever unit the card assigned: their errors are allowed to hang
    // together over time, as a cluster's are within it.
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: time, where: `where`, level: level)
    let rows = try SeriesRows(self, Cases(input.cases, where: `where`), card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: variance.rawValue,
      covariates: covariates.map(\.name),
      adjust: rows.contrasts.count * outcome.count * interruption.count > 1
        ? adjust.rawValue : nil, estimand: "ATT")
    for deviation in plan.deviations { context.note(deviation) }
    let comparison = Comparison.series(hasControl: arm != nil)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var details = SeriesDetails.empty
    var coefficients = CoefficientsTable()
    var lines = SeriesLines()
    var checks = SeriesChecks(threshold: checkThreshold)
    for column in outcome {
      for contrast in rows.contrasts {
        try context.checkCancellation()
        let fitted = try rows.fit(column, contrast)
        for note in fitted.notes { context.note("\(column): \(note)") }
        let failed = checks.append(fitted)
        var grade = comparison.grade(origin.design)
        for check in failed { grade?.lower(to: arm == nil ? 1 : 2, because: check.reason) }
        for place in fitted.segmented.interruptions.indices {
          var effect = origin.effect(
            of: column.name, contrast: fitted.contrastName(place), comparison: comparison,
            estimand: "ATT")
          effect.raise(plan.flags + fitted.flags + failed.compactMap(\.check.flag))
          effect.take(try fitted.effect(place))
          effect.method = Self.info.name
          effect.variance = fitted.varianceName
          effect.scale = family == .linear ? .difference : .logRate
          effect.time = fitted.timeOfEffect(place)
          effect.count = fitted.outcome.count
          effect.treatedCount = fitted.periodsAfter(place).count
          effect.controlCount = fitted.periodsBefore.count
          effects.append(effect, grade: grade)
          try fitted.append(to: &details, place)
        }
        coefficients.append(
          fitted.model, fitted.covariance,
          outcome: fitted.contrast == nil ? column.name : "\(column), \(fitted.contrastName(nil))",
          level: level)
        lines.append(fitted)
      }
    }
    for check in checks.checks where !check.passed { context.note(check.message) }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.details = try details.table()
    output.coefficients = try coefficients.table()
    output.series = try lines.table()
    output.checks = TrustChecks.table(checks.checks)
    return output
  }
}
