// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Answers to fields of a test that other stages of the run have worked out already.
///
/// The lights are rules of ours: green where nothing gets worse, orange where something does, red where
/// no staff is enough. People may overrule them with an answer of their own.
struct RunKnowledge {
  private(set) var answers: [String: FieldAnswer] = [:]

  private mutating func know(
    _ field: String, _ light: TrafficLight, _ answer: String, by stage: String
  ) {
    answers[field] = FieldAnswer(answer: answer, light: light, source: "rules/\(stage)")
  }

  /// The summary of `rules/propose`, of which one reform counts.
  mutating func add(proposal: Table, reform: String?) throws {
    let names = try proposal.column("reform").texts().map { $0 ?? "" }
    guard let row = reform.map({ names.firstIndex(of: $0) }) ?? (names.count == 1 ? 0 : nil) else {
      throw StageFault(
        reform.map { "the proposal has no reform '\($0)'" }
          ?? "the proposal has \(names.count) reforms, and this is a test of one", at: "reform",
        help: "reforms: " + names.joined(separator: ", "), kind: .user)
    }
    func number(_ name: String) throws -> Double? {
      guard let column = try proposal.column(name).doubles() else { return nil }
      return column.validity.map { $0[row] } ?? true ? column.values[row] : nil
    }
    if let winners = try number("winners"), let losers = try number("losers") {
      know(
        "target_group", losers > 0 ? .orange : .green,
        "\(Self.plain(winners)) gain and \(Self.plain(losers)) lose", by: "propose")
    }
    if let change = try number("budget_change") {
      let unit = try proposal.column("unit").display(at: row).map { " \($0)" } ?? ""
      know(
        "budget", change > 0 ? .orange : .green,
        "the budget changes by \(Self.plain(change))\(unit)",
        by: "propose")
    }
  }

  /// The measures of `rules/complexity`; with several reforms, that of the one named.
  mutating func add(complexity: Table, reform: String?) throws {
    let schemes = try complexity.column("scheme").texts()
    let measures = try complexity.column("measure").texts()
    guard let changes = try complexity.column("change").doubles()?.values else { return }
    let last = reform ?? schemes.last ?? nil
    let rows = schemes.indices.filter { schemes[$0] == last && changes[$0] != 0 }
    guard schemes.contains(last), last != SchemeVariants.baseline else { return }
    let counted: Set<String> = ["cells", "thresholds", "inputs_asked", "depth", "cross_references"]
    let grows = rows.contains { counted.contains(measures[$0] ?? "") && changes[$0] > 0 }
    let told = rows.map {
      "\((measures[$0] ?? "").replacing("_", with: " ")) \(Self.signed(changes[$0]))"
    }
    know(
      "complexity", grows ? .orange : .green,
      told.isEmpty ? "the rules stay as complex as they are" : told.joined(separator: ", "),
      by: "complexity")
  }

  /// The summary of `rules/capacity`, whose last load is compared with its first.
  mutating func add(capacity: Table) throws {
    let last = capacity.rowCount - 1
    guard last > 0, let changes = try capacity.column("fte_change").doubles() else { return }
    if let validity = changes.validity, !validity[last] {
      know(
        "staff_structural", .red, "no number of staff keeps waiting within the norm", by: "capacity"
      )
      return
    }
    let change = changes.values[last]
    know(
      "staff_structural", change > 0 ? .orange : .green, "\(Self.signed(change)) fte",
      by: "capacity")
  }

  mutating func add(burden: BurdenRecord) {
    let told = burden.lines.filter { $0.before != $0.after }.map { line in
      let euros = Self.signed(line.after.euros - line.before.euros)
      let hours = Self.signed(line.after.hours - line.before.hours)
      return "\(line.group): \(euros) euros and \(hours) hours \(line.isOneOff ? "once" : "a year")"
    }
    let grows = burden.lines.contains {
      $0.after.euros > $0.before.euros || $0.after.hours > $0.before.hours
    }
    let label = burden.label == .official ? "" : " (an estimate)"
    know(
      "burden", grows ? .orange : .green,
      (told.isEmpty ? "the burden stays as it is" : told.joined(separator: "; ")) + label,
      by: "burden")
    know(
      "data_exchange", burden.heldAfter + burden.askedTwiceAfter > 0 ? .orange : .green,
      "people are asked \(burden.heldAfter) data that a base register holds (now "
        + "\(burden.heldBefore)), and \(burden.askedTwiceAfter) more than once (now "
        + "\(burden.askedTwiceBefore))", by: "burden")
  }

  mutating func add(doability: FeasibilityRecord) throws(StageFault) {
    guard doability.kind == .doability else {
      throw StageFault("the port 'doability' takes what rules/doability gives", kind: .user)
    }
    let red = doability.questions.filter { $0.light == .red }.map(\.name)
    // One step that nobody knows may be the one that people fail at.
    let isKnown = doability.gaps.isEmpty || doability.light == .red
    know(
      "doability", isKnown ? doability.light : .unknown,
      red.isEmpty
        ? "\(doability.questions.count) steps, none red, \(doability.gaps.count) unknown"
        : "too much is asked at: " + red.joined(separator: ", "), by: "doability")
  }
}

extension RunKnowledge {
  /// A figure as people read it: whole from 100 up, with two decimals below.
  private static func plain(_ number: Double) -> String {
    let scale = number.magnitude < 100 ? 100.0 : 1
    let rounded = (number * scale).rounded() / scale
    return rounded == rounded.rounded() && rounded.magnitude < 1e15
      ? "\(Int64(rounded))" : "\(rounded)"
  }

  private static func signed(_ number: Double) -> String {
    number > 0 ? "+" + plain(number) : plain(number)
  }
}
