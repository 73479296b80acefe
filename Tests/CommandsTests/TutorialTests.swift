// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// The tutorials of the example plugins, carried out line by line: what they show is what happens.
struct TutorialTests {
  @Test(
    .enabled(
      if: Workbench.hasPython("pandas", "pyarrow", "pytest"),
      "there is no python3 with pandas, pyarrow and pytest here"))
  func `the tutorial in Python works`() throws { try follow("household-income") }

  @Test(.enabled(if: Workbench.hasR, "there is no Rscript here"))
  func `the tutorial in R works`() throws { try follow("linear-model") }

  @Test(
    .enabled(if: Workbench.hasPython("sqlite3"), "there is no python3 with SQLite here"))
  func `the tutorial in SQL works`() throws { try follow("sql-report") }

  @Test func `the tutorial of a tool in awk works`() throws {
    try follow("text-counts")
  }

  private func follow(_ example: String) throws {
    let page = try String(
      contentsOf: CommandLineProgram.root.appending(path: "Plugins/Examples/\(example)/README.md"),
      encoding: .utf8)
    let tutorial = Tutorial(page)
    try #require(tutorial.steps.count >= 5, "a tutorial has some steps")
    let bench = try Workbench(copying: "Plugins/Examples/\(example)")
    defer { bench.remove() }
    for step in tutorial.steps {
      let answer = try bench(step.commands, in: example)
      let place: Comment = "\(example)/README.md:\(step.line): \(step.commands)"
      let printed: Comment = "\(place)\nit printed:\n\(answer.output)\(answer.errors)"
      try #require(answer.code == 0, printed)
      if let line = Tutorial.missing(step.shown, in: answer.output) {
        Issue.record("\(place)\ndoes not show: \(line)\nbut:\n\(answer.output)")
      }
    }
  }
}

struct TutorialReadingTests {
  private let page = """
    # A page

    ```sh
    echo one
    echo two
    ```

    Words.

    ```text
    one
    t…o
    ```

    ```yaml
    not: looked at
    ```
    """

  @Test func `commands and what they show belong together`() {
    let steps = Tutorial(page).steps
    #expect(steps.map(\.commands) == ["echo one\necho two"])
    #expect(steps.map(\.line) == [3])
    #expect(steps.map(\.shown) == [["one", "t…o"]])
  }

  @Test func `lines have to occur in their order, with others between them`() {
    #expect(Tutorial.missing(["a", "c"], in: "a\nb\nc\n") == nil)
    #expect(Tutorial.missing(["c", "a"], in: "a\nb\nc\n") == "a")
    #expect(Tutorial.missing(["a", "a"], in: "a\n") == "a")
    #expect(Tutorial.missing(["a"], in: "\u{FEFF}a\r\n") == nil)
  }

  @Test func `an ellipsis stands for anything within a line`() {
    #expect(Tutorial.missing(["a…z"], in: "abcz") == nil)
    #expect(Tutorial.missing(["a…c…z"], in: "abcz") == nil)
    #expect(Tutorial.missing(["…"], in: "anything") == nil)
    #expect(Tutorial.missing(["a…z"], in: "abc") == "a…z")
    #expect(Tutorial.missing(["a…a"], in: "a") == "a…a")
  }
}
