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
    var options = CSVOptions()
    options.columns = [
      "a": .integer, "b": .integer, "c": .integer, "w": .number, "x": .number, "y": .number,
      "z": .number, "s": .text, "t": .text, "u": .text,
    ]
    let reader = CSVReader(options)
    var table = try reader.read(path: file.path).table
    let ours = try Measure(runs: 5) { table = try reader.read(path: file.path).table }
    let inferred = try Measure(runs: 3) { _ = try CSVReader(CSVOptions()).read(path: file.path) }
    let polars = peer(file.path, folder)
    let speed = Double(bytes) / ours.least / 1e6
    return [
      Figure(
        name: "CSV into declared columns, one thread", value: "\(Int(speed)) MB/s",
        target: "400 MB/s",
        peer: EngineFigures.ratio("polars on one thread", polars, ours.least)),
      Figure(
        name: "CSV into inferred columns, one thread",
        value: "\(Int(Double(bytes) / inferred.least / 1e6)) MB/s", target: ""),
      try memory(program, file, table, folder),
    ]
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

  /// polars on the same file and one thread, where it is installed: the best of five.
  private static func peer(_ path: String, _ folder: URL) -> Double? {
    let script = """
      import os, sys, time
      os.environ["POLARS_MAX_THREADS"] = "1"
      os.sched_setaffinity(0, {0})
      import polars
      best = min((lambda s: (polars.read_csv(sys.argv[1]), time.perf_counter() - s)[1])(time.perf_counter()) for _ in range(5))
      open(sys.argv[2], "w").write(str(best))
      """
    let answer = folder.appending(path: "polars.txt")
    let python = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] ?? "python3"
    guard let child = Child(python, ["-c", script, path, answer.path]),
      child.status == 0
    else { return nil }
    return (try? String(contentsOf: answer, encoding: .utf8)).flatMap { Double($0) }
  }
}
