// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Two traces in sentences: the rules as they are, and where the reform leads elsewhere.
struct ComparisonText {
  let comparison: TraceComparison
  let language: TraceLanguage

  var text: String {
    let titles = comparison.reforms.map { language.pick("‘\($0.title)’", "“\($0.title)”") }
      .joined(separator: language.pick(" en ", " and "))
    var lines = [
      TraceText(trace: comparison.before, language: language).text,
      language.pick("Met de wijziging \(titles)", "With the reform \(titles)"), "",
    ]
    lines += outcomes
    guard !comparison.partings.isEmpty else { return lines.joined(separator: "\n") + "\n" }
    lines += ["", language.pick("Waar de uitkomsten uiteengaan", "Where the outcomes part")]
    for parting in comparison.origins { lines += told(parting) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var outcomes: [String] {
    comparison.after.outcomes.map { step in
      let label = label(of: step)
      let new = value(step)
      guard let old = comparison.before.decision(step.name, of: step.member) else {
        return "\(label) is \(new)."
      }
      let before = value(old)
      return before == new
        ? language.pick("\(label) blijft \(new).", "\(label) stays \(new).")
        : language.pick(
          "\(label) wordt \(new); nu is dat \(before).",
          "\(label) becomes \(new); now it is \(before).")
    }
  }

  private func label(of step: DecisionTrace) -> String {
    let label = language.label(step.name, step.decision.title)
    guard let member = step.member else { return label.atSentenceStart }
    return "\(language.name(of: member)): \(label.insideSentence)"
  }

  private func value(_ step: DecisionTrace) -> String {
    step.results.map { language.value($0.value, unit: step.decision.unit) }.joined(separator: ", ")
  }

  private func told(_ parting: TraceComparison.Parting) -> [String] {
    let step = parting.after ?? parting.before
    let label = step.map { self.label(of: $0) } ?? ""
    let none = language.pick("niets", "nothing")
    let change =
      "\(parting.before.map(value) ?? none) → \(parting.after.map(value) ?? none)"
    let causes = parting.causes.map { words($0, parting) }.joined(separator: ", ")
    var lines = ["- \(label): \(change) (\(causes))."]
    if let before = parting.before {
      lines.append("  \(language.pick("Nu", "Now")): \(reason(before, comparison.before)).")
    }
    if let after = parting.after {
      let title = language.pick("Met de wijziging", "With the reform")
      lines.append("  \(title): \(reason(after, comparison.after)).")
    }
    return lines
  }

  private func reason(_ step: DecisionTrace, _ trace: CaseTrace) -> String {
    let reason = StepText(step, trace: trace, language: language).reason
    return reason.hasSuffix(".") ? String(reason.dropLast()) : reason
  }

  private func words(_ cause: TraceComparison.Cause, _ parting: TraceComparison.Parting) -> String {
    switch cause {
    case .rule: return language.pick("een andere regel", "another rule")
    case .figure(let name):
      let label = self.label(name, parting)
      return language.pick("een ander bedrag: \(label)", "another figure: \(label)")
    case .input(let name):
      let label = self.label(name, parting)
      return language.pick("gelijk voor iedereen: \(label)", "alike for all: \(label)")
    case .decision(let name):
      let label = self.label(name, parting)
      return language.pick("volgt uit: \(label)", "follows from: \(label)")
    }
  }

  private func label(_ name: String, _ parting: TraceComparison.Parting) -> String {
    let use = parting.after?.uses.first { $0.name == name }
    return use.map { language.label($0).insideSentence } ?? language.label(name, nil)
  }
}
