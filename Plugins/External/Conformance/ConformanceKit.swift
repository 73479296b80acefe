// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Tries a plugin from its manifest to what it does when it is told to stop.
struct ConformanceKit {
  static let manifest = ConformanceCheck(
    name: "manifest", demand: "plugin.yaml reads without a fault.",
    mend: "mend what is shown below", look: { _ in .passed() })

  /// In the order in which they run: what is declared, what stages do, what they do in trouble.
  static let checks =
    [manifest] + DeclarationChecks.all + RunChecks.all + RobustnessChecks.all

  /// Runs every check that can be run, and says of the others why not.
  static func run(
    folder: String, policy: Policy? = nil, checks: [ConformanceCheck] = Self.checks
  ) async throws -> (results: [ConformanceResult], faults: [Diagnostic]) {
    let (read, _, faults) = ManifestReader.read(folder: folder)
    guard let read else {
      let count = faults.count { $0.severity == .error }
      let failed = ConformanceCheck.Outcome.failed("\(count) \(count == 1 ? "fault" : "faults")")
      return (
        checks.map { check in
          ConformanceResult(
            check: check,
            outcome: check.name == manifest.name ? failed : .skipped("the manifest is at fault"))
        }, faults
      )
    }
    var policy = try policy ?? Policy.current()
    // A program that never answers is broken too.
    policy.limits = policy.limits.lowered(by: Limits(time: .seconds(120)))
    let plugin = PluginOnTrial(read, policy: policy)
    let declared = DeclarationChecks.all.map(\.name) + [manifest.name]
    let contextFault = plugin.contextFault
    var results: [ConformanceResult] = []
    for check in checks {
      let lacksProgram = results.contains {
        $0.check.name == DeclarationChecks.program.name && $0.hasFailed
      }
      let outcome: ConformanceCheck.Outcome
      if declared.contains(check.name) {
        outcome = try await self.outcome(of: check, plugin)
      } else if lacksProgram {
        outcome = .skipped("its program is not on this machine")
      } else if let contextFault {
        // Said once, at the check whose business it is.
        outcome =
          check.name == RunChecks.golden.name
          ? .failed(contextFault) : .skipped("there is no golden context")
      } else {
        outcome = try await self.outcome(of: check, plugin)
      }
      results.append(ConformanceResult(check: check, outcome: outcome))
    }
    return (results, faults)
  }

  /// A check that cannot be carried out has failed: nobody knows whether the plugin would pass it.
  private static func outcome(
    of check: ConformanceCheck, _ plugin: PluginOnTrial
  ) async throws -> ConformanceCheck.Outcome {
    do {
      return try await check.look(plugin)
    } catch let error as CancellationError {
      throw error
    } catch let fault as StageFault {
      return .failed(fault.message + (fault.help.map { "; \($0)" } ?? ""))
    } catch {
      return .failed("\(error)")
    }
  }
}
