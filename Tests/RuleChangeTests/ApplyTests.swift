// SPDX-License-Identifier: EUPL-1.2

import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ApplyTests {
  private static let with = """
    schemes:
      north-east:
        scheme: {id: north-east, title: North-East}
        inputs: {income: {type: integer, minimum: 0}}
        decisions:
          supplement: {unit: euro, expression: if income <= 110 then 100.10 else 0}
      south:
        scheme: {id: south}
        inputs: {income: {type: integer, minimum: 0}, children: {type: integer}}
        decisions: {supplement: {expression: 10 * children}}
    date: 2025-01-01

    """

  /// Incomes 100 to 129, twice; a child in every third household, and one that is not known.
  private static func population(weights: Bool = false) throws -> Table {
    var columns: [(name: String, column: Column)] = [
      ("income", .integer(FixedColumn((0..<60).map { Int64(100 + $0 % 30) }))),
      ("children", .integer(FixedColumn((0..<60).map { $0 % 3 == 0 ? 1 : 0 }))),
    ]
    if weights {
      columns.append(("weight", .number(FixedColumn((0..<60).map { $0 < 30 ? 1.5 : 0.5 }))))
    }
    return try Table(columns)
  }

  @Test func `each scheme gives a column, named by its result and its own name`() async throws {
    let stage = StageRun(Apply.self, with: Self.with)
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    let cases = try await stage(["population": .table(Self.population())]).table("cases")
    #expect(cases.names == ["income", "children", "supplement_north_east", "supplement_south"])
    #expect(cases.columns.dropFirst(2).map { $0.display(at: 9) } == ["100.1", "10"])
    #expect(cases.columns.dropFirst(2).map { $0.display(at: 11) } == ["0.0", "0"])
  }

  /// By hand: 2 × 11 incomes up to 110, each 100.10; 20 households with a child, each 10.
  @Test func `the summary counts who gets something, to the cent`() async throws {
    let summary = try await StageRun(Apply.self, with: Self.with)(
      ["population": .table(Self.population())]
    ).table("summary")
    #expect(summary.names == AppliedSummary.columns.map(\.name))
    #expect(try summary.column("scheme").texts() == ["north-east", "south"])
    #expect(try summary.column("title").texts() == ["North-East", "south"])
    #expect(try summary.column("unit").texts() == ["euro", nil])
    #expect(try summary.column("recipients").doubles()?.values == [22, 20])
    #expect(try summary.column("share").doubles()?.values == [22.0 / 60, 20.0 / 60])
    #expect(try summary.column("mean").doubles()?.values == [100.10, 10])
    #expect(try summary.column("total").doubles()?.values == [2_202.20, 200])
    #expect(try summary.column("flags").texts() == [nil, nil])
  }

  /// By hand: 11 × 1.5 + 11 × 0.5 recipients of 30 × 1.5 + 30 × 0.5 households.
  @Test func `weights count`() async throws {
    let summary = try await StageRun(Apply.self, with: Self.with + "weight: weight")(
      ["population": .table(Self.population(weights: true))]
    ).table("summary")
    #expect(try summary.column("recipients").doubles()?.values == [22, 20])
    #expect(try summary.column("share").doubles()?.values.first == 22.0 / 60)
    #expect(try summary.column("total").doubles()?.values.first == 2_202.20)
    #expect(try summary.column("n").texts() == ["60", "60"])
  }

  @Test(arguments: [(9, true), (10, false), (20, false), (21, true), (30, false)])
  func `figures about fewer than ten units are not shown`(rich: Int, hidden: Bool) async throws {
    // Thirty units of which so many have an income above the limit.
    let population = try Table([
      ("income", .integer(FixedColumn((0..<30).map { $0 < rich ? 200 : 100 }))),
      ("children", .integer(FixedColumn([Int64](repeating: 0, count: 30)))),
    ])
    let summary = try await StageRun(Apply.self, with: Self.with)(
      ["population": .table(population)]
    ).table("summary")
    for column in ["recipients", "share", "total", "undecided"] {
      #expect(try summary.column(column).isMissing(at: 0) == hidden)
    }
    #expect(try summary.column("flags").texts() == [hidden ? "suppressed" : nil, nil])
    #expect(try summary.column("n").texts() == ["30", "30"])
  }

  /// By hand: with the reform 2 × 16 incomes up to 115 get 100.10.
  @Test func `a list is a scheme with its reforms on top`() async throws {
    let stage = StageRun(
      Apply.self,
      with: """
        schemes:
          later:
            - scheme: {id: s}
              inputs: {income: {type: integer, minimum: 0}}
              decisions: {supplement: {expression: if income <= 110 then 100.10 else 0}}
            - reform: {id: wider}
              decisions: {supplement: {expression: if income <= 115 then 100.10 else 0}}
            - reform: {id: children}
              inputs: {children: {type: integer}}
              decisions: {more: {expression: supplement + children}}
        result: supplement
        date: 2025-01-01
        """)
    #expect(stage.diagnostics.isEmpty && stage.validation == nil)
    let summary = try await stage(["population": .table(Self.population())]).table("summary")
    #expect(try summary.column("recipients").doubles()?.values == [32])
  }

  private static let homes = """
    schemes:
      now:
        scheme: {id: homes}
        entities: {household: {members: person}}
        parameters: {adult: {values: {2023-01-01: 27}}}
        inputs: {age: {entity: person, type: integer}}
        decisions:
          counts: {entity: person, expression: age >= adult}
          sharers: {expression: "count(members[counts])"}
    date: 2025-01-01

    """

  /// By hand: the homes hold 27, 26 and 40; 20; nobody.
  @Test func `members are counted in the homes that they live in`() async throws {
    let stage = StageRun(Apply.self, with: Self.homes + "household: home")
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    let homes = try Table([("home", .integer(FixedColumn([7, 3, 5])))])
    let people = try Table([
      ("home", .integer(FixedColumn([3, 7, 7, 7]))),
      ("age", .integer(FixedColumn([20, 27, 26, 40]))),
    ])
    let cases = try await stage(["population": .table(homes), "members": .table(people)])
      .table("cases")
    #expect(cases.names == ["home", "sharers_now"])
    #expect(try cases.column("sharers_now").texts() == ["2", "0", "0"])
  }

  @Test func `a scheme that asks for members says so before anything runs`() throws {
    let fault = try #require(StageRun(Apply.self, with: Self.homes).validation)
    #expect(
      fault.message == "scheme 'homes' asks for the members of each household, and none come in")
    #expect(fault.help == "connect a table with one row per person to the port 'members'")
  }

  @Test func `a reform that does not fit says so, and where`() throws {
    let stage = StageRun(
      Apply.self,
      with: """
        schemes:
          later:
            - scheme: {id: s}
              inputs: {income: {type: integer}}
              decisions: {supplement: {expression: income}}
            - reform: {id: wider}
              rows: {suplement: []}
        date: 2025-01-01
        """)
    let fault = try #require(stage.validation)
    #expect(
      fault.message == "reform 'wider' does not fit the scheme: scheme 's' has no decision "
        + "'suplement'")
    #expect(fault.parameter == "schemes")
    #expect(fault.help?.contains("with.yaml:7:14") == true)
  }

  @Test func `a decision that not all schemes have is named with those that there are`() throws {
    let stage = StageRun(Apply.self, with: Self.with + "result: suplement")
    let fault = try #require(stage.validation)
    #expect(fault.message == "scheme 'north-east' has no decision 'suplement'")
    #expect(fault.help == "did you mean 'supplement'?")
    #expect(fault.parameter == "result")
  }

  @Test func `two names that give one column are a fault`() throws {
    let stage = StageRun(
      Apply.self, with: Self.with.replacing("  south:", with: "  north_east:"))
    #expect(
      try #require(stage.validation).message
        == "two schemes would give a column 'supplement_north_east'")
  }

  @Test func `no scheme is a fault`() throws {
    let stage = StageRun(Apply.self, with: "schemes: {}\ndate: 2025-01-01")
    #expect(try #require(stage.validation).message == "there is no scheme to apply")
  }
}
