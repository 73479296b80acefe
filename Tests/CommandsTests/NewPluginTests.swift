// SPDX-License-Identifier: EUPL-1.2

import Testing

/// What `proeftuin new plugin` writes passes its own test and check, and its pipeline runs, as it is.
struct NewPluginTests {
  @Test(.enabled(if: Workbench.hasPython(), "there is no python3 of 3.9 or later here"))
  func `a new plugin in Python works at once`() throws {
    try tryOut("python", test: "python3 -m unittest", column: "late")
  }

  @Test(.enabled(if: Workbench.hasR, "there is no Rscript here"))
  func `a new plugin in R works at once`() throws {
    try tryOut("r", test: "Rscript test-stages.R", column: "late")
  }

  @Test func `a new plugin of a tool works at once`() throws {
    try tryOut("command", test: "sh test.sh", column: "days")
  }

  @Test func `a plugin in Swift has to know the package that it depends on`() throws {
    let bench = try Workbench()
    defer { bench.remove() }
    let answer = try bench("proeftuin new plugin my-stages --language swift")
    #expect(answer.code != 0)
    #expect(answer.errors.contains("--package"))
  }

  @Test func `nothing is written over what is there`() throws {
    let bench = try Workbench()
    defer { bench.remove() }
    try bench("mkdir my-stages && echo mine > my-stages/plugin.yaml")
    #expect(try bench("proeftuin new plugin my-stages --language command").code != 0)
    #expect(try bench("cat my-stages/plugin.yaml").output == "mine\n")
  }

  private func tryOut(_ language: String, test: String, column: String) throws {
    let bench = try Workbench()
    defer { bench.remove() }
    for (command, place) in [
      ("proeftuin new plugin my-stages --language \(language)", ""),
      (test, "my-stages"),
      ("proeftuin plugin check .", "my-stages"),
      ("proeftuin check my-stages/my-stages.yaml", ""),
      ("proeftuin run my-stages/my-stages.yaml --quiet", ""),
    ] {
      let answer = try bench(command, in: place)
      try #require(answer.code == 0, "\(command)\n\(answer.output)\(answer.errors)")
    }
    let cases = try bench("proeftuin show latest late.cases --format csv").output
    let lines = cases.split(whereSeparator: \.isNewline)
    #expect(lines.first?.split(separator: ",").contains { $0 == column } == true)
    #expect(lines.count > 10)
  }
}
