// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import StageKit
import Tables

/// Groups of ten million rows against DuckDB, which reads the same Arrow file through pyarrow, on the same
/// processor in the same run.
enum GroupFigures {
  private static let rows = 10_000_000

  /// Which keys, how many there are, and what is asked of us.
  private static let cases = [
    (key: "site", groups: "1,000", target: "3 × DuckDB"),
    (key: "person", groups: "10⁶", target: "2 × DuckDB"),
  ]

  static func all(_ program: String, in folder: URL) throws -> [Figure] {
    let file = folder.appending(path: "groups.arrow")
    try writeCases(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let benchmarks = URL(filePath: program).deletingLastPathComponent()
      .appending(path: "Benchmarks").path
    let python = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] ?? "python3"
    return cases.map { key, groups, target in
      let ours = run(benchmarks, ["group", file.path, key], folder)
      let peer = run(python, ["-c", script, file.path, key], folder)
      return Figure(
        name: "five aggregates by \(groups) keys, 10⁷ rows, one processor",
        value: ours.map { milliseconds($0) } ?? "failed", target: target,
        peer: EngineFigures.ratio("DuckDB", peer, ours))
    }
  }

  /// What the process that is measured does: the best of five, written to a file.
  static func measure(_ file: String, _ key: String, _ answer: String) throws {
    let table = try ArrowFile.read(path: file)
    let aggregates = [
      Aggregate.rows(as: "n"), Aggregate(.sum, of: "paid", as: "sum"),
      Aggregate(.mean, of: "paid", as: "mean"), Aggregate(.minimum, of: "paid", as: "least"),
      Aggregate(.maximum, of: "paid", as: "most"),
    ]
    let times = try Measure(runs: 5) { _ = try table.aggregated(by: [key], aggregates) }
    try "\(times.least)".write(toFile: answer, atomically: true, encoding: .utf8)
  }

  private static func run(_ program: String, _ arguments: [String], _ folder: URL) -> Double? {
    let answer = folder.appending(path: "groups.txt")
    try? FileManager.default.removeItem(at: answer)
    let child = Child("taskset", ["-c", "0", program] + arguments + [answer.path])
    guard let child, child.status == 0 else { return nil }
    return (try? String(contentsOf: answer, encoding: .utf8)).flatMap { Double($0) }
  }

  private static let script = """
    import sys, time
    import duckdb, pyarrow.feather
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    source = pyarrow.feather.read_table(sys.argv[1])
    connection.execute("create table cases as select * from source")
    query = f"select {sys.argv[2]}, count(*), sum(paid), avg(paid), min(paid), max(paid) from cases group by 1"
    def once():
        start = time.perf_counter()
        connection.execute(query).to_arrow_table()
        return time.perf_counter() - start
    open(sys.argv[3], "w").write(str(min(once() for _ in range(5))))
    """

  private static func writeCases(to file: URL) throws {
    var random = RandomStream(seed: 17, name: "bench")
    func below(_ limit: Int) -> Int64 { Int64(random.integer(below: limit)) }
    let table = try Table([
      ("site", .integer(FixedColumn((0..<rows).map { _ in below(1_000) }))),
      ("person", .integer(FixedColumn((0..<rows).map { _ in below(1_000_000) * 7 }))),
      ("paid", .number(FixedColumn((0..<rows).map { _ in Double(below(100_000)) / 100 }))),
    ])
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: file.path)
    else { throw CocoaError(.fileWriteUnknown) }
    defer { try? handle.close() }
    try ArrowFile.encode(table) { try handle.write(contentsOf: Data($0)) }
  }
}
