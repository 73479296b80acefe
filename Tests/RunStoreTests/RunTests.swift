// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Foundation
import Pipelines
import StageKit
import Synchronization
import Tables
import Testing

@testable import RunStore

struct RunTests {
  let folder = TemporaryStore()

  @Test func `a finished run is remembered with its stages`() async throws {
    let store = try folder.open()
    let id = try await Sample.run([1, 2], in: store)
    let run = try store.run(named: "latest")
    #expect(run.id == id)
    #expect(run.status == .succeeded)
    #expect(run.seconds == 1)
    #expect(run.parameters == ["level": 0.95])
    #expect(run.referenceDate == "2026-11-23")
    #expect(run.arguments == ["run", "letters.yaml"])
    #expect(try store.source(of: run) == Sample.description(text: "[1, 2]").source)
    let stages = try store.stages(of: id)
    #expect(stages.map(\.instance) == ["stage-1", "stage-2"])
    #expect(stages[0].key == (try Sample.key(1).digest))
    #expect(stages[0].seed == 7)
    #expect(stages[0].outputs["cases"]?.rows == 3)
  }

  @Test func `faults, reasons and inputs come back`() async throws {
    let store = try folder.open()
    let session = try await store.startRun(Sample.description())
    let before = try Sample.runStage(1, in: session)
    var failed = StageResult(
      id: InstanceID("effect"), use: "test/effect", status: .failed)
    failed.inputs = ["cases": [Labeled("stage-1", try #require(before.outputs["cases"]))]]
    failed.fault = Diagnostic("stage-fault", "no cases", file: "letters.yaml", span: nil)
    session.observe(.stageFinished(failed))
    var cancelled = StageResult(id: InstanceID("verdict"), use: "test/v", status: .cancelled)
    cancelled.reason = "effect failed"
    session.observe(.stageFinished(cancelled))
    try session.finish(.failed, seconds: 2)
    let stages = try store.stages(of: session.id)
    #expect(stages[1].instance == "effect")
    #expect(stages[1].fault?["message"] == "no cases")
    #expect(stages[1].inputs["cases"]?.map(\.label) == ["stage-1"])
    #expect(stages[1].inputs["cases"]?.first?.value == before.outputs["cases"]?.digest)
    #expect(stages[2].reason == "effect failed")
    #expect(try store.run(named: "latest").status == .failed)
    #expect(try store.verify().findings == [])
  }

  @Test func `the name of a run tells its start`() {
    let moment = Timestamp("2026-11-23T18:15:00Z")
    let name = moment.map { RunID(at: $0).text } ?? ""
    #expect(name.hasPrefix("20261123-181500-"))
    #expect(name.utf8.count == 20)
  }

  @Test func `events are lines of JSON with their time`() async throws {
    let store = try folder.open()
    let id = try await Sample.run([1], in: store)
    let text = try String(contentsOfFile: store.eventsPath(of: id), encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    let events = try text.split(separator: "\n").map { try JSONValue.parse(String($0)) }
    #expect(
      events.map { $0["event"]?.stringValue } == ["run-started", "stage-finished", "run-finished"])
    #expect(events.allSatisfy { $0["time"]?.stringValue.flatMap { Timestamp($0) } != nil })
  }

  @Test func `frequent progress is written seldom`() async throws {
    let store = try folder.open()
    let session = try await store.startRun(Sample.description())
    for done in 1...1000 {
      session.observe(.stageReported(InstanceID("a"), .progress(done: done, total: 1000)))
    }
    try session.finish(.succeeded, seconds: 0)
    let text = try String(contentsOfFile: store.eventsPath(of: session.id), encoding: .utf8)
    #expect(text.split(separator: "\n").count < 10)
    #expect(text.contains(#""done":1000"#))
  }

  @Test func `a receipt binds the run to the one before`() async throws {
    let store = try folder.open()
    let first = try await Sample.run([1], in: store)
    let second = try await Sample.run([2], in: store)
    let receipt = try #require(try store.receipt(of: second))
    #expect(receipt["previous"]?.stringValue == (try store.record(of: first)?.receipt?.hex))
    #expect(receipt["sequence"] == 2)
    #expect(receipt["tool"] == "proeftuin test")
    #expect(receipt["stages"]?[0]?["random"]?.stringValue == RandomStream.algorithm)
    let digest = try #require(try store.record(of: second)?.receipt)
    #expect(try store.objects.bytes(of: digest, byteCount: nil) == receipt.canonical)
  }

  @Test func `an empty scratch folder is given out again, a used one is removed`() async throws {
    let session = try await folder.open().startRun(Sample.description())
    let first = try session.makeScratchFolder()
    let second = try session.makeScratchFolder()
    #expect(first != second)
    session.removeScratchFolder(first)
    #expect(try session.makeScratchFolder() == first)
    try Data("x".utf8).write(to: URL(filePath: "\(second)/x"))
    session.removeScratchFolder(second)
    #expect(!FileManager.default.fileExists(atPath: second))
    try session.finish(.succeeded, seconds: 0)
    #expect(try folder.names(in: "attempts").isEmpty)
  }

  @Test func `what goes wrong while recording ends the run with a fault`() async throws {
    let store = try folder.open()
    let session = try await store.startRun(Sample.description())
    // A file in the place of the folder of objects: nothing can be placed.
    DurableFile.remove(store.folder.objects)
    try Data("x".utf8).write(to: URL(filePath: store.folder.objects))
    _ = try? Sample.runStage(1, in: session)
    #expect(throws: StoreFault.self) { try session.finish(.succeeded, seconds: 0) }
    #expect(try store.run(named: "latest").receipt == nil)
  }

  @Test func `a second run waits for the first and says so once`() async throws {
    let store = try folder.open()
    let first = try await store.startRun(Sample.description())
    let said = Mutex<[String]>([])
    let wait = LockWait(timeout: .seconds(20)) { text in said.withLock { $0.append(text) } }
    let other = try folder.open()
    async let second = other.startRun(Sample.description(), wait: wait)
    try await Task.sleep(for: .milliseconds(200))
    try first.finish(.succeeded, seconds: 0)
    try await second.finish(.succeeded, seconds: 0)
    #expect(said.withLock { $0 } == ["waiting for run \(first.id), which writes to the same store"])
  }

  @Test func `a wait with a limit ends in a fault`() async throws {
    let store = try folder.open()
    let first = try await store.startRun(Sample.description())
    let fault = try await #require(throws: StoreFault.self) {
      try await store.startRun(Sample.description(), wait: LockWait(timeout: .milliseconds(60)))
    }
    #expect(fault.kind == .locked)
    #expect(fault.message.contains(first.id.text))
  }

  @Test func `a run that goes on is seen by others and left alone`() async throws {
    let session = try await folder.open().startRun(Sample.description())
    let run = try folder.open().run(named: "latest")
    #expect(run.id == session.id)
    #expect(run.status == nil)
    #expect(try folder.open().verify().isSound)
  }
}
