// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Foundation
import Pipelines
import StageKit
import Testing

@testable import RunStore

/// Each test makes three runs, changes one thing behind the store's back and looks what is found.
struct VerifyTests {
  let folder = TemporaryStore()

  private func codes(after change: (Store, [RunID]) throws -> Void) async throws -> [Finding.Code] {
    let runs: [RunID]
    do {
      let store = try folder.open()
      runs = [
        try await Sample.run([1, 2], in: store), try await Sample.run([3], in: store),
        try await Sample.run([4], in: store),
      ]
      #expect(try store.verify().findings == [])
      try change(store, runs)
    }
    return try folder.open().verify().findings.map(\.code)
  }

  @Test func `an untouched store is sound, and what was checked is counted`() async throws {
    let store = try folder.open()
    try await Sample.run([1, 2], in: store)
    var last = (0, 0)
    let outcome = try store.verify { last = ($0, $1) }
    #expect(outcome.isSound)
    // Two tables, two records, the pipeline file and the receipt.
    #expect(outcome.objects == 6)
    #expect(outcome.runs == 1 && outcome.receipts == 1 && outcome.entries == 2)
    #expect(last == (outcome.bytes, outcome.bytes))
  }

  @Test func `an empty store is sound`() throws {
    #expect(try folder.open().verify().findings == [])
  }

  @Test(arguments: ["cases", "card"])
  func `a flipped byte is found`(port: String) async throws {
    let found = try await codes { store, runs in
      let reference = try #require(try store.stages(of: runs[1])[0].outputs[port])
      try folder.tamper(file: store.path(of: reference)) { $0[$0.count / 2] ^= 4 }
    }
    #expect(found == [.damagedObject])
  }

  @Test func `a truncated object is found`() async throws {
    let found = try await codes { store, runs in
      let reference = try #require(try store.stages(of: runs[1])[0].outputs["card"])
      try folder.tamper(file: store.path(of: reference)) { $0.removeLast() }
    }
    #expect(found == [.wrongSize])
  }

  @Test func `a missing object is found and named`() async throws {
    let found = try await codes { store, runs in
      let reference = try #require(try store.stages(of: runs[1])[0].outputs["card"])
      try FileManager.default.removeItem(atPath: store.path(of: reference))
    }
    #expect(found == [.missingObject])
    #expect(try folder.open().verify().findings[0].message.contains("stage-3.card"))
  }

  @Test func `a missing pipeline file is found`() async throws {
    let found = try await codes { store, runs in
      let source = try #require(try store.record(of: runs[0])).source
      try FileManager.default.removeItem(atPath: store.objects.path(of: source))
    }
    #expect(found == [.missingObject])
  }

  @Test func `an edited receipt is found in the database`() async throws {
    let found = try await codes { _, runs in
      try folder.tamper(
        "UPDATE receipts SET text = replace(text, '0.25', '0.26') WHERE run = '\(runs[1])'")
    }
    #expect(found == [.editedReceipt])
  }

  @Test func `an edited receipt is found among the objects`() async throws {
    let found = try await codes { store, runs in
      let receipt = try #require(try store.record(of: runs[1])?.receipt)
      try folder.tamper(file: store.objects.path(of: receipt)) { $0[20] ^= 1 }
    }
    #expect(found == [.damagedObject])
  }

  @Test func `a receipt that was edited with its digest breaks the chain`() async throws {
    let found = try await codes { store, runs in
      let text = try #require(try store.receipt(of: runs[1]))
      var edited = text
      edited["seconds"] = 99
      let bytes = try edited.canonical
      let digest = try store.objects.put(bytes)
      try folder.tamper(
        """
        UPDATE receipts SET text = '\(String(decoding: bytes, as: UTF8.self))',
          digest = '\(digest)' WHERE run = '\(runs[1])';
        UPDATE runs SET seconds = 99, receipt = '\(digest)' WHERE id = '\(runs[1])'
        """)
    }
    #expect(found == [.editedReceipt, .unusedObjects])
  }

  @Test func `a removed receipt is found`() async throws {
    let found = try await codes { _, runs in
      try folder.tamper("DELETE FROM receipts WHERE run = '\(runs[1])'")
    }
    #expect(found.contains(.removedReceipt))
    #expect(found.contains(.editedRun))
  }

  @Test func `a removed run is found`() async throws {
    let found = try await codes { _, runs in
      try folder.tamper(
        "DELETE FROM run_stages WHERE run = '\(runs[1])'; DELETE FROM runs WHERE id = '\(runs[1])'")
    }
    #expect(found == [.removedRun])
  }

  @Test func `a missing last run is found`() async throws {
    let found = try await codes { _, runs in
      try folder.tamper(
        """
        DELETE FROM entries WHERE run = '\(runs[2])'; DELETE FROM receipts WHERE run = '\(runs[2])';
        DELETE FROM run_stages WHERE run = '\(runs[2])'; DELETE FROM runs WHERE id = '\(runs[2])'
        """)
    }
    #expect(found.contains(.missingLastRun))
  }

  @Test func `a missing only run is found`() async throws {
    let store = try folder.open()
    try await Sample.run([1], in: store)
    try folder.tamper(
      "DELETE FROM entries; DELETE FROM receipts; DELETE FROM run_stages; DELETE FROM runs")
    #expect(try store.verify().findings.map(\.code).contains(.missingLastRun))
  }

  @Test func `a removed head is found`() async throws {
    let found = try await codes { _, _ in
      try FileManager.default.removeItem(atPath: "\(folder.path)/HEAD")
    }
    #expect(found == [.editedHead])
  }

  @Test func `an edited head is found`() async throws {
    let found = try await codes { _, _ in
      let path = "\(folder.path)/HEAD"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing(#""sequence":3"#, with: #""sequence":2"#)
        .write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(found == [.editedHead])
  }

  @Test(arguments: [
    "seconds = 2", "status = 'failed'", "pipeline = 'other'", "parameters = '{\"level\":0.5}'",
    "tool = 'x'", "started = started + 1", "finished = NULL, status = NULL", "receipt = NULL",
    "reference_date = '2020-01-01'", "arguments = '[]'", "parameters = 'x'", "source_bytes = 1",
  ])
  func `an edited run is found`(edit: String) async throws {
    let found = try await codes { _, runs in
      // Where the end is removed, the process must seem to live, or the run would be ended again.
      try folder.tamper(
        "UPDATE runs SET \(edit), process = 1 WHERE id = '\(runs[1])'; UPDATE runs SET heartbeat = 0"
      )
    }
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { [.editedRun, .removedRun].contains($0) })
  }

  @Test func `an edited result is found`() async throws {
    let found = try await codes { _, runs in
      try folder.tamper(
        """
        UPDATE run_stages SET result = replace(result, '"ran"', '"reused"')
        WHERE run = '\(runs[1])'
        """)
    }
    #expect(found == [.editedRun])
  }

  @Test func `edited components are found`() async throws {
    let found = try await codes { _, _ in
      try folder.tamper("UPDATE entries SET components = replace(components, '3', '5')")
    }
    #expect(found == [.editedEntry])
  }

  @Test func `exchanged outputs are found`() async throws {
    let found = try await codes { _, _ in
      try folder.tamper(
        """
        UPDATE entry_outputs SET (digest, bytes) =
          (SELECT digest, bytes FROM entry_outputs WHERE key = '\(Sample.key(1).digest)' AND port = 'card')
        WHERE key = '\(Sample.key(3).digest)' AND port = 'card'
        """)
    }
    #expect(found == [.editedEntry])
  }

  @Test func `an object that nothing refers to is no damage`() async throws {
    let store = try folder.open()
    try await Sample.run([1], in: store)
    _ = try store.put(.record(Sample.record(77)))
    let outcome = try store.verify()
    #expect(outcome.findings.map(\.code) == [.unusedObjects])
    #expect(outcome.isSound)
  }
}
