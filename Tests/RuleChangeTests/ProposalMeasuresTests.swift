// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ProposalMeasuresTests {
  private static let with = """
    scheme:
      scheme: {id: allowance}
      parameters: {amount: {values: {2025-01-01: 100}}, limit: {values: {2025-01-01: 15000}}}
      inputs: {income: {type: integer}, children: {type: integer}}
      decisions:
        allowance: {expression: "if income < limit then amount * (1 + children) else 0"}
    reforms:
      - reform: {id: higher}
        parameters: {amount: {2025-01-01: 150}, limit: {2025-01-01: 12000}}
      - reform: {id: same}
        title: As it is
    date: 2025-06-01
    income: income
    times_a_year: 12
    equivalence: {scale: oecd-modified, adults: adults, children: children}
    poverty_line: 11000

    """

  private struct Draw {
    let population: Table
    let incomes: [Double]

    init(seed: UInt64, count: Int = 400) throws {
      var random = RandomStream(seed: seed, name: "proposal")
      let incomes = (0..<count).map { _ -> Int64? in
        random.integer(below: 40) == 0 ? nil : Int64(random.integer(below: 40_000) - 500)
      }
      self.incomes = incomes.map { Double($0 ?? 0) }
      population = try Table([
        ("income", .integer(FixedColumn(incomes))),
        ("adults", .integer(FixedColumn((0..<count).map { Int64(1 + $0 % 2) }))),
        ("children", .integer(FixedColumn((0..<count).map { Int64($0 % 4) }))),
        ("w", .number(FixedColumn((0..<count).map { Double(1 + $0 % 8) / 4 }))),
        ("area", .category(CategoryColumn((0..<count).map { ["north", "south"][$0 % 2] }))),
      ])
    }
  }

  private static func run(
    _ population: Table, _ lines: String = ""
  ) async throws -> [String: Artifact] {
    let stage = StageRun(Propose.self, with: with + lines)
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    #expect(stage.validation == nil, "\(String(describing: stage.validation))")
    return try await stage(["population": .table(population)])
  }

  private static func numbers(_ table: Table, _ name: String) throws -> [Double?] {
    let (values, validity) = try #require(try table.column(name).doubles())
    return values.indices.map { row in validity.map { $0[row] } ?? true ? values[row] : nil }
  }

  /// Of all measures at once, with weights, groups, deciles and take-up.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `a reform that changes nothing gives zeros in every table`(seed: UInt64) async throws {
    let draw = try Draw(seed: seed)
    let output = try await Self.run(
      draw.population,
      "weight: w\ngroups: [area]\ntake_up: {baseline: 0.7, higher: 0.9}\npersons: adults\n")
    for port in ["impact", "deciles", "summary"] {
      let table = try output.table(port)
      let rows = try table.column("reform").texts().indices.filter {
        table["reform"]?.display(at: $0) == "same"
      }
      let change = port == "summary" ? "budget_change" : "total_change"
      for name in [change, port == "summary" ? "winners" : "gainers", "losers"] {
        let values = try Self.numbers(table, name)
        #expect(rows.allSatisfy { values[$0] ?? 0 == 0 }, "\(port) \(name)")
      }
    }
    let distribution = try output.table("distribution")
    for name in ["gini", "headcount", "poverty_gap", "poverty_severity", "shortfall"] {
      #expect(try Self.numbers(distribution, "\(name)_change")[2] == 0)
      let values = try Self.numbers(distribution, name)
      #expect(values[2] == values[0])
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `deciles sum to the whole, and gains less losses to the change`(seed: UInt64) throws {
    let draw = try Draw(seed: seed)
    let population = draw.population
    let weights = try #require(population["w"]?.doubles()?.values)
    func amounts(_ times: Double) -> Column {
      .number(
        FixedColumn(
          draw.incomes.enumerated().map { $0.offset % 17 == 0 ? nil : 500 - $0.element * times }))
    }
    let (before, after) = (amounts(0.01), amounts(0.02))
    let incomes = try HouseholdIncomes(
      "income", .scale(.cbs2000, adults: "adults", children: "children"), timesAYear: 1,
      in: population)
    let measures = IncomeMeasures(
      incomes, results: [before, after], weights: weights, persons: nil, line: nil,
      ids: ["baseline", "r"])
    let measure = ImpactMeasure(
      try #require(ChangeColumn(baseline: before, reform: after)), weights: weights, threshold: 1)
    let whole = measure.whole()
    let parts = measure.impacts(of: measures.deciles)
    #expect(parts.count == 11)
    #expect(parts.reduce(0) { $0 + $1.units } == whole.units)
    for figure in [
      \Impact.weight, \.gainers, \.losers, \.unchanged, \.undecided, \.totalGain, \.totalLoss,
      \.totalChange, \.baselineTotal, \.reformTotal,
    ] as [KeyPath<Impact, Double>] {
      let sum = parts.reduce(0) { $0 + $1[keyPath: figure] }
      #expect(abs(sum - whole[keyPath: figure]) < 1e-6)
    }
    for part in parts + [whole] {
      #expect(abs(part.totalGain - part.totalLoss - part.totalChange) < 1e-9)
      #expect(abs(part.reformTotal - part.baselineTotal - part.totalChange) < 1e-6)
    }
    // Each tenth weighs a tenth, up to one household of at most 2.
    for part in parts.prefix(10) {
      #expect(abs(part.weight - (whole.weight - parts[10].weight) / 10) <= 2)
    }
  }

  /// Two hundred households alone, with incomes 100, 200, … 20,000: by hand.
  @Test func `a population by hand`() async throws {
    let population = try Table([
      ("income", .integer(FixedColumn((1...200).map { Int64($0 * 100) }))),
      ("adults", .integer(FixedColumn([Int64](repeating: 1, count: 200)))),
      ("children", .integer(FixedColumn([Int64](repeating: 0, count: 200)))),
    ])
    let output = try await Self.run(population)
    // 149 below 15,000 get 100 a month; under the reform 119 below 12,000 get 150.
    let summary = try output.table("summary")
    #expect(try Self.numbers(summary, "budget_baseline") == [14_900, 14_900])
    #expect(try Self.numbers(summary, "budget_reform") == [17_850, 14_900])
    #expect(try Self.numbers(summary, "winners") == [119, 0])
    #expect(try Self.numbers(summary, "losers") == [30, 0])
    #expect(try Self.numbers(summary, "entitled_change") == [2950, 0])
    // With 1,200 a year the 149 have 1,300 to 16,100, and from 15,000 to 16,100 there are two of each: the
    // two at 15,100 are the 140th and 141st and stay together, as do those at 16,100.
    let deciles = try output.table("deciles")
    #expect(try deciles.column("value").texts().prefix(3) == ["all", "1", "2"])
    #expect(
      try Self.numbers(deciles, "n").prefix(11) == [
        200, 20, 20, 20, 20, 20, 20, 21, 20, 19, 20,
      ])
    // The first tenth: 100 … 2,000, and 1,200 each.
    #expect(try Self.numbers(deciles, "mean_income")[1] == 2250)
    #expect(try Self.numbers(deciles, "total_change")[1] == 1000)
    // 12 · 1,000 of 20 · 2,250.
    let percent = try #require(try Self.numbers(deciles, "change_percent")[1])
    #expect(abs(percent - 26.6666666666667) < 1e-9)
    #expect(try Self.numbers(deciles, "losers")[8] == nil)
    let distribution = try output.table("distribution")
    // Below 11,000: 1,300 … 10,900 are 97 before; with 1,800 it is 1,900 … 10,900, which are 91.
    #expect(try Self.numbers(distribution, "poor") == [97, 91, 97])
    #expect(try Self.numbers(distribution, "headcount") == [0.485, 0.455, 0.485])
    // Gaps 100 … 9,700 in steps of 100, and 100 … 9,100.
    #expect(try Self.numbers(distribution, "shortfall") == [475_300, 418_600, 475_300])
    #expect(try Self.numbers(distribution, "shortfall_change") == [0, -56_700, 0])
    #expect(try Self.numbers(distribution, "n") == [200, 200, 200])
  }

  @Test func `a line at a share of the median stays where the baseline put it`() async throws {
    let draw = try Draw(seed: 3)
    let table = try await Self.run(
      draw.population.renaming("w", to: "v")
    ).table("distribution")
    #expect(try Self.numbers(table, "poverty_line") == [11_000, 11_000, 11_000])
    let stage = StageRun(
      Propose.self,
      with: Self.with.replacing("poverty_line: 11000", with: "poverty_line: {share_of_median: 0.6}")
    )
    let relative = try await stage(["population": .table(draw.population)]).table("distribution")
    let median = try #require(try Self.numbers(relative, "median_income")[0])
    #expect(
      try Self.numbers(relative, "poverty_line") == [Double?](repeating: median * 0.6, count: 3))
  }

  @Test func `few poor households are hidden, and how many there are`() async throws {
    let population = try Table([
      ("income", .integer(FixedColumn((1...40).map { Int64($0 < 6 ? 500 : 20_000 + $0) }))),
      ("adults", .integer(FixedColumn([Int64](repeating: 1, count: 40)))),
      ("children", .integer(FixedColumn([Int64](repeating: 0, count: 40)))),
    ])
    let output = try await Self.run(population)
    let table = try output.table("distribution")
    for name in ["poor", "headcount", "poverty_gap", "poverty_severity", "shortfall"] {
      #expect(try Self.numbers(table, name).allSatisfy { $0 == nil })
    }
    #expect(try table.column("flags").texts().allSatisfy { $0 == "partly suppressed" })
    #expect(try Self.numbers(table, "gini").allSatisfy { $0 != nil })
    // The five who gain are hidden in the summary too, with what they gain.
    let summary = try output.table("summary")
    for name in ["winners", "budget_change", "budget_reform", "entitled_change", "mean_gain"] {
      #expect(try Self.numbers(summary, name)[0] == nil, "\(name)")
    }
    #expect(try Self.numbers(summary, "budget_baseline")[0] == 500)
    #expect(try Self.numbers(summary, "losers")[0] == 0)
  }

  @Test(
    arguments: [
      ("equivalence: children\n", "equivalence factors that are not above zero"),
      ("equivalence: area\n", "holds no numbers"),
      ("persons: area\n", "holds no numbers"),
    ])
  func `columns that are no such numbers are faults`(line: String, message: String) async throws {
    let with =
      Self.with.split(separator: "\n").filter { !line.hasPrefix($0.prefix { $0 != ":" } + ":") }
      .joined(separator: "\n") + "\n" + line
    let stage = StageRun(Propose.self, with: with)
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    let population = try Draw(seed: 1).population
    let fault = await #expect(throws: StageFault.self) {
      try await stage(["population": .table(population)])
    }
    #expect(fault?.message.contains(message) == true)
  }

  @Test func `without an income there are no tables of incomes`() async throws {
    let with = Self.with.split(separator: "\n").filter { line in
      ["income:", "times_a_year", "equivalence", "poverty_line"].allSatisfy { !line.hasPrefix($0) }
    }.joined(separator: "\n")
    let output = try await StageRun(Propose.self, with: with)(
      ["population": .table(Draw(seed: 1).population)])
    #expect(output.keys.sorted() == ["cases", "impact", "summary"])
  }
}
