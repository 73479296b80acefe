// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// What is known of one outcome and contrast at this look.
struct ComparedLook {
  let outcome: MonitoredOutcome
  let contrast: ArmContrast
  /// The rows of the cases, in the order of `arms`.
  let rows: [Int]
  let arms: TwoArms
  /// Nil where the outcome does not vary yet.
  let difference: MeanDifference?

  /// 1 where more is better, −1 where less is.
  var sign: Double { outcome.better == .increase ? 1 : -1 }

  /// Units of assignment that have the outcome.
  var units: Int { arms.clusters?.count ?? arms.rows.count }

  /// The statistic on the scale of Z, positive where things are better: t is carried over by its p-value.
  var statistic: Double? {
    guard let estimate = difference?.estimate else { return nil }
    let z =
      estimate.pValue > 0
      ? Distribution.normal.upperQuantile(estimate.pValue / 2) : estimate.statistic.magnitude
    return estimate.value * sign < 0 ? -z : z
  }

  /// - Throws: `StageFault` for what the estimator refuses, but not for an outcome that does not vary yet.
  init(
    _ outcome: MonitoredOutcome, _ contrast: ArmContrast, _ compared: ComparedCases, level: Double
  ) throws(StageFault) {
    self.outcome = outcome
    self.contrast = contrast
    let what = "\(outcome.column), \(contrast.name)"
    do throws(EstimationFault) {
      let arms = try compared.twoArms()
      rows = arms.rows.map { compared.selection.rows[$0] }
      self.arms = arms
      difference = try Self.difference(arms, level: level)
    } catch {
      throw StageFault(error, of: what)
    }
  }

  private static func difference(
    _ arms: TwoArms, level: Double
  ) throws(EstimationFault) -> MeanDifference? {
    let variance: MeanDifference.Variance =
      arms.clusters != nil ? .cr2 : arms.blocks != nil ? .neyman : .welch
    do throws(EstimationFault) {
      return try arms.difference(variance, level: level)
    } catch {
      if case .zeroVariance = error { return nil }
      throw error
    }
  }
}
