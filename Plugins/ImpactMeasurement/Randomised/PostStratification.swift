// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The difference between arms within strata that assignment did not use, put together by their size.
///
/// Strata are the combinations of the columns under `strata`, which were known before the change. They
/// count as much as they have cases, or as much as `shares` says that they have in the population the
/// effect is for; the key of a share is the stratum's label, for several columns joined by ` x `. The
/// variance is Neyman's within strata, given how chance filled them, or CR2 with `cluster`. Strata that
/// compare nothing are left out, counted and flagged as in `impact/difference-in-means`: the effect is
/// then that of the others. Where assignment was within these strata, use `block` there instead.
struct PostStratification: ArmStage {
  static let info = StageInfo(
    "post-stratification", version: 1,
    summary:
      "Estimates the average effect of a change within strata, weighted to cases or population.",
    namesExperiment: true,
    example: """
      effect:
        use: impact/post-stratification
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: recertified
          arm: condition
          control: No_Letter
          strata: household_type
          shares: {single: 0.55, couple: 0.25, family: 0.20}
      """,
    source: "Miratrix, Sekhon and Yu (2013), J. Royal Statistical Society B 75:369–396.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Columns known before the change whose combinations are the strata.")
  var strata: [ColumnName]
  @Parameter("Each stratum's share of the population, on any scale; the cases' own unless given.")
  var shares: NamedValues<Double> = NamedValues()
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
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome).validate()
    guard !strata.isEmpty else { throw .user("'strata' names no column", at: "strata") }
    for column in strata where outcome.contains(column) || column == arm || column == treatment {
      throw .user(
        "'\(column)' is a stratum and something else at once", at: "strata",
        help: "name a column that was known before the change")
    }
    for entry in shares.entries where !(entry.value > 0 && entry.value.isFinite) {
      throw .user("the share of '\(entry.name)' is not positive", at: "shares")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let arms = try Arms(cases, arm: arm, treatment: treatment)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: pool)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: cluster == nil ? "neyman" : "cr2",
      covariates: strata.map(\.name),
      adjust: contrasts.count * outcome.count > 1 ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    let assigned = arms.assigned
    assigned.notes.forEach(context.note)
    let groups = try stratumGroups(cases)
    let cluster = try cases.groups(cluster, at: "cluster")
    let comparison = Comparison.arms(isAdjusted: true)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    for column in outcome {
      try context.checkCancellation()
      let measured = try cases.numbers(column, at: "outcome")
      for contrast in contrasts {
        let compared = ComparedCases(
          contrast, of: arms, outcome: measured, block: groups, noun: "stratum", cluster: cluster)
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: comparison)
        for note in compared.selection.notes {
          context.note("\(column), \(contrast.name): \(note)")
        }
        effect.raise(plan.flags + assigned.flags + compared.flags)
        effect.method = shares.isEmpty ? Self.info.name : "\(Self.info.name) (to a population)"
        guard !compared.selection.rows.isEmpty else {
          throw StageFault(
            "\(effect.outcome), \(effect.contrast): no stratum has cases of both arms",
            at: "strata", help: "use coarser strata")
        }
        do throws(EstimationFault) {
          let both = try compared.twoArms()
          effect.take(
            try both.postStratified(
              by: groups.grouping(compared.selection.rows), shares: weights, level: level))
        } catch {
          throw fault(error, of: "\(effect.outcome), \(effect.contrast)")
        }
        effects.append(effect, grade: comparison.grade(origin.design))
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    return output
  }
}

extension PostStratification {
  private var weights: [String: Double]? {
    shares.isEmpty
      ? nil
      : Dictionary(
        shares.entries.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The combinations of the columns; a case that misses one of them has none.
  private func stratumGroups(_ cases: Cases) throws(StageFault) -> CaseGroups {
    var columns: [CaseGroups] = []
    for name in strata { columns.append(try cases.groups(name, at: "strata")) }
    let groups = columns.count == 1 ? columns[0] : CaseGroups(combining: columns)
    let limited = try groups.limited(at: "strata")
    for entry in shares.entries where !limited.labels.contains(where: { $0.isExactly(entry.name) })
    {
      throw StageFault(
        "no case is in stratum '\(entry.name)' of '\(limited.column)'", at: "shares",
        help: "strata: " + limited.labels.prefix(20).joined(separator: ", "))
    }
    return limited
  }

  private func fault(_ fault: EstimationFault, of what: String) -> StageFault {
    guard case .thinBlocks(let labels) = fault else { return StageFault(fault, of: what) }
    let names = labels.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    let more = labels.count > 5 ? " and \(labels.count - 5) more" : ""
    return StageFault(
      "\(what): in stratum \(names)\(more) an arm has fewer than two cases", at: "strata",
      help: "use fewer or coarser strata")
  }
}

extension CaseGroups {
  /// The combinations of several columns' groups, in order of first appearance.
  fileprivate init(combining columns: [CaseGroups]) {
    let count = columns[0].codes.count
    var codes = [Int32](repeating: -1, count: count)
    var places: [[Int32]: Int32] = [:]
    var labels: [String] = []
    for row in 0..<count {
      let key = columns.map { $0.codes[row] }
      guard !key.contains(-1) else { continue }
      if let place = places[key] {
        codes[row] = place
      } else {
        codes[row] = Int32(labels.count)
        places[key] = Int32(labels.count)
        labels.append(zip(columns, key).map { $0.labels[Int($1)] }.joined(separator: " x "))
      }
    }
    let name = columns.map(\.column).joined(separator: " x ")
    let validity = codes.contains(-1) ? Bitmap(codes.map { $0 >= 0 }) : nil
    self.init(column: name, codes: codes, labels: labels, validity: validity)
  }
}
