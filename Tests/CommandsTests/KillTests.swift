// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables
import Testing

/// The process is killed at random moments; the next run goes on without anybody's help.
struct KillTests {
  private static let stages = 12

  private static var pipeline: String {
    var text = "pipeline: long\nparameters: {seed: 1}\nstages:\n"
    for number in 1...stages {
      text += """
          s\(number):
            use: pilot/synthesize
            with: {rows: 2000, columns: {id: {sequence: "S\(number)-"}, x: {normal: {mean: \(number), sd: 1}}}}

        """
    }
    return text
  }

  @Test func `after a kill at any of fifty moments nothing is lost, repeated or damaged`() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(Self.pipeline, to: "long.yaml")
    // How long a run takes here decides over which time the moments are spread.
    let start = Date()
    #expect(try program("run", "long.yaml", "--store", "whole").code == 0)
    let whole = Date().timeIntervalSince(start)
    var random = RandomStream(seed: 50, name: "kill")
    var killed = 0
    for round in 1...50 {
      let store = "store-\(round)"
      let (process, _, _) = try program.start(["run", "long.yaml", "--store", store, "--quiet"])
      usleep(UInt32(random.uniform() * whole * 1.1 * 1e6))
      if process.isRunning { killed += 1 }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let recorded = try reusable(program, store)
      let next = try program("run", "long.yaml", "--store", store, "--json")
      #expect(next.code == 0, "round \(round): \(next.errors)")
      let statuses = try next.json["stages"]?.arrayValue?.compactMap { $0["status"]?.stringValue }
      // What was recorded is reused, all of it, and only the rest is computed.
      #expect(statuses?.count { $0 == "reused" } == recorded, "round \(round)")
      #expect(statuses?.count { $0 == "ran" } == Self.stages - recorded, "round \(round)")
      let verify = try program("verify", "--store", store)
      #expect(verify.code == 0, "round \(round): \(verify.output)")
      let runs = try program("runs", "--store", store, "--json").json.arrayValue ?? []
      #expect(runs.allSatisfy { $0["status"] != .null }, "round \(round)")
      try? FileManager.default.removeItem(at: program.folder.appending(path: store))
    }
    #expect(killed > 10, "only \(killed) of 50 kills met a running process")
  }

  /// How many stages the store knows after the kill.
  private func reusable(_ program: CommandLineProgram, _ store: String) throws -> Int {
    let plan = try program("plan", "long.yaml", "--store", store, "--json")
    return try plan.json.arrayValue?.count { $0["action"] == "reuse" } ?? 0
  }
}
