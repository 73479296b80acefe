// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

/// Columns that a stage's ports declare are held against what feeds them before anything runs.
struct PluginColumnTests {
  /// Needs `n` as a number and `group` as a text; gives all columns and `share`.
  private static let shelf = PluginShelf(["Plugins": [.plugin("late", "1.0.0")]])

  /// Gives tables of known columns.
  private struct Give: Stage {
    static let info = StageInfo("give", version: 1, summary: "Gives a table.")
    @Parameter("Columns and their types.") var columns: [String] = []
    struct Output: PortSet { @Port("A table.") var cases: Table }

    func outputColumns(for inputs: KnownColumns) -> KnownColumns {
      KnownColumns([
        "cases": columns.map { text in
          let parts = text.split(separator: " ")
          return ColumnPromise(
            String(parts[0]), parts.count > 1 ? ColumnType(name: String(parts[1])) : nil)
        }
      ])
    }

    func run(_ input: NoPorts, in context: StageContext) async throws -> Output { Output() }
  }

  private enum Giver: Plugin {
    static let name = "giver"
    static let stages: [any Stage.Type] = [Give.self]
  }

  private func diagnostics(_ marked: String) -> [(name: String, diagnostic: Diagnostic)] {
    let text = MarkedText("pipeline: p\nstages:\n" + marked)
    var checker = PipelineChecker(catalog: Catalog(plugins: [TestPlugin.self, Giver.self]))
    checker.finder = Self.shelf
    return checker.check(SourceFile(name: "test.yaml", text: text.text)).diagnostics.map {
      ("\($0.span.map { text.name(of: $0.start) } ?? "file") \($0.code)", $0)
    }
  }

  @Test(arguments: [
    ("[n integer, group text]", []), ("[n number, group category, more date]", []),
    ("[n decimal, group]", []), ("[n, group]", []), ("[group text]", ["1️⃣ missing-column"]),
    ("[]", ["1️⃣ missing-column", "1️⃣ missing-column"]),
    ("[n text, group text]", ["1️⃣ wrong-column-type"]),
    ("[n date, group boolean]", ["1️⃣ wrong-column-type", "1️⃣ wrong-column-type"]),
  ])
  func `an input has the columns that the stage needs`(columns: String, expected: [String]) {
    let found = diagnostics(
      "  a: {use: giver/give, with: {columns: \(columns)}}\n  b: {use: late/count, from: 1️⃣a}\n")
    #expect(found.map(\.name) == expected)
  }

  @Test func `a column that is close is suggested, and those that there are listed`() {
    let fault = diagnostics(
      "  a: {use: giver/give, with: {columns: [n integer, gruop text]}}\n"
        + "  b: {use: late/count, from: a}\n")[0].diagnostic
    #expect(fault.message == "late/count needs a column 'group' in its input 'cases'")
    #expect(fault.help == "did you mean 'gruop'?")
    #expect(fault.notes == ["columns: n, gruop"])
  }

  @Test func `a type that does not fit says both`() {
    let fault = diagnostics(
      "  a: {use: giver/give, with: {columns: [n text, group text]}}\n"
        + "  b: {use: late/count, from: {cases: a}}\n")[0].diagnostic
    #expect(fault.message == "late/count needs column 'n' as number, and it is text")
  }

  @Test func `columns that a plugin passes on are known behind it`() {
    let found = diagnostics(
      """
        a: {use: test/numbers}
        b: {use: late/count, from: a}
        c: {use: test/keep, from: b, with: {where: share > 0.5 and n > 1}}
        d: {use: test/keep, from: b, with: {where: 1️⃣shaer > 0.5}}

      """)
    #expect(found.map(\.name) == ["1️⃣ unknown-column"])
  }

  @Test func `where nothing is known nothing is said`() {
    let found = diagnostics(
      "  a: {use: test/sleep}\n  b: {use: late/count, from: a}\n  c: {use: late/count, from: b}\n")
    #expect(found.map(\.name) == [])
  }
}
