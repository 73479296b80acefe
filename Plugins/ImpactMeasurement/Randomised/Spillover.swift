// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// What a change does to those who get it, to their neighbours, and to the whole, in two-stage experiments.
///
/// Clusters were assigned saturations, and within a cluster that share of its cases was treated. For each
/// saturation: the `direct` effect compares treated with untreated cases there, the `indirect` effect
/// (spillover) compares untreated cases there with untreated ones at the reference, the `total` effect
/// treated cases there with those, and the `overall` effect everybody with everybody. The reference is the
/// saturation with the smallest share treated, best a pure control without any. Total effects have the
/// outcome's role; the others are secondary.
///
/// `hudgens-halloran` takes every cluster alike, with the variance between clusters; `regression` takes
/// every case alike, with CR2 by cluster. Where there is a pure control, `pooled` holds the direct,
/// indirect and total effect over all saturations by weighted regression. Fewer than two clusters at a
/// saturation say nothing of chance between clusters, and are a fault.
struct Spillover: ArmStage {
  static let info = StageInfo(
    "spillover", version: 1,
    summary:
      "Estimates direct and spillover effects where clusters were treated to different shares.",
    namesExperiment: true,
    example: """
      neighbours:
        use: impact/spillover
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: applied
          treatment: got_letter
          saturation: share_assigned
          cluster: neighbourhood
      """,
    source:
      "Hudgens and Halloran (2008), J. American Statistical Association 103:832–842; Basse and "
      + "Feller (2018), same 113:41–55; Baird, Bohren, McIntosh and Özler (2018), Review of Economics and "
      + "Statistics 100:844–860.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case, of two.")
  var arm: ColumnName?
  @Parameter("The untreated arm; the pilot card's unless given.")
  var control: String?
  @Parameter("Column of 0 and 1 that says which cases were treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Column of the saturation that the case's cluster was assigned.")
  var saturation: ColumnName
  @Parameter("Column of the clusters that were assigned saturations.")
  var cluster: ColumnName
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Whether clusters or cases count alike.")
  var method: Method = .hudgensHalloran
  @Parameter("How regressions sum their residuals by cluster.")
  var variance: Variance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all effects and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Method: String, ParameterChoice {
    case hudgensHalloran = "hudgens-halloran"
    case regression
  }

  enum Variance: String, ParameterChoice {
    case cr0
    case cr1
    case cr2
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome, saturation and kind of effect.") var effects: Table
    @Port("Effects over all saturations against the pure control, an effects table.")
    var pooled: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome).validate()
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises, "pooled": EffectsTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let arms = try arms(of: cases)
    let control = try arms.control(control, card: input.pilot)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: (variance ?? .cr2).rawValue,
      adjust: adjust.rawValue, estimand: "direct, indirect and total effects")
    plan.deviations.forEach(context.note)
    let comparison = Comparison.arms(isAdjusted: false)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var pooled = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    for column in outcome {
      try context.checkCancellation()
      let rows = try SaturationCases(self, cases, arms, control: control, outcome: column)
      for note in rows.notes { context.note("\(column): \(note)") }
      func effect(_ found: SaturationEffect, method: String) -> Effect {
        var effect = origin.effect(
          of: column.name, contrast: rows.contrast(found), comparison: comparison,
          estimand: found.kind.rawValue)
        effect.raise(plan.flags + rows.flags)
        effect.method = "\(Self.info.name) (\(method))"
        effect.take(found.estimate)
        effect.take(clusters: found.clusters)
        effect.take(variance: found.variance, rule: found.degreesOfFreedomRule)
        effect.treatedCount = found.treatedCount
        effect.controlCount = found.controlCount
        effect.count = found.treatedCount + found.controlCount
        if found.kind != .total, effect.role == .primary { effect.role = .secondary }
        if found.clustersLeftOut > 0 { effect.raise(["one-armed-cluster"]) }
        return effect
      }
      for found in try rows.bySaturation() {
        effects.append(
          effect(found, method: method.rawValue), grade: comparison.grade(origin.design))
        if found.clustersLeftOut > 0 {
          context.note(
            "\(column), \(rows.contrast(found)): \(found.clustersLeftOut) clusters lack such cases and "
              + "are left out")
        }
      }
      for found in try rows.pooled() {
        var row = effect(found, method: "pooled regression")
        if row.role == .primary { row.role = .secondary }
        pooled.append(row, grade: comparison.grade(origin.design))
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.pooled = try pooled.table()
    return output
  }

  private func arms(of cases: Cases) throws(StageFault) -> Arms {
    guard let arm else {
      guard let treatment else { throw .noArm }
      guard let arms = Arms(zeroOne: try cases.numbers(treatment, at: "treatment")) else {
        throw Arms.isDose(treatment)
      }
      return arms
    }
    let arms = try Arms(cases, arm: arm)
    guard arms.labels.count == 2 else {
      throw StageFault(
        "column '\(arm)' has \(arms.labels.count) arms, and spillover is about two: treated or not",
        at: "arm", help: "keep two of them with 'where'")
    }
    return arms
  }
}
