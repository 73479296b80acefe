// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Tables

/// Whether qualitative work meets its own rules, in the standard table of trust checks.
struct LessonChecks {
  private(set) var checks: [TrustCheck] = []

  init(
    _ coded: CodedCases, _ agreement: CoderAgreement, _ saturation: SaturationTable,
    _ lesson: Lesson, doubleCoded: Double, leastSources: Int
  ) {
    let share = Double(coded.doubleCoded) / Double(coded.count)
    add(
      "double-coding", "cases", value: share, threshold: doubleCoded, passed: share >= doubleCoded,
      flag: "single-coded",
      "\(coded.doubleCoded) of \(coded.count) cases were coded by two coders or more")
    for row in agreement.rows where row.verdict != .notDoubleCoded {
      let passed = row.verdict == .dependable || row.verdict == .tentative
      add(
        "agreement", row.subject, value: row.alpha, threshold: 2 / 3, passed: passed,
        flag: "low-agreement",
        row.alpha.map {
          "on '\(row.subject)' the agreement of coders is \(row.verdict.rawValue): α \(Self.short($0))"
        }
          ?? "on '\(row.subject)' all coders gave the same everywhere, which shows no agreement")
    }
    if !coded.codes.isEmpty {
      let message =
        saturation.reachedAt.map { "new codes had stopped by case \($0)" }
        ?? (saturation.isSaturated == nil
          ? "there are too few cases to tell whether new codes have stopped"
          : "further cases may still bring new codes")
      add(
        "saturation", "codes", value: saturation.reachedAt.map { Double($0) }, threshold: nil,
        passed: saturation.isSaturated == true, flag: "not-saturated", message)
    }
    for (place, claim) in lesson.claims.enumerated() {
      let subject = "claim \(place + 1)"
      let sources = claim.sources
      add(
        "triangulation", subject, value: sources.map { Double($0) },
        threshold: Double(leastSources), passed: (sources ?? 0) >= leastSources,
        flag: "one-source",
        sources.map { "\(subject) rests on \($0) \($0 == 1 ? "kind" : "kinds") of sources" }
          ?? "\(subject): kinds of sources were not noted")
      let open = claim.rivals.count { $0.finding == .open }
      add(
        "rivals", subject, value: Double(open), threshold: 0, passed: open == 0,
        flag: "rival-open",
        "\(subject): \(open) of \(claim.rivals.count) rival explanations \(open == 1 ? "is" : "are") "
          + "still open")
    }
  }

  private mutating func add(
    _ check: String, _ subject: String, value: Double?, threshold: Double?, passed: Bool,
    flag: String, _ message: String
  ) {
    var line = TrustCheck(
      check, subject: subject, passed: passed, severity: .warning, message: message)
    line.value = value
    line.threshold = threshold
    line.flag = passed ? nil : flag
    checks.append(line)
  }

  private static func short(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = String(hundredths.magnitude % 100)
    return (hundredths < 0 ? "−" : "") + "\(hundredths.magnitude / 100)."
      + (digits.count < 2 ? "0" : "") + digits
  }
}
