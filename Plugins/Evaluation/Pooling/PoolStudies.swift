// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// One effect out of several studies' effects, from estimates with standard errors or from 2×2 counts.
///
/// By default random effects with τ² by REML, Hartung and Knapp's standard error with k − 1 degrees of
/// freedom, and a prediction interval with Student's quantile of as many; without Hartung and Knapp
/// both take the normal quantile. A study without an estimate or with no positive standard error is
/// left out and counted. Counts give the log risk ratio, or what `measure` names; ½ is added to every
/// cell of a study that has an empty one. Ratios must come as logarithms.
struct PoolStudies: Stage {
  static let info = StageInfo(
    "meta-analysis", version: 1,
    summary: "Pools the effects of several studies into one, with what to expect in a new place.",
    example: """
      pooled:
        use: evaluation/meta-analysis
        from: {effects: trials.cases}
        with:
          label: trial
          treated_events: vaccinated_cases
          treated_n: vaccinated
          control_events: unvaccinated_cases
          control_n: unvaccinated
          method: reml
      """,
    source: "DerSimonian and Laird (1986), Controlled Clinical Trials 7:177–188; Knapp and Hartung "
      + "(2003), Statistics in Medicine 22:2693–2710; Higgins, Thompson and Spiegelhalter (2009), J. "
      + "Royal Statistical Society A 172:137–159.")

  @Parameter("Outcome to pool, where the table has a column 'outcome' with several.")
  var outcome: String?
  @Parameter("Column of the estimates, on a scale that can be averaged.")
  var estimate: ColumnName = "estimate"
  @Parameter("Column of their standard errors.")
  var stdError: ColumnName = "std_error"
  @Parameter("Column that names each study; 'experiment' unless given, where there is one.")
  var label: ColumnName?
  @Parameter("Column of the successes among the treated, instead of 'estimate'.")
  var treatedEvents: ColumnName?
  @Parameter("Column of the number treated.")
  var treatedN: ColumnName?
  @Parameter("Column of the successes in the control group.")
  var controlEvents: ColumnName?
  @Parameter("Column of the number in the control group.")
  var controlN: ColumnName?
  @Parameter("What counts are turned into.")
  var measure: StudyColumns.Measure = .logRiskRatio
  @Parameter("How the variance between studies is estimated; 'fixed' takes it to be zero.")
  var method: Pooling.Method = .reml
  @Parameter("Use Hartung and Knapp's standard error; true unless the effect is fixed.")
  var hartungKnapp: Bool?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("Quantile of the prediction interval; t with Hartung and Knapp, else normal.")
  var prediction: Pooling.Prediction?

  struct Input: PortSet {
    @Port("One row per study.") var effects: Table
  }

  struct Output: PortSet {
    @Port("The pooled estimate, in one row.") var pooled: Table
    @Port("One row per study, with its weight.") var studies: Table
  }

  func validate() throws(StageFault) {
    let counts = [
      ("treated_events", treatedEvents), ("treated_n", treatedN),
      ("control_events", controlEvents), ("control_n", controlN),
    ]
    let missing = counts.filter { $0.1 == nil }.map(\.0)
    if let first = missing.first, missing.count < counts.count {
      throw .user(
        "counts need all four columns, and '\(first)' is not named", at: first,
        help: "name treated_events, treated_n, control_events and control_n")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["pooled": PooledTable.promises, "studies": StudyColumns.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let columns = try StudyColumns(self, input.effects)
    var studies = try columns.studies(level: level)
    let kept = studies.indices.filter { studies[$0].leftOut == nil }
    if kept.count < studies.count {
      context.note("\(studies.count - kept.count) of \(studies.count) studies are left out")
    }
    let usesHartungKnapp = hartungKnapp ?? (method != .fixed)
    let pooling = Pooling(
      method: method, isHartungKnapp: usesHartungKnapp, level: level,
      prediction: prediction ?? (usesHartungKnapp ? .t : .normal))
    let pooled = try pooling.pool(
      kept.compactMap { studies[$0].estimate }, kept.compactMap { studies[$0].standardError })
    for (place, weight) in zip(kept, pooled.result.weights) { studies[place].weight = weight }
    var output = Output()
    output.pooled = try PooledTable.table([
      PooledTable.Line(
        outcome: columns.outcome, contrast: columns.contrast, scale: columns.scale,
        unit: columns.unit, pooled: pooled,
        note: kept.count < studies.count ? "\(studies.count - kept.count) left out" : nil)
    ])
    output.studies = try StudyColumns.table(studies)
    return output
  }
}
