// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// What the operator of a machine allows external stages.
///
/// The machine's policy lies in `/etc/proeftuin/policy.yaml`; `PROEFTUIN_POLICY` names another, or it lies
/// in `~/.config/proeftuin/policy.yaml`. Where there are two, the stricter word counts.
struct Policy: Sendable {
  var sandbox = SandboxDemand.preferred
  /// Names of the plugins that may use the network where a pipeline grants it too.
  var network: Set<String> = []
  var limits = Limits()
  /// By the name in a manifest, the path of the program that is meant.
  var commands: [String: String] = [:]
  /// Folders beside the system's that programs may read.
  var readable: [String] = []
  /// Variables of the machine that every program gets; they are not in the stage key.
  var environment: [String] = []

  /// How much a sandbox matters.
  enum SandboxDemand: String, Sendable, CaseIterable, Comparable {
    /// None, even where it could be had.
    case off
    /// Where the machine has bubblewrap.
    case preferred
    /// No external stage runs without.
    case required

    static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  static let machinePath = "/etc/proeftuin/policy.yaml"

  /// The policy files that there are, the machine's first.
  static var paths: [String] {
    let environment = ProcessInfo.processInfo.environment
    var own = environment["PROEFTUIN_POLICY"].flatMap { $0.isEmpty ? nil : $0 }
    if own == nil, let home = environment["HOME"] {
      let path = "\(home)/.config/proeftuin/policy.yaml"
      own = FileStatus.exists(path: path) ? path : nil
    }
    let machine = FileStatus.exists(path: machinePath) ? [machinePath] : []
    return machine + (own.map { [$0] } ?? [])
  }

  /// The policy in force.
  ///
  /// - Throws: `StageFault` where a policy file is at fault: nothing runs under a policy that was not
  ///   understood.
  static func current(_ paths: [String] = Self.paths) throws(StageFault) -> Policy {
    var policy: Policy?
    for path in paths {
      let (read, faults) = PolicyReader.read(path: path)
      guard let read else {
        let fault = faults.first
        throw StageFault(
          "the policy file \(path) is at fault: \(fault?.message ?? "it cannot be read")",
          help: fault?.help, kind: .user,
          place: fault?.span.map { SourcePlace(file: path, span: $0) })
      }
      policy = policy.map { $0.narrowed(by: read) } ?? read
    }
    return policy ?? Policy()
  }

  /// The stricter of both; what only describes the machine adds up.
  private func narrowed(by other: Policy) -> Policy {
    Policy(
      sandbox: max(sandbox, other.sandbox), network: network.intersection(other.network),
      limits: limits.lowered(by: other.limits),
      commands: commands.merging(other.commands) { machine, _ in machine },
      readable: readable + other.readable, environment: environment + other.environment)
  }

  static var machineCheck: MachineCheck {
    let paths = paths
    do {
      let policy = try current()
      return MachineCheck(
        "policy", isFine: true,
        detail: paths.isEmpty
          ? "none: external stages run under a sandbox where there is one"
          : "\(paths.joined(separator: ", ")): sandbox \(policy.sandbox.rawValue)")
    } catch {
      return MachineCheck("policy", isFine: false, detail: error.message, help: error.help)
    }
  }
}
