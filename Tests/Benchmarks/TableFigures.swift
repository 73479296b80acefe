// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import StageKit
import Tables

/// Reading administrative data: speed on one thread, and memory of an intake.
enum TableFigures {
  private static let rows = 2_200_000

  static func all(_ program: String, in folder: URL) throws -> [Figure] {
    let file = folder.appending(path: "cases.csv")
    let bytes = try writeCases(to: file.path)
    let benchmarks = URL(filePath: program).deletingLastPathComponent()
      .appending(path: "Benchmarks").path
    let python = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] ?? "python3"
    var figures: [Figure] = []
    for (name, processors) in [("one processor", "0"), ("all processors", "0-63")] {
      for columns in ["declared", "inferred"] {
        let ours = best(processors, benchmarks, ["read-csv", file.path, columns], folder)
        let polars = best(processors, python, ["-c", script, file.path], folder)
        figures.append(
          Figure(
            name: "CSV into \(columns) columns, \(name)",
            value: ours.map { "\(Int(Double(bytes) / $0 / 1e6)) MB/s" } ?? "failed",
            target: "1.4 × polars", peer: EngineFigures.ratio("polars", polars, ours)))
      }
    }
    let table = try CSVReader(CSVOptions(columns: declared)).read(path: file.path).table
    return figures + [try memory(program, file, table, folder)]
  }

  private static let declared: [String: ColumnType] = [
    "a": .integer, "b": .integer, "c": .integer, "w": .number, "x": .number, "y": .number,
    "z": .number, "s": .text, "t": .text, "u": .text,
  ]

  /// What the process that is measured does: the best of five, written to a file.
  static func measure(_ file: String, _ columns: String, _ answer: String) throws {
    let reader = CSVReader(CSVOptions(columns: columns == "declared" ? declared : [:]))
    let times = try Measure(runs: 5) { _ = try reader.read(path: file) }
    try "\(times.least)".write(toFile: answer, atomically: true, encoding: .utf8)
  }

  /// The best time of a program that writes it to the file it is given last; nil where it cannot run.
  private static func best(
    _ processors: String, _ program: String, _ arguments: [String], _ folder: URL
  ) -> Double? {
    let answer = folder.appending(path: "csv.txt")
    try? FileManager.default.removeItem(at: answer)
    let child = Child("taskset", ["-c", processors, program] + arguments + [answer.path])
    guard let child, child.status == 0 else { return nil }
    return (try? String(contentsOf: answer, encoding: .utf8)).flatMap { Double($0) }
  }

  /// As LAB-like data go: three integers, four numbers, three texts of which one has quotes in 12 %.
  private static func writeCases(to path: String) throws -> Int {
    var random = RandomStream(seed: 7, name: "bench")
    guard let file = fopen(path, "w") else { throw CocoaError(.fileWriteUnknown) }
    defer { fclose(file) }
    var text = "a,b,c,w,x,y,z,s,t,u\n"
    var bytes = 0
    let words = ["north", "south", "east", "west", "centre"]
    for row in 0..<rows {
      text += "\(row),\(random.integer(below: 1000)),\(random.integer(below: 100_000_000)),"
      text += "\(Double(random.integer(below: 100_000)) / 100),\(random.uniform()),"
      text +=
        "\(Double(random.integer(below: 1000)) / 10),\(Double(random.integer(below: 90)) / 4),"
      text += "\(words[random.integer(below: 5)]),case \(random.integer(below: 1_000_000)),"
      text += random.integer(below: 100) < 12 ? "\"said \"\"no\"\", then yes\"\n" : "plain remark\n"
      if text.utf8.count > 1 << 20 {
        bytes += text.utf8.count
        fputs(text, file)
        text = ""
      }
    }
    fputs(text, file)
    return bytes + text.utf8.count
  }

  private static func memory(
    _ program: String, _ file: URL, _ table: Table, _ folder: URL
  ) throws -> Figure {
    let pipeline = """
      pipeline: memory
      stages:
        intake:
          use: pilot/intake
          with:
            source: cases.csv
            columns: {a: integer, b: integer, c: integer, w: number, x: number, y: number, z: number, s: text, t: text, u: text}
      """
    try pipeline.write(
      to: folder.appending(path: "memory.yaml"), atomically: true, encoding: .utf8)
    guard
      let child = Child(
        program, ["run", "memory.yaml", "--quiet", "--store", "memory"]),
      child.status == 0
    else { return Figure(name: "memory of intake", value: "failed", target: "3.0 ×") }
    let typed = try ArrowFile.encode(table).count
    let ratio = (Double(child.peakBytes) / Double(typed) * 100).rounded() / 100
    return Figure(
      name: "peak memory of intake against its columns",
      value: "\(ratio) × of \(typed >> 20) MiB", target: "3.0 ×")
  }

  /// polars takes as many threads as there are processors that it may use.
  private static let script = """
    import os, sys, time
    os.environ["POLARS_MAX_THREADS"] = str(len(os.sched_getaffinity(0)))
    import polars
    times = []
    for _ in range(5):
        start = time.perf_counter()
        polars.read_csv(sys.argv[1])
        times.append(time.perf_counter() - start)
    open(sys.argv[2], "w").write(str(min(times)))
    """
}
