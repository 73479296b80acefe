// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

@testable import RunStore

struct HistoryTests {
  let folder = TemporaryStore()

  @Test func `runs come latest first, of one pipeline where it is named`() async throws {
    let store = try folder.open()
    let first = try await Sample.run([1], in: store)
    let second = try await Sample.run([1], in: store, pipeline: "income")
    #expect(try store.runs().map(\.id) == [second, first])
    #expect(try store.runs(of: "letters").map(\.id) == [first])
    #expect(try store.runs(limit: 1).map(\.id) == [second])
    #expect(try store.pipelines() == ["income", "letters"])
  }

  @Test func `a run is found by id, unique start, latest and pipeline`() async throws {
    let store = try folder.open()
    let first = try await Sample.run([1], in: store)
    let second = try await Sample.run([1], in: store, pipeline: "income")
    #expect(try store.run(named: first.text).id == first)
    #expect(try store.run(named: String(first.text.dropLast())).id == first)
    #expect(try store.run(named: "latest").id == second)
    #expect(try store.run(named: "letters@latest").id == first)
  }

  @Test func `a start that fits two runs is a fault that names both`() async throws {
    let store = try folder.open()
    let ids = [try await Sample.run([1], in: store), try await Sample.run([2], in: store)]
    let fault = try #require(throws: StoreFault.self) { try store.run(named: "20") }
    #expect(fault.kind == .ambiguousRun)
    for id in ids { #expect(fault.help?.contains(id.text) == true) }
  }

  @Test(arguments: ["19990101", "", "%", "latest@latest", "leters@latest"])
  func `a name that fits nothing is a fault`(name: String) async throws {
    let store = try folder.open()
    try await Sample.run([1], in: store)
    let fault = try #require(throws: StoreFault.self) { try store.run(named: name) }
    #expect(fault.kind == .noSuchRun)
    #expect(!fault.concernsStore)
  }

  @Test func `a misspelled pipeline gets a suggestion`() async throws {
    let store = try folder.open()
    try await Sample.run([1], in: store)
    let fault = try #require(throws: StoreFault.self) { try store.run(named: "leters@latest") }
    #expect(fault.help?.contains("letters") == true)
  }

  @Test func `an empty store says how to begin`() throws {
    let fault = try #require(throws: StoreFault.self) { try folder.open().run(named: "latest") }
    #expect(fault.help?.contains("proeftuin run") == true)
  }

  @Test func `tables are found by their columns and records by their type`() async throws {
    let store = try folder.open()
    let id = try await Sample.run([1, 2], in: store)
    #expect(try store.artifacts(of: id).map(\.port) == ["card", "cases", "card", "cases"])
    let tables = try store.tables(of: id, withColumns: ["n"])
    #expect(tables.map(\.artifact.instance) == ["stage-1", "stage-2"])
    #expect(tables.map(\.table) == [try Sample.table(1), try Sample.table(2)])
    #expect(try store.tables(of: id, withColumns: ["n", "estimate"]).isEmpty)
    #expect(
      try store.records(of: id, type: "sample").map(\.record) == [
        Sample.record(1), Sample.record(2),
      ])
    #expect(try store.records(of: id, type: "verdict").isEmpty)
  }
}
