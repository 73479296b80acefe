// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// What changed more among those who adopted than among those who did not.
///
/// `adopted` holds the first treated period of a unit (empty for never); or `treatment` is 1 in the rows
/// that are treated. Without `unit`, other people are seen in each period: `treatment` then says who
/// belongs to the group that adopts, and there are two periods.
/// - two-by-two (the default without `unit`): four means, one date of adoption;
/// - two-way-fixed-effects (the default with `unit`): one effect over all periods, with an effect of
///   each unit and period; gaps in the panel are used as they are, units seen once are left out;
/// - event-study: an effect for each period since adoption; the effects row is their mean.
///
/// Rows are clustered by unit unless a `cluster` is named: CR1 (factor G/(G − 1) · (N − 1)/(N − K), unit
/// effects not counted in K), and CR2 with Satterthwaite's degrees of freedom below forty clusters.
/// Trends before adoption are tested with the placebos of the event study; a failure lowers the grade
/// to 2. Where units adopt at different times a two-way model compares with units treated already: a
/// note and flags say how much of the estimate counts the wrong way round.
///
/// With `smoothness` or `relative_magnitudes` the port `sensitivity` says how far trends may have differed
/// before the effects over time can no longer be told from zero (Rambachan and Roth); a breakdown value
/// below 1 times what was seen before adoption is a warning.
struct DifferenceInDifferences: OutcomeStage {
  static let info = StageInfo(
    "difference-in-differences", version: 1,
    summary: "Compares changes over time in units that adopted a change with changes in others.",
    draws: true, namesExperiment: true,
    example: """
      rollout:
        use: impact/difference-in-differences
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: reached
          unit: municipality
          time: month
          adopted: first_month
      """,
    source:
      "Angrist and Pischke (2009), Mostly Harmless Econometrics, chapter 5; de Chaisemartin and "
      + "D'Haultfœuille (2020), American Economic Review 110:2964–2996; Bertrand, Duflo and "
      + "Mullainathan (2004), Quarterly J. Economics 119:249–275; Rambachan and Roth (2023), Review of "
      + "Economic Studies 90:2555–2591.")

  @Parameter("Column, or list of columns, that holds the outcome; the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column of the unit that is seen over time; none in repeated cross-sections.")
  var unit: ColumnName?
  @Parameter("Column of the period, a whole number.")
  var time: ColumnName
  @Parameter("Column of the unit's first treated period; empty for never.")
  var adopted: ColumnName?
  @Parameter("Column of 0 and 1 that says which rows are treated, instead of 'adopted'.")
  var treatment: ColumnName?
  @Parameter("two-by-two, two-way-fixed-effects (the default with 'unit') or event-study.")
  var method: Method?
  @Parameter("Columns to adjust for; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Periods before adoption that may already show an effect (event study).", in: 0...100)
  var anticipation = 0
  @Parameter("Column of the units that were assigned, where those are larger than 'unit'.")
  var cluster: ColumnName?
  @Parameter("Column of positive weights.")
  var weight: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: cr1, cr2 below forty clusters; hc2 without clusters.")
  var variance: Variance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("The test of trends before adoption fails below this p-value.", in: 0...0.5)
  var pretrendThreshold = 0.05
  @Parameter(
    "Bounds on how much the slope of a difference in trends changes from period to period.")
  var smoothness: [Double] = []
  @Parameter("Bounds on differences in trends, as multiples of the largest before adoption.")
  var relativeMagnitudes: [Double] = []
  @Parameter(
    "Draws of the critical values of 'relative_magnitudes', ten times over.", in: 100...1_000_000)
  var draws = 1000
  @Parameter("How p-values are raised, over all outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How units came to adopt, where no pilot card says it.")
  var design: DesignChoice?

  enum Method: String, ParameterChoice {
    case twoByTwo = "two-by-two"
    case twoWayFixedEffects = "two-way-fixed-effects"
    case eventStudy = "event-study"
  }

  enum Variance: String, ParameterChoice {
    case hc1
    case hc2
    case cr0
    case cr1
    case cr2
    case cr3
  }

  struct Input: CardInput {
    @Port("One row per unit and period, or per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome.") var effects: Table
    @Port("One row per outcome and time since adoption.") var eventStudy: Table
    @Port("The covariance of the effects over time.") var eventCovariance: Table
    @Port("The weights of groups and periods in the two-way estimate.") var weights: Table
    @Port("Intervals that hold although trends may have differed, one row per bound.")
    var sensitivity: Table
    @Port("Trends before adoption, and weights that count the wrong way round.") var checks: Table
  }

  var isDrawing: Bool { !relativeMagnitudes.isEmpty }

  func validate() throws(StageFault) {
    try outcome.checkOutcomes()
    if adopted != nil, treatment != nil {
      throw .user(
        "'adopted' and 'treatment' say the same thing twice", at: "treatment",
        help: "keep 'adopted' where the change stays, 'treatment' where it may end")
    }
    if adopted == nil, treatment == nil {
      throw .user(
        "neither 'adopted' nor 'treatment' is given", at: "adopted",
        help: "name the column with the first treated period, empty for never")
    }
    for column in outcome + covariates {
      guard ![unit, time, adopted, treatment].contains(column) else {
        throw .user(
          "'\(column)' is used as something else too", at: "outcome",
          help: "name each column once")
      }
    }
    for column in covariates where outcome.contains(column) {
      throw .user("'\(column)' is a covariate and an outcome at once", at: "covariates")
    }
    if unit == nil, chosenMethod != .twoByTwo {
      throw .user(
        "\(chosenMethod.rawValue) needs units that are seen over time", at: "unit",
        help: "name the column of the unit, or use method: two-by-two")
    }
    try trendBounds.validate(draws: draws)
    try validateVariance()
  }

  private func validateVariance() throws(StageFault) {
    switch variance {
    case nil: return
    case .hc1, .hc2:
      guard unit == nil, cluster == nil else {
        throw .user(
          "variance \(variance?.rawValue ?? "") passes over the rows that belong to one unit: "
            + "inference follows assignment", at: "variance", help: "use cr1 or cr2")
      }
    case .cr0, .cr1, .cr2, .cr3:
      guard unit != nil || cluster != nil else {
        throw .user(
          "variance \(variance?.rawValue ?? "") sums by cluster, and neither 'unit' nor 'cluster' is "
            + "named", at: "variance",
          help: "add cluster: with the column of the unit that was assigned")
      }
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "event_study": EventStudyTable.promises,
      "event_covariance": EventStudyTable.covariancePromises,
      "weights": TwoWayWeightsTable.promises, "sensitivity": SensitivityTable.promises,
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
      treatment: treatment, covariates: covariates, cluster: cluster, weight: weight)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var studies = EventStudyTable()
    var weights = TwoWayWeightsTable()
    var sensitivity = SensitivityTable()
    let streams = isDrawing ? try context.randomStreams() : nil
    var checks: [TrustCheck] = []
    for column in outcome {
      try context.checkCancellation()
      let rows = try cases.selecting(outcome: column, fewest: chosenMethod == .twoByTwo ? 1 : 2)
      let model = try ChangesModel(self, rows, outcome: column.name)
      let plan = PlanCheck(
        input.pilot?.plan, method: Self.info.name,
        variance: model.variance.name, covariates: covariates.map(\.name),
        adjust: outcome.count > 1 ? adjust.rawValue : nil, estimand: "ATT")
      if column == outcome.first { plan.deviations.forEach(context.note) }
      let result = try model.estimate(level: level)
      var effect = origin.effect(
        of: column.name, contrast: "treated - control", comparison: .changes, estimand: "ATT")
      effect.raise(plan.flags)
      result.fill(&effect)
      effect.method = "\(Self.info.name) (\(chosenMethod.rawValue))"
      var found = try model.checks(threshold: pretrendThreshold)
      if !trendBounds.isEmpty {
        let rows = try bounded(model, outcome: column.name, streams)
        found += rows.checks
        rows.notes.forEach(context.note)
        sensitivity.append(rows, outcome: column.name)
      }
      var grade = Comparison.changes.grade(origin.design)
      for check in found {
        grade?.take(check)
        effect.raise([check.flag].compactMap(\.self))
        if !check.passed || check.severity == .info { context.note(check.message) }
      }
      for note in model.notes { context.note("\(column): \(note)") }
      effects.append(effect, grade: grade)
      checks += found
      if let study = model.study {
        studies.append(
          study, references: model.references, outcome: column.name, level: level)
      }
      if let found = model.weights { weights.append(found, outcome: column.name) }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.eventStudy = try studies.table()
    output.eventCovariance = try studies.covariance()
    output.weights = try weights.table()
    output.sensitivity = try sensitivity.table()
    output.checks = TrustChecks.table(checks)
    return output
  }

  private func bounded(
    _ model: ChangesModel, outcome: String, _ streams: RandomStreams?
  ) throws(StageFault) -> TrendSensitivityRows {
    switch model.boundable {
    case .success(let study):
      try TrendSensitivityRows(
        study, trendBounds, outcome: outcome, level: level, draws: draws, streams: streams)
    case .failure(let fault):
      throw TrendSensitivityRows.absent(fault.reason, trendBounds, outcome: outcome)
    }
  }

  private var trendBounds: TrendBounds {
    TrendBounds(smoothness: smoothness, relative: relativeMagnitudes)
  }

  var chosenMethod: Method { method ?? (unit == nil ? .twoByTwo : .twoWayFixedEffects) }
}
