// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What was assigned, case by case or cluster by cluster, and what is wrong with that already.
struct AssignedUnits {
  let cluster: CaseGroups?
  let block: CaseGroups?
  /// Units of each arm: cases, or clusters with cases in it.
  let counts: [Int]
  /// Cases of each arm.
  let caseCounts: [Int]
  private(set) var checks: [TrustCheck] = []

  init(
    _ cases: Cases, _ arms: Arms, cluster: ColumnName?, block: ColumnName?
  ) throws(StageFault) {
    let groups = try cases.groups(cluster, at: "cluster")
    self.cluster = groups
    self.block = try cases.groups(block, at: "block")
    var caseCounts = [Int](repeating: 0, count: arms.labels.count)
    for code in arms.codes where code >= 0 { caseCounts[Int(code)] += 1 }
    self.caseCounts = caseCounts
    var mixed = 0
    if let groups {
      var seen = [Set<Int32>](repeating: [], count: groups.labels.count)
      for (row, group) in groups.codes.enumerated() where group >= 0 && arms.codes[row] >= 0 {
        seen[Int(group)].insert(arms.codes[row])
      }
      mixed = seen.count { $0.count > 1 }
      counts = arms.labels.indices.map { arm in seen.count { $0.contains(Int32(arm)) } }
    } else {
      counts = caseCounts
    }
    count(
      "arm-known", arms.column, arms.validity.map { $0.count - $0.setCount } ?? 0, .warning,
      flag: "arm-missing"
    ) { "\($0) cases have no arm; find out what they got" }
    guard let groups else { return }
    count(
      "cluster-known", groups.column, groups.codes.count { $0 < 0 }, .warning,
      flag: "cluster-missing"
    ) { "\($0) cases belong to no '\(groups.column)'" }
    count("cluster-in-one-arm", groups.column, mixed, .error, flag: "mixed-clusters") {
      "\($0) of the units in '\(groups.column)' have cases in more than one arm, so they were not "
        + "assigned whole"
    }
  }

  /// What the units are called in a message.
  var noun: String { cluster == nil ? "cases" : "clusters" }

  private mutating func count(
    _ name: String, _ subject: String, _ count: Int, _ severity: TrustCheck.Severity,
    flag: String, message: (Int) -> String
  ) {
    var check = TrustCheck(
      name, subject: subject, passed: count == 0, severity: severity,
      message: count == 0 ? "none is missing or doubtful" : message(count))
    check.value = Double(count)
    check.threshold = 0
    check.flag = count == 0 ? nil : flag
    checks.append(check)
  }
}
