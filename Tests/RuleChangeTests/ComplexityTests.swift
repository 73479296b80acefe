// SPDX-License-Identifier: EUPL-1.2

import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ComplexityTests {
  private static let with = """
    scheme:
    \(Samples.indented(Samples.supplement, by: 2))
    reforms:
      - \(Samples.indented(Samples.taper, by: 4).drop { $0 == " " })
      - {reform: {id: nothing}}

    """

  @Test(arguments: [
    ("x > 120 or x <= limit", ["120", "limit"]), ("[121..124.5]", ["121", "124.5"]),
    ("x between 5 and 9", ["5", "9"]), ("if x = 3 then 4 else 5", []),
    ("\"> 5\"", []), ("-3 < x", ["3"]), ("limit * 2", []), ("x >= y", []),
  ])
  func `a threshold is what is compared by order`(source: String, limits: [String]) {
    #expect(ThresholdScan.limits(in: source, names: ["limit"]) == Set(limits))
  }

  @Test func `cells, rows, thresholds, inputs, depth and references are counted`() throws {
    let complexity = SchemeComplexity(try Samples.scheme())
    let measures = Dictionary(uniqueKeysWithValues: complexity.measures.map { ($0.name, $0.value) })
    #expect(
      measures == [
        "decisions": 3, "tables": 2, "rows": 5, "cells": 10, "tests": 5, "thresholds": 1,
        "inputs_asked": 2, "inputs_unused": 0, "parameters": 1, "depth": 2, "cross_references": 2,
        "legal_references": 0,
      ])
    #expect(complexity.parts.map(\.depth) == [1, 1, 2])
    #expect(complexity.parts[2].decisions == ["full_amount", "share"])
    #expect(complexity.parts[1].parameters == ["limit"])
  }

  @Test func `a scale counts with its thresholds where it is called`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      parameters:
        tax: {brackets: [{threshold: 0, rate: 0.1}, {threshold: 100, rate: 0.2}]}
      inputs: {x: {type: number}}
      decisions: {d: {expression: tax(x)}, e: {expression: d * 2}}

      """)
    let complexity = SchemeComplexity(scheme)
    #expect(complexity.parts.map(\.thresholds) == [2, 0])
    #expect(complexity.parts[0].parameters == ["tax"])
  }

  @Test func `legal references count once each`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s, legal: [{bwb: B1, article: "2"}, {bwb: B1, article: "3"}]}
      parameters: {p: {legal: {bwb: B1, article: "3"}, values: {2024-01-01: 1}}}
      inputs: {x: {type: integer}, idle: {type: integer}}
      decisions: {d: {legal: {bwb: B1, article: "4"}, expression: x + p}}

      """)
    let complexity = SchemeComplexity(scheme)
    #expect(complexity.legalReferences == 3)
    #expect(complexity.inputsUnused == ["idle"])
  }

  @Test func `a reform shows its change, and one that does nothing shows none`() async throws {
    let run = StageRun(Complexity.self, with: Self.with)
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run([:])
    let measures = try output.table("measures")
    #expect(measures.names == Complexity.measureColumns.map(\.name))
    let schemes = try measures.column("scheme").texts()
    let names = try measures.column("measure").texts()
    let changes = try measures.column("change").texts()
    func change(_ scheme: String, _ measure: String) -> String? {
      zip(zip(schemes, names), changes).first { $0.0 == (scheme, measure) }?.1
    }
    // Five bands in place of two rows, with four limits in place of the parameter.
    #expect(change("taper", "rows") == "3")
    #expect(change("taper", "cells") == "6")
    #expect(change("taper", "thresholds") == "3")
    #expect(change("taper", "depth") == "0")
    let still = zip(schemes, changes).filter { $0.0 != "taper" }.map(\.1)
    #expect(still.count == 24 && still.allSatisfy { $0 == "0" })
    let decisions = try output.table("decisions")
    #expect(decisions.names == Complexity.decisionColumns.map(\.name))
    #expect(decisions.rowCount == 9)
  }

  @Test func `a reform that does not fit is a fault before anything runs`() {
    let with = "scheme:\n\(Samples.indented(Samples.supplement, by: 2))\n"
    let run = StageRun(
      Complexity.self, with: with + "reforms: [{reform: {id: r}, rows: {share: [{remove: 9}]}}]\n")
    #expect(run.validation?.parameter == "reforms")
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(Complexity.self, plugin: "rules").isEmpty)
  }
}
