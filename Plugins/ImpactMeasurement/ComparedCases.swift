// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The cases of one contrast on one outcome, and what had to be left out of it.
struct ComparedCases {
  private(set) var selection: CaseSelection
  private let contrast: ArmContrast
  private let arms: Arms
  private let outcome: Measurements
  private let block: CaseGroups?
  private let cluster: CaseGroups?

  init(
    _ contrast: ArmContrast, of arms: Arms, outcome: Measurements, block: CaseGroups?,
    cluster: CaseGroups?
  ) {
    var selection = CaseSelection(
      arms.codes.indices.filter { contrast.isTreated(arms.codes[$0]) != nil })
    selection.require("outcome", outcome.column, outcome.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require("block", block.column, block.validity) }
    self.selection = selection
    self.contrast = contrast
    self.arms = arms
    self.outcome = outcome
    self.block = block
    self.cluster = cluster
    leaveOutIdleBlocks()
    noteMixedClusters()
  }

  private(set) var flags: [String] = []

  /// What goes to the estimator.
  func twoArms() throws(EstimationFault) -> TwoArms {
    let rows = selection.rows
    return try TwoArms(
      outcome: rows.map { outcome.values[$0] },
      arm: Statistics.Grouping(
        codes: rows.map { isTreated($0) ? 0 : 1 },
        labels: [contrast.treatedLabel, contrast.controlLabel]),
      treated: contrast.treatedLabel, control: contrast.controlLabel,
      blocks: block?.grouping(rows), clusters: cluster?.grouping(rows))
  }

  private func isTreated(_ row: Int) -> Bool { contrast.isTreated(arms.codes[row]) ?? false }

  /// A block in which nobody of the other arm is left compares nothing: neither a block of one case,
  /// nor one whose cases all got the same.
  private mutating func leaveOutIdleBlocks() {
    guard let block else { return }
    var sizes = [Int](repeating: 0, count: block.labels.count)
    var treated = sizes
    for row in selection.rows {
      sizes[Int(block.codes[row])] += 1
      if isTreated(row) { treated[Int(block.codes[row])] += 1 }
    }
    for (flag, words) in [
      ("singleton-stratum", "a single case"), ("one-armed-stratum", "cases of one arm only"),
    ] {
      let idle = sizes.indices.filter {
        flag == "singleton-stratum"
          ? sizes[$0] == 1 : sizes[$0] > 1 && (treated[$0] == 0 || treated[$0] == sizes[$0])
      }
      let isIdle = Set(idle)
      selection.leaveOut(flag, where: { isIdle.contains(Int(block.codes[$0])) }) { count, total in
        let names = idle.prefix(5).map { "'\(block.labels[$0])'" }.joined(separator: ", ")
        let more = idle.count > 5 ? " and \(idle.count - 5) more" : ""
        return "block \(names)\(more) of '\(block.column)' has \(words), so it compares nothing: "
          + "\(count) of \(total) cases are left out"
      }
    }
  }

  /// Clusters were assigned whole: one with cases of both arms was not.
  private mutating func noteMixedClusters() {
    flags = selection.flags
    guard let cluster else { return }
    var seen = [UInt8](repeating: 0, count: cluster.labels.count)
    for row in selection.rows { seen[Int(cluster.codes[row])] |= isTreated(row) ? 1 : 2 }
    if seen.contains(3) { flags.append("mixed-clusters") }
  }
}

extension CaseGroups {
  /// The groups of some rows, none of which is missing.
  func grouping(_ rows: [Int]) -> Statistics.Grouping {
    Statistics.Grouping(codes: rows.map { codes[$0] }, labels: labels)
  }
}
