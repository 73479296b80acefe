// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

extension RandomisationTest {
  /// The effects and the details on their way out.
  struct Results {
    private let stage: RandomisationTest
    private let origin: EffectOrigin
    private let plan: PlanCheck
    private let comparison: Comparison
    private var effects: StageEffects
    private var simulation = SimulationTable(RandomisationTest.figures)

    init(
      _ stage: RandomisationTest, _ origin: EffectOrigin, _ cases: Cases,
      comparison: Comparison, contrasts: Int
    ) {
      self.stage = stage
      self.origin = origin
      self.comparison = comparison
      effects = StageEffects(
        adjust: stage.adjust, card: origin.card, columns: cases.table.schema)
      plan = PlanCheck(
        origin.card?.plan, method: RandomisationTest.info.name, variance: "randomisation",
        covariates: stage.covariates.map(\.name),
        adjust: contrasts * stage.outcome.count > 1 ? stage.adjust.rawValue : nil,
        estimand: origin.isRandomised ? "ITT" : "difference")
    }

    var deviations: [String] { plan.deviations }

    mutating func append(
      _ outcome: String, _ contrast: String, _ test: Statistics.RandomisationTest,
      _ scheme: Assignment.Scheme, _ statistic: RandomisationTest.Statistic, treated: Int,
      control: Int, clusters: Int?, flags: [String]
    ) {
      var effect = origin.effect(of: outcome, contrast: contrast, comparison: comparison)
      effect.raise(plan.flags + flags)
      if !origin.isRandomised, origin.design != .steppedWedge {
        effect.raise(["assignment-assumed"])
      }
      effect.method = "\(RandomisationTest.info.name) (\(statistic.rawValue))"
      effect.estimate = test.estimate
      effect.statistic = test.statistic
      effect.pValue = test.pValue
      effect.confidenceLow = test.interval.lower
      effect.confidenceHigh = test.interval.upper
      if test.interval.lower == nil || test.interval.upper == nil {
        effect.raise(["open-interval"])
      }
      effect.count = treated + control
      effect.treatedCount = treated
      effect.controlCount = control
      effect.take(clusters: clusters)
      effect.variance =
        "assignment drawn again (\(scheme.rawValue)), "
        + (test.assignments.map { "each of \($0)" } ?? "\(test.draws) draws")
      simulation.append(
        effect, statistic: "\(statistic.rawValue), \(scheme.rawValue)", draws: test.draws,
        isExact: test.assignments != nil,
        [
          test.statistic, test.pValue, test.monteCarloError, test.upperPValue, test.lowerPValue,
          test.nullStandardDeviation,
        ])
      effects.append(effect, grade: comparison.grade(origin.design))
    }

    func output(in context: StageContext) throws -> Output {
      if effects.effects.contains(where: { $0.flags.contains("assignment-assumed") }) {
        context.note(
          "nothing says that lots were drawn: these p-values suppose that they were, by "
            + "the method named under variance")
      }
      var output = Output()
      output.effects = try effects.table(in: context)
      output.simulation = try simulation.table()
      return output
    }
  }
}
