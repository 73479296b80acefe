// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Statistics
import Tables

/// What can be learned from cases that were looked at closely: claims, and how sure they may be.
///
/// One row for each case, coder and code; a row without a code says that the coder looked and gave none.
/// A code counts as found in a case where every coder of the case gave it. Agreement is Krippendorff's α
/// with an interval from drawing whole cases again, over all codes together, for each code, and for each
/// rated column. The result is a record `lesson`, never an effect.
///
/// Nothing that people said leaves the stage: a claim that repeats five words in a row of any text column,
/// or quotes as many, is a fault; codes found in fewer than `k` cases are counted together.
struct Lessons: Stage {
  static let info = StageInfo(
    "lessons", version: 1,
    summary: "Draws lessons from coded cases, with rivals, counter-cases and agreement of coders.",
    draws: true, namesExperiment: true,
    example: """
      lesson:
        use: impact/lessons
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          case: casus
          coder: rater
          code: code
          ordinal: [legitimacy, involvement, return]
          source: actor
          site: municipality
          order: date
          claims:
            - claim: A single contact person clears what blocked households.
              codes: [one_contact]
              for: [Files show fewer hand-overs once there was one contact.]
              against: [Two households changed contacts and did well all the same.]
              counter_cases: [case-07]
              rivals:
                - explanation: Debt help had begun already.
                  finding: weaker
                  because: It had begun in two of the nine cases.
          significant_changes:
            - case: case-03
              change: The family kept its home.
              reason: Everything else hung on it.
              chosen_by: the case table, by vote
              considered: 24
          next_question: How long does a decision take with one contact person?
      """,
    source: "Krippendorff (2019), Content Analysis, 4th ed.; Mayne (2012), Evaluation 18:270–280; "
      + "Davies and Dart (2005), The Most Significant Change Technique; Guest, Namey and Chen (2020), "
      + "PLOS ONE 15:e0232076.")

  @Parameter("Column that names the case of each row.") var `case`: ColumnName
  @Parameter("Column that names the coder of each row.") var coder: ColumnName
  @Parameter("Column of the code that the coder gave; empty where the coder gave none.")
  var code: ColumnName?
  @Parameter("Columns in which coders sorted cases into kinds.") var nominal: [ColumnName] = []
  @Parameter("Columns in which coders scored cases, where only the order counts.")
  var ordinal: [ColumnName] = []
  @Parameter("Columns in which coders measured cases.") var interval: [ColumnName] = []
  @Parameter("Column of the kind of source: interview, file, observation.") var source: ColumnName?
  @Parameter("Column of the place that the case comes from.") var site: ColumnName?
  @Parameter("Column of dates or numbers by which cases came; the order of rows unless given.")
  var order: ColumnName?
  @Parameter("What is claimed: claim, codes, for, against, counter_cases (or search), rivals.")
  var claims: [ClaimAnswers] = []
  @Parameter("Changes chosen as most significant: case, change, reason, chosen_by, considered.")
  var significantChanges: [ChangeAnswers] = []
  @Parameter("What could be measured next.") var nextQuestion: String?
  @Parameter("Rows to keep.") var `where`: Expression?
  @Parameter("Cases that a code holds at least to be named.", in: 1...) var k = 3
  @Parameter("Cases that make a claim repeated.", in: 2...) var repeatedCases = 3
  @Parameter("Cases that make a claim broad.", in: 3...) var broadCases = 10
  @Parameter("Places that make a claim broad.", in: 2...) var broadSites = 3
  @Parameter("Kinds of sources that a claim needs to be repeated.", in: 1...) var leastSources = 2
  @Parameter("Share of cases that two coders should have coded.", in: 0...1) var doubleCoded = 0.2
  @Parameter("First cases that saturation is measured against.", in: 1...) var saturationBase = 4
  @Parameter("Cases in a run without new codes that make saturation.", in: 1...) var saturationRun =
    3
  @Parameter("Two-sided confidence level.", in: 0.5...0.999) var level = 0.95
  @Parameter("Draws for the interval of alpha.", in: 100...100_000) var draws = 1000

  struct Input: PortSet {
    @Port("One row per case, coder and code.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("What was learned, and how sure it is.") var lesson: Lesson
    @Port("How far coders agreed: one row per code and rated column.") var agreement: Table
    @Port("New codes with each further case, in the order in which cases came.")
    var saturation: Table
    @Port("In how many cases, places and kinds of sources each code was found.") var codes: Table
    @Port("Whether the work meets its own rules.") var checks: Table
  }

  func validate() throws(StageFault) {
    guard !claims.isEmpty || !significantChanges.isEmpty else {
      throw .user(
        "there is neither a claim nor a significant change", at: "claims",
        help: "write at least one claim, with a rival explanation")
    }
    if !claims.isEmpty, code == nil {
      throw .user(
        "claims show in codes, and no 'code' is named", at: "code",
        help: "add code: with the column of the codes")
    }
    for (place, claim) in claims.enumerated()
    where claim.texts.contains(where: QuotationGuard.quotes) {
      throw .user(
        "claim \(place + 1) quotes somebody", at: "claims", help: "say it in your own words")
    }
    for (place, change) in significantChanges.enumerated()
    where change.texts.contains(where: QuotationGuard.quotes) {
      throw .user(
        "change \(place + 1) quotes somebody", at: "significant_changes",
        help: "say it in your own words")
    }
    if let nextQuestion, QuotationGuard.quotes(nextQuestion) {
      throw .user(
        "the next question quotes somebody", at: "next_question", help: "say it in your own words")
    }
    guard broadCases > repeatedCases else {
      throw .user("broad takes more cases than repeated", at: "broad_cases")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "agreement": CoderAgreement.promises, "saturation": SaturationTable.promises,
      "codes": CodesTable.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let cases = try Cases(input.cases, where: `where`)
    let coded = try CodedCases(self, cases)
    coded.notes.forEach(context.note)
    try guardQuotations(cases.table)
    let agreement = try CoderAgreement(
      coded, least: k, level: level, draws: draws, streams: try context.randomStreams())
    try context.checkCancellation()
    let saturation = SaturationTable(coded, base: saturationBase, run: saturationRun)
    let codes = CodesTable(coded, least: k)
    if let note = codes.note { context.note(note) }
    let lesson = try lesson(coded, agreement, saturation, input.pilot?.id ?? context.experiment)
    let checks = LessonChecks(
      coded, agreement, saturation, lesson, doubleCoded: doubleCoded, leastSources: leastSources
    ).checks
    for check in checks where !check.passed { context.note(check.message) }
    context.note(
      "The lesson is \(lesson.confidence.rawValue) (\(lesson.confidence.dutch)): \(lesson.rule).")
    var output = Output()
    output.lesson = lesson
    output.agreement = try agreement.table()
    output.saturation = try saturation.table()
    output.codes = try codes.table()
    output.checks = TrustChecks.table(checks)
    return output
  }
}

extension Lessons {
  /// The columns that are no part of the coding may hold what people said.
  private func guardQuotations(_ table: Table) throws(StageFault) {
    let used = Set(
      ([`case`, coder] + nominal + [code, source, site, order].compactMap(\.self)).map(\.name))
    let spoken = QuotationGuard(
      zip(table.names, table.columns).filter { $1.type.isTextual && !used.contains($0) }.map(\.1))
    for (place, claim) in claims.enumerated() where claim.texts.contains(where: spoken.repeats) {
      throw Self.repeats("claim \(place + 1)", at: "claims")
    }
    for (place, change) in significantChanges.enumerated()
    where change.texts.contains(where: spoken.repeats) {
      throw Self.repeats("change \(place + 1)", at: "significant_changes")
    }
    if let nextQuestion, spoken.repeats(nextQuestion) {
      throw Self.repeats("the next question", at: "next_question")
    }
  }

  private static func repeats(_ what: String, at parameter: String) -> StageFault {
    StageFault(
      "\(what) repeats \(QuotationGuard.run) words in a row of a text column: those are "
        + "somebody's own", at: parameter, help: "say it in your own words")
  }

  private func lesson(
    _ coded: CodedCases, _ agreement: CoderAgreement, _ saturation: SaturationTable,
    _ experiment: String
  ) throws(StageFault) -> Lesson {
    var judged: [Lesson.Claim] = []
    for (place, claim) in claims.enumerated() {
      judged.append(try judge(claim, place + 1, coded, agreement, saturation))
    }
    var changes: [Lesson.SignificantChange] = []
    for (place, change) in significantChanges.enumerated() {
      try known([change.caseName], coded, "change \(place + 1)", at: "significant_changes")
      changes.append(
        Lesson.SignificantChange(
          caseName: change.caseName, change: change.change, reason: change.reason,
          chosenBy: change.chosenBy, considered: change.considered))
    }
    let weakest = judged.map(\.confidence).min() ?? .once
    let rule =
      judged.isEmpty
      ? "a change that was chosen stands for itself"
      : judged.count == 1
        ? judged[0].rule : "the least confident of \(judged.count) claims is \(weakest.rawValue)"
    return Lesson(
      experiment: experiment, confidence: weakest, rule: rule, claims: judged,
      significantChanges: changes, reliability: agreement.reliability,
      isSaturated: saturation.isSaturated, cases: coded.count, nextQuestion: nextQuestion)
  }

  private func judge(
    _ claim: ClaimAnswers, _ number: Int, _ coded: CodedCases, _ agreement: CoderAgreement,
    _ saturation: SaturationTable
  ) throws(StageFault) -> Lesson.Claim {
    var codes: Set<Int> = []
    for label in claim.codes {
      guard let place = coded.codes.firstIndex(where: { $0.isExactly(label) }) else {
        throw StageFault(
          "claim \(number) names a code that nobody gave", at: "claims",
          help: Suggestion.question(for: label, among: CodesTable.shown(coded, least: k))
            ?? "check the spelling of '\(label)'")
      }
      codes.insert(place)
    }
    try known(claim.counterCases, coded, "claim \(number)", at: "claims")
    let found = coded.cases.indices.filter { coded.isFound(codes, in: $0) }
    let isBoth = found.contains { place in
      claim.counterCases.contains { $0.isExactly(coded.names[place]) }
    }
    if isBoth {
      throw StageFault(
        "claim \(number) has a counter-case in which all coders found it", at: "claims",
        help: "code the case anew, or take it out of 'counter_cases'")
    }
    let sources = Set(
      found.flatMap { place in codes.flatMap { coded.cases[place].sources[$0] ?? [] } })
    let sites = found.reduce(into: Set<Int>()) { $0.formUnion(coded.cases[$1].sites) }
    let rule = ConfidenceRule(
      repeatedCases: repeatedCases, broadCases: broadCases, broadSites: broadSites,
      leastSources: leastSources)
    let judgement = rule.judge(
      ConfidenceRule.Evidence(
        cases: found.count, counterCases: claim.counterCases.count,
        sites: coded.hasSites ? sites.count : nil,
        sources: coded.hasSources ? sources.count : nil,
        openRivals: claim.rivals.count { $0.finding == .open },
        coding: agreement.rows.first?.verdict ?? .notDoubleCoded,
        isSaturated: saturation.isSaturated))
    return Lesson.Claim(
      claim: claim.claim, confidence: judgement.confidence, rule: judgement.rule,
      cases: found.count, counterCases: claim.counterCases, search: claim.search,
      sites: coded.hasSites ? sites.count : nil, sources: coded.hasSources ? sources.count : nil,
      evidenceFor: claim.evidenceFor, evidenceAgainst: claim.evidenceAgainst,
      rivals: claim.rivals.map {
        Lesson.Rival(
          explanation: $0.explanation,
          finding: Lesson.Rival.Finding(rawValue: $0.finding.rawValue) ?? .open,
          because: $0.because)
      })
  }

  private func known(
    _ names: [String], _ coded: CodedCases, _ what: String, at parameter: String
  ) throws(StageFault) {
    for (place, name) in names.enumerated()
    where !coded.names.contains(where: { $0.isExactly(name) }) {
      throw StageFault(
        "\(what) names \(names.count == 1 ? "a case" : "as number \(place + 1) a case") that is not "
          + "among the cases of '\(`case`)'", at: parameter,
        help: "write the case as it stands in the column")
    }
  }
}
