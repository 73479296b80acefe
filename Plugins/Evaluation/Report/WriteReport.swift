// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import StageKit
import Tables

/// The report of an experiment, or of several side by side, as a page and as Markdown.
///
/// The conclusion stands first; then what was tried, who took part, what was found, whether it can be
/// trusted, what went well, can be better and is needed next, and how it was computed. What nobody fed
/// in is said to be missing where a reader would look for it. The page needs no script and fetches
/// nothing.
struct WriteReport: Stage {
  static let info = StageInfo(
    "report", version: 1,
    summary: "Writes a self-contained report of all results, in Dutch or in English.",
    namesExperiment: true,
    example: """
      report:
        use: evaluation/report
        from:
          pilots: [intake.pilot]
          flows: [intake.flow]
          effects: [effect.effects]
          checks: [trust.checks]
          verdicts: [verdict.verdict]
        with:
          title: Does a clearer letter help?
          language: en
      """,
    source: "Schulz, Altman and Moher (2010), CONSORT 2010 statement, BMJ 340:c332.")

  @Parameter("Title; the pilot card's unless given.")
  var title: String?
  @Parameter(
    "Language of the report; the first pilot card's unless given, and English without one.")
  var language: SpokenLanguage?
  @Parameter("Facts that the page ends with, by name: the run, the program, the file.")
  var provenance = NamedValues<String>()

  struct Input: PortSet {
    @Port("Pilot cards.") var pilots: [Labeled<PilotCard>]
    @Port("Verdicts.") var verdicts: [Labeled<Verdict>]
    @Port("Lessons from cases.") var lessons: [Labeled<Lesson>]
    @Port("Flows of cases, as pilot/intake gives them.") var flows: [Labeled<Table>]
    @Port("Effects.") var effects: [Labeled<Table>]
    @Port("Trust checks.") var checks: [Labeled<Table>]
    @Port("Balance of covariates.") var balances: [Labeled<Table>]
    @Port("Comparisons of experiments.") var comparisons: [Labeled<Table>]
    @Port("Matrices of what is comparable.") var comparability: [Labeled<Table>]
    @Port("Pooled effects.") var pooled: [Labeled<Table>]
    @Port("Studies that were pooled.") var studies: [Labeled<Table>]
    @Port("What reforms change, by group.") var impacts: [Labeled<Table>]
    @Port("Summaries of reforms.") var summary: [Labeled<Table>]
    @Port("What reforms change, by decile of income.") var deciles: [Labeled<Table>]
    @Port("Inequality and poverty under each set of rules.") var distribution: [Labeled<Table>]
    @Port("Example households, old against new.") var minima: [Labeled<Table>]
    @Port("Marginal pressure by income.") var pressure: [Labeled<Table>]
    @Port("Where one more euro costs more than a euro.") var cliffs: [Labeled<Table>]
    @Port("Which scheme takes what of a rise in income.") var attribution: [Labeled<Table>]
    @Port("Findings about tables, letters or feasibility.") var findings: [Labeled<Table>]
    @Port("How large and entangled rules are.") var measures: [Labeled<Table>]
    @Port("How readable letters are.") var scores: [Labeled<Table>]
    @Port("Fields of an implementation test or quick scan.") var form: [Labeled<Table>]
    @Port("What each step asks of people.") var steps: [Labeled<Table>]
    @Port("Staff that was tried, and waiting.") var trials: [Labeled<Table>]
    @Port("Declared truths of synthetic data.") var truths: [Labeled<Table>]
    @Port("Any other tables to show as they are.") var tables: [Labeled<Table>]
  }

  struct Output: PortSet {
    @Port("The report as one HTML page.") var report: FileArtifact
    @Port("The report as Markdown.") var text: FileArtifact
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let spoken = language ?? SpokenLanguage(of: input.pilots.first?.value)
    let writer = try ReportWriter(
      input, title: title, experiment: context.experiment, wording: spoken.wording)
    var document = writer.document()
    document.provenance += provenance.entries.map { KeyFact($0.name, InlineText($0.value)) }
    try context.checkCancellation()
    var output = Output()
    output.report = FileArtifact(mediaType: "text/html", bytes: Array(document.html().utf8))
    output.text = FileArtifact(mediaType: "text/markdown", bytes: Array(document.markdown().utf8))
    return output
  }
}
