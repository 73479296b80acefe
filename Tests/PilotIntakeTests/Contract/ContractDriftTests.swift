// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import PilotIntake

struct ContractDriftTests {
  private static func contract(_ yaml: String) throws -> DataContract {
    let file = SourceFile(name: "contract.yaml", text: yaml)
    let node = try #require(Document.parse(file).root)
    var reading = ParameterReading(file: file, folder: "", constants: [:])
    let contract = DataContract.read(node, in: &reading)
    return try #require(contract, "\(reading.diagnostics.map(\.message))")
  }

  private static let base = """
    columns:
      a: {type: integer, required: true, unique: true, minimum: 10, maximum: 20}
      b: {type: text, allowed: [x, y], pattern: "x|y"}
    unique: [[a, b]]
    rules: {r: a > 1}
    owner: Team
    legal_basis: art. 36
    retain_until: 2029-12-31
    """

  struct Change: Sendable {
    let old: String
    let new: String
    let change: String
    let breaks: Bool
  }

  @Test(arguments: [
    Change(old: "type: integer", new: "type: number", change: "type changed", breaks: true),
    Change(old: "type: text", new: "type: category", change: "type changed", breaks: false),
    Change(old: "required: true", new: "required: false", change: "became nullable", breaks: true),
    Change(old: "unique: true, ", new: "", change: "no longer unique", breaks: true),
    Change(old: "minimum: 10", new: "minimum: 9.5", change: "range widened", breaks: true),
    Change(old: "minimum: 10", new: "minimum: 11", change: "range narrowed", breaks: false),
    Change(old: ", maximum: 20", new: "", change: "range widened", breaks: true),
    Change(old: "[x, y]", new: "[x, y, z]", change: "new values", breaks: true),
    Change(old: "[x, y]", new: "[y]", change: "fewer values", breaks: false),
    Change(old: "allowed: [x, y], ", new: "", change: "values no longer limited", breaks: true),
    Change(old: "x|y", new: "x|y|z", change: "pattern changed", breaks: true),
    Change(old: "unique: [[a, b]]\n", new: "", change: "no longer unique", breaks: true),
    Change(old: "{r: a > 1}", new: "{r: a > 2}", change: "rule changed", breaks: true),
    Change(old: "{r: a > 1}", new: "{r: a > 1, s: a < 9}", change: "rule added", breaks: false),
    Change(
      old: "{r: a > 1}", new: "{r: {expression: a > 1, severity: warning}}",
      change: "severity changed", breaks: true),
    Change(old: "  b: {", new: "  c: {}\n  b: {", change: "column added", breaks: false),
    Change(old: "owner: Team", new: "owner: Other", change: "owner changed", breaks: false),
    Change(old: "art. 36", new: "art. 44", change: "legal basis changed", breaks: true),
    Change(old: "2029-12-31", new: "2028-12-31", change: "last day of use changed", breaks: true),
    Change(old: "2029-12-31", new: "2030-12-31", change: "last day of use changed", breaks: false),
  ])
  func `each change is named, with whether it breaks`(change: Change) throws {
    let drift = ContractDrift(
      from: try Self.contract(Self.base),
      to: try Self.contract(Self.base.replacing(change.old, with: change.new)))
    #expect(drift.lines.map(\.change) == [change.change])
    #expect(drift.lines.map(\.breaks) == [change.breaks])
  }

  @Test func `a contract does not differ from itself, however it is written`() throws {
    let turned = """
      rules: {r: a > 1}
      columns:
        b: {pattern: "x|y", allowed: [y, x], type: text}
        a: {maximum: 20, minimum: 10, unique: true, type: integer, required: true}
      unique: [{columns: [a, b]}]
      retain_until: 2029-12-31
      legal_basis: art. 36
      owner: Team
      """
    #expect(
      ContractDrift(from: try Self.contract(Self.base), to: try Self.contract(turned)).lines == [])
  }

  @Test func `what an earlier version had and this one lacks is removed`() throws {
    let drift = ContractDrift(
      from: try Self.contract("columns: {a: integer, b: text}\nrules: {r: a > 1}"),
      to: try Self.contract("columns: {a: integer}"))
    let table = try drift.table()
    #expect(try table.column("column").texts() == ["b", nil])
    #expect(try table.column("change").texts() == ["column removed", "rule removed"])
    #expect(try table.column("old").texts() == ["text", "r"])
    #expect(try table.column("breaking").texts() == ["true", "true"])
  }

  private static func drift(_ csv: String, _ yaml: String) async throws -> ContractDrift {
    let contract = try contract(yaml)
    return try await withFiles(["cases.csv": csv]) { folder in
      try ContractDrift(from: contract, to: CaseFile(InputFile("cases.csv", in: folder)))
    }
  }

  @Test func `a delivery that keeps to its contract has not drifted`() async throws {
    let drift = try await Self.drift(
      "id,age,zip,amount\n1,20,0401,1\n2,30,0402,2.5\n",
      """
      columns:
        id: {type: text, unique: true}
        age: {type: number, minimum: 18}
        zip: {pattern: "[0-9]{4}"}
        amount: decimal
      rules: {limit: age > parameters.limit, adult: age >= 18}
      """)
    #expect(drift.lines == [])
  }

  @Test func `a delivery that has drifted names columns, types, and rules with counts of rows`()
    async throws
  {
    let drift = try await Self.drift(
      "id,age,district,note\n1,old,north,x\n1,30,east,y\n,40,west,z\n",
      """
      columns:
        id: {type: integer, required: true, unique: true}
        age: {type: integer, minimum: 18}
        district: {allowed: [north, south], severity: warning}
        gone: text
      rules: {adult: age >= 18, present: gone != null}
      """)
    #expect(
      drift.lines == [
        .init(column: "gone", change: "column removed", old: "text", new: nil, breaks: true),
        .init(column: "note", change: "column added", old: nil, new: "text", breaks: false),
        .init(
          column: "age", change: "type changed", old: "integer", new: "text", breaks: true),
        .init(
          column: "id", change: "rows break it", old: "is never missing", new: "1 of 3 rows",
          breaks: true),
        .init(
          column: "id", change: "rows break it", old: "is unique", new: "1 of 3 rows", breaks: true),
        .init(
          column: "district", change: "rows break it", old: "is one of 2 values",
          new: "2 of 3 rows", breaks: false),
      ])
  }
}
