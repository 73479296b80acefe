// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// What speaks the protocol for Python and for R has tests in its own language, which run here too.
struct LanguageTests {
  @Test(.enabled(if: Workbench.hasPython(), "there is no python3 of 3.9 or later here"))
  func `the tests of proeftuin.py pass`() throws { try run("python3 test_proeftuin.py") }

  @Test(.enabled(if: Workbench.hasR, "there is no Rscript here"))
  func `the tests of proeftuin.R pass`() throws { try run("Rscript test-proeftuin.R") }

  private func run(_ command: String) throws {
    let bench = try Workbench()
    defer { bench.remove() }
    let folder = CommandLineProgram.root.appending(path: "Tests/ExternalTests/Languages").path
    let answer = try bench("cd \"\(folder)\" && \(command)")
    #expect(answer.code == 0, "\(answer.output.suffix(4000))\(answer.errors.suffix(4000))")
  }
}
