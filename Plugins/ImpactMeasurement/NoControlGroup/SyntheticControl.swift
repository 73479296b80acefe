// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect on one or a few units, beside what weighted combinations of untreated units say.
///
/// `classic` weighs the units that never got the change, so that together they ran as the treated unit
/// did before; with `covariates` or `outcome_times` it looks for likeness in these, and weighs them by
/// how well the outcome before is then met. `augmented` takes off by ridge regression what of the
/// past does not fit. `difference-in-differences` weighs units and periods, and compares changes: a
/// difference in level does not matter. One row for each unit and period is needed; units with a gap
/// are left out and counted.
///
/// The p-value of `classic` and `augmented` is a rank: each donor is put in the treated unit's place, and
/// what counts is how much a fit got worse after the change. That says something if any unit might
/// have been the treated one. `difference-in-differences` has a standard error from `variance`.
/// The grade is 3. It becomes 2 where the past is badly met (`fit_limit`), or where the change seems to
/// work a third of the past before it came.
struct SyntheticControl: OutcomeStage {
  static let info = StageInfo(
    "synthetic-control", version: 1,
    summary: "Estimates the effect on one or a few units beside a combination of others.",
    draws: true, namesExperiment: true,
    example: """
      effect:
        use: impact/synthetic-control
        from: {cases: intake.cases}
        with:
          method: difference-in-differences
          outcome: packs
          unit: state
          time: year
          treatment: treated
      """,
    source: "Abadie, Diamond and Hainmueller (2010), J. American Statistical Association "
      + "105:493–505; Arkhangelsky et al. (2021), American Economic Review 111:4088–4118; "
      + "Ben-Michael, Feller and Rothstein (2021), J. American Statistical Association 116:1789–1803."
  )

  @Parameter("How donors are weighed.")
  var method: Method = .classic
  @Parameter("Columns of outcomes of a unit in a period; the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column of the units.")
  var unit: ColumnName
  @Parameter("Column of the periods: numbers or dates.")
  var time: ColumnName
  @Parameter("Column of 0 and 1 that says in which periods a unit had the change.")
  var treatment: ColumnName?
  @Parameter("Column of the first period with the change, instead of 'treatment'; empty for never.")
  var adopted: ColumnName?
  @Parameter("Columns in which donors should be alike before the change (classic only).")
  var covariates: [ColumnName] = []
  @Parameter("Periods before the change in which the outcome counts as such a column.")
  var outcomeTimes: [String] = []
  @Parameter(
    "The ridge of 'augmented'; chosen by leaving out periods unless given.", in: 1e-12...1e18)
  var ridge: Double?
  @Parameter("How the standard error of 'difference-in-differences' is found.")
  var variance: Variance?
  @Parameter("Number of random draws.", in: 19...100_000)
  var draws = 200
  @Parameter("Largest error before the change, in standard deviations of units.", in: 0...10)
  var fitLimit = 0.25
  @Parameter("Cases to keep.")
  var `where`: Expression?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How units came to the change, where no pilot card says it.")
  var design: DesignChoice?

  enum Method: String, ParameterChoice {
    case classic
    case differences = "difference-in-differences"
    case augmented
  }

  enum Variance: String, ParameterChoice {
    case placebo
    case jackknife
    case bootstrap
  }

  struct Input: CardInput {
    @Port("One row per unit and period.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome.") var effects: Table
    @Port("The weight of each donor, period and predictor.") var weights: Table
    @Port("What was observed and what was put together, period by period.") var path: Table
    @Port("The estimate for those without a change, earlier, and without each donor.")
    var placebos: Table
    @Port("What the grade rests on.") var checks: Table
  }

  func validate() throws(StageFault) {
    switch (treatment, adopted) {
    case (nil, nil): throw Self.noAdoption
    case (.some, .some):
      throw .user(
        "'treatment' and 'adopted' say the same thing twice", at: "adopted", help: "keep one")
    default: break
    }
    for (place, column) in outcome.enumerated() {
      if outcome[..<place].contains(column) {
        throw .user("'outcome' names '\(column)' twice", at: "outcome")
      }
      if [treatment, adopted, unit, time].contains(column) || covariates.contains(column) {
        throw .user("'\(column)' is an outcome and something else at once", at: "outcome")
      }
    }
    if method != .classic, !covariates.isEmpty || !outcomeTimes.isEmpty {
      throw .user(
        "method \(method.rawValue) looks at outcomes before the change only",
        at: covariates.isEmpty ? "outcome_times" : "covariates",
        help: "leave it out, or use method: classic")
    }
    if method != .augmented, ridge != nil {
      throw .user("method \(method.rawValue) has no ridge", at: "ridge")
    }
    if method != .differences, variance != nil {
      throw .user(
        "method \(method.rawValue) ranks placebos and has no other variance", at: "variance",
        help: "leave 'variance' out")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "weights": SyntheticWeightsTable.promises,
      "path": SyntheticPathTable.promises, "placebos": PlacebosTable.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    // The unit is what got the change, so that inference follows assignment.
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: unit, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let streams = try context.randomStreams()
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: varianceName,
      covariates: covariates.map(\.name), adjust: outcome.count > 1 ? adjust.rawValue : nil,
      estimand: "ATT")
    plan.deviations.forEach(context.note)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var details = SyntheticDetails()
    for column in outcome {
      try context.checkCancellation()
      let panel = try SyntheticPanel(self, cases, outcome: column)
      for note in panel.notes { context.note("\(column): \(note)") }
      var effect = origin.effect(
        of: column.name, contrast: "treated - synthetic", comparison: .synthetic, estimand: "ATT")
      effect.raise(plan.flags + panel.flags)
      effect.count = panel.panel.units.count
      effect.treatedCount = panel.panel.treated.count
      effect.controlCount = panel.panel.donors.count
      var grade = Comparison.synthetic.grade(origin.design)
      let found: SyntheticFinding
      do throws(EstimationFault) {
        found = try SyntheticFinding(self, panel, streams)
      } catch {
        throw StageFault(error, synthetic: self, of: column.name)
      }
      found.fill(&effect)
      for note in found.notes { context.note("\(column): \(note)") }
      for check in found.checks where !check.passed {
        context.note("\(column): \(check.message)")
        effect.raise([check.flag].compactMap(\.self))
        if check.severity != .info { grade?.lower(to: 2, because: check.message) }
      }
      effects.append(effect, grade: grade)
      details.append(found, outcome: column.name)
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.weights = try details.weights.table()
    output.path = try details.path.table()
    output.placebos = try details.placebos.table()
    output.checks = TrustChecks.table(details.checks)
    return output
  }
}

extension SyntheticControl {
  fileprivate var varianceName: String {
    method == .differences ? (variance ?? .placebo).rawValue : "placebo"
  }

  static var noAdoption: StageFault {
    .user(
      "neither 'treatment' nor 'adopted' is given", at: "treatment",
      help: "name the column that is 1 in the periods in which a unit had the change")
  }
}

extension StageFault {
  /// What an estimator refused, at the parameter that can change it.
  init(_ fault: EstimationFault, synthetic stage: SyntheticControl, of outcome: String) {
    let parameter: String
    var help = fault.help
    switch fault {
    case .tooFew(let what, _, _):
      let who = stage.treatment == nil ? "adopted" : "treatment"
      parameter =
        what == "draws"
        ? "draws"
        : what.contains("jackknife") || what.contains("bootstrap")
          ? "variance" : who
      if what.hasPrefix("periods before") {
        help = "leave out units that had the change from the first periods on, with 'where'"
      } else if what.hasPrefix("units that never") || what.hasPrefix("donors") {
        help = "add units that never got the change"
      } else if what == "treated units" {
        help = "check that the column says who got the change, and when"
      }
    case .zeroVariance(let what):
      parameter = what.contains("predictor") ? "covariates" : "outcome"
    case .outOfRange: parameter = "ridge"
    default: parameter = "outcome"
    }
    self.init("\(outcome): \(fault.message)", at: parameter, help: help)
  }
}
