// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

/// Whatever decides a plugin's result decides whether it is reused.
struct PluginResultTests {
  private func program(
    _ script: String, stage: String = "", outputs: String, pipeline: String = "",
    with: String = "{}"
  ) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: "Plugins/p"), withIntermediateDirectories: true)
    try program.write(
      """
      plugin: p
      version: 1.0.0
      protocol: 1
      command: [sh, run.sh]
      code: ["*.sh"]
      stages:
        do:
          summary: Does something.
          \(stage)
          outputs: \(outputs)
          format: csv

      """, to: "Plugins/p/plugin.yaml")
    try program.write(
      """
      folder=${PROEFTUIN_CONTEXT%/*}
      context=$(cat "$PROEFTUIN_CONTEXT")
      printf '{"type":"opened","protocol":1}\\n' >> "$PROEFTUIN_MESSAGES"
      \(script)
      printf '{"type":"closed","ok":true}\\n' >> "$PROEFTUIN_MESSAGES"

      """, to: "Plugins/p/run.sh")
    try program.write(
      "pipeline: p\n\(pipeline)stages:\n  a: {use: p/do, with: \(with)}\n", to: "p.yaml")
    return program
  }

  private func status(_ answer: CommandLineProgram.Answer) throws -> String {
    try answer.json["stages"]?[0]?["status"]?.stringValue ?? "\(answer.output)\(answer.errors)"
  }

  @Test func `a stage that is told the date runs again on another`() throws {
    let date = "printf '%s' \"$context\" | sed 's/.*\"reference_date\":\\([^,]*\\),.*/\\1/'"
    let program = try program(
      "{ echo date; \(date); } > \"$folder/outputs/day.csv\"", stage: "reference_date: true",
      outputs: "{day: {kind: table, help: A day., columns: {date: date}}}",
      pipeline: "parameters: {reference_date: 2026-01-01}\n")
    defer { program.remove() }
    #expect(try status(program("run", "p.yaml", "--json")) == "ran")
    #expect(try status(program("run", "p.yaml", "--json")) == "reused")
    let other = try program("run", "p.yaml", "--json", "--set", "reference_date=2026-02-02")
    #expect(try status(other) == "ran")
    let shown = try program("show", "latest", "a.day", "--format", "json").json
    #expect(shown[0]?["date"] == "2026-02-02")
  }

  @Test func `a stage that is not told the date does not see it`() throws {
    let program = try program(
      "printf '%s' \"$context\" > \"$folder/outputs/context.json\"",
      outputs: "{context: {kind: file, media_type: application/json, help: What it sees.}}",
      pipeline: "parameters: {reference_date: 2026-01-01}\n")
    defer { program.remove() }
    #expect(try program("run", "p.yaml", "--quiet").code == 0)
    let context = try program("show", "latest", "a.context").output
    #expect(context.contains("\"reference_date\":null"), "\(context)")
  }

  @Test func `another type of an output is another result`() throws {
    let program = try program(
      "printf 'n\\n007\\n' > \"$folder/outputs/numbers.csv\"",
      outputs: "{numbers: {kind: table, help: Numbers., columns: {n: integer}}}")
    defer { program.remove() }
    try program("run", "p.yaml", "--quiet")
    #expect(try program("show", "latest", "a.numbers", "--format", "json").json[0]?["n"] == 7)
    let path = program.folder.appending(path: "Plugins/p/plugin.yaml")
    let manifest = try String(contentsOf: path, encoding: .utf8)
    try program.write(
      manifest.replacing("n: integer", with: "n: text"), to: "Plugins/p/plugin.yaml")
    #expect(try status(program("run", "p.yaml", "--json")) == "ran")
    #expect(try program("show", "latest", "a.numbers", "--format", "json").json[0]?["n"] == "007")
  }

  @Test func `code that changes while it runs is a fault, and nothing is kept of it`() throws {
    let program = try program(
      """
      printf 'n\\n1\\n' > "$folder/outputs/numbers.csv"
      : > "$folder/work/begun"
      sleep 5
      """, outputs: "{numbers: {kind: table, help: Numbers.}}")
    defer { program.remove() }
    let (process, output, _) = try program.start(["run", "p.yaml", "--json"])
    let attempts = program.folder.appending(path: ".proeftuin/attempts").path
    for _ in 0..<400 {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: attempts)) ?? []
      if names.contains(where: { $0.hasSuffix("work/begun") }) { break }
      usleep(25_000)
    }
    try program.write("exit 1\n", to: "Plugins/p/run.sh")
    process.waitUntilExit()
    #expect(process.terminationStatus == 3)
    let text = try String(contentsOf: output, encoding: .utf8)
    #expect(text.contains("was changed while the pipeline ran"), "\(text)")
    let plan = try program("plan", "p.yaml", "--json").json
    #expect(plan[0]?["action"] == "run")
  }

  @Test func `a value that is called like a file of the plugin stays a value`() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: "Plugins/p"), withIntermediateDirectories: true)
    try program.write(
      """
      plugin: p
      version: 1.0.0
      protocol: none
      stages:
        do:
          summary: Writes down what it is given.
          command: [sh, run.sh, "{parameters.word}", "{outputs.given}"]
          parameters: {word: {type: text, help: A word.}}
          outputs: {given: {kind: file, media_type: text/plain, help: What was given.}}

      """, to: "Plugins/p/plugin.yaml")
    try program.write("printf '%s' \"$1\" > \"$2\"\n", to: "Plugins/p/run.sh")
    try program.write(
      "pipeline: p\nstages:\n  a: {use: p/do, with: {word: run.sh}}\n", to: "p.yaml")
    #expect(try program("run", "p.yaml", "--quiet").code == 0)
    #expect(try program("show", "latest", "a.given").output.hasPrefix("run.sh"))
    // The script that the command names decides the result, though no 'code:' says so.
    try program.write("printf 'other' > \"$2\"\n", to: "Plugins/p/run.sh")
    #expect(try status(program("run", "p.yaml", "--json")) == "ran")
  }
}
