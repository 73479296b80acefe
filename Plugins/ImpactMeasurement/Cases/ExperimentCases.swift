// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// The cases of an experiment with arms: who was in which, and what they were assigned by.
struct ExperimentCases {
  let cases: Cases
  let arms: Arms
  let contrasts: [ArmContrast]
  let block: CaseGroups?
  let cluster: CaseGroups?
  /// What to say of cases that have no arm, and its code.
  let notes: [String]
  let flags: [String]

  /// The parameters that name the columns.
  struct Columns {
    let arm: ColumnName?
    let control: String?
    let treatment: ColumnName?
    let pool: NamedValues<[String]>
    let block: ColumnName?
    let cluster: ColumnName?
  }

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ cases: Cases, _ columns: Columns, card: PilotCard?) throws(StageFault) {
    self.cases = cases
    arms = try Arms(cases, arm: columns.arm, treatment: columns.treatment)
    contrasts = try arms.contrasts(
      control: arms.control(columns.control, card: card), pool: columns.pool)
    block = try cases.groups(columns.block, at: "block")
    cluster = try cases.groups(columns.cluster, at: "cluster")
    var unassigned = CaseSelection(Array(0..<cases.count))
    unassigned.require(arms.parameter, arms.column, arms.validity)
    notes = unassigned.notes
    flags = unassigned.flags
  }

  /// The cases of one contrast on one outcome, without those that lack a covariate.
  func compared(
    _ contrast: ArmContrast, _ outcome: Measurements, covariates: [Covariate] = [],
    thinBlocks: ComparedCases.ThinBlocks = .leftOut
  ) -> ComparedCases {
    ComparedCases(
      contrast, of: arms, outcome: outcome, block: block, cluster: cluster,
      needed: covariates.map { ("covariate", $0.column, $0.validity) }, thinBlocks: thinBlocks)
  }
}
