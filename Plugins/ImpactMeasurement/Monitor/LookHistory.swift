// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The looks of earlier runs: what has been spent, and under which plan.
struct LookHistory {
  let looks: [Look]

  /// - Throws: `StageFault` where the table that came in is no table of looks.
  init(_ earlier: Table?) throws(StageFault) {
    looks = try earlier.map { table throws(StageFault) in try LooksTable.looks(table) } ?? []
  }

  /// The number of the look to come.
  var next: Int { (looks.map(\.number).max() ?? 0) + 1 }

  /// Earlier looks at the same thing that were held against a bound, in their order.
  ///
  /// - Throws: `StageFault` where they were taken under another plan: changing it after a look spends
  ///   the error twice.
  func bounded(_ look: Look) throws(StageFault) -> [Look] {
    let same = looks.filter { $0.isSameRow(as: look) && $0.bound != nil }
      .sorted { $0.number < $1.number }
    for earlier in same {
      guard earlier.method.isExactly(look.method) else {
        throw StageFault(
          "earlier looks at '\(look.outcome)' were '\(earlier.method)', and this one is "
            + "'\(look.method)'", at: "spending",
          help: "go on as the first look was planned: a change after looking spends the error twice"
        )
      }
      if let old = earlier.alpha, let new = look.alpha, (old - new).magnitude > 1e-9 {
        throw StageFault(
          "earlier looks at '\(look.outcome)' had an error of \(old.asFigure), and this one has "
            + "\(new.asFigure)", at: "level",
          help: "keep level, outcomes and contrasts as at the first look")
      }
      if earlier.better != look.better {
        throw StageFault(
          "'\(look.outcome)' was better the other way at an earlier look", at: "better")
      }
    }
    if let last = same.last?.information, let now = look.information, now <= last {
      throw StageFault(
        "the last look at '\(look.outcome)' had \(last.asFigure) of the planned information, and "
          + "this one has \(now.asFigure): nothing has come in since", at: "planned",
        help: "look again when there are more cases, and keep 'planned' as it was")
    }
    return same
  }

  /// A sentence for each earlier look that was to be the last.
  var overruns: [String] {
    looks.filter { $0.decision != .go && $0.role != .signal }.map {
      "look \($0.number) at '\($0.outcome)' (\($0.contrast)) said \($0.decision.rawValue), and the "
        + "experiment went on"
    }
  }
}
