// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Testing

struct EvidenceGradeTests {
  @Test func `a grade says why it is no lower`() {
    let grade = EvidenceGrade(5, because: "chance decided who got the letter")
    #expect(grade.sentence == "Evidence 5 of 5: chance decided who got the letter.")
  }

  @Test func `a failed check lowers it and says why it is no higher`() {
    var grade = EvidenceGrade(3, because: "offices are compared over time")
    grade.lower(to: 2, because: "the trends before differed")
    #expect(grade.level == 2)
    #expect(
      grade.sentence
        == "Evidence 2 of 5: offices are compared over time; the trends before differed.")
  }

  @Test func `a check never raises it, and it never leaves the scale`() {
    var grade = EvidenceGrade(2, because: "one group before and after")
    grade.lower(to: 4, because: "nothing")
    #expect(grade == EvidenceGrade(2, because: "one group before and after"))
    grade.lower(to: 0, because: "nobody knows who was counted")
    #expect(grade.level == 1)
  }
}
