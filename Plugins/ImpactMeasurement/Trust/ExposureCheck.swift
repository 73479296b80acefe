// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// How much of an effect can reach those assigned to it: the share that was in fact exposed.
struct ExposureCheck {
  private let labels: [String]
  private let exposed: [Int]
  private let known: [Int]

  /// - Throws: `StageFault` where the column holds anything but yes and no.
  init(_ cases: Cases, exposed name: ColumnName, arms: Arms) throws(StageFault) {
    let numbers = try cases.numbers(name, at: "exposed")
    var exposed = [Int](repeating: 0, count: arms.labels.count)
    var known = exposed
    for (row, arm) in arms.codes.enumerated() where arm >= 0 && numbers.validity?[row] ?? true {
      guard numbers.values[row] == 0 || numbers.values[row] == 1 else {
        throw StageFault(
          "'\(name)' holds other numbers than 0 and 1", at: "exposed",
          help: "name a column that says of each case whether the change reached it")
      }
      known[Int(arm)] += 1
      if numbers.values[row] == 1 { exposed[Int(arm)] += 1 }
    }
    labels = arms.labels
    self.exposed = exposed
    self.known = known
  }

  /// One check for a contrast.
  ///
  /// The difference in exposure is what an effect of assignment is diluted by, if assignment works by
  /// exposure alone.
  func check(_ contrast: ArmContrast, limit: Double) -> TrustCheck {
    let treated = share(contrast.treated)
    let control = share([contrast.control])
    let name = contrast.name
    guard let treated, let control else {
      return TrustCheck(
        "exposure", subject: name, passed: false, severity: .info,
        message: "\(name): of an arm it is not known of any case whether the change reached it")
    }
    let factor = treated - control
    let shares =
      "\(treated.asPercentage) of \(contrast.treatedLabel) and \(control.asPercentage) of "
      + "\(contrast.controlLabel) were exposed"
    let hundredths = Int((factor * 100).rounded())
    let digits = hundredths % 100 < 10 ? "0\(hundredths % 100)" : "\(hundredths % 100)"
    var check = TrustCheck(
      "exposure", subject: name, passed: factor >= limit, severity: .warning,
      message: factor > 0
        ? "\(shares): an effect of the assignment is an effect of exposure diluted to "
          + "\(hundredths / 100).\(digits) of it"
        : "\(shares): the assignment moved nobody into the change")
    check.value = factor
    check.threshold = limit
    check.flag = check.passed ? nil : "dilution"
    return check
  }

  private func share(_ arms: [Int]) -> Double? {
    let all = arms.reduce(0) { $0 + known[$1] }
    return all == 0 ? nil : Double(arms.reduce(0) { $0 + exposed[$1] }) / Double(all)
  }
}
