// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Asks step by step whether a rule expects more of people than they can do (doenvermogen).
struct Doability: Stage {
  static let info = StageInfo(
    "doability", version: 1,
    summary: "Scores what each step of the journey asks of people's capacity to act.",
    example: """
      doability:
        use: rules/doability
        with:
          title: Income supplement
          steps:
            - {name: hear of it, load: 1, cumulation: 2, life_event: 1, inertia: 3, help: 2,
               why: who does not apply gets nothing}
            - {name: fill in form, load: 2, cumulation: 2, life_event: 1, inertia: 1}
      """,
    source: """
      After the five questions that the WRR report Weten is nog geen doen (2017) leads to; their wording, \
      the scale of 0 (light) to 3 (heavy) and the lights are ours.
      """)

  @Parameter("What is tested.") var title: String
  @Parameter("Steps of the journey in order, each with a score from 0 to 3 per question.")
  var steps: [DoabilityStep]
  @Parameter("The sum of scores of a step, of 15, from which it is orange.", in: 1...15)
  var orange = 5
  @Parameter(
    "The sum of scores of a step from which it is red; one 3 makes it orange at least.", in: 1...15)
  var red = 9

  struct Output: PortSet {
    @Port("The test as a record: one field per step.") var feasibility: FeasibilityRecord
    @Port("One row per step: its score, its heaviest question and its light.") var steps: Table
    @Port("One row per step and question: the score; missing where nobody answered.")
    var answers: Table
  }

  func validate() throws(StageFault) {
    if steps.isEmpty { throw StageFault("the journey has no step", at: "steps", kind: .user) }
    if red <= orange {
      throw StageFault("a step must become orange before it becomes red", at: "red", kind: .user)
    }
    let names = steps.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw StageFault("two steps are named '\(twice)'", at: "steps", kind: .user)
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "steps": [
        ColumnPromise("step", .text), ColumnPromise("score", .integer),
        ColumnPromise("heaviest", .text), ColumnPromise("unanswered", .integer),
        ColumnPromise("light", .text), ColumnPromise("why", .text),
      ],
      "answers": [
        ColumnPromise("step", .text), ColumnPromise("question", .text),
        ColumnPromise("score", .integer),
      ],
    ])
  }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    let unanswered = steps.reduce(0) { $0 + $1.unanswered }
    if unanswered > 0 {
      context.note("\(unanswered) questions have no answer; a step with one is never green")
    }
    var output = Output()
    output.feasibility = FeasibilityRecord(
      kind: .doability, title: title,
      questions: steps.map { step in
        FeasibilityRecord.Field(
          name: step.name, question: "Can people be expected to do this?", answer: answer(step),
          light: light(step), origin: step.scores.isEmpty ? .nobody : .people, source: step.why)
      }, conclusion: nil)
    output.steps = try stepTable()
    output.answers = try answerTable()
    return output
  }
}

extension Doability {
  /// Scores that are there can make a step red; only a step with all five can be green.
  private func light(_ step: DoabilityStep) -> TrafficLight {
    if step.score >= red { return .red }
    if step.score >= orange || step.scores.values.contains(3) { return .orange }
    return step.unanswered == 0 ? .green : .unknown
  }

  private func answer(_ step: DoabilityStep) -> String? {
    step.scores.isEmpty ? nil : "\(step.score) of \(3 * (5 - step.unanswered))"
  }

  private func stepTable() throws(TableFault) -> Table {
    func whole(_ value: (DoabilityStep) -> Int?) -> Column {
      .integer(FixedColumn(steps.map { value($0).map { Int64($0) } }))
    }
    func text(_ value: (DoabilityStep) -> String?) -> Column {
      .text(TextColumn(steps.map(value)))
    }
    return try Table([
      ("step", text(\.name)), ("score", whole { $0.scores.isEmpty ? nil : $0.score }),
      ("heaviest", text { $0.heaviest?.rawValue }), ("unanswered", whole(\.unanswered)),
      ("light", text { light($0).rawValue }), ("why", text(\.why)),
    ])
  }

  private func answerTable() throws(TableFault) -> Table {
    let rows = steps.flatMap { step in
      DoabilityStep.Question.allCases.map { (step: step, question: $0) }
    }
    return try Table([
      ("step", .text(TextColumn(rows.map(\.step.name)))),
      ("question", .text(TextColumn(rows.map(\.question.rawValue)))),
      (
        "score",
        .integer(FixedColumn(rows.map { row in row.step.scores[row.question].map { Int64($0) } }))
      ),
    ])
  }
}
