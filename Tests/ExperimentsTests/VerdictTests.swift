// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Testing

struct VerdictTests {
  @Test(arguments: Verdict.Decision.allCases)
  func `a verdict survives the way to a record and back`(decision: Verdict.Decision) throws {
    let verdict = Verdict(
      experiment: "letters", decision: decision, summary: "It works.",
      reasons: [Verdict.Reason(code: "interval-above-minimum", text: "Well above.")],
      nextSteps: ["Send it to everyone."], rule: "minimum-difference", minimumDifference: 0.01)
    #expect(try Verdict(record: verdict.record) == verdict)
  }

  @Test func `a record without a known decision is no verdict`() {
    let record: JSONValue = ["experiment": "e", "summary": "s", "decision": "perhaps"]
    #expect(throws: RecordFault.self) { try Verdict(record: record) }
  }
}
