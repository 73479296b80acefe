// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import StageKit
import Synchronization
import Testing

@testable import RunStore

/// Processes that are killed for real, at every step of writing and at moments of chance.
struct CrashTests {
  let folder = TemporaryStore()

  @Test(arguments: StoreStep.allCases.filter { !$0.rawValue.hasPrefix("forgotten") })
  func `a kill at any step leaves a sound store`(step: StoreStep) async throws {
    try await Sample.run([1], in: try folder.open())
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, step = step as StoreStep] in
      let isArmed = Atomic<Bool>(false)
      let store = try Store(at: path) { reached in
        if reached == step, isArmed.load(ordering: .relaxed) { kill(getpid(), SIGKILL) }
      }
      let session = try await store.startRun(Sample.description(text: "killed"))
      isArmed.store(true, ordering: .relaxed)
      _ = try session.makeScratchFolder()
      try Sample.runStage(2, in: session)
      try session.finish(.succeeded, seconds: 1)
    }
    let store = try folder.open()
    #expect(try store.verify().isSound)
    #expect(try folder.names(in: "temporary").isEmpty)
    #expect(try folder.names(in: "attempts").isEmpty)
    // Steps up to the objects' own leave the stage unknown, later ones leave it known.
    let isKnown = try store.outputs(for: Sample.key(2).digest) != nil
    #expect(isKnown == !step.rawValue.hasPrefix("object"))
    #expect(try store.runs().allSatisfy { $0.status != nil })
    try await Sample.run([3], in: store)
    #expect(try store.verify().isSound)
  }

  @Test(arguments: [StoreStep.forgottenRecorded, .forgottenRemoved])
  func `a kill while a run is forgotten leaves nothing of it`(step: StoreStep) async throws {
    let store = try folder.open()
    let run = try await Sample.run([1], in: store)
    let paths = try store.artifacts(of: run).map { store.path(of: $0.reference) }
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, step = step as StoreStep] in
      let store = try Store(at: path) { if $0 == step { kill(getpid(), SIGKILL) } }
      let run = try store.run(named: "latest").id
      _ = try await store.forget(run, by: "a", reason: "b")
    }
    let reopened = try folder.open()
    for path in paths { #expect(!FileManager.default.fileExists(atPath: path)) }
    #expect(try reopened.verify().findings == [])
  }

  /// The events tell of no stage that is not recorded, so what they tell of must be there.
  @Test(arguments: [3, 11, 24, 40, 67] as [UInt32])
  func `a kill at any moment loses no recorded stage`(milliseconds: UInt32) async throws {
    _ = try folder.open()
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, milliseconds = milliseconds as UInt32] in
      let store = try Store(at: path)
      Thread.detachNewThread {
        usleep(milliseconds * 1000)
        kill(getpid(), SIGKILL)
      }
      var n = 0
      while true {
        let session = try await store.startRun(Sample.description())
        for _ in 0..<20 {
          n += 1
          try Sample.runStage(n, in: session)
        }
        try session.finish(.succeeded, seconds: 1)
      }
    }
    let store = try folder.open()
    for run in try store.runs() {
      let text = try String(contentsOfFile: store.eventsPath(of: run.id), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let event = try JSONValue.parse(String(line))
        guard event["event"] == "stage-finished", let id = event["id"]?.stringValue,
          let n = Int(id.dropFirst("stage-".count))
        else { continue }
        #expect(try store.outputs(for: Sample.key(n).digest) != nil, "\(id)")
      }
    }
    #expect(try store.verify().isSound)
    #expect(try store.runs().allSatisfy { $0.status != nil })
  }

  @Test func `a run whose process is gone becomes interrupted and keeps its stages`() async throws {
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try Store.open(at: path)
      let session = try await store.startRun(Sample.description())
      session.observe(.runStarted(instances: []))
      try Sample.runStage(1, in: session)
      let last = try Sample.runStage(2, in: session)
      while try store.outputs(for: #require(last.key)) == nil { usleep(1000) }
      kill(getpid(), SIGKILL)
    }
    let store = try folder.open()
    let run = try store.run(named: "latest")
    #expect(run.status == .interrupted)
    #expect(run.receipt != nil)
    #expect(try store.stages(of: run.id).map(\.instance) == ["stage-1", "stage-2"])
    let events = try String(contentsOfFile: store.eventsPath(of: run.id), encoding: .utf8)
    #expect(events.contains(#""status":"interrupted""#))
    #expect(try store.verify().findings == [])
  }

  @Test func `half a line at the end of the events is removed`() async throws {
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try Store.open(at: path)
      let session = try await store.startRun(Sample.description())
      session.observe(.runStarted(instances: []))
      let events = open(store.eventsPath(of: session.id), O_WRONLY | O_APPEND)
      _ = write(events, "{\"half", 6)
      kill(getpid(), SIGKILL)
    }
    let store = try folder.open()
    let run = try store.run(named: "latest").id
    let text = try String(contentsOfFile: store.eventsPath(of: run), encoding: .utf8)
    for line in text.split(separator: "\n") { _ = try JSONValue.parse(String(line)) }
    #expect(text.contains("interrupted"))
  }
}
