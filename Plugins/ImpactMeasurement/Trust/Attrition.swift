// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Statistics
import Tables

/// How many cases have no outcome, in all and in each arm.
struct Attrition {
  private let outcome: String
  private let labels: [String]
  private let assigned: [Int]
  private let missing: [Int]

  init(_ column: Column, named outcome: String, arms: Arms) {
    var assigned = [Int](repeating: 0, count: arms.labels.count)
    var missing = assigned
    let validity = column.validity
    for (row, code) in arms.codes.enumerated() where code >= 0 {
      assigned[Int(code)] += 1
      if let validity, !validity[row] { missing[Int(code)] += 1 }
    }
    self.outcome = outcome
    self.assigned = assigned
    self.missing = missing
    labels = arms.labels
  }

  /// The whole, the difference between arms, and a line for each arm.
  ///
  /// - Parameters:
  ///   - limit: the share missing in all that warns.
  ///   - threshold: the p-value of the χ² test over arms that warns.
  ///   - practical: the difference between two arms' shares below which it only informs.
  /// - Returns: `attrition`, `attrition-by-arm`, and `attrition-in-arm` for each arm.
  func checks(limit: Double, threshold: Double, practical: Double) -> [TrustCheck] {
    [whole(limit), byArm(threshold, practical)] + labels.indices.map(arm)
  }

  private func whole(_ limit: Double) -> TrustCheck {
    let missing = missing.reduce(0, +)
    let all = assigned.reduce(0, +)
    let share = all == 0 ? 0 : Double(missing) / Double(all)
    var check = TrustCheck(
      "attrition", subject: outcome, passed: share <= limit, severity: .warning,
      message: "\(missing) of \(all) assigned cases (\(share.asPercentage)) have no '\(outcome)'")
    check.value = share
    check.threshold = limit
    check.flag = check.passed ? nil : "attrition"
    return check
  }

  /// The largest difference between the shares missing in two arms.
  private var spread: Double {
    let shares = labels.indices.filter { assigned[$0] > 0 }
      .map { Double(missing[$0]) / Double(assigned[$0]) }
    return (shares.max() ?? 0) - (shares.min() ?? 0)
  }

  private func byArm(_ threshold: Double, _ practical: Double) -> TrustCheck {
    let test = try? ContingencyTable(missing: missing, assigned: assigned).pearson()
    let passed = (test?.pValue ?? 1) >= threshold
    let isSlight = spread < practical
    let message: String
    if let test {
      message =
        passed
        ? "'\(outcome)' is missing about as often in every arm (\(test.pValue.asPValue))"
        : isSlight
          ? "'\(outcome)' is not missing quite as often in every arm (\(test.pValue.asPValue)), and by "
            + "less than \(practical.asPercentage): too little to change much"
          : "'\(outcome)' is missing more often in one arm than in another (\(test.pValue.asPValue)): "
            + "what is left of the arms may differ"
    } else {
      message =
        missing.allSatisfy { $0 == 0 }
        ? "no '\(outcome)' is missing" : "'\(outcome)' is missing in every case"
    }
    var check = TrustCheck(
      "attrition-by-arm", subject: outcome, passed: passed,
      severity: !passed && isSlight ? .info : .warning, message: message)
    if let test { check.take(test) }
    check.value = test?.pValue
    check.threshold = threshold
    check.flag = passed || isSlight ? nil : "differential-attrition"
    return check
  }

  private func arm(_ place: Int) -> TrustCheck {
    let share = assigned[place] == 0 ? 0 : Double(missing[place]) / Double(assigned[place])
    var check = TrustCheck(
      "attrition-in-arm", subject: "\(outcome), \(labels[place])", passed: true, severity: .info,
      message: "\(labels[place]): \(missing[place]) of \(assigned[place]) cases "
        + "(\(share.asPercentage)) have no '\(outcome)'")
    check.value = share
    return check
  }
}
