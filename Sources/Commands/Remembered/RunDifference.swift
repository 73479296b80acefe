// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Pipelines
import RunStore
import StageKit
import Tables

/// What differs between two runs.
struct RunDifference {
  private struct StageChange {
    let instance: String
    /// Why the stage is another, in words.
    let reasons: [String]
    /// Output ports whose bytes differ.
    let outputs: [String]
    /// Estimates that moved, as text.
    let effects: [String]
  }

  private let runs: (String, String)
  private let sameFile: Bool
  private let parameters: [(name: String, old: JSONValue?, new: JSONValue?)]
  private let added: [String]
  private let removed: [String]
  private let changes: [StageChange]
  private let equalCount: Int

  init(_ old: RunRecord, _ new: RunRecord, in store: Store) throws {
    runs = (old.id.text, new.id.text)
    sameFile = old.source == new.source
    var names = new.parameters.members.map(\.key)
    names += old.parameters.members.map(\.key).filter { !names.contains($0) }
    parameters = names.compactMap { name in
      let (before, after) = (old.parameters[name], new.parameters[name])
      return before == after ? nil : (name, before, after)
    }
    let before = try store.stages(of: old.id)
    let after = try store.stages(of: new.id)
    let known = Dictionary(before.map { ($0.instance, $0) }, uniquingKeysWith: { a, _ in a })
    let later = Set(after.map(\.instance))
    added = after.map(\.instance).filter { known[$0] == nil }
    removed = before.map(\.instance).filter { !later.contains($0) }
    var changes: [StageChange] = []
    var equal = 0
    for stage in after {
      guard let earlier = known[stage.instance] else { continue }
      if let change = try Self.change(earlier, stage, in: store) {
        changes.append(change)
      } else {
        equal += 1
      }
    }
    self.changes = changes
    equalCount = equal
  }

  var text: String {
    var lines = ["from run \(runs.0) to run \(runs.1)"]
    lines.append(sameFile ? "the pipeline file is the same" : "the pipeline file changed")
    for (name, old, new) in parameters {
      lines.append("parameter \(name): \(old?.compact ?? "none") → \(new?.compact ?? "none")")
    }
    lines += removed.map { "stage \($0) is gone" } + added.map { "stage \($0) is new" }
    for change in changes {
      lines.append("stage \(change.instance):")
      lines += change.reasons.map { "  \($0)" }
      lines.append(
        change.outputs.isEmpty
          ? "  its results are the same"
          : "  other results: \(change.outputs.joined(separator: ", "))")
      lines += change.effects.map { "    \($0)" }
    }
    lines.append("\(equalCount) \(equalCount == 1 ? "stage is" : "stages are") the same")
    return lines.joined(separator: "\n")
  }

  var json: JSONValue {
    [
      "from": .string(runs.0), "to": .string(runs.1), "same_file": .boolean(sameFile),
      "parameters": .array(
        parameters.map {
          ["name": .string($0.name), "from": $0.old ?? .null, "to": $0.new ?? .null]
        }),
      "removed": .array(removed.map { .string($0) }), "added": .array(added.map { .string($0) }),
      "stages": .array(
        changes.map { change in
          [
            "id": .string(change.instance),
            "reasons": .array(change.reasons.map { .string($0) }),
            "outputs": .array(change.outputs.map { .string($0) }),
            "effects": .array(change.effects.map { .string($0) }),
          ]
        }), "same_stages": .integer(Int64(equalCount)),
    ]
  }

  private static func change(
    _ old: StageRecord, _ new: StageRecord, in store: Store
  ) throws -> StageChange? {
    let ports = Set(old.outputs.keys).union(new.outputs.keys).sorted()
    let differing = ports.filter { old.outputs[$0]?.digest != new.outputs[$0]?.digest }
    var reasons: [String] = []
    if let before = old.key, let after = new.key, before != after,
      let earlier = try store.components(of: before), let later = try store.components(of: after)
    {
      reasons = KeyDifference.reasons(from: earlier, to: later)
    }
    if [old.status, new.status].contains(.failed) || (old.key == nil) != (new.key == nil) {
      reasons.append("\(old.status.rawValue) → \(new.status.rawValue)")
    }
    guard !differing.isEmpty || !reasons.isEmpty else { return nil }
    return StageChange(
      instance: new.instance, reasons: reasons, outputs: differing,
      effects: try differing.flatMap { try moved(old.outputs[$0], new.outputs[$0], in: store) })
  }

  /// The estimates of two effects tables that are not the same.
  private static func moved(
    _ old: ArtifactReference?, _ new: ArtifactReference?, in store: Store
  ) throws -> [String] {
    guard let old, let new, let before = try effects(old, store),
      let after = try effects(new, store)
    else { return [] }
    return after.compactMap { effect in
      let same = before.first {
        $0.outcome == effect.outcome && $0.contrast == effect.contrast
          && $0.subgroup == effect.subgroup && $0.time == effect.time
      }
      guard let same, same != effect else { return nil }
      return "\(effect.outcome), \(effect.contrast): \(interval(same)) → \(interval(effect))"
    }
  }

  private static func effects(_ reference: ArtifactReference, _ store: Store) throws -> [Effect]? {
    guard case .table(let table) = try store.artifact(reference),
      table.schema.map(\.name) == EffectsTable.schema.map(\.name)
    else { return nil }
    return try EffectsTable.effects(table)
  }

  private static func interval(_ effect: Effect) -> String {
    func text(_ number: Double?) -> String {
      number.map { "\(($0 * 1e6).rounded() / 1e6)" } ?? "none"
    }
    let p = effect.pValue.map { ", p \(text($0))" } ?? ""
    return
      "\(text(effect.estimate)) (\(text(effect.confidenceLow)) to \(text(effect.confidenceHigh))\(p))"
  }
}
