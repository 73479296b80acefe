// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// A column that is looked at, what it decides, and which way is better.
struct MonitoredOutcome {
  let column: ColumnName
  let role: Look.Role
  let better: PilotCard.Direction
  /// The smallest difference that would matter, as on the card.
  let minimum: Double?
}

/// Which way is better.
enum Better: String, ParameterChoice {
  case increase
  case decrease

  var direction: PilotCard.Direction { self == .increase ? .increase : .decrease }
}

extension Monitor {
  /// The outcomes and guardrails: as the parameters say, and then as the card does.
  ///
  /// - Throws: `StageFault` where nothing says which way is better, or the card says another way.
  func monitored(
    _ card: PilotCard?, _ cases: Cases, note: (String) -> Void
  ) throws(StageFault) -> [MonitoredOutcome] {
    var result: [MonitoredOutcome] = []
    for column in outcome {
      let declared = card?.outcome(for: column.name)
      guard let way = better?.direction ?? declared?.direction else {
        throw StageFault(
          "which way is '\(column)' better?", at: "better",
          help: "add better: increase or decrease", kind: .user)
      }
      try check(way, declared, column, at: "better")
      result.append(
        MonitoredOutcome(
          column: column, role: .outcome, better: way, minimum: declared?.minimumDifference))
    }
    for entry in guardrails.entries {
      let column = ColumnName(entry.name)
      guard !outcome.contains(column) else {
        throw StageFault(
          "'\(column)' is an outcome and a guardrail at once", at: "guardrails", kind: .user)
      }
      try check(
        entry.value.direction, card?.outcome(for: column.name), column, at: "guardrails")
      result.append(
        MonitoredOutcome(
          column: column, role: .guardrail, better: entry.value.direction, minimum: nil))
    }
    for declared in card?.outcomes ?? [] where declared.role == .guardrail {
      let column = ColumnName(declared.column ?? declared.id)
      guard !result.contains(where: { $0.column == column }) else { continue }
      guard cases.table.contains(column.name) else {
        note("the card's guardrail '\(declared.id)' has no column in the cases and is not watched")
        continue
      }
      result.append(
        MonitoredOutcome(
          column: column, role: .guardrail, better: declared.direction, minimum: nil))
    }
    return result
  }

  private func check(
    _ way: PilotCard.Direction, _ declared: PilotCard.Outcome?, _ column: ColumnName,
    at parameter: String
  ) throws(StageFault) {
    guard let declared, declared.direction != way else { return }
    throw StageFault(
      "the pilot card says that '\(column)' should \(declared.direction.rawValue)", at: parameter,
      help: "leave it out: the card says it")
  }
}
