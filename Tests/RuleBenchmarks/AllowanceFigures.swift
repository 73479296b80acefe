// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import RuleChange
import Tables

/// An allowance formula with 24 operations over a million households, against OpenFisca-Core on the same
/// formula and the same processor.
///
/// Both answers are compared to the cent before anything is timed.
enum AllowanceFigures {
  private static let rows = 1_000_000

  /// Operations, counted as they are written: 2 + 1 + 3 + 2 + 2 + 3 + 5 + 6.
  private static let scheme = """
    scheme: {id: allowance}
    parameters:
      threshold: {values: {2025-01-01: 28406}}
      premium: {values: {2025-01-01: 2112}}
      base_rent: {values: {2025-01-01: 217}}
      wealth_limit: {values: {2025-01-01: 141896}}
    inputs:
      income: {type: integer}
      wealth: {type: integer}
      rent: {type: integer}
      partners: {type: boolean}
    decisions:
      excess: {expression: "max(0, income - threshold)"}
      share: {expression: if partners then 0.04273 else 0.01896}
      norm: {expression: share * threshold + 0.137 * excess}
      premiums: {expression: premium * (if partners then 2 else 1)}
      care: {expression: "max(0, premiums - norm)"}
      paid: {expression: "min(max(rent - base_rent, 0), 662)"}
      housing: {expression: "paid * 0.65 - max(0, income - 20000) * 0.0036"}
      allowance:
        expression: "if wealth > wealth_limit then 0 else care + 12 * max(0, housing)"
        round: {to: 0.01, mode: half-up}

    """

  static func all() throws -> [Figure] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rules-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try writeHouseholds(to: folder)
    let python = ProcessInfo.processInfo.environment["PROEFTUIN_OPENFISCA"] ?? "python3"
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "peers/allowance.py").path
    let runs = [
      (program: CommandLine.arguments[0], arguments: ["allowance"], answer: "ours"),
      (program: python, arguments: [script], answer: "theirs"),
    ]
    var seconds: [Double?] = []
    for run in runs {
      let answer = folder.appending(path: run.answer).path
      let arguments = ["-c", "0", run.program] + run.arguments + [folder.path, answer]
      let child = Child("taskset", arguments)
      let time = try? String(contentsOfFile: answer + ".seconds", encoding: .utf8)
      seconds.append(child?.status == 0 ? time.flatMap { Double($0) } : nil)
    }
    guard let ours = seconds[0] else {
      return [Figure(name: "allowance of 24 operations", value: "failed", target: "")]
    }
    let perSecond = (Double(rows) / ours / 100_000).rounded() / 10
    return [
      Figure(
        name: "allowance of 24 operations, 10⁶ households, one thread",
        value: "\(milliseconds(ours)), \(perSecond) M rows/s", target: "5 × OpenFisca",
        peer: peer(seconds[1], ours, folder))
    ]
  }

  private static func peer(_ theirs: Double?, _ ours: Double, _ folder: URL) -> String {
    guard let theirs else {
      return "OpenFisca-Core: not installed; PROEFTUIN_OPENFISCA names a Python that has it"
    }
    let (first, second) = (cents(folder, "ours"), cents(folder, "theirs"))
    let unequal = zip(first, second).count { $0 != $1 }
    guard first.count == rows, second.count == rows, unequal == 0 else {
      return "OpenFisca-Core: NOT EQUAL in \(unequal) of \(rows) households"
    }
    let ratio = (theirs / ours * 10).rounded() / 10
    return "OpenFisca-Core takes \(ratio) × (\(milliseconds(theirs))), equal to the cent"
  }

  /// What the process that is measured does: the answer first, and then the best of five.
  static func measure(_ folder: String, _ answer: String) throws {
    let columns = try ["income", "wealth", "rent", "partners"].map { name in
      let values = try integers(folder + "/" + name)
      let column: Column =
        name == "partners"
        ? .boolean(BooleanColumn(Bitmap(values.lazy.map { $0 != 0 })))
        : .integer(FixedColumn(values))
      return (name: name, column: column)
    }
    let population = try Table(columns)
    let calculator = try SchemeCalculator(parsing: scheme)
    let date = CalendarDate("2025-06-01")
    guard
      case .decimal(let amounts, scale: 2)? = try calculator.columns(
        ["allowance"], over: population, on: date)["allowance"]
    else { throw CocoaError(.featureUnsupported) }
    try write(amounts.values.array, to: answer)
    let measure = try Measure(runs: 7) {
      _ = try calculator.columns(["allowance"], over: population, on: date)
    }
    try "\(measure.least)".write(toFile: answer + ".seconds", atomically: true, encoding: .utf8)
  }
}

// Households and amounts as bytes
extension AllowanceFigures {
  private static func writeHouseholds(to folder: URL) throws {
    var random = RandomStream(seed: 24, name: "households")
    func values(_ name: String, below limit: Int) throws {
      let values = (0..<rows).map { _ in Int64(random.integer(below: limit)) }
      try write(values, to: folder.appending(path: name).path)
    }
    try values("income", below: 70_000)
    try values("wealth", below: 160_000)
    try values("rent", below: 1_200)
    try values("partners", below: 2)
  }

  private static func write(_ values: [Int64], to path: String) throws {
    let data = values.withUnsafeBytes { Data($0) }
    try data.write(to: URL(filePath: path))
  }

  private static func integers(_ path: String) throws -> [Int64] {
    let data = try Data(contentsOf: URL(filePath: path))
    return data.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
  }

  private static func cents(_ folder: URL, _ name: String) -> [Int64] {
    (try? integers(folder.appending(path: name).path)) ?? []
  }
}
