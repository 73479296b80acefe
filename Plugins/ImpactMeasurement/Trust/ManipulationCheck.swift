// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Whether cases seem to have chosen their side of a cut-off.
///
/// It counts cases next to the cut-off, which needs no bandwidth and works for ages, months and scores in whole
/// numbers too, where a density has ties only; `impact/regression-discontinuity` tests the density itself.
struct ManipulationCheck {
  let running: ColumnName
  let cutoff: Double
  let threshold: Double

  func check(_ cases: Cases) throws(StageFault) -> TrustCheck {
    let numbers = try cases.numbers(running, at: "running")
    let values = numbers.values.indices.filter { numbers.validity?[$0] ?? true }
      .map { numbers.values[$0] }
    let counts: CutoffCounts
    do throws(EstimationFault) {
      counts = try CutoffCounts(running: values, cutoff: cutoff)
    } catch {
      throw StageFault(
        "'\(running)': \(error.message)", at: "running",
        help: "check 'cutoff', or leave 'running' out: so few cases cannot show who chose a side")
    }
    let passed = counts.pValue >= threshold
    let sides =
      "\(counts.below) cases just below the cut-off of '\(running)' and \(counts.above) above"
    var check = TrustCheck(
      "manipulation", subject: running.name, passed: passed, severity: .warning,
      message: passed
        ? "there are \(sides) (\(counts.pValue.asPValue))"
        : "there are \(sides) (\(counts.pValue.asPValue)): some may have chosen their side")
    check.statistic = Double(counts.above)
    check.pValue = counts.pValue
    check.value = counts.pValue
    check.threshold = threshold
    check.flag = passed ? nil : "manipulation"
    return check
  }
}
