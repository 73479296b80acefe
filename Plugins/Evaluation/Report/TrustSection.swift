// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import StageKit
import Tables

/// Whether the findings can be trusted: every check, those that failed first.
struct TrustSection {
  let checks: [TrustCheck]
  let balances: [Labeled<Table>]
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    var blocks: [ReportBlock] = [.heading(wording.trustHeading)]
    guard !checks.isEmpty else {
      blocks.append(.callout(.warning, InlineText(wording.trustUnchecked)))
      return blocks + balanceBlocks
    }
    let failed = checks.filter { !$0.passed && $0.severity == .error }
    let doubtful = checks.filter { !$0.passed && $0.severity == .warning }
    if !failed.isEmpty {
      blocks.append(
        .callout(
          .warning, InlineText(wording.failedChecks(failed.count)),
          blocks: [.list(failed.map { InlineText(wording.sentence($0.message)) })]))
    } else if doubtful.isEmpty {
      blocks.append(.paragraph(InlineText(wording.trustPassed(checks.count))))
    } else {
      blocks.append(
        .paragraph(InlineText(wording.doubtfulChecks(doubtful.count, of: checks.count))))
    }
    let rules = GradeRule.all.filter { rule in
      checks.contains { GradeRule.rule(for: $0) == rule }
    }
    if !rules.isEmpty {
      blocks.append(
        .list(
          rules.map { InlineText(wording.sentence($0.clause(in: wording.spoken)) + ".") }))
    }
    let rest = checks.filter { check in
      !failed.contains(check) && !doubtful.contains(check)
    }
    blocks.append(.table(table(failed + doubtful + rest)))
    return blocks + balanceBlocks
  }

  private var balanceBlocks: [ReportBlock] {
    let blocks = DataTable.blocks(balances, named: wording.balanceTitle, wording)
    return blocks.isEmpty ? [] : [.details(wording.balanceTitle, blocks)]
  }

  private func table(_ checks: [TrustCheck]) -> ReportTable {
    ReportTable(
      wording.checksCaption,
      columns: [
        .init(wording.checkColumn), .init(wording.resultColumn), .init(wording.foundColumn),
        .init(wording.pValueColumn, format: .pValue),
      ],
      rows: checks.map { check in
        [
          .text(InlineText("\(check.check): \(check.subject)")),
          .text(InlineText(result(of: check))), .text(InlineText(wording.sentence(check.message))),
          check.pValue.map { .number($0) } ?? .empty,
        ]
      })
  }

  private func result(of check: TrustCheck) -> String {
    if check.passed { return check.severity == .info ? wording.toKnow : wording.inOrder }
    switch check.severity {
    case .error: return wording.failed
    case .warning: return wording.takeCare
    case .info: return wording.toKnow
    }
  }
}
