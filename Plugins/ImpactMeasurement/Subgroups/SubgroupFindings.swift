// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Effects, tests and checks of a stage, as they grow from variable to variable.
struct SubgroupFindings {
  private let stage: Subgroups
  private let origin: EffectOrigin
  private let plan: PlanCheck
  private let watch: HarmCheck
  private let comparison: Comparison
  private var effects: StageEffects
  private var tests: [InteractionTable.Line] = []
  private var checks: [TrustCheck] = []

  init(
    stage: Subgroups, origin: EffectOrigin, plan: PlanCheck, watch: HarmCheck,
    columns: [ColumnSchema]
  ) {
    self.stage = stage
    self.origin = origin
    self.plan = plan
    self.watch = watch
    comparison = .arms(isAdjusted: !stage.covariates.isEmpty)
    effects = StageEffects(adjust: stage.adjust, card: origin.card, columns: columns)
  }

  /// One outcome and contrast in every subgroup of a variable, and the test between them.
  mutating func add(
    _ variable: SubgroupVariable, _ parts: [SubgroupCases], _ outcome: ColumnName,
    _ contrast: ArmContrast, in context: StageContext
  ) throws(StageFault) {
    var found: [SubgroupCases.Found] = []
    for part in parts {
      let title = part.title
      var template = origin.effect(
        of: outcome.name, contrast: contrast.name, comparison: comparison)
      template.subgroup = [origin.subgroup, title].compactMap(\.self).joined(separator: " and ")
      template.raise(plan.flags)
      if !variable.isDeclared { template.raise(["deviates-from-plan"]) }
      guard let one = try part.effect(on: outcome, contrast, into: template) else {
        context.note(
          "\(outcome), \(contrast.name), \(title): fewer than \(stage.atLeast) cases in an arm, so "
            + "nothing is shown")
        if watch.isWatched(title) { checks.append(watch.tooFew(template, title: title)) }
        continue
      }
      for note in one.notes { context.note("\(outcome), \(contrast.name), \(title): \(note)") }
      var effect = one.effect
      if watch.isWatched(title) {
        let check = try watch.check(effect, title: title)
        if let flag = check.flag { effect.raise([flag]) }
        checks.append(check)
      }
      effects.append(effect, grade: comparison.grade(origin.design))
      found.append(one)
    }
    if !found.isEmpty, found.count == parts.count - 1 {
      context.note(
        "\(outcome), \(contrast.name), \(variable.name): the one subgroup that is not shown follows from "
          + "the others and the effect on everybody; do not publish all of them")
    }
    try addTest(variable, outcome, contrast, found, in: context)
  }

  private mutating func addTest(
    _ variable: SubgroupVariable, _ outcome: ColumnName, _ contrast: ArmContrast,
    _ found: [SubgroupCases.Found], in context: StageContext
  ) throws(StageFault) {
    let subject = "\(outcome), \(contrast.name), \(variable.name)"
    guard found.count > 1 else {
      context.note("\(subject): there are no two subgroups to compare")
      return
    }
    let clusters = stage.cluster.map { _ in
      Statistics.Grouping(found.flatMap { $0.clusters ?? [] })
    }
    do throws(EstimationFault) {
      let result = try EffectHeterogeneity(
        found.map(\.group), clusters: clusters, level: stage.level)
      let names = found.map(\.group.name)
      tests.append(
        InteractionTable.Line(
          outcome: outcome.name, contrast: contrast.name, variable: variable.name,
          groups: found.count, isDeclared: variable.isDeclared, result: result,
          difference: names.count == 2 ? "\(names[1]) - \(names[0])" : nil,
          variance: clusters == nil ? "hc2, df rows − coefficients" : "cr2, df clusters − 1"))
    } catch {
      context.note("\(subject): whether effects differ cannot be tested: \(error.message)")
    }
  }

  /// The stage's output; tells what was found.
  func output(in context: StageContext) throws -> Subgroups.Output {
    var output = Subgroups.Output()
    output.effects = try effects.table(in: context)
    var tests = tests
    let adjusted = try stage.adjust.adjusted(tests.map(\.result.test.pValue))
    for (place, value) in adjusted.enumerated() {
      tests[place].adjustedPValue = value
      let pValue = value ?? tests[place].result.test.pValue
      let shown = (value == nil ? "" : "adjusted ") + pValue.asPValue
      let what = "\(tests[place].outcome), \(tests[place].contrast)"
      context.note(
        pValue < 1 - stage.level
          ? "\(what): the effect differs by '\(tests[place].variable)' (\(shown))"
          : "\(what): no sign that the effect differs by '\(tests[place].variable)' "
            + "(\(shown)); small differences need many more cases to show")
    }
    for check in checks where !check.passed { context.note(check.message) }
    output.tests = try InteractionTable.table(tests)
    output.checks = TrustChecks.table(checks)
    return output
  }
}
