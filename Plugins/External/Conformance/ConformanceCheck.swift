// SPDX-License-Identifier: EUPL-1.2

/// One thing that every external plugin should do, with what to do where it does not.
struct ConformanceCheck: Sendable {
  /// What came out of a check.
  enum Outcome: Sendable, Hashable {
    case passed(String = "")
    case failed(String)
    /// It does not apply here.
    case skipped(String)
  }

  let name: String
  /// What is asked, in one sentence.
  let demand: String
  let mend: String
  let look: @Sendable (PluginOnTrial) async throws -> Outcome

  /// A check of each stage: passed where all pass, failed with the stages that do not.
  static func ofStages(
    _ name: String, _ demand: String, mend: String,
    _ look: @escaping @Sendable (PluginOnTrial, StageManifest) async throws -> Outcome
  ) -> ConformanceCheck {
    ConformanceCheck(name: name, demand: demand, mend: mend) { plugin in
      var failures: [String] = []
      var details: [String] = []
      var skips: [String] = []
      for stage in plugin.manifest.stages {
        switch try await look(plugin, stage) {
        case .passed(let detail): if !detail.isEmpty { details.append("\(stage.name): \(detail)") }
        case .failed(let reason): failures.append("\(stage.name): \(reason)")
        case .skipped(let reason): skips.append(reason)
        }
      }
      if !failures.isEmpty { return .failed(failures.joined(separator: "; ")) }
      if skips.count == plugin.manifest.stages.count { return .skipped(skips.first ?? "") }
      return .passed(details.joined(separator: "; "))
    }
  }
}

/// A check with its outcome.
struct ConformanceResult: Sendable {
  let check: ConformanceCheck
  let outcome: ConformanceCheck.Outcome

  var word: String {
    switch outcome {
    case .passed: "passed"
    case .failed: "failed"
    case .skipped: "skipped"
    }
  }

  var detail: String {
    switch outcome {
    case .passed(let text), .failed(let text), .skipped(let text): text
    }
  }

  var hasFailed: Bool { if case .failed = outcome { true } else { false } }
  var isSkipped: Bool { if case .skipped = outcome { true } else { false } }
}
