// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// Looks through the decision tables of a scheme, before any case meets them.
struct CheckTable: Stage {
  static let info = StageInfo(
    "check-table", version: 2,
    summary: "Finds gaps, overlaps, ambiguous band edges and dead rules of decision tables.",
    example: """
      tables:
        use: rules/check-table
        with:
          scheme:                    # or the path of a scheme file
            scheme: {id: allowance}
            inputs: {children: {type: integer, minimum: 0}}
            decisions:
              allowance:
                table:
                  hit: UNIQUE
                  inputs: [children]
                  rows:
                    - ["[0..2]", 500]
                    - [">= 2", 800]
      """)

  @Parameter("The scheme file, or the scheme as a block.") var scheme: SchemeSource
  @Parameter("Reforms after which tables are looked at again; a list within is a stack.")
  var reforms: [ReformSource] = []
  @Parameter("The day whose parameters hold, as 2025-01-01; the last values unless given.")
  var date: RuleDate?
  @Parameter("Column with the number of units that each row stands for.") var weight: ColumnName?

  struct Input: PortSet {
    @Port("One row per unit; gives the share of units in each finding.") var population: Table?
  }

  struct Output: PortSet {
    @Port("One row per finding: kind, rules, a case that shows it, what it means, and the article.")
    var findings: Table
  }

  func validate() throws(StageFault) {
    _ = try SchemeVariants.all(scheme, reforms)
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "findings": [
        ColumnPromise("scheme", .text), ColumnPromise("decision", .text),
        ColumnPromise("kind", .text), ColumnPromise("rules", .text),
        ColumnPromise("witness", .text), ColumnPromise("share", .number),
        ColumnPromise("message", .text), ColumnPromise("article", .text),
      ]
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let variants = try SchemeVariants.all(scheme, reforms)
    var findings = FindingsTable()
    for variant in variants {
      for decision in variant.scheme.decisions {
        guard let table = decision.table else { continue }
        if variant.id != variants[0].id, isUnchanged(decision, variant.scheme, variants[0].scheme) {
          continue
        }
        try context.checkCancellation()
        let found = analyse(table, of: decision, in: variant.scheme)
        let cases = try found.isEmpty ? nil : cases(of: decision, table, variant.scheme, input)
        for finding in found {
          findings.add(
            scheme: variant.id, decision: decision, finding, share: try cases?.share(of: finding))
        }
      }
    }
    context.metric("findings", Double(findings.count))
    var output = Output()
    output.findings = try findings.table()
    return output
  }

  /// Whether a reform leaves a table, and all that may decide its cases, as it is.
  private func isUnchanged(_ decision: Decision, _ scheme: Scheme, _ baseline: Scheme) -> Bool {
    guard scheme.inputs == baseline.inputs, let new = decision.table,
      let old = baseline.decision(decision.name)?.table, new.hasSameRules(as: old)
    else { return false }
    let names = new.rows.flatMap { row in
      row.cells.flatMap { $0.tests.references.map { $0.path[0] } }
    }
    return names.allSatisfy { name in
      parameter(name, in: scheme) == parameter(name, in: baseline)
    }
  }

  private func parameter(_ name: String, in scheme: Scheme) -> FEELValue? {
    scheme.parameters.first { $0.name == name }?.value(on: date?.day)
  }

  private func cases(
    of decision: Decision, _ table: DecisionTable, _ scheme: Scheme, _ input: Input
  ) throws -> FindingCases? {
    guard let population = input.population, population.rowCount > 0 else { return nil }
    var cases = try FindingCases(decision, table, in: scheme, on: date?.day, population)
    guard let weight else { return cases }
    guard let (weights, validity) = try population.column(weight.name).doubles(), validity == nil
    else {
      throw StageFault("weight column '\(weight)' lacks numbers", at: "weight")
    }
    cases.weights = weights
    return cases
  }

  private func analyse(
    _ table: DecisionTable, of decision: Decision, in scheme: Scheme
  ) -> [TableFinding] {
    do {
      return try TableAnalysis.findings(of: decision, in: scheme, on: date?.day)
    } catch {
      let help = error.help.map { "; \($0)" } ?? ""
      return [
        TableFinding(
          kind: .notAnalysed, rules: [], witness: nil, message: error.message + help, tests: [])
      ]
    }
  }
}

extension TableAnalysis {
  /// The findings of one decision's table.
  static func findings(
    of decision: Decision, in scheme: Scheme, on date: CalendarDate? = nil
  ) throws(RuleFault) -> [TableFinding] {
    guard let table = decision.table else { return [] }
    let scope = scheme.scope(on: date)
    let domains = try TableDomains(scheme: scheme, scope: scope)
      .domains(of: table, decision: decision)
    return try TableAnalysis(table, domains: domains, scope: scope).findings()
  }
}
