// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import RunStore
import StageKit
import StageTesting
import Tables
import Testing

@testable import External

/// Programs that do what they promise: what goes in, and what comes out.
struct StageRunTests {
  private static let passOn = """
    pass:
      summary: Passes on.
      inputs: {cases: {kind: table, help: Cases.}}
      outputs: {cases: {kind: table, help: Cases., extends: cases}}
    """

  @Test func `a table goes in and comes out as it was`() async throws {
    let plugin = try ShellPlugin(
      Self.passOn, program: "cp \"$folder/inputs/cases.arrow\" \"$folder/outputs/cases.arrow\"")
    let run = try await plugin.run("a: {use: give/cases}\nb: {use: p/pass, from: a}")
    #expect(run.statuses == ["a ran", "b ran"])
    #expect(try run.table("b") == run.table("a"))
    #expect(try run.result("b").attempts == 1)
  }

  @Test func `a record and a file go in and come out`() async throws {
    let plugin = try ShellPlugin(
      """
      both:
        summary: Passes on a record and a file.
        inputs: {note: {kind: record, record: note, help: A note.}, page: {kind: file, help: A page.}}
        outputs:
          note: {kind: record, record: note, help: A note.}
          page: {kind: file, media_type: text/html, help: A page.}
          raw: {kind: file, help: The same page.}
      """,
      program: """
        cp "$folder/inputs/note.json" "$folder/outputs/note.json"
        cp "$folder/inputs/page.html" "$folder/outputs/page.html"
        cp "$folder/inputs/page.html" "$folder/outputs/raw.bin"
        """)
    let run = try await plugin.run(
      """
      note: {use: give/note, with: {text: "ja, \\"nee\\""}}
      page: {use: give/page}
      b: {use: p/both, from: {note: note, page: page}}
      """)
    #expect(try run.artifact("b", "note") == run.artifact("note", "note"))
    #expect(try run.artifact("b", "page") == run.artifact("page", "page"))
    #expect(try run.result("b").outputs["raw"]?.mediaType == "application/octet-stream")
    #expect(try run.text("b", "raw") == "<p>hello</p>\n")
  }

  private static let labels = """
    stack:
      summary: Notes the labels of what comes in.
      inputs: {cases: {kind: table, list: true, help: Tables.}}
      outputs: {labels: {kind: file, media_type: text/plain, help: The labels.}}
    """

  private static let writeLabels = """
    grep -o '"label":"[^"]*"' "$PROEFTUIN_CONTEXT" > "$folder/outputs/labels.txt"
    ls "$folder/inputs" >> "$folder/outputs/labels.txt"
    """

  @Test func `a list port gives each table under the name of its instance`() async throws {
    let plugin = try ShellPlugin(Self.labels, program: Self.writeLabels)
    let run = try await plugin.run(
      """
      a: {use: give/cases, each: {n: [1, 2]}, with: {rows: "${each.n}"}}
      b: {use: give/cases}
      c: {use: p/stack, from: {cases: [b, a]}}
      """)
    #expect(
      try run.text("c", "labels").split(separator: "\n") == [
        "\"label\":\"b\"", "\"label\":\"a[n=1]\"", "\"label\":\"a[n=2]\"", "cases-1.arrow",
        "cases-2.arrow", "cases-3.arrow",
      ])
  }

  @Test func `a stage of a plugin fans out`() async throws {
    let plugin = try ShellPlugin(
      """
      year:
        summary: Writes a year.
        parameters: {wanted: {type: integer, help: A year.}}
        outputs: {cases: {kind: table, help: The year., columns: {year: integer}}}
        format: csv
      """,
      program: """
        year=$(sed 's/.*"wanted":\\([0-9]*\\).*/\\1/' "$PROEFTUIN_CONTEXT")
        printf 'year\\n%s\\n' "$year" > "$folder/outputs/cases.csv"
        """)
    let run = try await plugin.run(
      "a: {use: p/year, each: {year: [2025, 2026, 2027]}, with: {wanted: \"${each.year}\"}}",
      jobs: 3)
    #expect(run.outcome.status == .succeeded)
    for year in 2025...2027 {
      #expect(try run.table("a[year=\(year)]").shown("year") == ["\(year)"])
    }
  }

  private static let optional = """
    maybe:
      summary: Takes and gives what is there.
      inputs:
        cases: {kind: table, help: Cases.}
        more: {kind: table, optional: true, help: More cases.}
      outputs:
        seen: {kind: file, media_type: text/plain, help: The files that came in.}
        extra: {kind: file, media_type: text/plain, optional: true, help: Perhaps.}
    """

  @Test func `an optional port may stay empty on either side`() async throws {
    let plugin = try ShellPlugin(
      Self.optional,
      program: """
        ls "$folder/inputs" > "$folder/outputs/seen.txt"
        if [ -e "$folder/inputs/more.arrow" ]; then echo x > "$folder/outputs/extra.txt"; fi
        """)
    let run = try await plugin.run(
      """
      a: {use: give/cases}
      one: {use: p/maybe, from: {cases: a}}
      two: {use: p/maybe, from: {cases: a, more: a}}
      """)
    #expect(try run.text("one", "seen") == "cases.arrow\n")
    #expect(try run.result("one").outputs["extra"] == nil)
    #expect(try run.text("two", "seen") == "cases.arrow\nmore.arrow\n")
    #expect(try run.text("two", "extra") == "x\n")
  }

  @Test func `what a program tells is told on, in its order`() async throws {
    let plugin = try ShellPlugin(
      "tell:\n  summary: Tells.\n  outputs: {page: {kind: file, help: A page.}}",
      program: """
        say '{"type":"progress","done":1,"of":4}'
        say '{"type":"heartbeat"}'
        say '{"type":"metric","name":"rows","value":2.5,"unit":"rows","n":4}'
        say '{"type":"note","markdown":"Two *lines*."}'
        say '{"type":"check","name":"ages","passed":false,"severity":"warning","message":"young"}'
        say '{"type":"check","name":"sums","passed":true}'
        say '{"type":"log","level":"debug","message":"here"}'
        say '{"type":"later","what":"unknown"}'
        say '{"type":"later","what":"again"}'
        say 'no JSON'
        echo > "$folder/outputs/page.bin"
        """)
    let run = try await plugin.run("a: {use: p/tell}")
    #expect(run.statuses == ["a ran"])
    #expect(
      run.reports("a") == [
        .progress(done: 1, total: 4), .metric(name: "rows", value: 2.5, unit: "rows"),
        .note("Two *lines*."),
        .check(name: "ages", passed: false, matters: false, message: "young"),
        .check(name: "sums", passed: true, matters: true, message: nil),
        .log(level: "debug", message: "here"),
        .log(level: "warning", message: "a message of the unknown type 'later'"),
      ])
  }

  @Test func `nothing is left of an attempt, nor of its logs, where all went well`() async throws {
    let plugin = try ShellPlugin(
      Self.passOn,
      program: "echo loud; cp \"$folder/inputs/cases.arrow\" \"$folder/outputs/cases.arrow\"")
    let run = try await plugin.run("a: {use: give/cases}\nb: {use: p/pass, from: a}")
    #expect(plugin.folder.names(in: "store/attempts") == [])
    #expect(!plugin.folder.names(in: "store/runs/\(run.id)").contains("logs"))
    #expect(try run.store.verify().findings == [])
  }
}
