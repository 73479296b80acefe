// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import PilotIntake

struct AssignTests {
  /// Cases p000, p001, … with a block, an office of five cases, and an age.
  private static func cases(_ count: Int, reversed: Bool = false, from start: Int = 0) throws
    -> Table
  {
    let rows = reversed ? Array((start..<start + count).reversed()) : Array(start..<start + count)
    return try Table([
      ("pid", .text(TextColumn(rows.map { "p" + String(1000 + $0).dropFirst() }))),
      ("district", .category(CategoryColumn(rows.map { ["north", "south", "west"][$0 / 5 % 3] }))),
      ("office", .integer(FixedColumn(rows.map { Int64($0 / 5) }))),
      ("age", .integer(FixedColumn(rows.map { Int64(20 + $0 * 7 % 50) }))),
    ])
  }

  private static func assign(
    _ table: Table, _ yaml: String, seed: UInt64 = 1, in folder: String = ""
  ) async throws -> PilotRun.Result {
    try await PilotRun("assign", with: yaml, in: folder)(["cases": table], seed: seed)
  }

  /// How many cases each arm has.
  private static func sizes(_ result: PilotRun.Result) throws -> [String: Int] {
    Dictionary(try result.texts("cases", "arm").map { ($0 ?? "", 1) }, uniquingKeysWith: +)
  }

  private static func byUnit(_ result: PilotRun.Result) throws -> [String: String] {
    let units = try result.texts("cases", "pid").map { $0 ?? "" }
    return Dictionary(
      uniqueKeysWithValues: zip(units, try result.texts("cases", "arm").map { $0 ?? "" }))
  }

  @Test(arguments: [1, 2, 7, 30, 101], 0..<10 as Range<UInt64>)
  func `every arm gets its share, rounded down or up`(count: Int, seed: UInt64) async throws {
    let result = try await Self.assign(
      try Self.cases(count), "arms: {a: 0.5, b: 0.3, c: 0.2}\nunit: pid", seed: seed)
    let sizes = try Self.sizes(result)
    #expect(sizes.values.reduce(0, +) == count)
    for (arm, share) in [("a", 0.5), ("b", 0.3), ("c", 0.2)] {
      let exact = share * Double(count)
      #expect((Double(sizes[arm] ?? 0) - exact).magnitude < 1)
    }
  }

  @Test(arguments: [("1/3", "1/3", "1/3"), ("0.333", "0.333", "0.333")])
  func `thirds of a multiple of three are exact`(shares: (String, String, String)) async throws {
    let result = try await Self.assign(
      try Self.cases(30), "arms: {a: \(shares.0), b: \(shares.1), c: \(shares.2)}")
    #expect(try Self.sizes(result) == ["a": 10, "b": 10, "c": 10])
  }

  @Test func `counts are exact`() async throws {
    let result = try await Self.assign(try Self.cases(30), "arms: {a: 25, b: 5}")
    #expect(try Self.sizes(result) == ["a": 25, "b": 5])
  }

  /// A share of 1 ⁄ 4 of one unit: arm b must get it in a quarter of all draws.
  ///
  /// With 4 000 draws the standard error is 0.0068; five of them leave one false alarm in 1.7 million.
  @Test func `the odd unit falls to each arm with its share`() throws {
    let shares = try ArmShares(NamedValues([("a", .share(0.75)), ("b", .share(0.25))]))
    var odd = 0
    for seed in 0..<4000 as Range<UInt64> {
      var stream = RandomStream(seed: seed, name: "odd")
      odd += try shares.sizes(of: 1, &stream)[1]
    }
    #expect((Double(odd) / 4000 - 0.25).magnitude < 5 * 0.0068)
  }

  /// Of 5 units an arm with share 1 ⁄ 2 has 2 or 3; each unit has it in half of all draws.
  ///
  /// The standard error of 400 draws is 0.025.
  @Test func `every unit has every arm with its share`() async throws {
    var counts = [Int](repeating: 0, count: 5)
    let table = try Self.cases(5)
    for seed in 0..<400 as Range<UInt64> {
      let arms = try await Self.assign(table, "arms: {a: 0.5, b: 0.5}", seed: seed)
        .texts("cases", "arm")
      for (place, arm) in arms.enumerated() where arm == "b" { counts[place] += 1 }
    }
    for count in counts { #expect((Double(count) / 400 - 0.5).magnitude < 5 * 0.025) }
  }

  @Test func `the same seed gives the same arms, another seed others`() async throws {
    let table = try Self.cases(60)
    let yaml = "arms: {a: 0.5, b: 0.5}\nunit: pid"
    let first = try await Self.assign(table, yaml, seed: 7)
    #expect(try await Self.assign(table, yaml, seed: 7).table("cases") == first.table("cases"))
    #expect(try await Self.assign(table, yaml, seed: 8).table("cases") != first.table("cases"))
  }

  /// The draw of this seed today: letters that went out must come out of it for ever.
  @Test func `a draw replays years later`() async throws {
    let arms = try await Self.assign(
      try Self.cases(12), "arms: {a: 0.5, b: 0.5}\nunit: pid", seed: 20_260_101
    ).texts("cases", "arm")
    #expect(arms.map { $0 ?? "" }.joined() == "abbaabaaabbb")
  }

  @Test(arguments: ["method: complete", "method: block\nblock: district"])
  func `the order of rows means nothing where units have a key`(yaml: String) async throws {
    let all = "arms: {a: 0.4, b: 0.6}\nunit: pid\n" + yaml
    let forwards = try Self.byUnit(try await Self.assign(try Self.cases(45), all))
    let backwards = try Self.byUnit(try await Self.assign(try Self.cases(45, reversed: true), all))
    #expect(forwards == backwards)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `every block has its shares`(seed: UInt64) async throws {
    let table = try Self.cases(100)
    let result = try await Self.assign(
      table, "method: block\nblock: district\narms: {a: 0.5, b: 0.5}", seed: seed)
    let arms = try result.texts("cases", "arm")
    for rows in try table.column("district").grouping().rows {
      let half = Double(rows.count) / 2
      #expect((Double(rows.count { arms[$0] == "a" }) - half).magnitude < 1)
    }
  }

  @Test func `a block more changes no other block`() async throws {
    let yaml = "method: block\nblock: district\narms: {a: 0.5, b: 0.5}\nunit: pid"
    let table = try Self.cases(60)
    let north = try table.column("district").texts()
    let some = table.taking(rows: north.indices.filter { north[$0] != "west" })
    let all = try Self.byUnit(try await Self.assign(table, yaml))
    let part = try Self.byUnit(try await Self.assign(some, yaml))
    #expect(part.allSatisfy { all[$0.key] == $0.value })
  }

  @Test(arguments: ["cluster", "block-cluster\nblock: district"])
  func `clusters stay whole`(method: String) async throws {
    let table = try Self.cases(100)
    let result = try await Self.assign(
      table, "method: \(method)\ncluster: office\narms: {a: 0.5, b: 0.5}")
    let arms = try result.texts("cases", "arm")
    let offices = try table.column("office").grouping().rows
    #expect(offices.allSatisfy { rows in rows.allSatisfy { arms[$0] == arms[rows[0]] } })
    let half = offices.count { arms[$0[0]] == "a" }
    #expect((9...11).contains(half))
    #expect(try result.texts("ledger", "unit").count == 20)
  }

  @Test func `units of the ledger keep their arm whatever rows are added`() async throws {
    let yaml = "arms: {a: 0.5, b: 0.5}\nunit: pid"
    let first = try await Self.assign(try Self.cases(20), yaml, seed: 1)
    let csv = try Self.csv(first.table("ledger"))
    try await withFiles(["ledger.csv": csv]) { folder in
      let second = try await Self.assign(
        try Self.cases(50, reversed: true), yaml + "\nledger: ledger.csv", seed: 99, in: folder)
      let (before, after) = (try Self.byUnit(first), try Self.byUnit(second))
      #expect(before.allSatisfy { after[$0.key] == $0.value })
      #expect(try Self.sizes(second) == ["a": 25, "b": 25])
      #expect(second.notes == ["20 units keep the arm of the ledger, 30 are drawn"])
      let batches = try second.texts("ledger", "batch")
      #expect(batches.count { $0 == "1" } == 20)
      #expect(batches.count { $0 == "2" } == 30)
    }
  }

  @Test func `units that left the file stay in the ledger`() async throws {
    try await withFiles(["ledger.csv": "unit,arm,batch\ngone,b,1\np000,b,1\n"]) { folder in
      let result = try await Self.assign(
        try Self.cases(3), "arms: {a: 1.0e-1, b: 0.9}\nunit: pid\nledger: ledger.csv", in: folder)
      #expect(try result.texts("ledger", "unit") == ["gone", "p000", "p001", "p002"])
      #expect(try Self.byUnit(result)["p000"] == "b")
    }
  }

  /// A table as CSV; the tests' texts need no quotes.
  private static func csv(_ table: Table) throws -> String {
    let columns = table.columns.map { $0.texts() }
    let rows = (0..<table.rowCount).map { row in
      columns.map { $0[row] ?? "" }.joined(separator: ",")
    }
    return ([table.names.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }

  @Test func `lists hold every case once, arm by arm`() async throws {
    let result = try await Self.assign(
      try Self.cases(9, reversed: true), "arms: {b: 1/3, a: 2/3}\nunit: pid")
    #expect(try result.texts("lists", "arm") == ["b", "b", "b", "a", "a", "a", "a", "a", "a"])
    #expect(try result.texts("lists", "position") == ["1", "2", "3", "1", "2", "3", "4", "5", "6"])
    let units = try result.texts("lists", "unit").map { $0 ?? "" }
    #expect(units.prefix(3).sorted() == Array(units.prefix(3)))
    #expect(Set(units).count == 9)
  }

  /// Ages 20, 27 | 34, 41 with arms a a b b: means 23.5 and 37.5, both variances 24.5, difference
  /// 14 ⁄ √24.5 = 2.8284271247461903.
  @Test func `balance shows means and standardised differences`() throws {
    let table = try BalanceTable(arms: ["a", "b"], codes: [0, 0, 1, 1])
      .table(of: ["age", "district"], in: try Self.cases(4))
    #expect(
      try table.column("covariate").texts() == [
        "all cases", "all cases", "age", "age", "district", "district",
      ])
    #expect(try table.column("mean").texts() == ["0.5", "0.5", "23.5", "37.5", "1", "1"])
    guard case .number(let differences) = try table.column("standardised_difference") else {
      Issue.record("the differences are no numbers")
      return
    }
    #expect(((differences[3] ?? 0) - 2.828_427_124_746_190_3).magnitude < 1e-14)
    #expect(differences[2] == nil)
    #expect(differences[5] == nil)
  }

  struct Wrong: Sendable {
    let yaml: String
    let parameter: String
    let message: String
  }

  @Test(arguments: [
    Wrong(
      yaml: "arms: {a: 0.5}", parameter: "arms", message: "an assignment needs two arms at least"),
    Wrong(
      yaml: "arms: {a: 0.5, b: 0.6}", parameter: "arms",
      message: "the shares of the arms add up to 110.0 %, not to 100 %"),
    Wrong(
      yaml: "arms: {a: 0.5, b: 6}", parameter: "arms",
      message: "'arms' mixes shares and numbers of units"),
    Wrong(
      yaml: "arms: {a: 5, b: 6}", parameter: "arms",
      message: "'arms' gives 11 units an arm, and there are 10"),
    Wrong(
      yaml: "method: block\narms: {a: 1/2, b: 1/2}", parameter: "method",
      message: "method block needs 'block'"),
    Wrong(
      yaml: "arms: {a: 1/2, b: 1/2}\nblock: district", parameter: "block",
      message: "method complete does not look at 'block'"),
    Wrong(
      yaml: "arms: {a: 1/2, b: 1/2}\ncluster: office", parameter: "cluster",
      message: "method complete does not look at 'cluster'"),
    Wrong(
      yaml: "method: block\nblock: district\narms: {a: 5, b: 5}", parameter: "arms",
      message: "blocks need shares, not numbers of units"),
    Wrong(
      yaml: "arms: {a: 1/2, b: 1/2}\nunit: district", parameter: "unit",
      message: "'district' does not identify a case: 8 rows repeat one"),
    Wrong(
      yaml: "method: block-cluster\nblock: age\ncluster: office\narms: {a: 1/2, b: 1/2}",
      parameter: "block", message: "2 of 2 clusters lie in several blocks"),
    Wrong(
      yaml: "arms: {a: 1/2, b: 1/2}\nledger: ledger.csv", parameter: "ledger",
      message: "a ledger needs to know units again"),
    Wrong(
      yaml: "arms: {a: 1/2, b: 1/2}\nunit: pid\nledger: ledger.csv", parameter: "ledger",
      message: "the ledger has the arm 'c', which 'arms' does not name"),
    Wrong(
      yaml: "arms: {a: 1/2, c: 1/2}\nunit: pid\nledger: twice.csv", parameter: "ledger",
      message: "the ledger has 1 units more than once"),
    Wrong(
      yaml: "arms: {a: 1/2, b: 1/2}\nbalance: pids", parameter: "balance",
      message: "there is no column 'pids'"),
  ])
  func `a fault names its parameter`(wrong: Wrong) async throws {
    let files = [
      "ledger.csv": "unit,arm,batch\np000,c,1\n", "twice.csv": "unit,arm,batch\nx,c,1\nx,c,1\n",
    ]
    try await withFiles(files) { folder in
      let run = try PilotRun("assign", with: wrong.yaml, in: folder)
      let fault = try await run.fault(["cases": try Self.cases(10)])
      #expect(fault.message == wrong.message)
      #expect(fault.parameter == wrong.parameter)
    }
  }

  @Test func `cases that have arms already are not given others`() async throws {
    let table = try Self.cases(4).adding("arm", .integer(FixedColumn([1, 2, 3, 4] as [Int64])))
    let fault = try await PilotRun("assign", with: "arms: {a: 1/2, b: 1/2}").fault(["cases": table])
    #expect(fault.message == "the cases have a column 'arm' already")
  }

  @Test func `a share that is none is shown where it stands`() throws {
    let run = try PilotRun("assign", with: "arms: {a: 1️⃣half, b: 2️⃣-0.5}")
    #expect(
      run.reports == [
        "1️⃣": "'arms.a' takes a share or a whole number",
        "2️⃣": "'arms.b' takes a share or a whole number",
      ])
  }

  @Test func `methods of later versions are not on offer`() throws {
    let run = try PilotRun("assign", with: "method: 1️⃣minimise\narms: {a: 1/2, b: 1/2}")
    #expect(run.reports == ["1️⃣": "'method' has no choice 'minimise'"])
  }
}
