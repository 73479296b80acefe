// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

/// What each command answers, and with which exit code.
struct CommandTests {
  static let pipeline = """
    pipeline: small
    title: A small trial
    parameters:
      seed: 1
      level: {default: 0.95, minimum: 0.5, maximum: 0.999}
    stages:
      people:
        use: pilot/synthesize
        with:
          rows: 400
          columns: {id: {sequence: P}, age: {integer: {minimum: 18, maximum: 80}}}
      assign:
        use: pilot/assign
        from: {cases: people.cases}
        with: {arms: {control: 1/2, letter: 1/2}, unit: id}
      outcomes:
        use: pilot/synthesize
        from: {cases: assign.cases}
        with:
          outcomes: {applied: {kind: binary, baseline: 0.2, arm: arm, effect: {letter: 0.3}}}
      effect:
        use: impact/difference-in-means
        from: {cases: outcomes.cases}
        with: {outcome: applied, arm: arm, control: control, level: "${parameters.level}"}
    """

  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write(Self.pipeline, to: "small.yaml")
    return program
  }

  @Test func `version and help answer on standard output`() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program("--version").output.hasPrefix("0."))
    let help = try program("--help")
    #expect(help.code == 0)
    #expect(help.output.contains("run") && help.output.contains("pilot columns"))
  }

  @Test(arguments: [
    ["rum"], ["run"], ["run", "small.yaml", "--jobs", "none"], ["show", "nothing"],
    ["pilot", "colums"], ["stages", "impact/nothing"], ["compare", "latest"],
  ])
  func `a wrong command line is exit 2 with a message`(arguments: [String]) throws {
    let program = try program()
    defer { program.remove() }
    let (process, output, errors) = try program.start(arguments)
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    #expect(try String(contentsOf: output, encoding: .utf8).isEmpty)
    #expect(try !String(contentsOf: errors, encoding: .utf8).isEmpty)
  }

  @Test func `check shows every fault and exits 1`() throws {
    let program = try program()
    defer { program.remove() }
    try program.write(
      "pipeline: p\nstages:\n  a: {use: pilot/intak}\n  b: {use: impact/stepped-wedge, with: {levl: 1}}\n",
      to: "bad.yaml")
    let text = try program("check", "bad.yaml")
    #expect(text.code == 1)
    #expect(text.output.contains("error[unknown-stage]: there is no stage 'pilot/intak'"))
    #expect(text.output.contains("--> bad.yaml:3:12"))
    #expect(text.output.contains("did you mean 'pilot/intake'?"))
    let json = try program("check", "bad.yaml", "--format", "json").json
    let codes = json.arrayValue?.compactMap { $0["code"]?.stringValue } ?? []
    #expect(codes.contains("unknown-parameter") && codes.contains("missing-parameter"))
    #expect(json[0]?["line"] == 3 && json[0]?["column"] == 12)
    #expect(try program("check", "small.yaml").code == 0)
    #expect(try program("check", "nowhere.yaml").code == 1)
  }

  @Test func `a run is remembered, reused, shown, compared, verified, collected and forgotten`()
    throws
  {
    let program = try program()
    defer { program.remove() }
    let plan = try program("plan", "small.yaml", "--json").json
    #expect(plan.arrayValue?.allSatisfy { $0["action"] == "run" } == true)
    #expect(try program("run", "small.yaml").code == 0)
    let again = try program("run", "small.yaml", "--json").json
    #expect(again["status"] == "succeeded")
    let stages = again["stages"]?.arrayValue ?? []
    #expect(stages.map { $0["status"]?.stringValue } == ["reused", "reused", "reused", "reused"])
    #expect(stages[3]["outputs"]?["effects"]?["kind"] == "table")
    #expect(stages[3]["outputs"]?["effects"]?["rows"] == 1)

    let changed = try program("run", "small.yaml", "--set", "level=0.9", "--json").json
    #expect(changed["stages"]?[3]?["status"] == "ran")
    #expect(changed["stages"]?[2]?["status"] == "reused")
    #expect(try program("runs", "--json").json.arrayValue?.count == 3)

    let effects = try program("show", "small@latest", "effect.effects", "--format", "json").json
    #expect(effects[0]?["level"] == 0.9)
    #expect(effects[0]?["contrast"] == "letter - control")
    let csv = try program("show", "latest", "outcomes.cases", "--format", "csv").output
    #expect(csv.split(whereSeparator: \.isNewline).count == 401)
    let workbook = try program("show", "latest", "outcomes.cases", "--output", "cases.xlsx")
    #expect(workbook.code == 0)
    #expect(workbook.errors.contains("wrote cases.xlsx"))
    #expect(try program("show", "latest", "outcomes.cases", "--format", "xlsx").code == 2)
    let first = try #require(again["run"]?.stringValue)
    let diff = try program("diff", first, "latest").output
    #expect(diff.contains("parameter level: 0.95 → 0.9"))
    #expect(diff.contains("parameter level changed 0.95 → 0.9"))
    #expect(diff.contains("3 stages are the same"))
    #expect(try program("compare", first, "latest").code == 0)
    let report = try program("report", "latest", "--lang", "nl").output
    #expect(report.contains("<html lang=\"nl\""))
    #expect(!report.contains("<script"))

    #expect(try program("verify").code == 0)
    #expect(try program("gc", "--dry-run").code == 0)
    #expect(try program("forget", "latest", "--reason", "retention ends").code == 0)
    #expect(try program("verify").code == 0)
    #expect(try program("runs", "--json").json.arrayValue?.count == 2)
    #expect(try program("doctor").code == 0)
  }

  @Test func `a damaged object is found, and shown by nothing`() throws {
    let program = try program()
    defer { program.remove() }
    try program("run", "small.yaml")
    let objects = program.folder.appending(path: ".proeftuin/objects")
    let names = try FileManager.default.subpathsOfDirectory(atPath: objects.path)
    let file = try #require(
      names.map { objects.appending(path: $0) }.first { url in
        let size = (try? Data(contentsOf: url))?.count ?? 0
        return size > 2_000
      })
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 1
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
    try bytes.write(to: file)
    let verify = try program("verify", "--json")
    #expect(verify.code == 4)
    #expect(verify.output.contains("damaged-object"))
  }

  @Test func `a failing stage is exit 3, with its place in the file`() throws {
    let program = try program()
    defer { program.remove() }
    let text = Self.pipeline.replacing("control: control", with: "control: contrl")
    try program.write(text, to: "small.yaml")
    let answer = try program("run", "small.yaml", "--json")
    #expect(answer.code == 3)
    let stages = try answer.json["stages"]?.arrayValue ?? []
    #expect(stages.last?["status"] == "failed")
    #expect(stages.last?["fault"]?["line"] == .integer(24))
    #expect(stages.dropLast().allSatisfy { $0["status"] == "ran" })
  }

  @Test func `an interrupted run is exit 130 and goes on later`() throws {
    let program = try program()
    defer { program.remove() }
    try program.write(Self.pipeline.replacing("rows: 400", with: "rows: 3000000"), to: "big.yaml")
    let (process, _, _) = try program.start(["run", "big.yaml"])
    let store = program.folder.appending(path: ".proeftuin/store.sqlite")
    while process.isRunning, !FileManager.default.fileExists(atPath: store.path) { usleep(10_000) }
    usleep(300_000)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try program("verify").code == 0)
    #expect(try program("runs", "--json").json[0]?["status"] == "interrupted")
  }

  @Test func `a store that is no store is exit 4`() throws {
    let program = try program()
    defer { program.remove() }
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: ".proeftuin"), withIntermediateDirectories: true)
    try program.write(
      String(repeating: "this is no database ", count: 400), to: ".proeftuin/store.sqlite")
    #expect(try program("run", "small.yaml").code == 4)
    #expect(try program("runs").code == 4)
  }

  @Test func `graph draws in three notations`() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program("graph", "small.yaml").output.contains("outcomes -- cases --> effect"))
    #expect(try program("graph", "small.yaml", "--format", "dot").output.hasPrefix("digraph"))
    #expect(try program("graph", "small.yaml", "--format", "svg").output.contains("<svg"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions are generated`(shell: String) throws {
    let program = try program()
    defer { program.remove() }
    let answer = try program("--generate-completion-script", shell)
    #expect(answer.code == 0)
    #expect(answer.output.contains("proeftuin"))
  }

  @Test(arguments: ["letter", "synthetic"])
  func `new writes a pipeline that runs, and overwrites nothing`(template: String) throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program("new", "my-pilot", "--template", template).code == 0)
    #expect(try program("new", "my-pilot").code == 2)
    let checked = try program("check", "my-pilot/my-pilot.yaml")
    #expect(checked.code == 0, "\(checked.output)")
    let run = try program("run", "my-pilot/my-pilot.yaml")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("verdict"))
  }

  @Test func `columns of a data file are shown, and of people no values`() throws {
    let program = try program()
    defer { program.remove() }
    var csv = "name;arm;amount\n"
    for row in 1...40 { csv += "Person \(row);\(row % 2 == 0 ? "a" : "b");\(row),5\n" }
    try program.write(csv, to: "people.csv")
    let text = try program("pilot", "columns", "people.csv")
    #expect(text.code == 0)
    #expect(text.output.contains("amount"))
    #expect(!text.output.contains("Person 7"))
    #expect(try program("pilot", "columns", "people.csv", "--json").json.arrayValue?.count == 3)
  }
}
