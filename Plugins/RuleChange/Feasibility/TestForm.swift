// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// The fields of a test, filled with what people answer and what the run knows.
struct TestForm {
  /// In their order, each with its question.
  let questions: [(name: String, question: String)]

  /// - Throws: a fault at `answers` where people answer what is not asked.
  func check(_ answers: NamedValues<FieldAnswer>) throws(StageFault) {
    let names = questions.map(\.name)
    guard let stranger = answers.names.first(where: { !names.contains($0) }) else { return }
    throw StageFault(
      "the test has no field '\(stranger)'", at: "answers", entry: stranger,
      help: "fields: " + names.joined(separator: ", "), kind: .user)
  }

  /// People's answers first, then the run's; the others are gaps.
  func filled(
    _ answers: NamedValues<FieldAnswer>, _ knowledge: RunKnowledge
  ) -> [FeasibilityRecord.Field] {
    questions.map { name, question in
      let people = answers[name]
      let answer = people ?? knowledge.answers[name]
      return FeasibilityRecord.Field(
        name: name, question: question, answer: answer?.answer, light: answer?.light ?? .unknown,
        origin: people != nil ? .people : answer != nil ? .run : .nobody, source: answer?.source)
    }
  }

  /// Fields where people and the run give different lights.
  func disagreements(
    _ answers: NamedValues<FieldAnswer>, _ knowledge: RunKnowledge
  ) -> [(name: String, run: FieldAnswer)] {
    questions.compactMap { name, _ in
      guard let people = answers[name], let run = knowledge.answers[name],
        people.light != run.light
      else { return nil }
      return (name, run)
    }
  }
}
