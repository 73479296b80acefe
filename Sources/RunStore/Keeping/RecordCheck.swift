// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Pipelines

/// Holds rows of runs and entries against the receipts.
struct RecordCheck {
  private let contents: StoreContents
  private let receipts: [RunID: JSONValue]
  private(set) var findings: [Finding] = []

  init(_ contents: StoreContents, receipts: [RunID: JSONValue]) {
    self.contents = contents
    self.receipts = receipts
    runs()
    entries()
  }

  private mutating func runs() {
    if contents.unreadableRuns > 0 {
      report(.editedRun, "\(contents.unreadableRuns) rows of runs cannot be read")
    }
    let known = Set(contents.runs.map(\.id))
    for row in contents.receipts
    where row.kind == Receipt.type && row.text != nil && !known.contains(RunID(row.run)) {
      report(.removedRun, "run \(row.run) has a receipt but is gone")
    }
    let written = Set(contents.receipts.map(\.run))
    for run in contents.runs {
      guard let finished = run.finished, let status = run.status, let seconds = run.seconds else {
        if run.receipt != nil || written.contains(run.id.text) {
          report(.editedRun, "run \(run.id) has a receipt but no end")
        }
        continue
      }
      guard written.contains(run.id.text) else {
        report(.editedRun, "run \(run.id) has an end but no receipt")
        continue
      }
      // An edited receipt has been reported already.
      guard let receipt = receipts[run.id] else { continue }
      let members = Receipt.members(
        of: run, finished: finished, status: status, seconds: seconds)
      let row = contents.receipts.first { $0.run == run.id.text && $0.kind == Receipt.type }
      let isSame =
        members.allSatisfy { same(receipt[$0.0], $0.1) }
        && same(receipt["stages"], .array(contents.stages[run.id] ?? []))
        && run.receipt?.hex == row?.digest
      if !isSame { report(.editedRun, "run \(run.id) is not as its receipt says") }
    }
  }

  private mutating func entries() {
    var written: [String: [JSONValue]] = [:]
    for receipt in receipts.values {
      for stage in receipt["stages"]?.arrayValue ?? [] {
        guard let key = stage["key"]?.stringValue, let outputs = stage["outputs"] else { continue }
        written[key, default: []].append(outputs)
      }
    }
    for entry in contents.entries {
      let components = try? JSONValue.parse(entry.components)
      let key = components.flatMap { try? StageKey(components: $0) }
      if key?.digest.hex != entry.key {
        report(.editedEntry, "the entry of \(entry.instance) does not fit its key")
        continue
      }
      // A run that goes on has no receipt yet; one whose receipt was edited is no witness.
      guard receipts[RunID(entry.run)] != nil || written[entry.key] != nil else { continue }
      let outputs = JSONValue.stored(entry.outputs)
      if !(written[entry.key] ?? []).contains(where: { same($0, outputs) }) {
        report(.editedEntry, "the outputs of \(entry.instance) are not as the receipts say")
      }
    }
  }

  /// Compared as written: `1` and `1.0` are one number there.
  private func same(_ a: JSONValue?, _ b: JSONValue) -> Bool {
    guard let a else { return false }
    return (try? a.canonical) == (try? b.canonical)
  }

  private mutating func report(_ code: Finding.Code, _ message: String) {
    findings.append(Finding(code, message, help: "restore the store from a copy"))
  }
}
