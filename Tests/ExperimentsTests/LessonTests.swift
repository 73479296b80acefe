// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Testing

struct LessonTests {
  private static let lesson = Lesson(
    experiment: "case-table", confidence: .repeated, rule: "its weakest claim is repeated",
    claims: [
      Lesson.Claim(
        claim: "One contact clears blockers.", confidence: .repeated,
        rule: "seen in 4 cases by 2 kinds of sources", cases: 4, counterCases: ["c7"],
        search: nil, sites: 2, sources: nil, evidenceFor: ["Files show fewer hand-overs."],
        evidenceAgainst: ["One household had two contacts and did well."],
        rivals: [
          Lesson.Rival(
            explanation: "Debt help had begun.", finding: .weaker, because: "It began in 2 of 4.")
        ])
    ],
    significantChanges: [
      Lesson.SignificantChange(
        caseName: "c3", change: "A home.", reason: "It held.", chosenBy: "the case table",
        considered: 9)
    ],
    reliability: [
      Lesson.Reliability(subject: "code", verdict: .dependable, alpha: 0.81),
      Lesson.Reliability(subject: "score", verdict: .notDoubleCoded, alpha: nil),
    ],
    isSaturated: nil, cases: 12, nextQuestion: "How long until a decision?")

  @Test func `a lesson survives the way to a record and back`() throws {
    #expect(try Lesson(record: Self.lesson.record) == Self.lesson)
    #expect(Self.lesson.record["type"] == "lesson" && Self.lesson.record["version"] == 1)
  }

  @Test(arguments: ["estimate", "std_error", "p_value", "conf_low", "effect_size", "odds_ratio"])
  func `a lesson refuses what an effect has`(field: String) throws {
    var head = try #require(Self.lesson.record.objectValue)
    head[field] = 0.2
    #expect(
      throws: RecordFault("lesson", "a lesson carries no effect, and the lesson has '\(field)'")
    ) { try Lesson(record: .object(head)) }
    var claim = try #require(Self.lesson.record["claims"]?[0]?.objectValue)
    claim[field] = 0.2
    head = try #require(Self.lesson.record.objectValue)
    head["claims"] = .array([.object(claim)])
    #expect(
      throws: RecordFault("lesson", "a lesson carries no effect, and a claim has '\(field)'")
    ) { try Lesson(record: .object(head)) }
  }

  @Test(arguments: [
    ("experiment", JSONValue.null, "'experiment' is missing"),
    ("confidence", "certain", "it has no known 'confidence'"),
    ("cases", -1, "'cases' is no number of cases"),
    ("mood", "good", "the lesson has an unknown field 'mood'"),
    ("version", 2, "its version 2 is not known here"), ("type", "verdict", "its type is another"),
  ])
  func `what is no lesson says why`(key: String, value: JSONValue, message: String) throws {
    var record = try #require(Self.lesson.record.objectValue)
    record[key] = value
    #expect(throws: RecordFault("lesson", message)) { try Lesson(record: .object(record)) }
  }

  @Test func `a claim without a rival, and a lesson without a claim, are none`() throws {
    var lesson = Self.lesson
    lesson.claims[0].rivals = []
    #expect(throws: RecordFault("lesson", "a claim considers no rival explanation")) {
      try Lesson(record: lesson.record)
    }
    lesson.claims = []
    #expect(throws: Never.self) { try Lesson(record: lesson.record) }
    lesson.significantChanges = []
    #expect(throws: RecordFault("lesson", "it claims nothing and tells no change")) {
      try Lesson(record: lesson.record)
    }
  }

  @Test func `confidence has an order, and words in Dutch`() {
    #expect(Lesson.Confidence.once < .repeated && Lesson.Confidence.repeated < .broad)
    #expect(Lesson.Confidence.allCases.map(\.dutch) == ["eenmalig", "herhaald", "breed"])
  }

  @Test(arguments: zip([0.8, 0.79, 0.667, 0.66], ["dependable", "tentative", "tentative", "low"]))
  func `Krippendorff's thresholds`(alpha: Double, verdict: String) {
    #expect(Lesson.Reliability.Verdict(alpha: alpha).rawValue == verdict)
  }
}
