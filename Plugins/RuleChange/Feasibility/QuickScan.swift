// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Writes the one page on a motion or amendment that decides nothing: no formal test.
struct QuickScan: Stage {
  static let info = StageInfo(
    "quick-scan", version: 1,
    summary: "Writes the one-page snelle toets of a motion or amendment: no formal test.",
    example: """
      scan:
        use: rules/quick-scan
        with:
          proposal: Motion to raise the income limit to 130 %
          organisations: [municipalities]
          change: one figure of a by-law
          answers:
            feasibility: {answer: a figure in the system, light: green}
            data: {answer: income is known, light: green}
          largest_unknown: how many people between 120 and 130 % will apply
      """,
    source: "No public form is known: fields, lights and the rule of the advice are ours.")

  enum Advice: String, ParameterChoice {
    case possible
    case conditional = "possible-if"
    case test = "test-needed"
  }

  @Parameter("The motion or amendment, in one sentence.") var proposal: String
  @Parameter("Organisations that it touches.") var organisations: [String]
  @Parameter("What kind of change it is.") var change: String
  @Parameter("Answers by field: answer, light and source.") var answers = NamedValues<FieldAnswer>()
  @Parameter("What is not known, and matters most.") var largestUnknown: String
  @Parameter("The advice; by the lights unless given: red asks for a test, a gap is at best 'if'.")
  var advice: Advice?
  @Parameter("Language of the page.") var language: ScanPage.Language = .nl
  @Parameter("The reform that is scanned, where the inputs hold several.") var reform: String?

  struct Input: PortSet {
    @Port("The summary of rules/propose.") var proposal: Table?
    @Port("The measures of rules/complexity.") var complexity: Table?
    @Port("The summary of rules/capacity.") var capacity: Table?
    @Port("The burden of rules/burden.") var burden: BurdenRecord?
    @Port("The test of rules/doability.") var doability: FeasibilityRecord?
  }

  struct Output: PortSet {
    @Port("The page, as Markdown.") var page: FileArtifact
    @Port("The scan as a record that says it is no formal test.") var feasibility: FeasibilityRecord
    @Port("One row per field: its question, answer, light, and who answered.") var form: Table
  }

  static let questions: [(name: String, question: String)] = [
    ("target_group", "Whom does it touch, and how many are they?"),
    ("feasibility", "Can it be carried out? (uitvoerbaarheid)"),
    ("doability", "Can people be expected to do what it asks? (doenvermogen)"),
    ("burden", "What does it cost people? (regeldruk)"),
    ("data", "Are the data there, and may they be used? (gegevens)"),
    ("systems", "What must change in systems? (ICT)"),
    ("complexity", "Does it make the rules more complex?"),
    ("staff_structural", "How many fte does it take?"), ("time", "How soon can it work? (tijd)"),
    ("budget", "Roughly what does it cost? (orde van grootte)"),
  ]

  func validate() throws(StageFault) {
    if organisations.isEmpty {
      throw StageFault("no organisation is named", at: "organisations", kind: .user)
    }
    for (text, parameter) in [
      (proposal, "proposal"), (change, "change"), (largestUnknown, "largest_unknown"),
    ] where text.allSatisfy(\.isWhitespace) {
      throw StageFault("'\(parameter)' says nothing", at: parameter, kind: .user)
    }
    try TestForm(questions: Self.questions).check(answers)
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["form": FeasibilityRecord.columns])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var knowledge = RunKnowledge()
    if let proposal = input.proposal { try knowledge.add(proposal: proposal, reform: reform) }
    if let measures = input.complexity { try knowledge.add(complexity: measures, reform: reform) }
    if let capacity = input.capacity { try knowledge.add(capacity: capacity) }
    if let burden = input.burden { knowledge.add(burden: burden) }
    if let doability = input.doability { try knowledge.add(doability: doability) }
    let questions = TestForm(questions: Self.questions).filled(answers, knowledge)
    let byLights = Self.advice(by: questions.map(\.light))
    let advice = advice ?? byLights
    if advice != byLights {
      context.note("the advice is \(advice.rawValue); by the lights it is \(byLights.rawValue)")
    }
    let record = FeasibilityRecord(
      kind: .quickScan, title: proposal, questions: questions, conclusion: advice.rawValue)
    let page = ScanPage(
      record: record, advice: advice, organisations: organisations, change: change,
      largestUnknown: largestUnknown, language: language)
    let text = page.text
    guard text.count <= ScanPage.limit else {
      throw StageFault(
        "the page has \(text.count) characters, and one page holds \(ScanPage.limit)",
        at: "answers",
        help: "write shorter answers: who reads this has one minute", kind: .user)
    }
    var output = Output()
    output.page = FileArtifact(mediaType: "text/markdown", bytes: Array(text.utf8))
    output.feasibility = record
    output.form = try record.table()
    return output
  }

  /// Red asks for a real test; orange or a gap allows no more than "possible if".
  static func advice(by lights: [TrafficLight]) -> Advice {
    if lights.contains(.red) { return .test }
    return lights.contains { $0 != .green } ? .conditional : .possible
  }
}
