// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of a change that units adopt at different times and keep.
///
/// A group is the units that adopt at the same time. Every method estimates an effect for each group and
/// period against units that are not treated (yet), and draws them together as `aggregate` says; the
/// details ports hold all of them.
/// - callaway-santanna (the default): differences in changes since the period before adoption, with
///   covariates by outcome regression, weighting or both; needs units that are seen in every period
///   (others are left out and counted); n counts units. Influence-function variance by cluster.
/// - sun-abraham: two-way fixed effects with an indicator for each group and period; gaps in the panel
///   are used; n counts rows. CR1 by cluster (CR2 below forty), group sizes as given.
/// - imputation: outcomes without the change are predicted from untreated rows (Borusyak, Jaravel and
///   Spiess), gaps are used; n counts rows. Their conservative variance by cluster.
/// - roth-santanna: the efficient estimate where chance decided who adopts when; n counts units. Without
///   such a design the grade is 2.
///
/// Groups of a single unit and units treated in the first period are left out and counted. Trends
/// before adoption are tested; a failure lowers the grade to 2. Bands that hold all effects at once come
/// from a multiplier bootstrap (callaway-santanna), whose Monte Carlo error is noted.
///
/// With `smoothness` or `relative_magnitudes` the port `sensitivity` says how far trends may have differed
/// before the effects over time can no longer be told from zero (Rambachan and Roth; callaway-santanna,
/// always with a universal base, and sun-abraham); a breakdown value below 1 times what was seen before
/// adoption is a warning.
struct StaggeredAdoption: OutcomeStage {
  static let info = StageInfo(
    "staggered-adoption", version: 1,
    summary: "Estimates the effect of a change that units adopt at different times.",
    draws: true, namesExperiment: true,
    example: """
      rollout:
        use: impact/staggered-adoption
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: reached
          unit: municipality
          time: month
          adopted: first_month
          control_group: not-yet
          covariates: [inhabitants]
      """,
    source:
      "Callaway and Sant'Anna (2021), J. Econometrics 225:200–230; Sun and Abraham (2021), J. "
      + "Econometrics 225:175–199; Borusyak, Jaravel and Spiess (2024), Review of Economic Studies "
      + "91:3253–3285; Roth and Sant'Anna (2023), J. Political Economy: Microeconomics 1:669–709; "
      + "Rambachan and Roth (2023), Review of Economic Studies 90:2555–2591.")

  @Parameter("Column, or list of columns, that holds the outcome; the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column of the unit that is seen over time.")
  var unit: ColumnName
  @Parameter("Column of the period, a whole number.")
  var time: ColumnName
  @Parameter("Column of the unit's first treated period; empty for never.")
  var adopted: ColumnName
  @Parameter("How effects are estimated.")
  var method: Method = .callawaySantAnna
  @Parameter("Columns to adjust for, as they are before the change; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Whom groups are compared with (callaway-santanna): never (the default) or not-yet.")
  var controlGroup: ControlGroup?
  @Parameter("How covariates are used (callaway-santanna): doubly-robust unless given.")
  var estimation: Estimation?
  @Parameter("What placebos are measured from (callaway-santanna): varying unless given.")
  var base: Base?
  @Parameter("Periods before adoption that may already show an effect.", in: 0...100)
  var anticipation = 0
  @Parameter("How groups and periods are drawn together in the effect that is reported.")
  var aggregate: Aggregate = .simple
  @Parameter("Column of the units that were assigned, where those are larger than 'unit'.")
  var cluster: ColumnName?
  @Parameter("Column of positive weights; the same in all rows of a unit for callaway-santanna.")
  var weight: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter(
    "Bounds on how much the slope of a difference in trends changes from period to period.")
  var smoothness: [Double] = []
  @Parameter("Bounds on differences in trends, as multiples of the largest before adoption.")
  var relativeMagnitudes: [Double] = []
  @Parameter(
    "Draws of bands, the randomisation test, critical values (ten times over); 0 for none.")
  var draws = 1000
  @Parameter("Random numbers of the bands.")
  var multiplier: Multiplier = .mammen
  @Parameter("The test of trends before adoption fails below this p-value.", in: 0...0.5)
  var pretrendThreshold = 0.05
  @Parameter("How p-values are raised, over all outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How units came to adopt, where no pilot card says it.")
  var design: DesignChoice?

  enum Method: String, ParameterChoice {
    case callawaySantAnna = "callaway-santanna"
    case sunAbraham = "sun-abraham"
    case imputation
    case rothSantAnna = "roth-santanna"
  }

  enum ControlGroup: String, ParameterChoice {
    case never
    case notYet = "not-yet"
  }

  enum Estimation: String, ParameterChoice {
    case doublyRobust = "doubly-robust"
    case outcomeRegression = "outcome-regression"
    case weighting
  }

  enum Base: String, ParameterChoice {
    case varying
    case universal
  }

  enum Aggregate: String, ParameterChoice {
    case simple
    case group
    case dynamic
    case calendar
  }

  enum Multiplier: String, ParameterChoice {
    case mammen
    case rademacher
  }

  struct Input: CardInput {
    @Port("One row per unit and period.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome.") var effects: Table
    @Port("One row per outcome, group and period.") var groupTime: Table
    @Port("One row per outcome and time since adoption.") var eventStudy: Table
    @Port("The covariance of the effects over time.") var eventCovariance: Table
    @Port("All ways of drawing effects together, overall and part by part.") var aggregates: Table
    @Port("Intervals that hold although trends may have differed, one row per bound.")
    var sensitivity: Table
    @Port("Trends before adoption, and what else the effect rests on.") var checks: Table
  }

  var isDrawing: Bool {
    draws > 0
      && ([.callawaySantAnna, .rothSantAnna].contains(method) || !relativeMagnitudes.isEmpty)
  }

  func validate() throws(StageFault) {
    try outcome.checkOutcomes()
    for column in outcome + covariates where [unit, time, adopted].contains(column) {
      throw .user(
        "'\(column)' is used as something else too", at: "outcome", help: "name each column once")
    }
    for column in covariates where outcome.contains(column) {
      throw .user("'\(column)' is a covariate and an outcome at once", at: "covariates")
    }
    guard draws == 0 || (100...1_000_000).contains(draws) else {
      throw .user(
        "'draws' is \(draws)", at: "draws", help: "take 0 for none, or 100 to 1000000 draws")
    }
    let given: [(String, Bool)] = [
      ("control_group", controlGroup != nil), ("estimation", estimation != nil),
      ("base", base != nil),
    ]
    if method != .callawaySantAnna, let name = given.first(where: \.1)?.0 {
      throw .user(
        "\(method.rawValue) passes over '\(name)'", at: name,
        help: "leave it out, or use method: callaway-santanna")
    }
    try trendBounds.validate(draws: draws)
    if !trendBounds.isEmpty, method == .imputation || method == .rothSantAnna {
      throw .user(
        "\(method.rawValue) lists no estimates before adoption that bounds on trends could start from",
        at: trendBounds.parameter,
        help: "use method: callaway-santanna or sun-abraham, or leave the bounds out")
    }
    guard method == .rothSantAnna else { return }
    let unused: [(String, Bool)] = [
      ("covariates", !covariates.isEmpty), ("weight", weight != nil),
      ("cluster", cluster != nil && cluster != unit),
      ("anticipation", anticipation != 0),
    ]
    if let name = unused.first(where: \.1)?.0 {
      throw .user(
        "roth-santanna passes over '\(name)'", at: name,
        help: "leave it out: the estimate rests on the lot that was drawn for units")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "group_time": GroupTimeTable.promises,
      "event_study": EventStudyTable.promises,
      "event_covariance": EventStudyTable.covariancePromises,
      "aggregates": AggregatesTable.promises, "sensitivity": SensitivityTable.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design,
      cluster: PilotCard.cluster(cluster, unit: unit, card: input.pilot), where: `where`,
      level: level)
    let cases = try PanelCases(
      Cases(input.cases, where: `where`), unit: unit, time: time, adopted: adopted,
      treatment: nil, covariates: covariates, cluster: cluster, weight: weight)
    let streams = isDrawing ? try context.randomStreams() : nil
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var tables = StaggeredTables()
    var sensitivity = SensitivityTable()
    for column in outcome {
      try context.checkCancellation()
      let rows = try cases.selecting(outcome: column)
      var estimate = try estimate(rows, of: column.name, streams, origin)
      if let study = estimate.universalStudy, !trendBounds.isEmpty {
        let bounded = try TrendSensitivityRows(
          study, trendBounds, outcome: column.name, level: level, draws: draws,
          streams: streams)
        estimate.checks += bounded.checks
        bounded.notes.forEach(context.note)
        sensitivity.append(bounded, outcome: column.name)
      }
      let plan = PlanCheck(
        input.pilot?.plan, method: plannedName(input.pilot), variance: estimate.variance,
        covariates: covariates.map(\.name), adjust: outcome.count > 1 ? adjust.rawValue : nil,
        estimand: "ATT")
      if column == outcome.first { plan.deviations.forEach(context.note) }
      var effect = origin.effect(
        of: column.name, contrast: "treated - control", comparison: .changes, estimand: "ATT")
      effect.raise(plan.flags + rows.flags)
      estimate.fill(&effect)
      effect.method = "\(Self.info.name) (\(estimate.method), \(aggregate.rawValue))"
      var grade = Comparison.changes.grade(origin.design)
      estimate.lower(&grade)
      for check in estimate.checks {
        effect.raise([check.flag].compactMap(\.self))
        if !check.passed || check.severity == .info { context.note(check.message) }
      }
      for note in rows.notes + estimate.notes { context.note("\(column): \(note)") }
      effects.append(effect, grade: grade)
      tables.append(estimate, outcome: column.name, level: level)
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.groupTime = try tables.groupTime.table()
    output.eventStudy = try tables.studies.table()
    output.eventCovariance = try tables.studies.covariance()
    output.aggregates = try tables.aggregates.table()
    output.sensitivity = try sensitivity.table()
    output.checks = TrustChecks.table(tables.checks)
    return output
  }

  private func estimate(
    _ rows: PanelRows, of name: String, _ streams: RandomStreams?, _ origin: EffectOrigin
  ) throws(StageFault) -> StaggeredEstimate {
    do throws(EstimationFault) {
      switch method {
      case .callawaySantAnna:
        return try StaggeredEstimate(callawaySantAnna: self, rows, of: name, streams)
      case .sunAbraham: return try StaggeredEstimate(sunAbraham: self, rows, of: name)
      case .imputation: return try StaggeredEstimate(imputation: self, rows, of: name)
      case .rothSantAnna:
        return try StaggeredEstimate(
          rothSantAnna: self, rows, of: name, streams,
          isDrawn: origin.isRandomised || origin.design == .steppedWedge)
      }
    } catch {
      throw StageFault(rollOut: error, of: name)
    }
  }

  var trendBounds: TrendBounds {
    TrendBounds(smoothness: smoothness, relative: relativeMagnitudes)
  }

  /// A plan may name the stage or the method.
  private func plannedName(_ card: PilotCard?) -> String {
    let planned = card?.plan.method ?? ""
    return planned.contains(Self.info.name) ? Self.info.name : method.rawValue
  }

  /// The choice among the ways of drawing effects together, as the estimators know it.
  var kind: GroupTimeAggregate.Kind {
    switch aggregate {
    case .simple: .simple
    case .group: .group
    case .dynamic: .dynamic
    case .calendar: .calendar
    }
  }
}
