// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// Whether a rule keeps its promises on cases that it was not learned from.
struct TailoringChecks {
  private(set) var checks: [TrustCheck] = []

  /// - Parameters:
  ///   - stage: what was promised.
  ///   - part: the cases that the rule is valued on.
  ///   - arms: what the rule gives each of them.
  ///   - clipped: cases of both parts that had hardly a chance of some arm.
  ///   - count: cases of both parts.
  init(_ stage: Tailoring, _ part: ScoredPart, arms: [Int], clipped: Int, of count: Int) {
    let share = Double(clipped) / Double(count)
    add(
      "overlap", "arms", value: share, threshold: 0.02, flag: "poor-overlap",
      clipped == 0
        ? "every case had a chance of every arm"
        : "\(clipped) of \(count) cases had hardly a chance of some arm")
    let constraints = part.constraints
    if let budget = constraints.budget {
      let cost = arms.reduce(0) { $0 + constraints.costs[$1] } / Double(arms.count)
      // Other cases are others: a tenth above is no broken promise yet.
      add(
        "budget", "rule", value: cost, threshold: 1.1 * budget, flag: "over-budget",
        "on other cases the rule costs \(cost.asFigure) a case, of a budget of \(budget.asFigure)")
    }
    for (rule, equality) in zip(stage.equal, constraints.equalities) {
      var totals = [Double](repeating: 0, count: equality.groups.count)
      var sums = totals
      for (row, arm) in arms.enumerated() {
        let group = Int(equality.groups.codes[row])
        totals[group] += 1
        switch equality.of {
        case .share: sums[group] += arm == constraints.reference ? 0 : 1
        case .value:
          sums[group] +=
            part.scores.scores[arm][row] - part.scores.scores[constraints.reference][row]
        }
      }
      let means = totals.indices.filter { totals[$0] > 0 }.map { sums[$0] / totals[$0] }
      let difference = (means.max() ?? 0) - (means.min() ?? 0)
      add(
        "equality", rule.column.name, value: difference, threshold: rule.within, flag: "unequal",
        "on other cases the \(rule.of.rawValue) differs by \(difference.asFigure) between groups of "
          + "'\(rule.column)', where \(rule.within.asFigure) was allowed")
    }
  }

  private mutating func add(
    _ check: String, _ subject: String, value: Double, threshold: Double, flag: String,
    _ message: String
  ) {
    let passed = value <= threshold + 1e-12
    var line = TrustCheck(
      check, subject: subject, passed: passed, severity: .warning, message: message)
    line.value = value
    line.threshold = threshold
    line.flag = passed ? nil : flag
    checks.append(line)
  }
}
