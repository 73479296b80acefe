// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The difference between arms in a ratio of sums: errors per declaration, minutes per call.
///
/// The ratio of an arm is the sum of the outcome over the sum of the denominator, not the mean of the
/// cases' own ratios, which weighs a person with one call like one with fifty. Standard errors are by the
/// delta method over cases, or over clusters where these were assigned. `scale` may ask for the
/// difference of the ratios, for the relative effect (treated ⁄ control − 1), or for both.
struct RatioOutcome: Stage {
  static let info = StageInfo(
    "ratio", version: 1,
    summary: "Estimates the effect of a change on a ratio of sums, such as errors per declaration.",
    namesExperiment: true,
    example: """
      effect:
        use: impact/ratio
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: minutes
          denominator: calls
          arm: condition
          control: No_Letter
          scale: [difference, relative]
      """,
    source: "Deng, Knoblich and Lu (2018), KDD, 233–242; Cochran (1977), Sampling Techniques, "
      + "chapter 6.")

  @Parameter("Column, or list of columns, whose sum stands above the line.")
  var outcome: [ColumnName]
  @Parameter("Column whose sum stands below the line, such as the number of calls of each case.")
  var denominator: ColumnName
  @Parameter("The scales on which the effect is given: a row for each.")
  var scale: [Scale] = [.difference]
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Arms taken together, under a name: one more contrast for each name.")
  var pool: NamedValues<[String]> = NamedValues()
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all rows of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Scale: String, ParameterChoice {
    case difference
    case relative
  }

  struct Input: PortSet {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome, contrast and scale.") var effects: Table
    @Port("One row per outcome, contrast and arm.") var ratios: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome)
      .validateWhole()
    if outcome.contains(denominator) || denominator == arm || denominator == treatment {
      throw .user(
        "'\(denominator)' is the denominator and something else at once", at: "denominator")
    }
    guard !scale.isEmpty, Set(scale).count == scale.count else {
      throw .user("'scale' takes difference, relative, or both", at: "scale")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises, "ratios": RatiosTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let arms = try Arms(cases, arm: arm, treatment: treatment)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: pool)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: "delta",
      adjust: contrasts.count * outcome.count > 1 ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    let assigned = arms.assigned
    assigned.notes.forEach(context.note)
    let below = try cases.numbers(denominator, at: "denominator")
    let cluster = try cases.groups(cluster, at: "cluster")
    let comparison = Comparison.arms(isAdjusted: false)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var ratios = RatiosTable()
    for column in outcome {
      try context.checkCancellation()
      let measured = try cases.numbers(column, at: "outcome")
      for contrast in contrasts {
        let compared = ComparedCases(
          contrast, of: arms, outcome: measured, block: nil, cluster: cluster,
          needed: [("denominator", below.column, below.validity)])
        for note in compared.selection.notes {
          context.note("\(column), \(contrast.name): \(note)")
        }
        let what = "\(column) per \(denominator), \(contrast.name)"
        do throws(EstimationFault) {
          let ratio = try RatioDifference(
            compared.twoArms(),
            denominator: compared.selection.rows.map { below.values[$0] })
          ratios.append(ratio, outcome: column.name, contrast: contrast.name)
          for scale in scale {
            var effect = origin.effect(
              of: column.name, contrast: contrast.name, comparison: comparison)
            effect.raise(plan.flags + assigned.flags + compared.flags)
            effect.take(ratio, on: scale, level: level, denominator: denominator.name)
            effect.take(
              scale == .difference
                ? try ratio.difference(level: level) : try ratio.relative(level: level))
            effects.append(effect, grade: comparison.grade(origin.design))
          }
        } catch {
          throw StageFault(error, of: what)
        }
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.ratios = try ratios.table()
    return output
  }
}

extension Effect {
  /// What the effects of both scales have in common.
  fileprivate mutating func take(
    _ ratio: RatioDifference, on scale: RatioOutcome.Scale, level: Double, denominator: String
  ) {
    method = "ratio to \(denominator)"
    if scale == .relative {
      self.scale = .relative
      unit = nil
    }
    take(clusters: ratio.clusters)
    let units = ratio.clusters == nil ? "n/(n − 1)" : "G/(G − 1)"
    variance = "delta × \(units) in each arm, df Satterthwaite over arms"
    count = ratio.treated.count + ratio.control.count
    treatedCount = ratio.treated.count
    controlCount = ratio.control.count
  }
}

/// The ratio of each arm.
private struct RatiosTable {
  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("contrast", .text), ColumnPromise("arm", .text),
    ColumnPromise("ratio", .number), ColumnPromise("std_error", .number),
    ColumnPromise("n", .integer), ColumnPromise("units", .integer),
  ]

  private var texts: [(outcome: String, contrast: String)] = []
  private var arms: [RatioDifference.Arm] = []

  mutating func append(_ ratio: RatioDifference, outcome: String, contrast: String) {
    for arm in [ratio.treated, ratio.control] {
      texts.append((outcome, contrast))
      arms.append(arm)
    }
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(texts.map(\.outcome))), .text(TextColumn(texts.map(\.contrast))),
      .text(TextColumn(arms.map(\.label))), .number(FixedColumn(arms.map(\.ratio))),
      .number(FixedColumn(arms.map(\.standardError))),
      .integer(FixedColumn(arms.map { Int64($0.count) })),
      .integer(FixedColumn(arms.map { Int64($0.units) })),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}
