// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect on those whom the assignment moved (LATE), beside the effect of the assignment itself (ITT).
///
/// `instrument` is what chance decided (an offer, an encouragement), `treatment` what people then did. Each
/// outcome has an ITT row for every arm of the instrument and one LATE row by two-stage least squares; texts
/// under `instrument` are arms, 0 and 1 are two arms, other numbers count per unit. The LATE needs an
/// instrument that acts through the treatment alone and moves nobody against it; neither can be tested here.
///
/// The first stage stands in `first_stage`, its strength and what else was tested in `tests`. With a first
/// stage of F below `weak` (10) the LATE row is flagged `weak-instrument` and its grade is 2 at most, since
/// it then leans towards a comparison of those who took part with those who did not; the Anderson–Rubin set
/// in `tests` stays right whatever F, and may have no end, two pieces, or nothing in it.
///
/// The variance is HC2 unless chosen, and CR2 with Satterthwaite's degrees of freedom where a cluster is
/// named, with hat values of the second stage. F and the Anderson–Rubin set use the same variance, with
/// rows − coefficients or clusters − 1 as the denominator's degrees of freedom.
struct Instrument: OutcomeStage {
  static let info = StageInfo(
    "instrument", version: 1,
    summary:
      "Estimates the effect on those whom the assignment moved, beside that of the assignment.",
    namesExperiment: true,
    example: """
      took-part:
        use: impact/instrument
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: employed
          treatment: took_course
          instrument: offer
          control: none
          covariates: [age]
      """,
    source: "Angrist, Imbens and Rubin (1996), J. American Statistical Association 91:444–455; "
      + "Andrews, Stock and Sun (2019), Annual Review of Economics 11:727–753.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column of what was received: 0 and 1, or numbers.")
  var treatment: ColumnName
  @Parameter("Column of what was assigned: labels, 0 and 1, or numbers.")
  var instrument: ColumnName
  @Parameter(
    "Label of the instrument that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Columns measured before the change to adjust for; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Column of the strata within which cases were assigned, as fixed indicators.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Column of positive weights, proportional to the precision of each case.")
  var weight: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: hc2, or cr2 with 'cluster'.")
  var variance: Regression.Variance?
  @Parameter("A first stage with F below this is weak.", in: 1...1000)
  var weak = 10.0
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all rows of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("For each outcome the ITT of every arm and the LATE.") var effects: Table
    @Port("One row per outcome and coefficient of the instrument in the first stage.")
    var firstStage: Table
    @Port("One row per outcome: the first stage's strength, the Anderson–Rubin set, other tests.")
    var tests: Table
    @Port("One row per outcome: whether the instrument is strong enough.") var checks: Table
  }

  func validate() throws(StageFault) {
    guard treatment != instrument else {
      throw .user(
        "'\(treatment)' is both 'treatment' and 'instrument'", at: "instrument",
        help: "name what was assigned under 'instrument', what was received under 'treatment'")
    }
    for column in outcome where column == treatment || column == instrument {
      throw .user("'\(column)' is both the outcome and what is compared", at: "outcome")
    }
    for column in covariates
    where outcome.contains(column) || column == treatment || column == instrument
      || column == block
    {
      throw .user(
        "'\(column)' is a covariate and something else at once", at: "covariates",
        help: "name each column once")
    }
    try chosenVariance.validate(cluster: cluster.map { [$0] } ?? [])
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "first_stage": CoefficientsTable.promises,
      "tests": InstrumentTests.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try InstrumentCases(self, Cases(input.cases, where: `where`), card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: chosenVariance.rawValue,
      covariates: covariates.map(\.name), adjust: outcome.count > 1 ? adjust.rawValue : nil,
      estimand: "LATE")
    plan.deviations.forEach(context.note)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var firstStages = CoefficientsTable()
    var tests = InstrumentTests()
    var checks: [TrustCheck] = []
    for column in outcome {
      try context.checkCancellation()
      let fitted = try cases.fit(column)
      for note in fitted.notes { context.note("\(column): \(note)") }
      let test = try fitted.test(chosenVariance, level: level)
      for note in test.notes(weak: weak, treatment: treatment.name) {
        context.note("\(column): \(note)")
      }
      try append(fitted, test, of: column, to: &effects, origin, plan.flags)
      firstStages.append(
        fitted.model.firstStage, try fitted.covariance(of: fitted.model.firstStage, chosenVariance),
        outcome: column.name, level: level, only: fitted.model.instruments)
      tests.append(test, outcome: column.name, isWeak: test.isWeak(below: weak))
      checks.append(test.check(of: column.name, treatment: treatment.name, weak: weak))
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.firstStage = try firstStages.table()
    output.tests = try tests.table()
    output.checks = TrustChecks.table(checks)
    return output
  }
}

extension Instrument {
  var chosenVariance: Regression.Variance { variance ?? (cluster != nil ? .cr2 : .hc2) }

  /// The ITT of every arm, then the LATE.
  private func append(
    _ fitted: FittedInstrument, _ test: InstrumentTest, of column: ColumnName,
    to effects: inout StageEffects, _ origin: EffectOrigin, _ flags: [String]
  ) throws(StageFault) {
    let reduced = Comparison.arms(isAdjusted: !covariates.isEmpty || block != nil)
    for contrast in fitted.contrasts {
      var effect = origin.effect(
        of: column.name, contrast: contrast.name, comparison: reduced)
      effect.raise(flags + fitted.flags)
      effect.method = "regression on the instrument"
      effect.count = fitted.count
      effect.treatedCount = contrast.treatedCount
      effect.controlCount = contrast.controlCount
      try fitted.fill(
        &effect, fitted.model.reducedForm, contrast.position, chosenVariance, level: level)
      effects.append(effect, grade: reduced.grade(origin.design))
    }
    var effect = origin.effect(
      of: column.name, contrast: fitted.treatmentContrast, comparison: .instrument,
      estimand: "LATE")
    effect.raise(flags + fitted.flags)
    effect.method = "2SLS"
    effect.count = fitted.count
    effect.treatedCount = fitted.takers
    effect.controlCount = fitted.takers.map { fitted.count - $0 }
    try fitted.fill(
      &effect, fitted.model.secondStage, TwoStageLeastSquares.position, chosenVariance,
      level: level)
    var grade = Comparison.instrument.grade(origin.design)
    if test.isWeak(below: weak) {
      effect.raise(["weak-instrument"])
      grade?.lower(
        to: 2,
        because: "the instrument hardly moves '\(treatment)', so that the estimate leans towards a "
          + "comparison of those who took part with those who did not")
    }
    effects.append(effect, grade: grade)
  }
}
