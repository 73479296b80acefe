// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Foundation
import Pipelines
import StageKit
import Testing

@testable import RunStore

struct KeepingTests {
  let folder = TemporaryStore()

  @Test func `nothing of a remembered run is collected`() async throws {
    let store = try folder.open()
    try await Sample.run([1, 2], in: store)
    #expect(try await store.gc() == GarbageCollection())
    #expect(try store.verify().findings == [])
  }

  @Test func `a dry run counts and removes nothing`() async throws {
    let store = try folder.open()
    try await Sample.run([1], in: store)
    let unused = try store.put(.record(Sample.record(77)))
    try Data("half".utf8).write(to: URL(filePath: "\(folder.path)/temporary/1-1"))
    let dry = try await store.gc(dryRun: true)
    #expect(dry.objects == 1 && dry.leftovers == 1 && dry.bytes == unused.byteCount + 4)
    #expect(FileManager.default.fileExists(atPath: store.path(of: unused)))
    let wet = try await store.gc()
    #expect(wet == dry)
    #expect(!FileManager.default.fileExists(atPath: store.path(of: unused)))
    #expect(try folder.names(in: "temporary").isEmpty)
    #expect(try store.verify().findings == [])
  }

  @Test func `outputs of an earlier run that were computed anew are kept`() async throws {
    let store = try folder.open()
    let run = try await Sample.run([1], in: store)
    let session = try await store.startRun(Sample.description())
    let other = try session.put(.record(Sample.record(99)))
    try session.record(
      .init(key: Sample.key(1), outputs: ["card": other], seconds: 0), pipeline: "letters",
      instance: .init("stage-1"), stage: "test/sample")
    try session.finish(.failed, seconds: 0)
    _ = try await store.gc()
    for artifact in try store.artifacts(of: run) { _ = try store.artifact(artifact.reference) }
  }

  @Test func `forgetting takes a run's own data and nothing of others`() async throws {
    let store = try folder.open()
    let kept = try await Sample.run([1], in: store)
    let session = try await store.startRun(Sample.description(text: "second"))
    var reused = try Sample.runStage(1, in: session)
    reused.status = .reused
    let own = try Sample.runStage(2, in: session)
    try session.finish(.succeeded, seconds: 0)
    let ownPaths = own.outputs.values.map { store.path(of: $0) }

    let forgotten = try await store.forget(session.id, by: "R. Jansen", reason: "retention")
    // Two outputs, the pipeline file and the receipt.
    #expect(forgotten.removed.count == 4)
    for path in ownPaths { #expect(!FileManager.default.fileExists(atPath: path)) }
    #expect(try store.runs().map(\.id) == [kept])
    #expect(try store.outputs(for: Sample.key(1).digest) != nil)
    #expect(try store.outputs(for: Sample.key(2).digest) == nil)
    #expect(!FileManager.default.fileExists(atPath: store.eventsPath(of: session.id)))
    #expect(try store.verify().findings == [])
    #expect(try await store.gc() == GarbageCollection())
  }

  @Test func `the tombstone says who, when and why`() async throws {
    let store = try folder.open()
    let run = try await Sample.run([1], in: store)
    let removed = try await store.forget(run, by: "R. Jansen", reason: "retention").removed
    let last = try #require(try StoreContents(store).receipts.last)
    let tombstone = try JSONValue.parse(try #require(last.text))
    #expect(tombstone["type"] == "tombstone")
    #expect(tombstone["run"]?.stringValue == run.text)
    #expect(tombstone["by"] == "R. Jansen")
    #expect(tombstone["reason"] == "retention")
    #expect(tombstone["when"]?.stringValue != nil)
    #expect(tombstone["removed"]?.arrayValue?.count == removed.count)
  }

  @Test func `nothing of a forgotten run is left in the store's files`() async throws {
    let store = try folder.open()
    var description = Sample.description()
    description.parameters = ["note": "onlyinthisrun"]
    let session = try await store.startRun(description)
    try Sample.runStage(1, in: session)
    try session.finish(.succeeded, seconds: 0)
    _ = try await store.forget(session.id, by: "a", reason: "b")
    let files = FileManager.default.enumerator(atPath: folder.path)
    for case let name as String in try #require(files) {
      guard let data = FileManager.default.contents(atPath: "\(folder.path)/\(name)") else {
        continue
      }
      #expect(data.range(of: Data("onlyinthisrun".utf8)) == nil, "\(name)")
    }
  }

  @Test func `runs go on after one was forgotten`() async throws {
    let store = try folder.open()
    let first = try await Sample.run([1], in: store)
    try await Sample.run([2], in: store)
    _ = try await store.forget(first, by: "a", reason: "b")
    try await Sample.run([1], in: store)
    #expect(try folder.open().verify().findings == [])
  }

  @Test func `a run that goes on is not forgotten`() async throws {
    let store = try folder.open()
    let session = try await store.startRun(Sample.description())
    await #expect(throws: StoreFault.self) {
      try await store.forget(
        session.id, by: "a", reason: "b", wait: LockWait(timeout: .milliseconds(60)))
    }
  }

  @Test func `a run that is not there cannot be forgotten`() async throws {
    let store = try folder.open()
    let fault = try await #require(throws: StoreFault.self) {
      try await store.forget(RunID("x"), by: "a", reason: "b")
    }
    #expect(fault.kind == .noSuchRun)
  }
}
