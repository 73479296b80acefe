// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of arms on how long it takes until something happens, with open cases counted.
///
/// A case whose event has not come is open: it counts for as long as it was followed, and is never dropped.
/// Times come from `time` and `event`, or from the dates `start` and `end` and a `closing_date` up to which
/// events are known; without an end, or with one after the closing date, a case is open.
///
/// The effect is the difference in restricted mean time without the event up to a `horizon`: a number of
/// days that people can read, which exists whatever the curves do. It is negative where the event comes
/// sooner. On a pilot card the outcome is the column `time` (or `end`), with the direction of a time:
/// decrease where sooner is better. The log hazard ratio of Cox's model, adjusted for `covariates` and stratified by `block`, stands
/// in `ratios`; it is one number only as long as hazards are proportional, which `checks` tests. Curves
/// stand in `curves`, log-rank tests (within blocks where there are any) in `tests`.
///
/// The horizon is the time up to which every arm was followed unless given. With `cluster` the restricted
/// means have the infinitesimal jackknife's variance by cluster, Cox's model cr1, log-rank tests sums by
/// cluster, and curves no errors, which would take cases as independent. An arm without
/// events has a restricted mean and no hazard ratio: the row is there without a number, and flagged.
struct Survival: Stage {
  static let info = StageInfo(
    "survival", version: 1,
    summary:
      "Estimates the effect of a change on the time until an event, with open cases counted.",
    namesExperiment: true,
    example: """
      duration:
        use: impact/survival
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          start: applied
          end: decided
          closing_date: 2026-06-30
          arm: condition
          control: No_Letter
          horizon: 90
      """,
    source:
      "Royston and Parmar (2013), BMC Medical Research Methodology 13:152; Cox (1972), J. Royal "
      + "Statistical Society B 34:187–220; Grambsch and Therneau (1994), Biometrika 81:515–526.")

  @Parameter("Column of how long each case was followed.")
  var time: ColumnName?
  @Parameter("Column that says whether the event came at that time; false for an open case.")
  var event: ColumnName?
  @Parameter("Column of the time after which each case was under observation, where that was late.")
  var entry: ColumnName?
  @Parameter("Column of the date on which each case began, instead of 'time'.")
  var start: ColumnName?
  @Parameter("Column of the date on which the event came; empty for an open case.")
  var end: ColumnName?
  @Parameter("Date up to which events are known, such as 2026-06-30.")
  var closingDate: String?
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Arms taken together, under a name: one more contrast for each name.")
  var pool: NamedValues<[String]> = NamedValues()
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Columns measured before the change, for the hazard ratio only.")
  var covariates: [ColumnName] = []
  @Parameter(
    "Column of the strata within which cases were assigned, for hazard ratio and log-rank.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Time up to which means are taken; as far as every arm was followed unless given.")
  var horizon: Double?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Variance of the hazard ratio: classical, or cr1 with 'cluster'.")
  var variance: Variance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts of the stage.")
  var adjust: Adjustment = .none
  @Parameter("Hazards count as not proportional below this p-value.", in: 0...0.5)
  var proportionalityThreshold = 0.05
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Variance: String, ParameterChoice {
    case classical
    case hc0
    case cr0
    case cr1
  }

  struct Input: PortSet {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per contrast: differences in restricted mean time.") var effects: Table
    @Port("The same contrasts as log hazard ratios, an effects table.") var ratios: Table
    @Port("Share without the event over time: one row per arm and time.") var curves: Table
    @Port("Log-rank tests: one row per contrast, and one over all arms.") var tests: Table
    @Port("Whether hazards are proportional: one row per contrast.") var checks: Table
  }

  func validate() throws(StageFault) {
    try validateTimes()
    guard arm != nil || treatment != nil else { throw .noArm }
    let outcome = [event ?? end ?? ColumnName("event")]
    try columns.validate(outcome: outcome)
    try columns.validate(
      variance: chosenVariance.rawValue, sumsByCluster: chosenVariance.sumsByCluster, else: "cr1")
    if let horizon, !(horizon > 0 && horizon.isFinite) {
      throw .user("'horizon' is not positive", at: "horizon")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "ratios": EffectsTable.promises,
      "curves": CurvesTable.promises, "tests": LogRankTable.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try SurvivalCases(self, Cases(input.cases, where: `where`), card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: chosenVariance.rawValue,
      covariates: covariates.map(\.name),
      adjust: cases.contrasts.count > 1 ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
    (plan.deviations + cases.notes).forEach(context.note)
    let comparison = Comparison.arms(isAdjusted: false)
    let hazards = try cases.hazards()
    hazards.notes.forEach(context.note)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var ratios = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    for contrast in cases.contrasts {
      try context.checkCancellation()
      var effect = origin.effect(
        of: cases.outcome, contrast: contrast.name, comparison: comparison)
      effect.raise(plan.flags + cases.flags)
      if cases.isWithoutEvents(contrast) { effect.raise(["no-events-in-arm"]) }
      cases.count(contrast, into: &effect)
      var ratio = effect
      try cases.restrictedMean(contrast, into: &effect)
      effects.append(effect, grade: comparison.grade(origin.design))
      try hazards.describe(contrast, into: &ratio)
      ratios.append(
        ratio, grade: Comparison.arms(isAdjusted: !covariates.isEmpty).grade(origin.design))
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.ratios = try ratios.table()
    output.curves = try cases.curves()
    output.tests = try cases.tests()
    output.checks = TrustChecks.table(hazards.checks)
    return output
  }

  var columns: ModelColumns {
    ModelColumns(
      arm: arm, control: control, pool: pool, treatment: treatment, covariates: covariates,
      block: block,
      cluster: cluster)
  }

  var chosenVariance: Variance { variance ?? (cluster == nil ? .classical : .cr1) }

  /// The closing date as days since 1970.
  var closingDay: Int32? { closingDate.flatMap { CalendarDate($0) }?.daysSince1970 }

  private func validateTimes() throws(StageFault) {
    for (name, column) in [("time", time), ("event", event), ("start", start), ("end", end)] {
      guard let column, column == arm || column == treatment || covariates.contains(column) else {
        continue
      }
      throw .user("'\(column)' says how long cases took, and is something else at once", at: name)
    }
    switch (time, start) {
    case (nil, nil):
      throw .user(
        "neither 'time' nor 'start' is given", at: "time",
        help: "name how long cases were followed (time and event), or their dates (start and end)")
    case (.some, .some):
      throw .user("'time' and 'start' say the same thing twice", at: "start")
    case (.some, nil):
      guard event != nil else {
        throw .user(
          "'time' alone does not say which cases are open", at: "event",
          help: "add event: with a column that is true where the event came")
      }
      guard end == nil, closingDate == nil else {
        throw .user("'end' and 'closing_date' go with 'start'", at: "end")
      }
    case (nil, .some):
      guard end != nil else {
        throw .user("'start' needs 'end', the date on which the event came", at: "end")
      }
      guard event == nil, entry == nil else {
        throw .user("'event' and 'entry' go with 'time'", at: event == nil ? "entry" : "event")
      }
      guard closingDay != nil else {
        throw .user(
          closingDate == nil
            ? "'start' and 'end' need 'closing_date': until when was each open case followed?"
            : "'closing_date' is no date", at: "closing_date", help: "such as 2026-06-30")
      }
    }
  }
}

extension Survival.Variance {
  var sumsByCluster: Bool { self == .cr0 || self == .cr1 }
}
