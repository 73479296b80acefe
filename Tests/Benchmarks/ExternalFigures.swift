// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Documents
import Foundation

/// What stages in other languages cost beside their own work: starting a program, asking one that stays,
/// and handing a large table over and back.
enum ExternalFigures {
  private static let instances = 100

  static func all(_ program: String, in folder: URL) throws -> [Figure] {
    try write(folder)
    return try starts(program, folder) + workers(program, folder) + [tables(program, folder)]
  }

  /// A whole run of cold instances one after the other, less what the bare interpreter takes.
  private static func starts(_ program: String, _ folder: URL) throws -> [Figure] {
    var figures: [Figure] = []
    let python = Child.median("/usr/bin/python3", ["-c", "pass"], runs: 21)
    let shell = Child.median("/bin/sh", ["-c", ":"], runs: 21)
    for (stage, what, interpreter) in [
      ("bench-sh/touch", "sh", shell), ("bench-python/touch", "python3, with its helper", python),
    ] {
      for sandbox in ["required", "off"] {
        guard let interpreter, let run = try seconds(program, folder, stage, sandbox) else {
          continue
        }
        figures.append(
          Figure(
            name: "external stage (\(what)), sandbox \(sandbox)",
            value: milliseconds(run - interpreter) + " above its start", target: "5 ms",
            peer: "the interpreter alone: \(milliseconds(interpreter))"))
      }
    }
    return figures
  }

  private static func workers(_ program: String, _ folder: URL) throws -> [Figure] {
    guard let run = try seconds(program, folder, "bench-worker/touch", "required"),
      let one = try seconds(program, folder, "bench-worker/touch", "required", count: 1)
    else { return [] }
    let each = (run * Double(instances) - one) / Double(instances - 1)
    return [
      Figure(
        name: "stage in a warm worker (python3)", value: milliseconds(each) + " a stage",
        target: "1 ms")
    ]
  }

  /// Seconds for each instance of a fresh run, the program's own start included.
  private static func seconds(
    _ program: String, _ folder: URL, _ stage: String, _ sandbox: String, count: Int = instances
  ) throws -> Double? {
    let name = "\(stage.replacing("/", with: "-"))-\(count).yaml"
    let text = """
      pipeline: bench
      stages:
        touch:
          use: \(stage)
          each: {n: [\((1...count).map { "\($0)" }.joined(separator: ", "))]}
          with: {n: "${each.n}"}

      """
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    try "policy: 1\nsandbox: \(sandbox)\n".write(
      to: folder.appending(path: "policy.yaml"), atomically: true, encoding: .utf8)
    setenv("PROEFTUIN_POLICY", folder.appending(path: "policy.yaml").path, 1)
    defer { unsetenv("PROEFTUIN_POLICY") }
    let run = Child.median(
      program, ["run", name, "--quiet", "--fresh", "--jobs", "1", "--store", "store-external"],
      runs: 5)
    return run.map { $0 / Double(count) }
  }

  /// 10⁷ rows of ten columns from the store to a Python stage and back.
  private static func tables(_ program: String, _ folder: URL) throws -> Figure {
    let name = "10⁷ × 10 to Python and back (Arrow)"
    guard let python = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] else {
      return Figure(name: name, value: "PROEFTUIN_PYTHON is not set", target: "2 s")
    }
    try "policy: 1\ncommands: {python3: \(URL(filePath: python).standardizedFileURL.path)}\n".write(
      to: folder.appending(path: "policy.yaml"), atomically: true, encoding: .utf8)
    setenv("PROEFTUIN_POLICY", folder.appending(path: "policy.yaml").path, 1)
    defer { unsetenv("PROEFTUIN_POLICY") }
    try """
    pipeline: large
    parameters: {factor: 1}
    stages:
      made: {use: bench-arrow/made}
      back: {use: bench-arrow/back, from: {cases: made.cases}, with: {factor: "${parameters.factor}"}}

    """.write(to: folder.appending(path: "large.yaml"), atomically: true, encoding: .utf8)
    var stage: [Double] = []
    var whole: [Double] = []
    for factor in 1...4 {
      let start = ContinuousClock.now
      let answer = try answer(
        program,
        ["run", "large.yaml", "--json", "--set", "factor=\(factor)", "--store", "store-large"],
        folder)
      let (seconds, atto) = (ContinuousClock.now - start).components
      guard let back = answer?["stages"]?.arrayValue?.last, back["status"] == "ran",
        let time = back["seconds"]?.doubleValue
      else { return Figure(name: name, value: "failed", target: "2 s") }
      // The first makes the table, which is no part of it.
      guard factor > 1 else { continue }
      stage.append(time)
      whole.append(Double(seconds) + Double(atto) * 1e-18)
    }
    return Figure(
      name: name, value: "\(rounded(stage.sorted()[1])) s",
      target: "2 s", peer: "the whole run, stored durably: \(rounded(whole.sorted()[1])) s")
  }

  private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }

  private static func answer(
    _ program: String, _ arguments: [String], _ folder: URL
  ) throws -> JSONValue? {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try? JSONValue.parse(bytes: Array(data))
  }
}

extension ExternalFigures {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The plugins that are measured: a stage that does nothing in sh and in Python, and one for tables.
  private static func write(_ folder: URL) throws {
    let touch = """
      stages:
        touch:
          summary: Does nothing.
          parameters: {n: {type: integer, help: Makes instances differ.}}
          outputs: {done: {kind: record, help: A record.}}

      """
    let python = """
      from proeftuin import stage, main

      @stage
      def touch(*, n: int) -> dict:
          return {"type": "done", "version": 1, "n": n}

      if __name__ == "__main__":
          main()

      """
    let shell = """
      printf '{"type":"opened","protocol":1}\\n' >> "$PROEFTUIN_MESSAGES"
      printf '{"type":"done","version":1}' > "${PROEFTUIN_MESSAGES%/*}/outputs/done.json"
      printf '{"type":"closed","ok":true}\\n' >> "$PROEFTUIN_MESSAGES"

      """
    let arrow = """
      import pyarrow
      import numpy
      from proeftuin import stage, main

      @stage
      def made() -> pyarrow.Table:
          random = numpy.random.default_rng(1)
          return pyarrow.table({f"x{n}": random.random(10_000_000) for n in range(10)})

      @stage
      def back(cases: pyarrow.Table, *, factor: int) -> pyarrow.Table:
          return cases

      if __name__ == "__main__":
          main()

      """
    func plugin(_ name: String, _ command: String, _ rest: String, _ files: [String: String]) throws
    {
      let place = folder.appending(path: "Plugins/\(name)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let manifest = """
        plugin: \(name)
        version: 1.0.0
        protocol: 1
        command: \(command)
        code: ["*.*"]
        \(rest)
        """
      for (file, text) in files.merging(["plugin.yaml": manifest], uniquingKeysWith: { $1 }) {
        try text.write(to: place.appending(path: file), atomically: true, encoding: .utf8)
      }
      if command.contains("python3") {
        try FileManager.default.copyItem(
          at: root.appending(path: "Plugins/External/Languages/proeftuin.py"),
          to: place.appending(path: "proeftuin.py"))
        // As it lies there once somebody has run the stages by hand.
        _ = Child("/usr/bin/python3", ["-m", "compileall", "-q", place.path])
      }
    }
    try plugin("bench-sh", "[sh, stages.sh]", touch, ["stages.sh": shell])
    try plugin("bench-python", "[/usr/bin/python3, stages.py]", touch, ["stages.py": python])
    try plugin(
      "bench-worker", "[/usr/bin/python3, stages.py]", "worker: true\n" + touch,
      ["stages.py": python])
    try plugin(
      "bench-arrow", "[python3, stages.py]",
      """
      stages:
        made:
          summary: Makes a table.
          outputs: {cases: {kind: table, help: A table.}}
        back:
          summary: Gives a table back.
          parameters: {factor: {type: integer, help: Makes runs differ.}}
          inputs: {cases: {kind: table, help: A table.}}
          outputs: {cases: {kind: table, help: The same table.}}

      """, ["stages.py": arrow])
  }
}
