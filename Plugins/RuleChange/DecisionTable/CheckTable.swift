// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// Looks through the decision tables of a scheme, before any case meets them.
struct CheckTable: Stage {
  static let info = StageInfo(
    "check-table", version: 1,
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
    @Port("One row per finding: kind, rules, a case that shows it, and what it means.")
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
        ColumnPromise("message", .text),
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
        for finding in analyse(table, of: decision, in: variant.scheme) {
          let share = try input.population.map {
            try self.share(finding, decision, table, variant.scheme, $0)
          }
          findings.add(
            scheme: variant.id, decision: decision.name, finding, share: share ?? nil)
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

// The population's part
extension CheckTable {
  /// The share of units, by weight, that the finding concerns; nil where it is about a rule.
  private func share(
    _ finding: TableFinding, _ decision: Decision, _ table: DecisionTable, _ scheme: Scheme,
    _ population: Table
  ) throws -> Double? {
    guard !finding.tests.isEmpty, population.rowCount > 0 else { return nil }
    let evaluation = SchemeEvaluation(scheme, on: date?.day, ambiguity: .undecided)
    let data = try evaluation.decide(over: population, before: decision.name)
    let columns: [Column]
    do {
      columns = try TableEvaluation(
        table, over: data, count: population.rowCount, scheme.scope(on: date?.day)
      ).inputColumns()
    } catch {
      throw error.stageFault(decision: decision, scheme: scheme)
    }
    var mask = Bitmap(repeating: true, count: population.rowCount)
    for (column, test) in zip(columns, finding.tests) {
      mask = mask & (try UnaryTests(parsing: test).evaluate(over: column, in: FEELScope()).values)
    }
    guard let weight else { return Double(mask.setCount) / Double(population.rowCount) }
    guard let (weights, validity) = try population.column(weight.name).doubles(), validity == nil
    else {
      throw StageFault("weight column '\(weight)' lacks numbers", at: "weight")
    }
    let whole = weights.reduce(0, +)
    return whole > 0 ? mask.setIndices.reduce(0) { $0 + weights[$1] } / whole : nil
  }
}
