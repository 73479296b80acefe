// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Experiments side by side: their effects, in what they are comparable, and one pooled effect where
/// that is honest.
///
/// Effects of different experiments are pooled where outcome (metric, or column), contrast, subgroup
/// and time are the same, by random effects with REML and Hartung and Knapp. They are not pooled where
/// the experiments differ in design, metric or its version, time followed, level of evidence, or in
/// who took part (shares of those invited that lie more than 20 percentage points apart); effects of
/// one experiment may share cases and are not pooled either. `pool: always` overrules that and says
/// so in the note; nothing makes different scales or units one. To list several names under
/// `outcome` or `contrast` is to say that they mean the same. What a card does not tell stays
/// "not published".
struct Compare: Stage {
  static let info = StageInfo(
    "compare", version: 1,
    summary: "Sets experiments side by side and pools their effects where they are comparable.",
    example: """
      comparison:
        use: evaluation/compare
        from:
          effects: [north.effects, south.effects]
          pilots: [north-card.pilot, south-card.pilot]
        with:
          outcome: applied
          contrast: [b1 - standard, clear - old]
          names: {letters-north: Noord, letters-south: Zuid}
      """,
    source:
      "Knapp and Hartung (2003), Statistics in Medicine 22:2693–2710; Farrington et al. (2002), "
      + "The Maryland Scientific Methods Scale.")

  enum Pool: String, ParameterChoice {
    case auto
    case always
    case never
  }

  @Parameter("Outcomes to compare (column, card's id or metric); several mean the same.")
  var outcome: [String] = []
  @Parameter("Contrasts to compare; several mean the same.")
  var contrast: [String] = []
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("Whether to pool effects: where comparable, whatever the differences, or never.")
  var pool: Pool = .auto
  @Parameter("What to call an experiment, by its id or by the stage that it comes from.")
  var names: NamedValues<String> = NamedValues()
  @Parameter("Language of the notes.")
  var language: SpokenLanguage = .en

  struct Input: PortSet {
    @Port("Effects of each experiment.") var effects: [Labeled<Table>]
    @Port("The experiments' pilot cards.") var pilots: [Labeled<PilotCard>]
  }

  struct Output: PortSet {
    @Port("One row per effect, and per experiment that published none.") var comparison: Table
    @Port("One row per aspect, one column per experiment.") var comparability: Table
    @Port("One row per pooled effect.") var pooled: Table
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["comparison": ComparisonTable.promises, "pooled": PooledTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let wording = language.wording
    guard !input.effects.isEmpty || !input.pilots.isEmpty else {
      throw StageFault(
        "there is nothing to compare",
        help: "feed the effects of experiments, their pilot cards, or both", kind: .user)
    }
    var compared = try ComparedExperiments(
      effects: input.effects, cards: input.pilots, outcomes: outcome, contrasts: contrast,
      names: names, wording: wording)
    let reader = AspectReader(wording: wording, outcomes: outcome, contrasts: contrast)
    let aspects = Aspect.Code.allCases.map { reader.aspect($0, of: compared.experiments) }
    let (lines, sentences) = pooled(&compared, reader)
    var output = Output()
    output.comparison = try ComparisonTable.table(compared, level: level)
    output.comparability = try ComparabilityTable(
      aspects: aspects, experiments: compared.experiments, pooling: sentences,
      isPooled: !lines.isEmpty, wording: wording
    ).table()
    output.pooled = try PooledTable.table(lines)
    for sentence in sentences { context.note(sentence) }
    return output
  }
}

extension Compare {
  /// The pooled effects, and one sentence for each group on why it is pooled or not.
  private func pooled(
    _ compared: inout ComparedExperiments, _ reader: AspectReader
  ) -> ([PooledTable.Line], [String]) {
    let wording = reader.wording
    var lines: [PooledTable.Line] = []
    var sentences: [String] = []
    for group in PoolingGroups(compared, outcomes: outcome, contrasts: contrast).groups {
      let decision = PoolingDecision(group, in: compared, reader: reader)
      let refusal =
        pool == .never
        ? wording.switchedOff
        : decision.impossible
          ?? (pool == .always || decision.objections.isEmpty
            ? nil : decision.objections.joined(separator: "; "))
      for line in group.lines {
        let lacking = compared.lines[line].effect.lacking(wording)
        if let reason = lacking ?? refusal { compared.set(notPooled: reason, of: line) }
      }
      if let refusal {
        sentences.append("\(group.outcome), \(group.contrast): \(refusal).")
        continue
      }
      let effects = decision.usable.map { compared.lines[$0].effect }
      let result: Pooled
      do {
        result = try Pooling(level: level).pool(
          effects.compactMap(\.estimate), effects.compactMap(\.standardError))
      } catch {
        // One group that cannot be pooled takes nothing from the comparison.
        for line in decision.usable { compared.set(notPooled: error.message, of: line) }
        sentences.append("\(group.outcome), \(group.contrast): \(error.message).")
        continue
      }
      for (line, weight) in zip(decision.usable, result.result.weights) {
        compared.set(weight: weight, of: line)
      }
      let note = decision.objections.isEmpty ? nil : wording.pooledAnyway(decision.objections)
      lines.append(
        PooledTable.Line(
          outcome: group.outcome, contrast: group.contrast, subgroup: group.subgroup,
          time: group.time, scale: effects[0].scale?.rawValue, unit: effects[0].unit,
          pooled: result, note: note))
      sentences.append(note ?? wording.pooledCount(group.outcome, effects.count))
    }
    return (lines, sentences)
  }
}
