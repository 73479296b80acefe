// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// What a regression discontinuity rests on: nobody chose a side, and nothing else jumps.
struct DiscontinuityChecks {
  let threshold: Double
  let running: String
  private(set) var checks: [TrustCheck] = []

  /// A failed check and the grade that is left.
  struct Failed {
    let check: TrustCheck
    let grade: Int
    let reason: String

    func lower(_ given: inout EvidenceGrade?) { given?.lower(to: grade, because: reason) }
  }

  init(threshold: Double, running: String) {
    self.threshold = threshold
    self.running = running
  }

  /// Makes the checks of one outcome, and returns those that failed.
  mutating func append(
    _ cases: DiscontinuityCases, _ found: Statistics.RegressionDiscontinuity,
    _ others: DiscontinuitySensitivity
  ) -> [Failed] {
    var failed: [Failed] = []
    func add(_ check: TrustCheck, grade: Int, _ reason: String) {
      if !checks.contains(check) { checks.append(check) }
      if !check.passed { failed.append(Failed(check: check, grade: grade, reason: reason)) }
    }
    add(
      density(cases), grade: 2,
      "the density of the running variable jumps at the cut-off: some may have chosen their side")
    if let crowd = bunching(cases, found) {
      add(crowd, grade: 3, "cases crowd just on the side of the cut-off that gets the change")
    }
    if let ties = heaping(found) {
      add(ties, grade: 3, "the running variable takes few values near the cut-off")
    }
    add(numbers(found, cases.name), grade: 3, "few cases lie near the cut-off")
    if let jump = found.firstStage?.robust {
      add(
        firstStage(jump, cases), grade: 2, "the treatment hardly changes at the cut-off")
    }
    for check in tested("covariate", others, cases) {
      add(check, grade: 2, "a covariate jumps at the cut-off")
    }
    for check in tested("placebo", others, cases) {
      add(check, grade: 3, "the outcome jumps where nothing happens")
    }
    return failed
  }

  private func density(_ cases: DiscontinuityCases) -> TrustCheck {
    do throws(EstimationFault) {
      let test = try DensityDiscontinuity(running: cases.running, cutoff: cases.stage.cutoff)
      let passed = test.difference.pValue >= threshold
      var check = TrustCheck(
        "density", subject: running, passed: passed, severity: .error,
        message: passed
          ? "cases of '\(running)' lie as densely just above the cut-off as just below it "
            + "(\(test.difference.pValue.asPValue))"
          : "cases of '\(running)' lie more densely on one side of the cut-off than on the other "
            + "(\(test.difference.pValue.asPValue)): find out whether people could choose their side"
      )
      check.statistic = test.difference.statistic
      check.pValue = test.difference.pValue
      check.value = test.difference.pValue
      check.threshold = threshold
      check.flag = passed ? nil : "density-jump"
      return check
    } catch {
      var check = TrustCheck(
        "density", subject: running, passed: false, severity: .warning,
        message: "the density of '\(running)' at the cut-off cannot be tested: \(error.message)")
      check.flag = "density-untested"
      return check
    }
  }

  /// The first bin on the side that gets the change, beside a smooth density within 25 bins; nil where
  /// values are heaped, so that bins would find the heaps, or where too little lies around.
  private func bunching(
    _ cases: DiscontinuityCases, _ found: Statistics.RegressionDiscontinuity
  ) -> TrustCheck? {
    let isAbove = cases.stage.treated == .above
    let width = Bunching.binWidth(cases.running)
    let cutoff = cases.stage.cutoff
    // Bins beyond the data are no part of its density.
    let least = cases.running.min() ?? cutoff
    let greatest = cases.running.max() ?? cutoff
    let reach = CutoffPair(
      Int(min(25, (cutoff - least) / width)), Int(min(25, (greatest - cutoff) / width)))
    guard !found.isHeaped,
      let bunching = try? Bunching(
        running: cases.running, threshold: cutoff, binWidth: width,
        window: isAbove ? CutoffPair(0, 1) : CutoffPair(1, 0), reach: reach)
    else { return nil }
    let excess = bunching.excess
    let passed = excess.value <= 0 || excess.pValue >= threshold
    let expected = NumberText.print(bunching.expected.rounded())
    var check = TrustCheck(
      "bunching", subject: running, passed: passed, severity: .warning,
      message:
        "\(bunching.observed) cases lie in the first bin on the side that gets the change, and a "
        + "smooth density would have \(expected) there (\(excess.pValue.asPValue))")
    check.statistic = excess.statistic
    check.pValue = excess.pValue
    check.value = excess.pValue
    check.threshold = threshold
    check.flag = passed ? nil : "bunching"
    return check
  }

  private func heaping(_ found: Statistics.RegressionDiscontinuity) -> TrustCheck? {
    let values = min(found.differentValues.left, found.differentValues.right)
    guard found.isHeaped else { return nil }
    var check = TrustCheck(
      "heaping", subject: running, passed: values > 20, severity: .warning,
      message: "many cases share a value of '\(running)': \(found.differentValues.left) different "
        + "values below the cut-off and \(found.differentValues.right) above it, so bandwidths "
        + "were chosen by values, not cases")
    check.value = Double(values)
    check.threshold = 20
    check.flag = check.passed ? nil : "heaped"
    return check
  }

  private func numbers(
    _ found: Statistics.RegressionDiscontinuity, _ outcome: String
  ) -> TrustCheck {
    let (left, right) = (found.effectiveCounts.left, found.effectiveCounts.right)
    var check = TrustCheck(
      "cases-near-cutoff", subject: outcome, passed: min(left, right) >= 20, severity: .warning,
      message: "\(outcome): \(left) cases below the cut-off and \(right) above it lie within the "
        + "bandwidth")
    check.value = Double(min(left, right))
    check.threshold = 20
    check.flag = check.passed ? nil : "few-cases"
    return check
  }

  private func firstStage(_ jump: Estimate, _ cases: DiscontinuityCases) -> TrustCheck {
    let strength = jump.statistic * jump.statistic
    let treatment = cases.stage.treatment?.name ?? "treatment"
    var check = TrustCheck(
      "first-stage", subject: treatment, passed: strength >= 10, severity: .error,
      message: strength >= 10
        ? "'\(treatment)' changes at the cut-off (F = \(rounded(strength)))"
        : "'\(treatment)' hardly changes at the cut-off (F = \(rounded(strength)), below 10): the "
          + "effect is a ratio with next to nothing below it, and its interval means little")
    check.statistic = strength
    check.pValue = jump.pValue
    check.value = strength
    check.threshold = 10
    check.flag = check.passed ? nil : "weak-instrument"
    return check
  }

  /// One check for each line of a kind, with p-values raised by Holm over them.
  private func tested(
    _ kind: String, _ others: DiscontinuitySensitivity, _ cases: DiscontinuityCases
  ) -> [TrustCheck] {
    let lines = others.lines.filter { $0.kind == kind }
    let pValues = lines.map(\.found.effect.robust.pValue)
    let raised = (try? MultiplicityAdjustment.holm.adjust(pValues)) ?? pValues
    return zip(lines, raised).map { line, pValue in
      let passed = pValue >= threshold
      let subject = line.subject ?? "\(cases.name) at \(NumberText.print(line.value ?? 0))"
      var check = TrustCheck(
        kind == "covariate" ? "covariate-continuity" : "placebo-cutoff", subject: subject,
        passed: passed, severity: .warning,
        message: passed
          ? "\(subject): no jump (\(pValue.asPValue))"
          : kind == "covariate"
            ? "'\(subject)' jumps at the cut-off (\(pValue.asPValue)), though the change cannot have "
              + "moved it"
            : "\(subject) jumps (\(pValue.asPValue)), though nothing happens there")
      check.statistic = line.found.effect.robust.statistic
      check.pValue = pValue
      check.value = pValue
      check.threshold = threshold
      check.flag = passed ? nil : kind == "covariate" ? "covariate-jump" : "placebo-jump"
      return check
    }
  }

  private func rounded(_ value: Double) -> String {
    NumberText.print((value * 10).rounded() / 10)
  }
}
