// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports

/// The conclusion, before anything else.
struct VerdictSection {
  let verdicts: [Verdict]
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    guard !verdicts.isEmpty else { return [.callout(.note, InlineText(wording.noVerdict))] }
    return verdicts.map { verdict in
      let title = wording.name(of: verdict.decision)
      let whole = verdicts.count > 1 ? "\(verdict.experiment): \(title)" : title
      return .callout(
        .verdict, InlineText(whole), blocks: [.paragraph(InlineText(verdict.summary))])
    }
  }
}

/// What went well, what can be better, and what is needed next: three lists that every report has.
struct TriadSection {
  let verdicts: [Verdict]
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    let reasons = verdicts.flatMap(\.reasons)
    func isGood(_ reason: Verdict.Reason) -> Bool {
      VerdictCode(rawValue: reason.code)?.isGood ?? false
    }
    return [.heading(wording.triadHeading)]
      + part(wording.wentWell, reasons.filter(isGood).map(\.text), empty: wording.nothingWentWell)
      + part(
        wording.canBeBetter, reasons.filter { !isGood($0) }.map(\.text),
        empty: wording.nothingToImprove)
      + part(wording.neededNext, verdicts.flatMap(\.nextSteps), empty: wording.nothingNext)
  }

  private func part(_ title: String, _ items: [String], empty: String) -> [ReportBlock] {
    [.heading(title, level: 2)]
      + (items.isEmpty
        ? [.paragraph(InlineText(empty))] : [.list(items.map { InlineText($0) })])
  }
}
