// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Fills the form of an implementation test (uitvoeringstoets) with what the run knows, and names the gaps.
struct ImplementationTest: Stage {
  static let info = StageInfo(
    "implementation-test", version: 1,
    summary:
      "Fills the fields of an uitvoeringstoets with traffic lights, and names what is missing.",
    example: """
      test:
        use: rules/implementation-test
        with:
          title: Income supplement without a cliff
          answers:
            implementer: {answer: the municipality, light: green}
            systems: {answer: new release of the suite, light: orange, source: supplier}
          judgement: implementable-if
          conditions: [the release is there before July]
      """,
    source: """
      The fields of the form of the Belastingdienst and of section 7 of the explanatory memorandum; a draft \
      for the organisation that implements, which decides.
      """)

  enum Judgement: String, ParameterChoice {
    case implementable
    case conditional = "implementable-if"
    case not = "not-implementable"
  }

  @Parameter("What is tested.") var title: String
  @Parameter("Answers by field: answer, light and source.") var answers = NamedValues<FieldAnswer>()
  @Parameter("Further fields of the organisation, each with its question.")
  var extra = NamedValues<String>()
  @Parameter("What the organisation that implements concludes.") var judgement: Judgement?
  @Parameter("On what conditions, where the judgement is implementable-if.")
  var conditions: [String] = []
  @Parameter("The reform that is tested, where the inputs hold several.") var reform: String?

  struct Input: PortSet {
    @Port("The summary of rules/propose.") var proposal: Table?
    @Port("The measures of rules/complexity.") var complexity: Table?
    @Port("The summary of rules/capacity.") var capacity: Table?
    @Port("The burden of rules/burden.") var burden: BurdenRecord?
    @Port("The test of rules/doability.") var doability: FeasibilityRecord?
  }

  struct Output: PortSet {
    @Port("The test as a record.") var feasibility: FeasibilityRecord
    @Port("One row per field: its question, answer, light, and who answered.") var form: Table
    @Port("One row per gap, red field, disagreement or contradiction.") var findings: Table
  }

  private var form: TestForm {
    TestForm(questions: Self.questions + extra.entries.map { ($0.name, $0.value) })
  }

  func validate() throws(StageFault) {
    if let taken = extra.names.first(where: { name in Self.questions.contains { $0.name == name } })
    {
      throw StageFault("the test has a field '\(taken)' already", at: "extra", kind: .user)
    }
    try form.check(answers)
    if (judgement == .conditional) == conditions.isEmpty {
      throw StageFault(
        conditions.isEmpty
          ? "the judgement implementable-if names no condition"
          : "there are conditions, and the judgement is not implementable-if",
        at: "conditions", kind: .user)
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "form": FeasibilityRecord.columns,
      "findings": [
        ColumnPromise("kind", .text), ColumnPromise("field", .text),
        ColumnPromise("message", .text),
      ],
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var knowledge = RunKnowledge()
    if let proposal = input.proposal { try knowledge.add(proposal: proposal, reform: reform) }
    if let measures = input.complexity { try knowledge.add(complexity: measures, reform: reform) }
    if let capacity = input.capacity { try knowledge.add(capacity: capacity) }
    if let burden = input.burden { knowledge.add(burden: burden) }
    if let doability = input.doability { try knowledge.add(doability: doability) }
    let conclusion = judgement.map { judgement in
      ([judgement.rawValue] + conditions).joined(separator: "; ")
    }
    let record = FeasibilityRecord(
      kind: .implementationTest, title: title, questions: form.filled(answers, knowledge),
      conclusion: conclusion)
    let findings = findings(record, knowledge)
    context.metric("gaps", Double(record.gaps.count))
    var output = Output()
    output.feasibility = record
    output.form = try record.table()
    output.findings = try Table([
      ("kind", .text(TextColumn(findings.map(\.kind)))),
      ("field", .text(TextColumn(findings.map(\.field)))),
      ("message", .text(TextColumn(findings.map(\.message)))),
    ])
    return output
  }

  private func findings(
    _ record: FeasibilityRecord, _ knowledge: RunKnowledge
  ) -> [(kind: String, field: String?, message: String)] {
    var findings: [(kind: String, field: String?, message: String)] = []
    for field in record.questions where field.light == .unknown {
      findings.append(("gap", field.name, "nobody knows yet: \(field.question)"))
    }
    for field in record.questions where field.light == .red {
      findings.append(("red", field.name, field.answer ?? ""))
    }
    for (name, run) in form.disagreements(answers, knowledge) {
      findings.append(
        ("disagreement", name, "the run gives \(run.light.rawValue): \(run.answer)"))
    }
    if judgement == nil {
      findings.append(("gap", nil, "the organisation that implements has not judged yet"))
    } else if judgement == .implementable, record.light == .red {
      findings.append(("contradiction", nil, "it is judged implementable with a red field"))
    }
    return findings
  }
}

extension ImplementationTest {
  static let questions: [(name: String, question: String)] = [
    ("consequences", "Are the consequences large, medium or limited? (gevolgen)"),
    ("interaction", "What changes for citizens and businesses? (interactie)"),
    ("systems", "Can the systems be made? (maakbaarheid systemen)"),
    ("enforceability", "Can the rule be enforced? (handhaafbaarheid)"),
    ("fraud_resistance", "Does it resist fraud? (fraudebestendigheid)"),
    ("complexity", "Does it make rules and processes more complex? (complexiteitsgevolgen)"),
    ("disruption", "Is the risk of disruption large, medium or small? (procesverstoringen)"),
    ("cost_service_one_off", "What does service cost once? (dienstverlening, incidenteel)"),
    ("cost_service_structural", "What does service cost a year? (dienstverlening, structureel)"),
    ("cost_enforcement_one_off", "What does enforcement cost once? (handhaving, incidenteel)"),
    ("cost_enforcement_structural", "What does enforcement cost a year? (handhaving, structureel)"),
    ("cost_automation_one_off", "What does automation cost once? (automatisering, incidenteel)"),
    (
      "cost_automation_structural",
      "What does automation cost a year? (automatisering, structureel)"
    ),
    ("staff_one_off", "How many fte does it take once? (fte incidenteel)"),
    ("staff_structural", "How many fte does it take for good? (fte structureel)"),
    ("start_date", "From when can it be implemented? (invoering mogelijk per)"),
    ("portfolio", "What does it ask of the portfolio of changes? (beslag portfolio)"),
    ("implementer", "Who implements it?"),
    ("target_group", "Whom does it touch, and how many are they?"),
    ("budget", "What does it cost in payments?"),
    ("burden", "What does it cost people and organisations? (regeldruk)"),
    ("citizens", "How did citizens have a say in it? (burgerperspectief)"),
    ("doability", "Can people be expected to do what it asks? (doenvermogen)"),
    ("disputes", "What objections and appeals will there be?"),
    ("hardship_clause", "Is there room for hard cases? (hardheidsclausule)"),
    ("data_exchange", "What changes in the exchange of data?"),
    ("lead_time", "How long does it take before it works?"),
  ]
}
