// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import StageKit
import Testing

@testable import RunStore

struct EntryTests {
  let folder = TemporaryStore()

  @Test func `a recorded stage is known to the next process`() async throws {
    let session = try await folder.open().startRun(Sample.description())
    let result = try Sample.runStage(1, in: session)
    try session.finish(.succeeded, seconds: 0)
    #expect(try folder.open().outputs(for: Sample.key(1).digest) == result.outputs)
  }

  @Test func `a stage is known to its own run at once`() async throws {
    let session = try await folder.open().startRun(Sample.description())
    let result = try Sample.runStage(1, in: session)
    #expect(try session.outputs(for: Sample.key(1).digest) == result.outputs)
    for reference in result.outputs.values { _ = try session.artifact(reference) }
  }

  @Test func `an unknown key has no outputs`() throws {
    #expect(try folder.open().outputs(for: Sample.key(1).digest) == nil)
  }

  @Test func `a stage without outputs is known too`() async throws {
    let session = try await folder.open().startRun(Sample.description())
    try session.record(
      StageEntry(key: Sample.key(1), outputs: [:], seconds: 0), pipeline: "letters",
      instance: InstanceID("a"), stage: "test/sample")
    #expect(try session.outputs(for: Sample.key(1).digest) == [:])
  }

  @Test(arguments: ["cases", "card"])
  func `a stage with an object missing is not known`(port: String) async throws {
    let store = try folder.open()
    let session = try await store.startRun(Sample.description())
    let outputs = try Sample.runStage(1, in: session).outputs
    try session.finish(.succeeded, seconds: 0)
    try FileManager.default.removeItem(atPath: store.path(of: #require(outputs[port])))
    #expect(try store.outputs(for: Sample.key(1).digest) == nil)
  }

  @Test func `a stage that is recorded again has its new outputs`() async throws {
    let store = try folder.open()
    let session = try await store.startRun(Sample.description())
    try Sample.runStage(1, in: session)
    let other = try session.put(.record(Sample.record(99)))
    try session.record(
      StageEntry(key: Sample.key(1), outputs: ["card": other], seconds: 0), pipeline: "letters",
      instance: InstanceID("stage-1"), stage: "test/sample")
    #expect(try session.outputs(for: Sample.key(1).digest) == ["card": other])
    try session.finish(.succeeded, seconds: 0)
    #expect(try store.outputs(for: Sample.key(1).digest) == ["card": other])
  }

  @Test func `the nearest earlier entry is that of the same instance`() async throws {
    let session = try await folder.open().startRun(Sample.description())
    for n in [1, 2] { try Sample.runStage(n, in: session) }
    try session.finish(.succeeded, seconds: 0)
    func components(_ pipeline: String, _ stage: String) throws -> JSONValue? {
      try session.latestComponents(
        pipeline: pipeline, instance: InstanceID(stage), stage: "test/sample")
    }
    #expect(try components("letters", "stage-1") == Sample.key(1).components)
    #expect(try components("another", "stage-1") == Sample.key(2).components)
    #expect(
      try session.latestComponents(
        pipeline: "letters", instance: InstanceID("stage-1"), stage: "test/other") == nil)
  }

  @Test func `a fingerprint is the same in one store and another in the next`() throws {
    let store = try folder.open()
    let other = TemporaryStore()
    let mark = store.fingerprint(of: "geheim")
    #expect(try folder.open().fingerprint(of: "geheim") == mark)
    #expect(try other.open().fingerprint(of: "geheim") != mark)
    #expect(store.fingerprint(of: "anders") != mark)
    #expect(!mark.contains("geheim"))
  }
}
