// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// The plugins that people copy from are in order themselves.
struct ExamplePluginTests {
  private static let examples = CommandLineProgram.root.appending(path: "Plugins/Examples")
  private static let languages = CommandLineProgram.root
    .appending(path: "Plugins/External/Languages")

  @Test(arguments: [
    "household-income/proeftuin.py", "sql-report/proeftuin.py", "linear-model/proeftuin.R",
  ])
  func `the copy of what speaks the protocol is the one that is shipped`(copy: String) throws {
    let copied = try Data(contentsOf: Self.examples.appending(path: copy))
    let name = (copy as NSString).lastPathComponent
    let shipped = try Data(contentsOf: Self.languages.appending(path: name))
    #expect(
      copied == shipped,
      "run: proeftuin plugin helper Plugins/Examples/\((copy as NSString).deletingLastPathComponent)"
    )
  }

  @Test func `no copy goes unseen`() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: Self.examples.path)
      .flatMap { example in
        try FileManager.default.contentsOfDirectory(
          atPath: Self.examples.appending(path: example).path
        ).filter { $0.hasPrefix("proeftuin.") }.map { "\(example)/\($0)" }
      }
    #expect(
      found.sorted() == [
        "household-income/proeftuin.py", "linear-model/proeftuin.R", "sql-report/proeftuin.py",
      ])
  }

  @Test(
    .enabled(
      if: Workbench.hasPython("pandas", "pyarrow"), "there is no python3 with pandas and pyarrow"))
  func `the example in Python passes its check`() throws { try check("household-income") }

  @Test(.enabled(if: Workbench.hasR, "there is no Rscript here"))
  func `the example in R passes its check`() throws { try check("linear-model") }

  @Test(.enabled(if: Workbench.hasPython("sqlite3"), "there is no python3 with SQLite here"))
  func `the example in SQL passes its check`() throws { try check("sql-report") }

  @Test func `the example of a tool passes its check`() throws { try check("text-counts") }

  private func check(_ example: String) throws {
    let bench = try Workbench(copying: "Plugins/Examples/\(example)")
    defer { bench.remove() }
    let answer = try bench("proeftuin plugin check \(example)")
    #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
  }
}
