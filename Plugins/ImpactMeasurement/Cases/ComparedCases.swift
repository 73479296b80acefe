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
  /// What a group of `block` is called.
  private let noun: String

  /// - Parameters:
  ///   - contrast: the two arms.
  ///   - arms: of all cases.
  ///   - outcome: of all cases.
  ///   - block: the groups within which cases are compared, if any.
  ///   - noun: what such a group is called.
  ///   - cluster: the units that were assigned, if these were not the cases.
  ///   - needed: further columns without which a case is left out, by their role.
  ///   - thinBlocks: what becomes of blocks with one unit in an arm, where few cases lie in them.
  init(
    _ contrast: ArmContrast, of arms: Arms, outcome: Measurements, block: CaseGroups?,
    noun: String = "block", cluster: CaseGroups?,
    needed: [(role: String, column: String, validity: Bitmap?)] = [],
    thinBlocks: ThinBlocks = .leftOut
  ) {
    var selection = CaseSelection(
      arms.codes.indices.filter { contrast.isTreated(arms.codes[$0]) != nil })
    selection.require("outcome", outcome.column, outcome.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require(noun, block.column, block.validity) }
    for (role, column, validity) in needed { selection.require(role, column, validity) }
    self.noun = noun
    self.selection = selection
    self.contrast = contrast
    self.arms = arms
    self.outcome = outcome
    self.block = block
    self.cluster = cluster
    leaveOutIdleBlocks(thinBlocks)
    noteMixedClusters()
  }

  private(set) var flags: [String] = []

  enum ThinBlocks {
    /// For a variance within arm and block.
    case leftOut
    /// For what compares means and needs no variance.
    case kept
  }

  /// What goes to the estimator.
  func twoArms() throws(EstimationFault) -> TwoArms {
    let rows = selection.rows
    if rows.isEmpty, flags.contains(where: { $0.hasSuffix("-stratum") }) {
      // No label: a block with a single case may be named after it.
      throw .tooFew("blocks with cases of both arms", count: 0, needed: 1)
    }
    return try TwoArms(
      outcome: rows.map { outcome.values[$0] },
      arm: Statistics.Grouping(
        codes: rows.map { isTreated($0) ? 0 : 1 },
        labels: [contrast.treatedLabel, contrast.controlLabel]),
      treated: contrast.treatedLabel, control: contrast.controlLabel,
      blocks: block?.grouping(rows), clusters: cluster?.grouping(rows))
  }

  private func isTreated(_ row: Int) -> Bool { contrast.isTreated(arms.codes[row]) ?? false }

  /// Leaves out the blocks that say nothing: with one unit, with units of one arm only, and, where
  /// they hold few cases, those with one unit in an arm beside others, which have no variance within.
  private mutating func leaveOutIdleBlocks(_ thinBlocks: ThinBlocks) {
    guard let block else { return }
    let census = BlockCensus(selection.rows, block: block, cluster: cluster, isTreated: isTreated)
    leaveOut(
      census.blocks { $0 + $1 == 1 }, "singleton-stratum",
      "has a single \(cluster == nil ? "case" : "cluster"), so it compares nothing")
    leaveOut(
      census.blocks { $0 + $1 > 1 && ($0 == 0 || $1 == 0) }, "one-armed-stratum",
      "has cases of one arm only, so it compares nothing")
    guard thinBlocks == .leftOut else { return }
    let thin = census.blocks { min($0, $1) == 1 }
    let pairs = census.blocks { $0 == 1 && $1 == 1 }
    let areAllPairs = cluster == nil && pairs.count == census.blocks { $0 > 0 && $1 > 0 }.count
    if !areAllPairs, 20 * census.cases(thin) <= selection.rows.count {
      leaveOut(
        thin, "thin-stratum",
        "has one \(cluster == nil ? "case" : "cluster") in an arm, so nothing shows its variance")
    }
  }

  private mutating func leaveOut(_ blocks: [Int], _ flag: String, _ why: String) {
    guard let block, !blocks.isEmpty else { return }
    let isIdle = Set(blocks)
    selection.leaveOut(
      flag, where: { isIdle.contains(Int(block.codes[$0])) },
      note: { count, total in
        "\(block.naming(blocks, as: noun)) \(why): \(count) of \(total) cases are left out"
      })
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

/// How many units of each arm there are in each block.
private struct BlockCensus {
  private var treated: [Int]
  private var control: [Int]
  private var sizes: [Int]

  init(_ rows: [Int], block: CaseGroups, cluster: CaseGroups?, isTreated: (Int) -> Bool) {
    sizes = [Int](repeating: 0, count: block.labels.count)
    treated = sizes
    control = sizes
    var seen: Set<Int> = []
    for row in rows {
      let place = Int(block.codes[row])
      sizes[place] += 1
      let flag = isTreated(row)
      if let cluster {
        let unit = place * cluster.labels.count + Int(cluster.codes[row])
        guard seen.insert(2 * unit + (flag ? 1 : 0)).inserted else { continue }
      }
      if flag { treated[place] += 1 } else { control[place] += 1 }
    }
  }

  /// The blocks whose numbers of treated and control units meet a condition.
  func blocks(where condition: (_ treated: Int, _ control: Int) -> Bool) -> [Int] {
    sizes.indices.filter { sizes[$0] > 0 && condition(treated[$0], control[$0]) }
  }

  func cases(_ blocks: [Int]) -> Int { blocks.reduce(0) { $0 + sizes[$1] } }
}

extension CaseGroups {
  /// Some of the groups for a message: `block 'a', 'b' of 'site'`.
  func naming(_ groups: [Int], as noun: String = "block") -> String {
    let names = groups.prefix(5).map { "'\(labels[$0])'" }.joined(separator: ", ")
    let more = groups.count > 5 ? " and \(groups.count - 5) more" : ""
    return "\(noun) \(names)\(more) of '\(column)'"
  }

  /// The groups of some rows, none of which is missing.
  func grouping(_ rows: [Int]) -> Statistics.Grouping {
    Statistics.Grouping(codes: rows.map { codes[$0] }, labels: labels)
  }
}
