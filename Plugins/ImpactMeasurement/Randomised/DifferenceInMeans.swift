// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The difference between the mean outcomes of arms: one contrast for every arm but the control.
///
/// Cases without an outcome are left out and counted, in a note and by a flag; a yes/no outcome counts
/// 1 and 0, so that its effect reads as a difference of shares. With `where` the rows are effects on a
/// subgroup, and say which.
///
/// The variance is Welch's unless chosen; with `block` it is Neyman's within blocks, with `cluster`
/// CR2 with Satterthwaite's degrees of freedom. A variance that would pass over a named block or
/// cluster is a fault. A block with a single case, or with cases of one arm only, compares nothing:
/// its cases are left out, counted, and flagged `singleton-stratum` or `one-armed-stratum`. A block in
/// which an arm has one case has no variance within it: unless all blocks are pairs, such blocks are
/// left out, counted and flagged `thin-stratum` where they hold up to 5 % of the cases together, and
/// are a fault that names them where they hold more.
struct DifferenceInMeans: ArmStage {
  static let info = StageInfo(
    "difference-in-means", version: 1,
    summary: "Estimates the average effect of a change as the difference between arms' means.",
    namesExperiment: true,
    example: """
      effect:
        use: impact/difference-in-means
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: recertified
          arm: condition
          control: No_Letter
          pool:
            any_letter: [Open_Appt, Specific_Appt]
      """,
    source:
      "Welch (1947), Biometrika 34:28–35; Imbens and Rubin (2015), Causal Inference, chapters "
      + "6, 9 and 10; Pustejovsky and Tipton (2018), J. Business & Economic Statistics 36:672–683.")

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
  @Parameter("Column of the strata within which cases were assigned.")
  var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: welch; with 'block' neyman, with 'cluster' cr2.")
  var variance: Variance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  typealias Variance = ArmVariance

  struct Input: CardInput {
    @Port("One row per case.") var cases: TableBatches
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(
      arm: arm, control: control, treatment: treatment, outcome: outcome, pool: pool
    ).validate()
    try chosenVariance.validate(block: block, cluster: cluster)
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    if input.cases.rowCount > CaseStream.heldCases, StreamedDifference.isPossible(self) {
      return try streamed(input, origin, in: context)
    }
    let table = try input.cases.table(namedColumns, where: `where`)
    let cases = try Cases(table, where: `where`)
    let arms = try Arms(cases, arm: arm, treatment: treatment)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: pool)
    let plan = plan(input.pilot, contrasts, origin)
    plan.deviations.forEach(context.note)
    let assigned = arms.assigned
    assigned.notes.forEach(context.note)
    let block = try cases.groups(block, at: "block")
    let cluster = try cases.groups(cluster, at: "cluster")
    var effects = StageEffects(
      adjust: adjust, card: input.pilot, columns: input.cases.schema)
    for column in outcome {
      try context.checkCancellation()
      let measured = try cases.numbers(column, at: "outcome")
      for contrast in contrasts {
        let compared = ComparedCases(
          contrast, of: arms, outcome: measured, block: block, cluster: cluster)
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: Self.comparison)
        for note in compared.selection.notes {
          context.note("\(column), \(contrast.name): \(note)")
        }
        effect.raise(plan.flags + assigned.flags + compared.flags)
        try estimate(compared, into: &effect)
        effects.append(effect, grade: Self.comparison.grade(origin.design))
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    return output
  }
}

extension DifferenceInMeans {
  /// The same over more cases than are held in memory.
  private func streamed(
    _ input: Input, _ origin: EffectOrigin, in context: StageContext
  ) throws -> Output {
    let streamed = try StreamedDifference(self, input.cases)
    let arms = streamed.arms.arms
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: pool)
    let plan = plan(input.pilot, contrasts, origin)
    plan.deviations.forEach(context.note)
    if let note = streamed.arms.note { context.note(note) }
    var effects = StageEffects(
      adjust: adjust, card: input.pilot, columns: input.cases.schema)
    for column in outcome {
      for contrast in contrasts {
        try context.checkCancellation()
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: Self.comparison)
        do {
          let result = try streamed.estimate(column, contrast, chosenVariance, level: level)
          for note in result.notes { context.note("\(column), \(contrast.name): \(note)") }
          effect.raise(plan.flags)
          if streamed.arms.missing > 0 { effect.raise(["\(arms.parameter)-missing"]) }
          effect.raise(result.flags)
          effect.method = Self.info.name
          effect.take(result.estimate)
          effect.take(clusters: result.clusters)
          effect.take(variance: chosenVariance.rawValue, rule: result.rule)
          effect.count = result.treated.count + result.control.count
          effect.treatedCount = result.treated.count
          effect.controlCount = result.control.count
        } catch let fault as EstimationFault {
          throw StageFault(fault, of: "\(effect.outcome), \(effect.contrast)")
        }
        effects.append(effect, grade: Self.comparison.grade(origin.design))
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    return output
  }

  private func plan(
    _ card: PilotCard?, _ contrasts: [ArmContrast], _ origin: EffectOrigin
  ) -> PlanCheck {
    PlanCheck(
      card?.plan, method: Self.info.name, variance: chosenVariance.rawValue,
      adjust: contrasts.count * outcome.count > 1 ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
  }

  private static let comparison = Comparison.arms(isAdjusted: false)

  private var namedColumns: [ColumnName] {
    outcome + [arm, treatment, block, cluster].compactMap(\.self)
  }
}

extension DifferenceInMeans {
  fileprivate var chosenVariance: Variance {
    .chosen(variance, block: block, cluster: cluster)
  }

  private func estimate(
    _ compared: ComparedCases, into effect: inout Effect
  ) throws(StageFault) {
    do throws(EstimationFault) {
      let difference = try compared.twoArms().difference(chosenVariance.estimator, level: level)
      effect.method = Self.info.name
      effect.take(difference)
    } catch {
      throw StageFault(error, of: "\(effect.outcome), \(effect.contrast)")
    }
  }
}
