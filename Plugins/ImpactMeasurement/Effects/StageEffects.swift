// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// The effects of a stage on their way out: graded, adjusted for their number, and told in sentences.
struct StageEffects {
  /// More sentences than this are not read; the rest stands in the table.
  static let toldEffects = 12

  private let adjust: Adjustment
  private let card: PilotCard?
  /// The columns that hold yes or no.
  private let yesNo: Set<String>
  private(set) var effects: [Effect] = []
  private var grades: [EvidenceGrade] = []

  /// - Parameters:
  ///   - adjust: how p-values are raised; the family is all rows with the role of an outcome, over all
  ///     contrasts and outcomes of the stage.
  ///   - card: gives the sentences their names, their group and their language.
  ///   - columns: of the cases; an outcome of yes and no is told among a thousand, also without a unit.
  init(adjust: Adjustment, card: PilotCard?, columns: [ColumnSchema] = []) {
    self.adjust = adjust
    self.card = card
    yesNo = Set(columns.filter { $0.type == .boolean }.map(\.name))
  }

  /// Takes an effect up, with the grade that its comparison and its checks earn.
  mutating func append(_ effect: Effect, grade: EvidenceGrade?) {
    var effect = effect
    effect.smsLevel = grade?.level
    effects.append(effect)
    if let grade, !grades.contains(grade) { grades.append(grade) }
  }

  /// The effects table; says in notes what was found and why the grades are what they are.
  func table(in context: StageContext) throws(StageFault) -> Table {
    let adjusted = try adjusted()
    tell(adjusted, in: context)
    for grade in grades { context.note(grade.sentence) }
    return EffectsTable.table(adjusted)
  }

  /// The effects table of details, whose grades the summary rows have told already.
  func table() throws(StageFault) -> Table { EffectsTable.table(try adjusted()) }

  private func adjusted() throws(StageFault) -> [Effect] {
    var effects = effects
    for place in effects.indices where yesNo.contains(effects[place].outcome) {
      try measureShare(&effects[place])
    }
    try adjust.apply(to: &effects)
    return effects
  }

  /// A yes/no outcome is a share from 0 to 1, whatever the card calls it.
  private func measureShare(_ effect: inout Effect) throws(StageFault) {
    if let unit = effect.unit, MeasuredUnit.isPercent(unit) {
      throw StageFault(
        "'\(effect.outcome)' is yes or no and is measured as a share from 0 to 1, and the pilot card's "
          + "unit is '\(unit)'", at: "outcome",
        help: "write unit: share on the card, and its minimum_difference as a share: 0.02 for two "
          + "percentage points")
    }
    if effect.unit == nil, effect.scale == .difference { effect.unit = "share" }
  }

  /// A sentence for each effect, those that decide first.
  private func tell(_ effects: [Effect], in context: StageContext) {
    let order = effects.filter { $0.role == .primary } + effects.filter { $0.role != .primary }
    let sentences = order.compactMap { EffectSentence($0, card: card).text }
    sentences.prefix(Self.toldEffects).forEach(context.note)
    let rest = sentences.count - Self.toldEffects
    if rest > 0 { context.note("\(rest) more effects stand in the table only") }
  }
}
