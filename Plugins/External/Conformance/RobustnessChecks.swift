// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Checks of what stages do when something is not as it should be.
enum RobustnessChecks {
  static let all = [empty, missingValues, missingInput, version, stops, worker]

  static let empty = ConformanceCheck.ofStages(
    "empty", "A table without rows is worked on, or refused with a fault of the data.",
    mend: "give an empty output, or raise the helper's data fault"
  ) { plugin, stage in
    guard stage.inputs.contains(where: { $0.declaration.kind == .table }) else {
      return .skipped("no stage takes a table")
    }
    return outcome(of: try await plugin.trial(of: stage, .init(variation: .empty)), plugin)
  }

  static let missingValues = ConformanceCheck.ofStages(
    "missing-values",
    "Columns in which every value is missing are worked on, or refused with a fault of the data.",
    mend: "pass missing values on as missing, or raise the helper's data fault"
  ) { plugin, stage in
    guard stage.inputs.contains(where: { $0.declaration.kind == .table }) else {
      return .skipped("no stage takes a table")
    }
    return outcome(of: try await plugin.trial(of: stage, .init(variation: .missing)), plugin)
  }

  static let missingInput = ConformanceCheck.ofStages(
    "missing-input", "A stage whose input is not there does not claim success.",
    mend: "let errors of reading end the program with a status other than 0"
  ) { plugin, stage in
    guard stage.inputs.contains(where: { !$0.declaration.isOptional }) else {
      return .skipped("no stage needs an input")
    }
    let trial = try await plugin.trial(of: stage, .init(withoutInputs: true))
    if case .success = trial.result { return .failed("it claims success") }
    return .passed()
  }

  static let version = ConformanceCheck.ofStages(
    "version-mismatch",
    "A context of a protocol that the program does not know is refused, naming both versions.",
    mend: "compare 'protocol' of the context with the version that the program speaks"
  ) { plugin, stage in
    guard !plugin.isTool else { return .skipped("a tool speaks no protocol") }
    let trial = try await plugin.trial(of: stage, .init(protocolVersion: 99))
    switch trial.result {
    case .success: return .failed("it goes on as if it knew protocol 99")
    case .failure:
      guard case .fault(let fault) = trial.summary.closing else {
        return .failed("it ends without saying why")
      }
      let names = fault.message.contains("99") && fault.message.contains("1")
      return names ? .passed() : .failed("its fault does not name both versions")
    }
  }

  static let stops = ConformanceCheck.ofStages(
    "stops", "A stage that is told to stop (SIGTERM) ends within two seconds.",
    mend: "do not ignore SIGTERM; end child processes too"
  ) { plugin, stage in
    let trial = try await plugin.trial(of: stage, .init(isStopped: true))
    if trial.ending.stopped == nil { return .passed("it was done before") }
    return trial.ending.wasForced ? .failed("it had to be killed") : .passed()
  }

  static let worker = ConformanceCheck(
    name: "worker",
    demand: "A program that stays does stage after stage, also after one that failed.",
    mend: "catch what a stage throws, say 'closed' with the error, and answer the request"
  ) { plugin in
    guard plugin.manifest.isWorker else { return .skipped("its programs do not stay") }
    guard let stage = plugin.manifest.stages.first else { return .skipped("it has no stage") }
    let resources = RunResources()
    let (results, starts) = try await plugin.workerTrials(of: stage, resources)
    await resources.end()
    // The second gets a context that no stage can work with.
    guard results == [true, false, true] else {
      let words = results.map { $0 ? "well" : "badly" }.joined(separator: ", ")
      return .failed("of a good stage, a bad one and a good one it did \(words)")
    }
    return starts == 1
      ? .passed() : .failed("it ended over the bad stage and had to be started again")
  }

  private static func outcome(
    of trial: PluginOnTrial.Trial, _ plugin: PluginOnTrial
  ) -> ConformanceCheck.Outcome {
    switch trial.result {
    case .success: return .passed()
    case .failure(let fault):
      // A tool has no other word than its exit status.
      if trial.isInOrder { return .passed("refused: \(fault.message)") }
      return plugin.isTool && trial.ending.status != .exited(0)
        ? .passed("refused") : .failed(fault.message)
    }
  }
}

extension PluginOnTrial {
  /// A good stage, a bad one and a good one in the same process.
  fileprivate func workerTrials(
    of stage: StageManifest, _ resources: RunResources
  ) async throws -> (results: [Bool], starts: Int) {
    let context = try GoldenContext(stage, of: manifest)
    var results: [Bool] = []
    for isGood in [true, false, true] {
      var settings = context.settings
      if !isGood { settings.parameters = .object(members: [("no_such_parameter", .null)]) }
      let attempt = attempt(of: stage, settings, 1, resources: resources)
      do {
        _ = try await attempt.runOnWorker(isGood ? context.delivered(.plain) : [:], policy)
        results.append(true)
      } catch is StageFault {
        results.append(false)
      }
    }
    let golden = attempt(of: stage, context.settings, 1, resources: resources)
    let pool = await golden.pool(golden.limits(policy), try golden.sharedVariables())
    return (results, await pool.startCount)
  }
}
