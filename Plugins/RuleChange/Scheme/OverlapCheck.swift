// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

extension Scheme {
  /// What only a look through whole tables and dates shows, too slow to do at every reading.
  func lateFaults(on date: CalendarDate?) -> SchemeFaults {
    var faults = SchemeFaults()
    if let date { reportAbsences(on: date, &faults) } else { warnOfLateStart(&faults) }
    guard !faults.hasErrors else { return faults }
    for decision in decisions { reportOverlaps(of: decision, on: date, &faults) }
    return faults
  }

  /// Rules of a UNIQUE table that apply at once, each combination of rules once, with a case.
  ///
  /// An error where the table looks at nothing but inputs. Where it looks at other decisions, or where
  /// only a boundary value is twice in the table, the case may never come up: a warning.
  private func reportOverlaps(
    of decision: Decision, on date: CalendarDate?, _ faults: inout SchemeFaults
  ) {
    guard let table = decision.table, table.hit == .unique,
      let findings = try? TableAnalysis.findings(of: decision, in: self, on: date)
    else { return }
    let sees = table.inputs.allSatisfy { input($0.expression.source) != nil }
    var told: Set<[Int]> = []
    for finding in findings where finding.rules.count > 1 && told.insert(finding.rules).inserted {
      let place = table.rows[(finding.rules.last ?? 1) - 1].origin
      faults.legal = legal(of: decision, at: place)
      faults.report(
        .decisionTable, severity: sees && finding.kind == .overlap ? .error : .warning,
        "decision '\(decision.name)' is UNIQUE, and \(finding.message)"
          + (finding.kind == .overlap ? finding.witness.map { ", as \($0)" } ?? "" : ""),
        at: place, help: "decide which rule holds, or write hit: FIRST")
    }
    faults.legal = []
  }
}
