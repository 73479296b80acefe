// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Tests the effects of a regression with few clusters by the wild cluster bootstrap.
///
/// The model is that of impact/regression, and so are the cases left out. Each hypothesis is imposed
/// (WCR): the model is fitted without the effect, and the residuals of each cluster are multiplied by
/// one random weight. With Rademacher weights and few clusters all vectors of signs are looked at, and
/// p is exact; otherwise the observed one counts as a draw. The interval holds the effects that are not
/// rejected, and is open (flag `open-interval`) where the clusters are too few for the level. The
/// standard error in the effects table is CR1's.
///
/// Fewer than five clusters in an arm (flag `few-treated-clusters`) make any such test hard to trust:
/// impact/randomisation-test is then the better one.
struct WildBootstrap: ArmStage, RegressionColumns {
  static let info = StageInfo(
    "wild-bootstrap", version: 1,
    summary: "Tests effects where few clusters were assigned, by the wild cluster bootstrap.",
    draws: true, namesExperiment: true,
    example: """
      few_offices:
        use: impact/wild-bootstrap
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: recertified
          arm: condition
          control: No_Letter
          cluster: service_center
          covariates: [household_size]
      """,
    source: "Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90:414–427; "
      + "Roodman, MacKinnon, Nielsen and Webb (2019), Stata Journal 19:4–60.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Column of 0 and 1 that says who was treated, or of numbers, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Columns measured before the change to adjust for; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Lets the covariates work differently in each arm (Lin's estimator).")
  var interact = false
  @Parameter("Column of the strata within which clusters were assigned, as fixed indicators.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned.")
  var cluster: ColumnName?
  @Parameter("What residuals are multiplied by: −1 and 1, or six values.")
  var distribution: Distribution = .rademacher
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How many vectors of weights are drawn where there are more.", in: 99...1_000_000)
  var draws = 9_999
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  var weight: ColumnName? { nil }

  enum Distribution: String, ParameterChoice {
    case rademacher
    case webb
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

  static let figures = ["observed", "p_value", "p_value_error", "p_value_cr1"]

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome).validate()
    try checkRegressionColumns(outcome: outcome)
    guard cluster != nil else {
      throw .user(
        "the wild bootstrap draws by cluster, and no 'cluster' is named", at: "cluster",
        help: "name the column of the unit that was assigned, or use impact/regression")
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
    let table = try input.cases.table(named, where: `where`)
    let models = try RegressionCases(self, Cases(table, where: `where`), card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: "wild-bootstrap",
      covariates: covariates.map(\.name),
      adjust: outcome.count > 1 || models.hasSeveralContrasts ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    let comparison = Comparison.arms(isAdjusted: !covariates.isEmpty)
    let streams = try context.randomStreams()
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var simulation = SimulationTable(Self.figures)
    for column in outcome {
      let selected = try models.selecting(outcome: column)
      for note in selected.selection.notes { context.note("\(column): \(note)") }
      for contrast in selected.model.contrasts {
        try context.checkCancellation()
        let bootstrap = try bootstrap(selected, contrast, streams)
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: comparison)
        effect.raise(plan.flags + selected.flags)
        effect.take(bootstrap.estimate)
        effect.pValue = bootstrap.pValue
        effect.confidenceLow = bootstrap.interval.lower
        effect.confidenceHigh = bootstrap.interval.upper
        if bootstrap.interval.lower == nil || bootstrap.interval.upper == nil {
          effect.raise(["open-interval"])
        }
        effect.take(clusters: bootstrap.clusters)
        if selected.fewestClusters(of: contrast) < 5 { effect.raise(["few-treated-clusters"]) }
        effect.method = "\(Self.info.name) (\(distribution.rawValue))"
        effect.take(variance: "cr1", rule: "clusters − 1")
        effect.variance? +=
          "; p and interval WCR, "
          + (bootstrap.isExact ? "all signs" : "\(bootstrap.draws) draws")
        effect.count = selected.selection.rows.count
        effect.treatedCount = contrast.treatedCount
        effect.controlCount = contrast.controlCount
        simulation.append(
          effect, statistic: "t (cr1), \(distribution.rawValue)", draws: bootstrap.draws,
          isExact: bootstrap.isExact,
          [
            bootstrap.estimate.statistic, bootstrap.pValue, bootstrap.monteCarloError,
            bootstrap.estimate.pValue,
          ])
        effects.append(effect, grade: comparison.grade(origin.design))
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.simulation = try simulation.table()
    return output
  }

  private func bootstrap(
    _ selected: SelectedCases, _ contrast: RegressionModel.Contrast, _ streams: RandomStreams
  ) throws(StageFault) -> WildClusterBootstrap {
    let what = "\(selected.name), \(contrast.name)"
    guard let clusters = selected.cluster else {
      throw StageFault("no 'cluster' is named", at: "cluster")
    }
    do throws(EstimationFault) {
      return try WildClusterBootstrap(
        outcome: selected.outcome, design: selected.model.design, position: contrast.position,
        clusters: clusters, weights: distribution == .webb ? .webb : .rademacher, draws: draws,
        level: level, streams: streams)
    } catch {
      throw selected.model.fault(error, of: what, variance: "cr1")
    }
  }
}

extension SelectedCases {
  /// The number of clusters in the arm of a contrast, or in the control, that has fewer.
  fileprivate func fewestClusters(of contrast: RegressionModel.Contrast) -> Int {
    guard let clusters = cluster, model.arms != nil else { return cluster?.count ?? 0 }
    let treated = model.design.column(contrast.position)
    let inArm = Set(clusters.codes.indices.filter { treated[$0] == 1 }.map { clusters.codes[$0] })
    let others = model.contrasts.map { model.design.column($0.position) }
    let control = Set(
      clusters.codes.indices.filter { row in others.allSatisfy { $0[row] == 0 } }
        .map { clusters.codes[$0] })
    return min(inArm.count, control.count)
  }
}
