// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Testing

struct GradeRuleTests {
  private func check(
    _ flag: String?, subject: String = "arm", passed: Bool = false,
    severity: TrustCheck.Severity = .warning
  ) -> TrustCheck {
    var check = TrustCheck(
      "check", subject: subject, passed: passed, severity: severity, message: "")
    check.flag = flag
    return check
  }

  private func effect(_ level: Int? = 5, flags: [String] = []) -> Effect {
    var effect = Effect(
      experiment: "letters", outcome: "paid", contrast: "b - a", flags: flags)
    effect.smsLevel = level
    effect.design = "cluster-rct"
    return effect
  }

  @Test(arguments: [
    ("srm", 1), ("manipulation", 2), ("pre-trends", 2), ("density-jump", 2), ("mixed-clusters", 3),
    ("differential-attrition", 3), ("attrition", 4), ("imbalance", 4), ("crossover", 4),
  ])
  func `each failed check caps the grade at its own level`(flag: String, level: Int) {
    #expect(effect().smsLevel(after: [check(flag, subject: "paid")]) == level)
    #expect(effect(flags: [flag]).smsLevel(after: []) == level)
    #expect(effect(1).smsLevel(after: [check(flag, subject: "paid")]) == 1)
  }

  @Test func `what passed, only informs or has no rule lowers nothing`() {
    let checks = [
      check("srm", passed: true), check("srm", severity: .info), check("exposure-dilution"),
      check(nil),
    ]
    #expect(effect().smsLevel(after: checks) == 5)
    #expect(effect(nil).smsLevel(after: [check("srm")]) == nil)
  }

  @Test func `mixed clusters are no fault where persons were drawn`() {
    var mixed = effect(flags: ["mixed-clusters"])
    #expect(mixed.smsLevel(after: []) == 3)
    mixed.design = "individual-rct"
    #expect(mixed.smsLevel(after: []) == 5)
    #expect(mixed.smsLevel(after: [check("mixed-clusters")]) == 3)
  }

  @Test func `a check on an outcome concerns the effects on that outcome`() {
    #expect(effect().smsLevel(after: [check("attrition", subject: "done")]) == 5)
    #expect(effect().smsLevel(after: [check("crossover", subject: "done")]) == 4)
  }

  @Test func `a grade names every check that lowers it, the mildest first`() {
    var grade = EvidenceGrade(5, because: "chance decided who got the change")
    grade.lower(
      by: GradeRule.rules(
        for: effect(), checks: [check("srm"), check("attrition", subject: "paid")]))
    #expect(
      grade.sentence
        == "Evidence 1 of 5: chance decided who got the change; many outcomes are missing; the arms "
        + "do not have the planned sizes.")
  }

  @Test func `rules stand once each, the mildest first, in both languages`() {
    #expect(Set(GradeRule.all.map(\.flag)).count == GradeRule.all.count)
    #expect(GradeRule.all.map(\.highest) == GradeRule.all.map(\.highest).sorted(by: >))
    for rule in GradeRule.all { #expect(rule.reason() != rule.reason(in: .dutch)) }
  }
}
