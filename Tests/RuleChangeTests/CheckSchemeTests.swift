// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import RuleChange

/// The scheme files of the demonstration, as `proeftuin rules check` sees them.
struct CheckSchemeTests {
  private static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/pipelines/income-supplement/"
  }()

  private func check(_ file: String, _ reforms: [String] = []) async throws -> ToolAnswer {
    let tool = ToolDeclaration(CheckScheme.self, plugin: "rules")
    return try await tool.run(Samples.arguments(file: file, reforms: reforms), Samples.reading)
  }

  @Test(
    arguments: [
      ([], 3), (["taper.yaml"], 4), (["taper.yaml", "edges.yaml"], 2),
    ] as [([String], Int)])
  func `the worked examples of the demonstration come out`(
    reforms: [String], count: Int
  ) async throws {
    let answer = try await check(Self.folder + "cliff.yaml", reforms.map { Self.folder + $0 })
    guard case .table(let table) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(
      try table.column("passed") == .boolean(BooleanColumn([Bool](repeating: true, count: count))))
    #expect(answer.succeeded)
    if reforms.isEmpty {
      #expect(answer.notes.last?.hasSuffix("3 worked examples with 3 results, 0 failed") == true)
    }
  }

  @Test func `a reform by itself is told to be one`() async throws {
    let answer = try await check(Self.folder + "taper.yaml")
    guard case .readable(let text, _) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(text.contains("this is a reform, a patch on a scheme"))
    #expect(text.hasSuffix("1 error") || !text.contains("scheme-key"))
  }

  @Test func `a missing file is told like a fault of a pipeline`() async throws {
    let answer = try await check(Self.folder + "clif.yaml")
    guard case .readable(let text, _) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(text.hasPrefix("error[unreadable-file]: there is no such file"))
    #expect(text.contains("cliff.yaml"))
    #expect(!answer.succeeded)
  }

  @Test func `a reform of another scheme is told with its code`() async throws {
    // A scheme is no reform of itself, and an edge is decided only in the bands that the taper brings.
    let answer = try await check(Self.folder + "cliff.yaml", [Self.folder + "edges.yaml"])
    guard case .readable(let text, _) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(text.contains("error[reform-mismatch]"))
    #expect(!answer.succeeded)
  }

  @Test func `an example that does not come out fails the check`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      inputs: {x: {type: decimal}}
      decisions: {d: {expression: x * 0.1}}
      tests:
        - {name: exact, in: {x: 1.50}, out: {d: 0.15}}
        - {name: near, in: {x: 1.50}, out: {d: 0.16}, tolerance: 0.01}
        - {name: far, in: {x: 1.50}, out: {d: 0.17}, tolerance: 0.01}
        - {name: nothing known, out: {d: null}}

      """)
    #expect(scheme.runTests().map(\.passed) == [true, true, false, true])
  }

  /// RULES, Zorgtoeslag 2025: the formula gives at most 1,573 for a single person and 3,010 for
  /// partners, and nothing above the incomes 39,719 and 50,206.
  @Test func `the formula of the healthcare allowance gives its official limits`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: zorgtoeslag}
      parameters:
        standard_premium: {values: {2024-01-01: 1987, 2025-01-01: 2112}}
        threshold_income: {values: {2024-01-01: 26819, 2025-01-01: 28406}}
        rate_single: {values: {2024-01-01: 0.01879, 2025-01-01: 0.01896}}
        rate_partners: {values: {2024-01-01: 0.04256, 2025-01-01: 0.04273}}
        taper_rate: {values: {2024-01-01: 0.13670, 2025-01-01: 0.13700}}
      inputs:
        partners: {type: boolean}
        income: {type: decimal}
      decisions:
        rate: {expression: if partners then rate_partners else rate_single}
        premium: {expression: (if partners then 2 else 1) * standard_premium}
        norm:
          expression: rate * threshold_income + taper_rate * max(0, income - threshold_income)
        yearly:
          round: {to: 1, mode: half-up}
          expression: max(0, premium - norm)
        allowance: {expression: if yearly < 24 then 0 else yearly}
      tests:
        - {name: single, date: 2025-01-01, in: {partners: false, income: 20000}, out: {allowance: 1573}}
        - {name: partners, date: 2025-01-01, in: {partners: true, income: 20000}, out: {allowance: 3010}}
        - {name: single limit, date: 2025-01-01, in: {partners: false, income: 39719}, out: {allowance: 24}}
        - {name: above it, date: 2025-01-01, in: {partners: false, income: 39720}, out: {allowance: 0}}
        - {name: partners limit, date: 2025-01-01, in: {partners: true, income: 50206}, out: {allowance: 24}}
        - {name: above it, date: 2025-01-01, in: {partners: true, income: 50207}, out: {allowance: 0}}

      """)
    #expect(scheme.runTests().filter { !$0.passed } == [])
  }
}
