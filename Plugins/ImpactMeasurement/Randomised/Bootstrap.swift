// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The uncertainty of an effect by drawing cases, or whole clusters, again with replacement.
///
/// Units are drawn within each arm, and within each `block` where there are blocks, as many as there
/// were. The statistic is the difference in means, the ratio of means (whose null is 1), or with
/// `covariates` the coefficient of a regression with all arms in one model. The standard error is the
/// standard deviation over draws; `interval` says how the interval is made, and p is the level at which
/// it would just leave out "no effect". The error that the number of draws leaves in each of them
/// stands in the output `simulation`.
struct Bootstrap: ArmStage, RegressionColumns {
  static let info = StageInfo(
    "bootstrap", version: 1,
    summary: "Estimates the uncertainty of a difference, ratio or coefficient by resampling.",
    draws: true, namesExperiment: true,
    example: """
      debt_ratio:
        use: impact/bootstrap
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: debt
          arm: condition
          control: No_Letter
          statistic: ratio
          interval: bca
      """,
    source: "Efron and Tibshirani (1993), An Introduction to the Bootstrap; Davison and Hinkley "
      + "(1997), Bootstrap Methods and their Application, chapter 5.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Arms taken together, under a name: one more contrast for each name.")
  var pool: NamedValues<[String]> = NamedValues()
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("What is estimated: difference, or regression with covariates.")
  var statistic: Statistic?
  @Parameter("Columns measured before the change that the regression adjusts for.")
  var covariates: [ColumnName] = []
  @Parameter("Lets the covariates work differently in each arm (Lin's estimator).")
  var interact = false
  @Parameter("Column of the strata within which cases were assigned.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("How the interval is made of the draws.")
  var interval: Interval = .bca
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How many times units are drawn.", in: 99...1_000_000)
  var draws = 9_999
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  var weight: ColumnName? { nil }

  enum Statistic: String, ParameterChoice {
    case difference
    case ratio
    case regression
  }

  enum Interval: String, ParameterChoice {
    case percentile
    case basic
    case bca
    case studentised
  }

  var clusterColumns: [ColumnName] { [cluster].compactMap(\.self) }

  struct Input: CardInput {
    @Port("One row per case.") var cases: TableBatches
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
    @Port("What the draws came to, one row per outcome and contrast.") var simulation: Table
  }

  static let figures = [
    "bias", "std_error_error", "conf_low_error", "conf_high_error", "p_value_error", "undefined",
  ]

  func validate() throws(StageFault) {
    try ArmParameters(
      arm: arm, control: control, treatment: treatment, outcome: outcome, pool: pool
    ).validate()
    try checkRegressionColumns(outcome: outcome)
    if chosenStatistic != .regression, !covariates.isEmpty {
      throw .user(
        "statistic \(chosenStatistic.rawValue) passes over 'covariates'", at: "statistic",
        help: "use regression, or leave 'covariates' out")
    }
    if chosenStatistic == .regression, !pool.isEmpty {
      throw .user(
        "a regression has a coefficient for each arm, and none for arms taken together", at: "pool",
        help: "leave 'pool' out, or derive a column of arms at intake")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "simulation": SimulationTable.promises(Self.figures),
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let named = outcome + covariates + [arm, treatment, block, cluster].compactMap(\.self)
    let cases = try Cases(input.cases.table(named, where: `where`), where: `where`)
    let setup = Statistics.Bootstrap.Setup(
      interval.estimator, draws: draws, level: level, streams: try context.randomStreams())
    let results =
      chosenStatistic == .regression
      ? try coefficients(cases, origin, input.pilot, setup, context)
      : try means(cases, origin, input.pilot, setup, context)
    return try results.output(in: context)
  }
}

extension Bootstrap {
  fileprivate var chosenStatistic: Statistic {
    statistic ?? (covariates.isEmpty ? .difference : .regression)
  }

  private func means(
    _ cases: Cases, _ origin: EffectOrigin, _ card: PilotCard?,
    _ setup: Statistics.Bootstrap.Setup, _ context: StageContext
  ) throws -> Results {
    let experiment = try ExperimentCases(
      cases,
      ExperimentCases.Columns(
        arm: arm, control: control, treatment: treatment, pool: pool, block: block,
        cluster: cluster), card: card)
    experiment.notes.forEach(context.note)
    var results = Results(self, origin, cases, tests: experiment.contrasts.count * outcome.count)
    results.deviations.forEach(context.note)
    for column in outcome {
      let measured = try cases.numbers(column, at: "outcome")
      for contrast in experiment.contrasts {
        try context.checkCancellation()
        let compared = experiment.compared(contrast, measured)
        for note in compared.selection.notes {
          context.note("\(column), \(contrast.name): \(note)")
        }
        do throws(EstimationFault) {
          let arms = try compared.twoArms()
          results.append(
            column.name, contrast.name,
            try Statistics.Bootstrap(
              arms, chosenStatistic == .ratio ? .ratio : .difference, setup),
            Results.Counts(
              all: arms.outcome.count, treated: arms.isTreated.count { $0 },
              control: arms.isTreated.count { !$0 }, clusters: arms.clusters?.count),
            flags: experiment.flags + compared.flags)
        } catch {
          throw StageFault(error, of: "\(column), \(contrast.name)")
        }
      }
    }
    return results
  }

  private func coefficients(
    _ cases: Cases, _ origin: EffectOrigin, _ card: PilotCard?,
    _ setup: Statistics.Bootstrap.Setup, _ context: StageContext
  ) throws -> Results {
    let models = try RegressionCases(self, cases, card: card)
    var results = Results(
      self, origin, cases, tests: models.hasSeveralContrasts ? 2 : outcome.count)
    results.deviations.forEach(context.note)
    for column in outcome {
      let selected = try models.selecting(outcome: column)
      for note in selected.selection.notes { context.note("\(column): \(note)") }
      for contrast in selected.model.contrasts {
        try context.checkCancellation()
        let bootstrap: Statistics.Bootstrap
        do throws(EstimationFault) {
          bootstrap = try Statistics.Bootstrap(
            outcome: selected.outcome, design: selected.model.design, position: contrast.position,
            clusters: selected.cluster, strata: selected.resamplingStrata, setup)
        } catch {
          throw selected.model.fault(
            error, of: "\(column), \(contrast.name)", variance: "the bootstrap")
        }
        results.append(
          column.name, contrast.name, bootstrap,
          Results.Counts(
            all: selected.selection.rows.count, treated: contrast.treatedCount,
            control: contrast.controlCount, clusters: selected.cluster?.count),
          flags: selected.flags)
      }
    }
    return results
  }

  /// The effects and the details on their way out.
  struct Results {
    struct Counts {
      let all: Int
      let treated: Int?
      let control: Int?
      let clusters: Int?
    }

    private let stage: Bootstrap
    private let origin: EffectOrigin
    private let plan: PlanCheck
    private let comparison: Comparison
    private var effects: StageEffects
    private var simulation = SimulationTable(Bootstrap.figures)

    /// One test alone needs no adjustment.
    init(_ stage: Bootstrap, _ origin: EffectOrigin, _ cases: Cases, tests: Int) {
      self.stage = stage
      self.origin = origin
      comparison = .arms(isAdjusted: !stage.covariates.isEmpty)
      effects = StageEffects(adjust: stage.adjust, card: origin.card, columns: cases.table.schema)
      plan = PlanCheck(
        origin.card?.plan, method: Bootstrap.info.name, variance: "bootstrap",
        covariates: stage.covariates.map(\.name), adjust: tests > 1 ? stage.adjust.rawValue : nil,
        estimand: origin.isRandomised ? "ITT" : "difference")
    }

    var deviations: [String] { plan.deviations }

    mutating func append(
      _ outcome: String, _ contrast: String, _ bootstrap: Statistics.Bootstrap, _ counts: Counts,
      flags: [String]
    ) {
      var effect = origin.effect(of: outcome, contrast: contrast, comparison: comparison)
      effect.raise(plan.flags + flags)
      if bootstrap.undefined > 0 { effect.raise(["undefined-draws"]) }
      effect.method = "\(Bootstrap.info.name) (\(stage.chosenStatistic.rawValue))"
      effect.scale = stage.chosenStatistic == .ratio ? .ratio : .difference
      effect.estimate = bootstrap.estimate
      effect.standardError = bootstrap.standardError
      effect.pValue = bootstrap.pValue
      effect.confidenceLow = bootstrap.interval.lower
      effect.confidenceHigh = bootstrap.interval.upper
      effect.count = counts.all
      effect.treatedCount = counts.treated
      effect.controlCount = counts.control
      effect.take(clusters: counts.clusters)
      let units = counts.clusters == nil ? "cases" : "clusters"
      let strata = stage.block == nil ? "arms" : "arms and blocks"
      effect.variance =
        "bootstrap of \(units) within \(strata), \(bootstrap.draws) draws; "
        + "\(stage.interval.rawValue) interval"
      let half = bootstrap.pValue / 2
      simulation.append(
        effect, statistic: "\(stage.chosenStatistic.rawValue), \(stage.interval.rawValue)",
        draws: bootstrap.draws, isExact: false,
        [
          bootstrap.bias, bootstrap.standardErrorError, bootstrap.lowerError, bootstrap.upperError,
          2 * (half * (1 - half) / Double(bootstrap.draws)).squareRoot(),
          Double(bootstrap.undefined),
        ])
      effects.append(effect, grade: comparison.grade(origin.design))
    }

    func output(in context: StageContext) throws -> Output {
      var output = Output()
      output.effects = try effects.table(in: context)
      output.simulation = try simulation.table()
      return output
    }
  }
}

extension SelectedCases {
  /// The arm of each row, and its block where there are blocks; nil where neither is known.
  fileprivate var resamplingStrata: Statistics.Grouping? {
    guard let blocks = model.block?.levels else { return model.arms }
    guard let arms = model.arms else { return blocks }
    return Statistics.Grouping(
      codes: arms.codes.indices.map { blocks.codes[$0] * Int32(arms.count) + arms.codes[$0] },
      labels: (0..<(blocks.count * arms.count)).map { "\($0)" })
  }
}

extension Bootstrap.Interval {
  fileprivate var estimator: BootstrapInterval {
    switch self {
    case .percentile: .percentile
    case .basic: .basic
    case .bca: .bca
    case .studentised: .studentised
    }
  }
}
