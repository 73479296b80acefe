// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

extension Equivalence {
  /// Compares two arms, fills the effects row, and tests the margins.
  ///
  /// The p-value of the effects row is that of no difference, as in every effects table; those of the
  /// margins stand in the decisions.
  func test(
    _ compared: ComparedCases, _ variance: Variance, _ margins: EquivalenceTest.Margins,
    into effect: inout Effect
  ) throws(StageFault) -> EquivalenceTest {
    do throws(EstimationFault) {
      let arms = try compared.twoArms()
      switch variance {
      case .score, .newcombe: return try shares(arms, variance, margins, into: &effect)
      case .welch: return try means(arms, .welch, margins, into: &effect)
      case .neyman: return try means(arms, .neyman, margins, into: &effect)
      case .cr2: return try means(arms, .cr2, margins, into: &effect)
      }
    } catch {
      throw StageFault(error, of: "\(effect.outcome), \(effect.contrast)")
    }
  }

  private func means(
    _ arms: TwoArms, _ variance: MeanDifference.Variance, _ margins: EquivalenceTest.Margins,
    into effect: inout Effect
  ) throws(EstimationFault) -> EquivalenceTest {
    let difference = try arms.difference(variance, level: level)
    effect.method = Self.info.name
    effect.take(difference.estimate)
    effect.take(clusters: difference.clusters)
    effect.take(variance: difference.variance.rawValue, rule: difference.degreesOfFreedomRule)
    effect.count = difference.treated.count + difference.control.count
    effect.treatedCount = difference.treated.count
    effect.controlCount = difference.control.count
    return EquivalenceTest(difference.estimate, within: margins)
  }

  private func shares(
    _ arms: TwoArms, _ variance: Variance, _ margins: EquivalenceTest.Margins,
    into effect: inout Effect
  ) throws(EstimationFault) -> EquivalenceTest {
    let treated = try proportion(arms, treated: true)
    let control = try proportion(arms, treated: false)
    let shares = TwoProportions(treated: treated, control: control)
    let test =
      variance == .score
      ? try EquivalenceTest(score: shares, within: margins, level: level)
      : try EquivalenceTest(newcombe: shares, within: margins, level: level)
    effect.method = Self.info.name
    effect.estimate = test.value
    // No standard error goes with these intervals: they are not symmetric.
    let statistic = try shares.score(against: 0)
    if statistic.isFinite {
      effect.statistic = statistic
      effect.pValue = 2 * Distribution.normal.upper(statistic.magnitude)
    }
    effect.confidenceLow = test.interval.lower
    effect.confidenceHigh = test.interval.upper
    effect.level = level
    effect.variance =
      variance == .score ? "score (Farrington–Manning), df normal" : "newcombe, df normal"
    effect.count = treated.count + control.count
    effect.treatedCount = treated.count
    effect.controlCount = control.count
    return test
  }

  private func proportion(
    _ arms: TwoArms, treated: Bool
  ) throws(EstimationFault) -> Proportion {
    let rows = arms.outcome.indices.filter { arms.isTreated[$0] == treated }
    return try Proportion(rows.count { arms.outcome[$0] == 1 }, of: rows.count)
  }
}
