// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of arms, or of a number, on a yes/no outcome or a count.
///
/// The effects are average marginal effects on the outcome's own scale: a difference of shares, or of
/// events per case at each case's own exposure. They are the rows that a verdict reads, because people
/// decide in shares and counts, because they mean the same with and without covariates (an odds ratio
/// does not), and because without covariates they are exactly the difference in means. The same contrasts
/// as log odds or log rates stand in `ratios`, for evaluators and for meta-analyses; probits have no such
/// scale and stand in `coefficients` alone.
///
/// `logit` and `probit` take yes/no outcomes, `poisson` and `negative-binomial` counts; `poisson` on a
/// yes/no outcome gives log risk ratios (modified Poisson). The variance is HC1 with the normal
/// distribution, and CR2 with Satterthwaite's degrees of freedom where a cluster is named. An arm without
/// any event, or any column that tells outcomes exactly (separation), is a fault that names it: no
/// coefficient is finite there. A block in which all outcomes are the same is left out, counted, and
/// flagged `constant-stratum`.
struct GeneralisedLinear: ArmStage {
  static let info = StageInfo(
    "generalised-linear", version: 1,
    summary: "Estimates the average effect of a change on a yes/no outcome or a count.",
    namesExperiment: true,
    example: """
      odds:
        use: impact/generalised-linear
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          family: logit
          outcome: recertified
          arm: condition
          control: No_Letter
          block: service_center
          covariates: [recert_month]
      """,
    source: "McCullagh and Nelder (1989), Generalized Linear Models; Albert and Anderson (1984), "
      + "Biometrika 71:1–10; Zou (2004), American J. Epidemiology 159:702–706; Pustejovsky and Tipton "
      + "(2018), J. Business & Economic Statistics 36:672–683.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("What the outcome is: yes or no (logit, probit) or a count.")
  var family: Family
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Arms taken together, under a name: one more contrast for each name.")
  var pool: NamedValues<[String]> = NamedValues()
  @Parameter("Column of 0 and 1 that says who was treated, or of numbers, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Columns measured before the change to adjust for; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Column of the strata within which cases were assigned, as fixed indicators.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Column of the time or the number at risk of each case, for counts.")
  var exposure: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: hc1, or cr2 with 'cluster'.")
  var variance: Variance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Family: String, ParameterChoice {
    case logit
    case probit
    case poisson
    case negativeBinomial = "negative-binomial"
  }

  enum Variance: String, ParameterChoice {
    case classical
    case hc0
    case hc1
    case cr0
    case cr1
    case cr2
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast: average marginal effects.") var effects: Table
    @Port("The same contrasts as log odds or log rates, an effects table.") var ratios: Table
    @Port("One row per outcome and term of its model.") var coefficients: Table
  }

  func validate() throws(StageFault) {
    try columns.validate(outcome: outcome)
    try columns.validate(
      variance: chosenVariance.rawValue, sumsByCluster: chosenVariance.sumsByCluster, else: "cr2")
    if exposure != nil, family.isBinary {
      throw .user(
        "'exposure' is for counts, and \(family.rawValue) takes yes or no", at: "exposure",
        help: "leave it out, or use the family poisson")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "ratios": EffectsTable.promises,
      "coefficients": CoefficientsTable.promises,
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try ModelCases(
      columns, Cases(input.cases, where: `where`), card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan, method: plannedMethod(input.pilot), variance: chosenVariance.rawValue,
      covariates: covariates.map(\.name),
      adjust: outcome.count > 1 || cases.hasSeveralContrasts ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    let comparison = Comparison.arms(isAdjusted: !covariates.isEmpty)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var ratios = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var coefficients = CoefficientsTable()
    for column in outcome {
      for pooled in cases.models {
        try context.checkCancellation()
        let rows = try cases.selecting(
          outcome: column, pooled: pooled, blocks: family.learnsNothing)
        let fitted = try FittedGeneralisedLinear(self, rows, of: column.name)
        let subject = pooled.map { "\(column), \($0.name)" } ?? column.name
        for note in rows.notes + fitted.notes { context.note("\(subject): \(note)") }
        for contrast in rows.model.contrasts {
          var effect = origin.effect(
            of: column.name, contrast: contrast.name, comparison: comparison)
          effect.raise(plan.flags + rows.flags)
          fitted.describe(&effect, contrast)
          if let ratio = try fitted.ratio(contrast, like: effect) {
            ratios.append(ratio, grade: comparison.grade(origin.design))
          }
          effect.take(try fitted.marginalEffect(contrast))
          if !family.isBinary { effect.unit = effect.unit ?? "events per case" }
          effects.append(effect, grade: comparison.grade(origin.design))
        }
        coefficients.append(fitted.model, fitted.covariance, outcome: subject, level: level)
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.ratios = try ratios.table()
    output.coefficients = try coefficients.table()
    return output
  }

  var columns: ModelColumns {
    ModelColumns(
      arm: arm, control: control, pool: pool, treatment: treatment, covariates: covariates,
      block: block,
      cluster: cluster, exposure: exposure)
  }

  var chosenVariance: Variance { variance ?? (cluster == nil ? .hc1 : .cr2) }

  /// A plan may name the family where this stage names itself.
  private func plannedMethod(_ card: PilotCard?) -> String {
    let planned = card?.plan.method?.lowercased() ?? ""
    return planned.contains(family.rawValue) ? family.rawValue : Self.info.name
  }
}

extension GeneralisedLinear.Family {
  var isBinary: Bool { self == .logit || self == .probit }

  /// The scale of its coefficients; nil where the effects table has none for it.
  var scale: Effect.Scale? {
    switch self {
    case .logit: .logOdds
    case .probit: nil
    case .poisson, .negativeBinomial: .logRate
    }
  }

  /// Whether outcomes within these bounds send a block's own coefficient to infinity.
  func learnsNothing(lowest: Double, highest: Double) -> Bool {
    isBinary ? lowest == highest : highest == 0
  }
}

extension GeneralisedLinear.Variance {
  var sumsByCluster: Bool { self == .cr0 || self == .cr1 || self == .cr2 }
}
