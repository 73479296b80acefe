// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of a change that clusters took up one after the other, in an order that was drawn.
///
/// Every period has an effect of its own, since time and change go together in such a roll-out. `mixed` is a
/// linear mixed model by restricted likelihood with Kenward and Roger's variance and degrees of freedom; cases of
/// one cluster are alike (`exchangeable`), those of one cluster and period more so (`nested`, the default), or the
/// change works differently from cluster to cluster (`random-effect`). `gee` is a population-averaged model with a
/// working correlation, Mancl and DeRouen's variance, and degrees of freedom of clusters less coefficients; it
/// also takes yes/no outcomes (`logit`) and counts (`poisson`).
///
/// The second output says how the effect grows with the periods since the start, by the same model. A cluster
/// that ends the change again, and periods in which a cluster has it in part, are counted, flagged and lower the
/// grade: the order that was drawn is then not the one that was followed.
struct SteppedWedge: OutcomeStage {
  static let info = StageInfo(
    "stepped-wedge", version: 1,
    summary: "Estimates the effect of a change that clusters started one after the other.",
    namesExperiment: true,
    example: """
      outreach:
        use: impact/stepped-wedge
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: reached
          cluster: municipality
          time: month
          adopted: first_month
      """,
    source:
      "Hussey and Hughes (2007), Contemporary Clinical Trials 28:182–191; Hooper et al. (2016), "
      + "Statistics in Medicine 35:4718–4728; Kenward and Roger (1997), Biometrics 53:983–997; Mancl "
      + "and DeRouen (2001), Biometrics 57:126–134.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column of the units that started one after the other.")
  var cluster: ColumnName
  @Parameter("Column of the period, a whole number.")
  var time: ColumnName
  @Parameter("Column of the cluster's first period with the change; empty for never.")
  var adopted: ColumnName?
  @Parameter("Column of 0 and 1 that says which cases had the change, instead of 'adopted'.")
  var treatment: ColumnName?
  @Parameter("mixed: a linear mixed model; gee: estimating equations.")
  var model: Model = .mixed
  @Parameter(
    "How cases of one cluster are alike: nested unless given; exchangeable with gee, or one case per period."
  )
  var correlation: Correlation?
  @Parameter("What kind of outcome gee is about.")
  var family: Family = .linear
  @Parameter("Columns measured before the change to adjust for; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: kenward-roger, or mancl-derouen with gee.")
  var variance: Variance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How clusters came to start when they did, where no pilot card says it.")
  var design: DesignChoice?

  enum Model: String, ParameterChoice {
    case mixed
    case gee
  }

  enum Correlation: String, ParameterChoice {
    case exchangeable
    case nested
    case randomEffect = "random-effect"
    case independence
  }

  enum Family: String, ParameterChoice {
    case linear
    case logit
    case poisson
  }

  enum Variance: String, ParameterChoice {
    case kenwardRoger = "kenward-roger"
    case manclDeRouen = "mancl-derouen"
    case kauermannCarroll = "kauermann-carroll"
    case sandwich
  }

  struct Input: CardInput {
    @Port("One row per case, or per cluster and period.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome.") var effects: Table
    @Port("One row per outcome and number of periods since the start.") var exposure: Table
    @Port("How alike cases are: variances, or the working correlation.") var components: Table
    @Port("Whether the order that was drawn was followed.") var checks: Table
  }

  func validate() throws(StageFault) {
    try outcome.checkOutcomes()
    guard (adopted == nil) != (treatment == nil) else {
      throw .user(
        adopted == nil
          ? "neither 'adopted' nor 'treatment' is given"
          : "'adopted' and 'treatment' say the same thing twice", at: "adopted",
        help: "name the column with the cluster's first period with the change")
    }
    for column in outcome + covariates {
      guard ![cluster, time, adopted, treatment].contains(column) else {
        throw .user(
          "'\(column)' is used as something else too", at: "outcome", help: "name each column once")
      }
    }
    for column in covariates where outcome.contains(column) {
      throw .user("'\(column)' is a covariate and an outcome at once", at: "covariates")
    }
    let isMixed = model == .mixed
    if isMixed, family != .linear {
      throw .user(
        "family \(family.rawValue) is for gee, and the mixed model is linear", at: "family",
        help: "use model: gee, or read shares and counts linearly")
    }
    if (chosenCorrelation == .independence) == isMixed,
      isMixed || ![.exchangeable, .independence].contains(chosenCorrelation)
    {
      throw .user(
        "correlation \(chosenCorrelation.rawValue) is not for \(model.rawValue)", at: "correlation",
        help: isMixed
          ? "use nested, exchangeable or random-effect" : "use exchangeable or independence")
    }
    if (chosenVariance == .kenwardRoger) != isMixed {
      throw .user(
        "variance \(chosenVariance.rawValue) is not for \(model.rawValue)", at: "variance",
        help: isMixed
          ? "leave it out: kenward-roger" : "use mancl-derouen, kauermann-carroll or sandwich")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "exposure": ExposureTable.promises,
      "components": WedgeComponents.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try PanelCases(
      Cases(input.cases, where: `where`), unit: cluster, time: time, adopted: adopted,
      treatment: treatment, covariates: covariates, cluster: nil, weight: nil)
    let isDrawn = origin.isRandomised || origin.design == .steppedWedge
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var exposure = ExposureTable()
    var components = WedgeComponents()
    var checks: [TrustCheck] = []
    for column in outcome {
      try context.checkCancellation()
      let rows = try cases.selecting(outcome: column)
      let wedge = try WedgeModel(self, rows, outcome: column.name)
      let plan = PlanCheck(
        input.pilot?.plan, method: Self.info.name, variance: chosenVariance.rawValue,
        covariates: covariates.map(\.name), adjust: outcome.count > 1 ? adjust.rawValue : nil,
        estimand: isDrawn ? "ITT" : "difference")
      if column == outcome.first { plan.deviations.forEach(context.note) }
      for note in rows.notes { context.note("\(column): \(note)") }
      if wedge.correlation != chosenCorrelation {
        context.note(
          "\(column.name): no cluster has two cases in one period: correlation "
            + wedge.correlation.rawValue)
      }
      var effect = origin.effect(
        of: column.name, contrast: "treated - control", comparison: .wedge,
        estimand: isDrawn ? "ITT" : "difference")
      var grade = Comparison.wedge.grade(origin.design)
      let found = WedgeChecks(rows, outcome: column.name).checks
      for check in found where !check.passed {
        context.note(check.message)
        effect.raise([check.flag].compactMap(\.self))
        grade?.lower(to: 3, because: "clusters did not keep to the order")
      }
      effect.raise(plan.flags + rows.flags)
      let fitted = try wedge.fit()
      for note in fitted.notes { context.note("\(column): \(note)") }
      effect.take(try fitted.estimate(level: level))
      effect.take(clusters: rows.clusters?.count)
      effect.variance = fitted.varianceName
      effect.scale = family.scale
      effect.method = "\(Self.info.name) (\(model.rawValue), \(wedge.correlation.rawValue))"
      effect.count = rows.outcome.count
      effect.treatedCount = rows.isTreated.count { $0 }
      effect.controlCount = rows.isTreated.count { !$0 }
      effects.append(effect, grade: grade)
      components.append(fitted.components, outcome: column.name)
      checks += found
      let byExposure = wedge.byExposure(level: level)
      if byExposure.isEmpty {
        context.note("\(column.name): the effect cannot be split by the periods since the start")
      }
      exposure.append(byExposure, outcome: column.name)
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.exposure = try exposure.table()
    output.components = try components.table()
    output.checks = TrustChecks.table(checks)
    return output
  }

  var chosenCorrelation: Correlation { correlation ?? (model == .mixed ? .nested : .exchangeable) }

  var chosenVariance: Variance {
    variance ?? (model == .mixed ? .kenwardRoger : .manclDeRouen)
  }
}

extension SteppedWedge.Family {
  fileprivate var scale: Effect.Scale {
    switch self {
    case .linear: .difference
    case .logit: .logOdds
    case .poisson: .logRate
    }
  }
}
