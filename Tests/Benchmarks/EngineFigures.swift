// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation

/// The program as a whole: starting, checking, planning, and what the engine costs beside its stages.
enum EngineFigures {
  static func all(_ program: String, in folder: URL) throws -> [Figure] {
    try [start(program, folder), check(program, folder)] + plans(program, folder)
  }

  private static func start(_ program: String, _ folder: URL) -> Figure {
    let ours = Child.median(program, ["--version"], runs: 21)
    let python = Child.median("python3", ["-I", "-S", "-c", "pass"], runs: 11)
    return Figure(
      name: "proeftuin --version", value: ours.map(milliseconds) ?? "failed", target: "20 ms",
      peer: ratio("an empty python3", python, ours))
  }

  private static func check(_ program: String, _ folder: URL) throws -> Figure {
    var text = "pipeline: wide\nparameters: {seed: 1}\nstages:\n"
    for number in 1...100 {
      text += """
          made-\(number):
            use: pilot/synthesize
            with: {rows: 10, columns: {id: {sequence: P}, x: {normal: {mean: \(number), sd: 1}}, y: x * 2 + 1}}
          effect-\(number):
            use: impact/difference-in-means
            from: {cases: made-\(number).cases}
            with: {outcome: y, arm: id, control: P1, where: x > \(number)}

        """
    }
    try text.write(to: folder.appending(path: "wide.yaml"), atomically: true, encoding: .utf8)
    let ours = Child.median(program, ["check", "wide.yaml"], runs: 11)
    return Figure(
      name: "check of 200 stages", value: ours.map(milliseconds) ?? "failed", target: "50 ms")
  }

  private static func plans(_ program: String, _ folder: URL) throws -> [Figure] {
    var figures: [Figure] = []
    for count in [1_000, 10_000] {
      let name = "fan-\(count).yaml"
      let text = """
        pipeline: fan
        parameters: {seed: 1}
        stages:
          made:
            use: pilot/synthesize
            each: {n: [\((1...count).map { "\($0)" }.joined(separator: ", "))]}
            with: {rows: 1, columns: {x: "each.n"}}
        """
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      let store = ["--store", "store-\(count)"]
      let first = Child(program, ["run", name, "--quiet", "--jobs", "1"] + store)
      if count == 1_000, let first, first.status == 0 {
        figures.append(
          Figure(
            name: "engine overhead of an in-process stage",
            value: milliseconds(first.seconds / Double(count)) + " a stage, stored durably",
            target: "1 ms"))
      }
      let plan = Child.median(program, ["plan", name] + store, runs: 7)
      figures.append(
        Figure(
          name: "plan of \(count) cached stages", value: plan.map(milliseconds) ?? "failed",
          target: count == 1_000 ? "150 ms" : "1500 ms"))
      if count == 1_000 {
        let run = Child.median(program, ["run", name, "--quiet"] + store, runs: 7)
        figures.append(
          Figure(
            name: "run of 1000 cached stages", value: run.map(milliseconds) ?? "failed",
            target: "300 ms"))
      }
    }
    return figures
  }

  static func ratio(_ name: String, _ peer: Double?, _ ours: Double?) -> String {
    guard let peer, let ours else { return "" }
    return "\(name): \(milliseconds(peer)), ratio \((peer / ours * 100).rounded() / 100)"
  }
}
