// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The difference between arms after what was known before the change is taken out of the outcome.
///
/// θ is found once for each outcome, over the cases of all arms that have the outcome and all covariates;
/// texts become indicators. The comparison is then that of `impact/difference-in-means`, with the same
/// variances and the same treatment of blocks and clusters. Cases that miss a covariate are left out and
/// counted. What was taken out, and how much of the variance that was, stands in `adjustment`.
struct CUPEDAdjustment: ArmStage {
  static let info = StageInfo(
    "cuped", version: 1,
    summary:
      "Estimates the average effect of a change on an outcome freed of what was known before.",
    namesExperiment: true,
    example: """
      effect:
        use: impact/cuped
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: minutes
          covariates: minutes_last_year
          arm: condition
          control: No_Letter
      """,
    source: "Deng, Xu, Kohavi and Walker (2013), WSDM, 123–132.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Columns measured before the change, such as the outcome's earlier value.")
  var covariates: [ColumnName]
  @Parameter("From which variation the covariates' weight is found.")
  var theta: Theta = .pooled
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Arms taken together, under a name: one more contrast for each name.")
  var pool: NamedValues<[String]> = NamedValues()
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Column of the strata within which cases were assigned.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: welch; with 'block' neyman, with 'cluster' cr2.")
  var variance: ArmVariance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Theta: String, ParameterChoice {
    case pooled
    case within
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
    @Port("One row per outcome and covariate: what was taken out.") var adjustment: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome).validate()
    guard !covariates.isEmpty else {
      throw .user("'covariates' names no column", at: "covariates")
    }
    for column in covariates
    where outcome.contains(column) || column == arm || column == treatment {
      throw .user(
        "'\(column)' is a covariate and something else at once", at: "covariates",
        help: "name a column that was measured before the change")
    }
    try chosenVariance.validate(block: block, cluster: cluster)
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises, "adjustment": AdjustmentTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let arms = try Arms(cases, arm: arm, treatment: treatment)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: pool)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: chosenVariance.rawValue,
      covariates: covariates.map(\.name),
      adjust: contrasts.count * outcome.count > 1 ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    let assigned = arms.assigned
    assigned.notes.forEach(context.note)
    let block = try cases.groups(block, at: "block")
    let cluster = try cases.groups(cluster, at: "cluster")
    let covariates = try cases.covariates(self.covariates)
    let comparison = Comparison.arms(isAdjusted: true)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var adjustment = AdjustmentTable()
    for column in outcome {
      try context.checkCancellation()
      let adjusted = try AdjustedOutcome(
        try cases.numbers(column, at: "outcome"), covariates, arms, theta)
      adjustment.append(adjusted.cuped, outcome: column.name)
      for contrast in contrasts {
        let compared = ComparedCases(
          contrast, of: arms, outcome: adjusted.outcome, block: block, cluster: cluster,
          needed: covariates.map { ("covariate", $0.column, $0.validity) })
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: comparison)
        for note in compared.selection.notes {
          context.note("\(column), \(contrast.name): \(note)")
        }
        effect.raise(plan.flags + assigned.flags + compared.flags)
        effect.method = "\(Self.info.name) (\(theta.rawValue) theta)"
        do throws(EstimationFault) {
          effect.take(
            try compared.twoArms().difference(chosenVariance.estimator, level: level))
        } catch {
          throw StageFault(error, of: "\(effect.outcome), \(effect.contrast)")
        }
        effects.append(effect, grade: comparison.grade(origin.design))
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.adjustment = try adjustment.table()
    return output
  }

  private var chosenVariance: ArmVariance {
    .chosen(variance, block: block, cluster: cluster)
  }
}

/// An outcome freed of covariates, in the cases that have everything.
private struct AdjustedOutcome {
  let cuped: CUPED
  /// With the validity of the outcome as it was; a case that misses a covariate has no number here.
  let outcome: Measurements

  init(
    _ measured: Measurements, _ covariates: [Covariate], _ arms: Arms,
    _ theta: CUPEDAdjustment.Theta
  ) throws(StageFault) {
    var selection = CaseSelection(Array(measured.values.indices))
    selection.require(arms.parameter, arms.column, arms.validity)
    selection.require("outcome", measured.column, measured.validity)
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    let rows = selection.rows
    guard !rows.isEmpty else {
      throw StageFault(
        "\(measured.column): no case has the outcome and every covariate", at: "covariates",
        help: "name fewer covariates")
    }
    do throws(EstimationFault) {
      cuped = try CUPED(
        outcome: rows.map { measured.values[$0] },
        covariates: covariates.flatMap { CovariateColumns($0, rows: rows).columns },
        arm: Statistics.Grouping(codes: rows.map { arms.codes[$0] }, labels: arms.labels),
        pooling: theta == .pooled ? .pooled : .within)
    } catch {
      throw StageFault(error, of: measured.column)
    }
    var values = measured.values
    for (place, row) in rows.enumerated() { values[row] = cuped.adjusted[place] }
    outcome = Measurements(column: measured.column, values: values, validity: measured.validity)
  }
}

/// What was taken out of each outcome.
private struct AdjustmentTable {
  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("covariate", .text),
    ColumnPromise("theta", .number), ColumnPromise("variance_reduction", .number),
    ColumnPromise("n", .integer),
  ]

  private var texts: [(outcome: String, covariate: String)] = []
  private var figures: [(theta: Double, reduction: Double)] = []
  private var counts: [Int64] = []

  mutating func append(_ cuped: CUPED, outcome: String) {
    for (covariate, theta) in zip(cuped.covariates, cuped.theta) {
      texts.append((outcome, covariate))
      figures.append((theta, cuped.varianceReduction))
      counts.append(Int64(cuped.adjusted.count))
    }
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(texts.map(\.outcome))), .text(TextColumn(texts.map(\.covariate))),
      .number(FixedColumn(figures.map(\.theta))), .number(FixedColumn(figures.map(\.reduction))),
      .integer(FixedColumn(counts)),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}
