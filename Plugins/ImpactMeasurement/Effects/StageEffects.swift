// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// The effects of a stage on their way out: graded, adjusted for their number, and told in sentences.
struct StageEffects {
  private let adjust: Adjustment
  private(set) var effects: [Effect] = []
  private var grades: [EvidenceGrade] = []

  /// - Parameter adjust: how p-values are raised; the family is all rows with the role of an outcome, over
  ///   all contrasts and outcomes of the stage.
  init(adjust: Adjustment) { self.adjust = adjust }

  /// Takes an effect up, with the grade that its comparison and its checks earn.
  mutating func append(_ effect: Effect, grade: EvidenceGrade?) {
    var effect = effect
    effect.smsLevel = grade?.level
    effects.append(effect)
    if let grade, !grades.contains(grade) { grades.append(grade) }
  }

  /// The effects table; says in notes why the grades are what they are.
  func table(in context: StageContext) throws(StageFault) -> Table {
    for grade in grades { context.note(grade.sentence) }
    return try table()
  }

  /// The effects table of details, whose grades the summary rows have told already.
  func table() throws(StageFault) -> Table {
    var effects = effects
    try adjust.apply(to: &effects)
    return EffectsTable.table(effects)
  }
}
