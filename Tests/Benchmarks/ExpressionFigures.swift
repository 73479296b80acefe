// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import FEEL
import Foundation
import StageKit
import Tables

/// A filter and six derived columns over ten million rows, as intake computes them, against polars on
/// the same file and the same processors.
enum ExpressionFigures {
  private static let rows = 10_000_000

  static func all(_ program: String, in folder: URL) throws -> [Figure] {
    let file = folder.appending(path: "expressions.arrow")
    try writeCases(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let benchmarks = URL(filePath: program).deletingLastPathComponent()
      .appending(path: "Benchmarks").path
    var figures: [Figure] = []
    for cores in ["0", "0,1"] {
      let ours = run(benchmarks, ["filter-and-derive"], file, folder, cores)
      let python = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] ?? "python3"
      let peer = run(python, ["-c", script], file, folder, cores)
      let processors = cores == "0" ? "one processor" : "two processors"
      figures.append(
        Figure(
          name: "filter and six columns, 10⁷ rows, \(processors)",
          value: ours.map { milliseconds($0.seconds) } ?? "failed", target: "polars' time",
          peer: EngineFigures.ratio("polars", peer?.seconds, ours?.seconds)))
      if let ours, let peer {
        let ratio = Double(ours.peakBytes) / Double(peer.peakBytes)
        figures.append(
          Figure(
            name: "peak memory of it",
            value: "\(ours.peakBytes >> 20) MiB", target: "1.5 × polars'",
            peer:
              "polars: \(peer.peakBytes >> 20) MiB, ours is \((ratio * 100).rounded() / 100) of it")
        )
      }
    }
    return figures
  }

  /// What the process that is measured does: the best of five, written to a file.
  static func measure(_ file: String, _ answer: String) throws {
    let table = try ArrowFile.read(path: file)
    let scope = FEELScope()
    let filter = try FEELExpression(parsing: condition)
    let batch = ExpressionBatch(
      try derived.map { ExpressionBatch.Entry(try FEELExpression(parsing: $0)) })
    let times = try Measure(runs: 5) {
      let kept = table.filtered(by: try filter.mask(over: table, in: scope))
      _ = try batch.columns(over: kept, in: scope)
    }
    try "\(times.least)".write(toFile: answer, atomically: true, encoding: .utf8)
  }

  private static func run(
    _ program: String, _ arguments: [String], _ file: URL, _ folder: URL, _ cores: String
  ) -> (seconds: Double, peakBytes: Int)? {
    let answer = folder.appending(path: "expressions.txt")
    try? FileManager.default.removeItem(at: answer)
    let child = Child(
      "taskset", ["-c", cores, program] + arguments + [file.path, answer.path])
    guard let child, child.status == 0,
      let seconds = (try? String(contentsOf: answer, encoding: .utf8)).flatMap({ Double($0) })
    else { return nil }
    return (seconds, child.peakBytes)
  }
}

// The same work in two languages
extension ExpressionFigures {
  private static let condition = "urgent or income < 30000 and status in [\"open\", \"review\"]"

  private static let derived = [
    "income - rent * 12",
    "(decided - applied).days",
    "if income < 15000 then \"low\" else if income < 30000 then \"middle\" else \"high\"",
    "round half up(rent * 0.12, 2)",
    "decided = null or waiting > 42 and not(urgent)",
    "min(max(waiting - 14, 0), 60) + abs(household - 4)",
  ]

  private static let script = """
    import os, sys, time
    os.environ["POLARS_MAX_THREADS"] = str(len(os.sched_getaffinity(0)))
    import polars
    from polars import col, lit
    table = polars.read_ipc(sys.argv[1])
    kept = col("urgent") | ((col("income") < 30000) & col("status").is_in(["open", "review"]))
    band = polars.when(col("income") < 15000).then(lit("low"))
    band = band.when(col("income") < 30000).then(lit("middle")).otherwise(lit("high"))
    capped = (col("waiting") - 14).clip(0, 60) + (col("household") - 4).abs()
    derived = [
        (col("income") - col("rent").cast(polars.Float64) * 12).alias("rest"),
        (col("decided") - col("applied")).dt.total_days().alias("days"),
        band.alias("band"),
        (col("rent") * lit("0.12").cast(polars.Decimal(18, 2))).round(2).alias("fee"),
        (col("decided").is_null() | ((col("waiting") > 42) & ~col("urgent"))).alias("late"),
        capped.alias("capped"),
    ]
    def once():
        start = time.perf_counter()
        table.lazy().filter(kept).with_columns(derived).collect()
        return time.perf_counter() - start
    open(sys.argv[2], "w").write(str(min(once() for _ in range(5))))
    """

  /// Some values in twenty are missing.
  private static func writeCases(to file: URL) throws {
    var random = RandomStream(seed: 13, name: "bench")
    func below(_ limit: Int) -> Int64 { Int64(random.integer(below: limit)) }
    func gaps() -> Bitmap { Bitmap((0..<rows).lazy.map { _ in random.integer(below: 20) > 0 }) }
    let statuses = ["open", "review", "closed", "refused", "granted"]
    let table = try Table([
      ("household", .integer(FixedColumn((0..<rows).map { _ in below(8) + 1 }))),
      ("waiting", .integer(FixedColumn((0..<rows).map { _ in below(120) }, validity: gaps()))),
      (
        "income",
        .number(
          FixedColumn((0..<rows).map { _ in Double(below(6_000_000)) / 100 }, validity: gaps()))
      ),
      ("rent", .decimal(FixedColumn((0..<rows).map { _ in below(200_000) }), scale: 2)),
      (
        "status",
        .category(
          CategoryColumn(codes: (0..<rows).map { _ in Int32(below(5)) }, dictionary: statuses))
      ),
      ("applied", .date(FixedColumn((0..<rows).map { _ in Int32(19_700 + below(700)) }))),
      (
        "decided",
        .date(FixedColumn((0..<rows).map { _ in Int32(20_000 + below(700)) }, validity: gaps()))
      ),
      ("urgent", .boolean(BooleanColumn(Bitmap((0..<rows).lazy.map { _ in below(2) == 1 })))),
    ])
    guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    try ArrowFile.encode(table) { try handle.write(contentsOf: $0) }
  }
}
