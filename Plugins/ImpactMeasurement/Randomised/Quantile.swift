// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of arms on quantiles of the outcome: who gains, the low or the high end of it.
///
/// The `quantiles` asked for are the effects; `curve` holds them and the deciles. Without covariates an
/// effect is the difference between the arms' quantiles; with covariates (or blocks) it is that within
/// cases alike, which is another quantity, and the estimand says so. A quantile effect compares the two
/// distributions: it is the effect on the person at that place only if nobody changes places.
///
/// Standard errors come from a bootstrap of cases within arms, or of whole clusters; `kernel` takes
/// Powell's sandwich instead, which needs no draws. Where more than one case in twenty lies exactly on a
/// quantile (a mass point, as in counts and rounded amounts) neither is reliable, and the row is flagged
/// `mass-point`.
struct Quantile: ArmStage {
  static let info = StageInfo(
    "quantile", version: 1,
    summary: "Estimates the effect of a change on quantiles of an outcome.", draws: true,
    namesExperiment: true,
    example: """
      spread:
        use: impact/quantile
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: days_to_decision
          arm: condition
          control: No_Letter
          quantiles: [0.5, 0.9]
      """,
    source:
      "Koenker and Bassett (1978), Econometrica 46:33–50; Portnoy and Koenker (1997), Statistical "
      + "Science 12:279–300; Hagemann (2017), J. American Statistical Association 112:446–456.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Quantiles whose effects are asked for, each between 0 and 1.")
  var quantiles: [Double] = [0.5]
  @Parameter("Quantiles shown in 'curve' beside these.")
  var curve: [Double] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
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
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: by resampling, or by a kernel.")
  var variance: Variance = .bootstrap
  @Parameter("How many times cases are drawn again.", in: 100...100_000)
  var draws = 1000
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts, quantiles and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Variance: String, ParameterChoice {
    case bootstrap
    case kernel
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome, contrast and quantile asked for.") var effects: Table
    @Port("One row per outcome, contrast and quantile, deciles included.") var curve: Table
  }

  var isDrawing: Bool { variance == .bootstrap }

  func validate() throws(StageFault) {
    try columns.validate(outcome: outcome)
    guard !quantiles.isEmpty else {
      throw .user("'quantiles' names none", at: "quantiles")
    }
    for (name, list) in [("quantiles", quantiles), ("curve", curve)] {
      guard list.allSatisfy({ $0 > 0 && $0 < 1 }) else {
        throw .user(
          "a quantile lies between 0 and 1, both excluded", at: name, help: "the median is 0.5")
      }
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises, "curve": QuantileCurveTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try ModelCases(
      columns, Cases(input.cases, where: `where`), card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: variance.rawValue,
      covariates: covariates.map(\.name),
      adjust: outcome.count * quantiles.count > 1 || cases.hasSeveralContrasts
        ? adjust.rawValue : nil,
      estimand: "quantile treatment effect")
    plan.deviations.forEach(context.note)
    let comparison = Comparison.arms(isAdjusted: !covariates.isEmpty)
    let shown = Set(quantiles + curve).sorted()
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var table = QuantileCurveTable()
    for column in outcome {
      for pooled in cases.models {
        try context.checkCancellation()
        let rows = try cases.selecting(outcome: column, pooled: pooled)
        let fitted = try FittedQuantiles(
          self, rows, shown, of: column.name, streams: isDrawing ? context.randomStreams() : nil)
        let subject = pooled.map { "\(column), \($0.name)" } ?? column.name
        for note in rows.notes + fitted.notes { context.note("\(subject): \(note)") }
        for contrast in rows.model.contrasts {
          for quantile in shown {
            let found = Result { () throws(StageFault) in try fitted.point(contrast, at: quantile) }
            if case .failure(let fault) = found, !quantiles.contains(quantile) {
              context.note("left out of the curve: \(fault.message)")
              continue
            }
            let point = try found.get()
            table.append(point, outcome: column.name, contrast: contrast.name)
            guard quantiles.contains(quantile) else { continue }
            var effect = origin.effect(
              of: column.name, contrast: contrast.name, comparison: comparison,
              estimand: estimand(quantile))
            effect.raise(plan.flags + rows.flags + point.flags)
            fitted.describe(&effect, point, contrast, rows)
            effects.append(effect, grade: comparison.grade(origin.design))
          }
        }
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.curve = try table.table()
    return output
  }

  private func estimand(_ quantile: Double) -> String {
    let kind = covariates.isEmpty && block == nil ? "QTE" : "conditional QTE"
    return "\(kind) at \(NumberText.print(quantile))"
  }

  private var columns: ModelColumns {
    ModelColumns(
      arm: arm, control: control, pool: pool, treatment: treatment, covariates: covariates,
      block: block,
      cluster: cluster)
  }
}
