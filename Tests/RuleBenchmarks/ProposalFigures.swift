// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Documents
import Foundation
import RuleChange
import StageKit
import StageTesting
import Tables

/// Ten schemes, each as it is and after a reform, over one population of a million households, by
/// `rules/propose` with all its measures.
enum ProposalFigures {
  private static let rows = 1_000_000
  private static let schemes = 10

  static func all() async throws -> [Figure] {
    let households = try population()
    let population = ["population": Artifact.table(households)]
    var stages: [StageRun] = []
    for stage in RuleChangePlugin.stages where stage.info.name == "propose" {
      stages = (0..<schemes).map { run(stage, number: $0) }
    }
    if let fault = stages.flatMap(\.diagnostics).first {
      return [Figure(name: "ten schemes", value: "failed: \(fault.message)", target: "")]
    }
    var times: [Double] = []
    for _ in 0..<3 {
      let start = ContinuousClock.now
      // As the runner does: as many stages at a time as there are processors.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (place, stage) in stages.enumerated() {
          if place >= ProcessInfo.processInfo.activeProcessorCount { try await group.next() }
          group.addTask { _ = try await stage(population) }
        }
        try await group.waitForAll()
      }
      let (whole, atto) = (ContinuousClock.now - start).components
      times.append(Double(whole) + Double(atto) * 1e-18)
    }
    let calculators = try (0..<schemes).map {
      try SchemeCalculator(parsing: scheme($0), reforms: [reform($0)])
    }
    let date = CalendarDate("2025-06-01")
    let deciding = try Measure(runs: 3) {
      for calculator in calculators {
        _ = try calculator.variants(["total"], over: households, on: date)
      }
    }
    return [
      Figure(
        name: "ten schemes and reforms, 10⁶ households", value: milliseconds(times.min() ?? 0),
        target: "1 s on two cores"),
      Figure(
        name: "deciding them, without measures", value: milliseconds(deciding.least), target: ""),
    ]
  }

  private static func run<S: Stage>(_ stage: S.Type, number: Int) -> StageRun {
    StageRun(stage, with: parameters(number))
  }

  /// Ten schemes that differ in their figures, as those of municipalities do.
  private static func parameters(_ number: Int) -> String {
    "scheme:\n" + indented(scheme(number), by: 2) + "reforms:\n  -\n"
      + indented(reform(number), by: 4) + "date: 2025-06-01\ngroups: [kind]\nweight: weight\n"
      + measures
  }

  private static func indented(_ yaml: String, by count: Int) -> String {
    yaml.split(separator: "\n")
      .map { String(repeating: " ", count: count) + $0 + "\n" }
      .joined()
  }

  private static func scheme(_ number: Int) -> String {
    """
    scheme: {id: supplement-\(number)}
    parameters:
      threshold: {values: {2025-01-01: \(28_406 + number * 10)}}
      premium: {values: {2025-01-01: \(2_112 + number)}}
      child_amount: {values: {2025-01-01: 41.\(10 + number)}}
    inputs:
      income: {type: integer, minimum: 0}
      partners: {type: boolean}
      rent: {type: decimal}
      children: {type: integer}
      kind: {type: text, values: [single, couple, parent, other]}
    decisions:
      excess: {expression: "max(0, income - threshold)"}
      share: {expression: if partners then 0.04273 else 0.01896}
      norm: {expression: share * threshold + 0.137 * excess}
      care:
        expression: "max(0, premium * (if partners then 2 else 1) - norm)"
        round: {to: 1, mode: half-up}
      housing:
        expression: "max(0, min(rent - 217.\(10 + number), 662) * 0.65)"
        round: {to: 0.01, mode: half-up}
      band:
        table:
          hit: FIRST
          inputs: [income, kind]
          rows:
            - ["< 15000", "-", 1]
            - ["< 18000", "parent, couple", 0.75]
            - ["< 21000", "-", 0.5]
            - ["< 24000", "not(other)", 0.25]
            - ["-", "-", 0]
      child: {expression: children * child_amount * 12}
      total:
        expression: (care + 12 * housing + child) * band
        round: {to: 0.01, mode: half-up}

    """
  }

  private static func reform(_ number: Int) -> String {
    """
    reform: {id: softer}
    parameters: {premium: {2025-01-01: \(2_150 + number)}}
    rows: {band: [{replace: 3, with: ["< 22000", "-", 0.55]}]}

    """
  }

  /// The parameters of the measures that need more than the result.
  private static let measures = """
    income: income
    equivalence: {scale: oecd-modified, adults: adults, children: children}
    poverty_line: {share_of_median: 0.6}
    household_types:
      - {name: single, set: {partners: false, kind: single, children: 0, rent: 600}}
      - {name: parent, set: {partners: false, kind: parent, children: 2, rent: 700}}
      - {name: couple, set: {partners: true, kind: couple, children: 1, rent: 800}}
    incomes: [15000, 20000, 25000, 30000]
    grid: {from: 0, to: 60000, step: 1000}

    """

  private static func population() throws -> Table {
    var random = RandomStream(seed: 10, name: "households")
    func below(_ limit: Int) -> [Int64] {
      (0..<rows).map { _ in Int64(random.integer(below: limit)) }
    }
    let codes = (0..<rows).map { _ in Int32(random.integer(below: 4)) }
    return try Table([
      ("income", .integer(FixedColumn(below(70_000)))),
      ("partners", .boolean(BooleanColumn(Bitmap(below(2).lazy.map { $0 == 1 })))),
      ("rent", .decimal(FixedColumn(below(120_000)), scale: 2)),
      ("adults", .integer(FixedColumn(below(2).map { $0 + 1 }))),
      ("children", .integer(FixedColumn(below(4)))),
      (
        "kind",
        .category(
          CategoryColumn(codes: codes, dictionary: ["single", "couple", "parent", "other"]))
      ),
      ("weight", .number(FixedColumn((0..<rows).map { _ in 1 + random.uniform() }))),
    ])
  }
}
