// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Testing

@testable import External

/// Outputs that are not what the manifest promises are a fault at the manifest's line of the port.
struct OutputTests {
  private func check(
    _ port: String, format: String = "arrow", program: String, message: String
  ) async throws {
    let marked = MarkedText(
      """
      try:
        summary: Tries.
        inputs: {cases: {kind: table, help: Cases.}}
        outputs: {1️⃣out: {\(port), help: An output.}}
        format: \(format)
      """)
    let plugin = try ShellPlugin(marked.text, program: "cd \"$folder\"\n\(program)")
    let run = try await plugin.run("a: {use: give/cases}\nb: {use: p/try, from: a}")
    #expect(try run.message("b") == message)
    #expect(try run.fault("b").file == plugin.folder.path("Plugins/p/plugin.yaml"))
    // Seven lines and two columns stand before the stage in the manifest.
    let mark = try #require(marked.marks["1️⃣"])
    #expect(
      try run.fault("b").span?.start
        == SourcePosition(line: mark.line + 7, column: mark.column + 2))
  }

  @Test(arguments: [
    ("kind: table", "arrow", "true", "it left its output 'out' away"),
    ("kind: file", "arrow", "echo > outputs/out.txt", "it left its output 'out' away"),
    (
      "kind: table", "arrow", "ln -s ../inputs/cases.arrow outputs/out.arrow",
      "its output 'out' is no ordinary file"
    ),
    ("kind: file", "arrow", "mkdir outputs/out.bin", "its output 'out' is no ordinary file"),
    ("kind: file", "arrow", "mkfifo outputs/out.bin", "its output 'out' is no ordinary file"),
    (
      "kind: table, columns: {marked: boolean}", "arrow", "cp inputs/cases.arrow outputs/out.arrow",
      "its output 'out' has no column 'marked'"
    ),
    (
      "kind: table, columns: {name: integer}", "arrow", "cp inputs/cases.arrow outputs/out.arrow",
      "its output 'out' has column 'name' as text, and the manifest says integer"
    ),
    (
      "kind: table, extends: cases, columns: {x: integer}", "csv",
      "printf 'x\\n1\\n' > outputs/out.csv",
      "its output 'out' has no column 'n' of the input that it extends"
    ),
    (
      "kind: table", "csv", "printf 'each\\n1\\n' > outputs/out.csv",
      "its output 'out' has a column 'each', which expressions use for something else"
    ),
    ("kind: record", "arrow", "echo '{}' > outputs/out.json", "its output 'out' is no record"),
    ("kind: record", "arrow", "echo '[1]' > outputs/out.json", "its output 'out' is no record"),
    ("kind: record", "arrow", "echo '{' > outputs/out.json", "its output 'out' is no record"),
    (
      "kind: record, record: note", "arrow", "echo '{\"type\":\"card\"}' > outputs/out.json",
      "its output 'out' is a record of another type than 'note'"
    ),
  ])
  func `an output that does not fit`(
    port: String, format: String, program: String, message: String
  ) async throws {
    try await check(port, format: format, program: program, message: message)
  }

  @Test(arguments: [
    ("arrow", "echo no table > outputs/out.arrow"), ("arrow", ": > outputs/out.arrow"),
    ("arrow", "head -c 300 inputs/cases.arrow > outputs/out.arrow"),
    ("csv", "printf 'a,b\\n1\\n' > outputs/out.csv"),
    ("csv", "printf 'a\\n\\377\\n' > outputs/out.csv"), ("csv", ": > outputs/out.csv"),
    ("csv", "printf 'a,a\\n1,2\\n' > outputs/out.csv"),
  ])
  func `an output that is no table`(format: String, program: String) async throws {
    let plugin = try ShellPlugin(
      """
      try:
        summary: Tries.
        inputs: {cases: {kind: table, help: Cases.}}
        outputs: {out: {kind: table, help: A table.}}
        format: \(format)
      """, program: "cd \"$folder\"\n\(program)")
    let run = try await plugin.run("a: {use: give/cases}\nb: {use: p/try, from: a}")
    #expect(try run.message("b").hasPrefix("its output 'out' does not read: "))
    #expect(try run.fault("b").file == plugin.folder.path("Plugins/p/plugin.yaml"))
  }

  @Test func `a folder of outputs that was replaced is not looked into`() async throws {
    let plugin = try ShellPlugin(
      """
      try:
        summary: Tries.
        outputs: {out: {kind: file, help: A file.}}
      """,
      program:
        "cd \"$folder\"; rmdir outputs; mkdir work/o; ln -s work/o outputs; echo > work/o/out.bin")
    let run = try await plugin.run("a: {use: p/try}")
    #expect(try run.message("a") == "it replaced its folder of outputs")
  }
}
