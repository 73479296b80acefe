// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import StageTesting
import Tables
import Testing

@testable import PilotIntake

struct AnonymityTests {
  /// Twelve people in three classes of four, made by hand: one class has a single diagnosis, one has two
  /// halves, one has four different ones.
  private static let people: [(age: String, district: String, diagnosis: String)] = [
    ("20-29", "north", "flu"), ("20-29", "north", "flu"), ("20-29", "north", "flu"),
    ("20-29", "north", "flu"), ("30-39", "north", "flu"), ("30-39", "north", "asthma"),
    ("30-39", "north", "flu"), ("30-39", "north", "asthma"), ("30-39", "south", "flu"),
    ("30-39", "south", "asthma"), ("30-39", "south", "gout"), ("30-39", "south", "migraine"),
  ]

  private static func cases() throws -> Table {
    try Table([
      ("age", .category(CategoryColumn(people.map(\.age)))),
      ("district", .text(TextColumn(people.map(\.district)))),
      ("diagnosis", .category(CategoryColumn(people.map(\.diagnosis)))),
      ("household", .integer(FixedColumn((0..<12).map { Int64($0 / 2) }))),
    ])
  }

  private static let yaml = "quasi_identifiers: [age, district]\nsensitive: diagnosis\n"

  private static func run(_ yaml: String, _ table: Table) async throws -> PilotRun.Result {
    try await PilotRun("anonymity", with: yaml)(["cases": table])
  }

  /// measure → value, for the measures of one column.
  private static func report(
    _ result: PilotRun.Result, of column: String? = nil
  ) throws -> [String: Double] {
    let measures = try result.texts("report", "measure")
    let columns = try result.texts("report", "column")
    let values = try #require(try result.table("report").column("value").doubles()).values
    return Dictionary(
      measures.indices.compactMap { row in
        columns[row] == column ? measures[row].map { ($0, values[row]) } : nil
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Entropy l of four equal values is 4, of two halves 2, of one value 1.
  ///
  /// Seven of twelve have flu: a class of flu alone lies 1 − 7 ⁄ 12 from all rows, the one of four
  /// different values 0 + 0 + 2 · (1 ⁄ 4 − 1 ⁄ 12) = 1 ⁄ 3, the one of two halves 1 ⁄ 2 − 3 ⁄ 12 = 1 ⁄ 4.
  @Test func `the report of twelve people is what counting by hand gives`() async throws {
    let result = try await Self.run(Self.yaml + "k: 4", try Self.cases())
    let overall = try Self.report(result)
    #expect(overall["smallest class"] == 4)
    #expect(overall["classes"] == 3)
    #expect(overall["classes below k"] == 0)
    let diagnosis = try Self.report(result, of: "diagnosis")
    #expect(diagnosis["distinct l"] == 1)
    #expect(diagnosis["classes below l"] == 1)
    #expect(diagnosis["rows in classes below l"] == 4)
    #expect(diagnosis["entropy l"] == 1)
    #expect(try #require(diagnosis["t"]).isClose(to: 5.0 / 12))
    #expect(try result.texts("report", "holds").compactMap { $0 } == ["true", "false"])
  }

  @Test func `k is ten unless given`() async throws {
    let overall = try Self.report(try await Self.run(Self.yaml, try Self.cases()))
    #expect(overall["classes below k"] == 3)
    #expect(overall["rows in classes below k"] == 12)
    #expect(overall["share of rows in classes below k"] == 1)
  }

  @Test func `a class counts households where they are the unit`() async throws {
    let result = try await Self.run(Self.yaml + "unit: household", try Self.cases())
    #expect(try Self.report(result)["smallest class"] == 2)
  }

  @Test func `rows of classes below k or l are left out when asked`() async throws {
    let result = try await Self.run(Self.yaml + "k: 4\nsuppress: rows", try Self.cases())
    #expect(try result.table("cases").rowCount == 8)
    #expect(try !result.texts("cases", "age").contains("20-29"))
    #expect(result.notes == ["4 of 12 cases are left out: their classes are below k or l"])
    let kept = try await Self.run(Self.yaml + "k: 4", try Self.cases())
    #expect(kept.artifacts["cases"] == nil)
  }

  @Test func `a missing value is a value of its own`() async throws {
    let table = try Table([
      ("age", .text(TextColumn(["20-29", "20-29", nil, nil, nil]))),
      ("debt", .text(TextColumn(["yes", nil, "no", "no", nil]))),
    ])
    let result = try await Self.run("quasi_identifiers: age\nsensitive: debt\nk: 2", table)
    #expect(try Self.report(result)["smallest class"] == 2)
    #expect(try Self.report(result, of: "debt")["distinct l"] == 2)
  }

  /// Against a dictionary of texts, on small tables of drawn categories.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func `the report agrees with counting in a dictionary`(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, name: "anonymity")
    let count = 1 + Int(stream.uniform() * 60)
    func drawn(_ kinds: Int) -> [String?] {
      (0..<count).map { _ in
        let code = Int(stream.uniform() * Double(kinds + 1))
        return code == kinds ? nil : "v\(code)"
      }
    }
    let (a, b, secret) = (drawn(3), drawn(4), drawn(3))
    let table = try Table([
      ("a", .text(TextColumn(a))), ("b", .category(CategoryColumn(b))),
      ("secret", .text(TextColumn(secret))),
    ])
    var groups: [String: [String]] = [:]
    for row in 0..<count {
      groups["\(a[row] ?? "-")/\(b[row] ?? "-")", default: []].append(secret[row] ?? "-")
    }
    let result = try await Self.run("quasi_identifiers: [a, b]\nsensitive: secret\nk: 3", table)
    let overall = try Self.report(result)
    #expect(overall["classes"] == Double(groups.count))
    #expect(overall["smallest class"] == groups.values.map { Double($0.count) }.min())
    #expect(overall["classes below k"] == Double(groups.values.count { $0.count < 3 }))
    #expect(overall["classes of one"] == Double(groups.values.count { $0.count == 1 }))
    let own = try Self.report(result, of: "secret")
    #expect(own["distinct l"] == groups.values.map { Double(Set($0).count) }.min())
    func shares(_ values: [String]) -> [String: Double] {
      Dictionary(values.map { ($0, 1 / Double(values.count)) }, uniquingKeysWith: +)
    }
    let all = shares(secret.map { $0 ?? "-" })
    let distances = groups.values.map { members in
      let own = shares(members)
      return all.map { (own[$0.key, default: 0] - $0.value).magnitude }.reduce(0, +) / 2
    }
    #expect(try #require(own["t"]).isClose(to: distances.max() ?? 0))
    let entropies = groups.values.map { exp(-shares($0).values.map { $0 * log($0) }.reduce(0, +)) }
    #expect(try #require(own["entropy l"]).isClose(to: entropies.min() ?? 0))
    let histogram = try result.table("classes")
    #expect(
      try histogram.column("rows").texts().compactMap { $0.flatMap(Int.init) }.reduce(0, +)
        == count)
  }

  @Test func `no value of a person is in the report`() async throws {
    let result = try await Self.run(Self.yaml, try Self.cases())
    let texts = try ["report", "classes"].flatMap { port in
      try result.table(port).columns.flatMap { $0.texts().compactMap { $0 } }
    }
    for value in Self.people.flatMap({ [$0.age, $0.district, $0.diagnosis] }) {
      #expect(!texts.contains(value))
    }
  }

  @Test(arguments: [
    ("quasi_identifiers: []", "no column tells people apart"),
    (
      "quasi_identifiers: [age]\nsensitive: [age]",
      "'age' is both known and to be kept from others"
    ),
    ("quasi_identifiers: [aeg]", "there is no column 'aeg'"),
    (
      "quasi_identifiers: [age]\nk: 100\nsuppress: rows",
      "no case is left: every class is below k or l"
    ),
  ])
  func `what cannot be is one fault`(yaml: String, message: String) async throws {
    #expect(
      try await PilotRun("anonymity", with: yaml).fault(["cases": try Self.cases()]).message
        == message)
  }

  @Test func `it is fit to publish`() {
    #expect(checkStage(Anonymity.self, plugin: "pilot") == [])
  }

  @Test func `a table without rows has no classes`() async throws {
    let empty = try Self.cases().taking(rows: [])
    let overall = try Self.report(try await Self.run(Self.yaml + "suppress: rows", empty))
    #expect(overall["classes"] == 0)
  }
}

extension Double {
  fileprivate func isClose(to other: Double) -> Bool { (self - other).magnitude < 1e-12 }
}
