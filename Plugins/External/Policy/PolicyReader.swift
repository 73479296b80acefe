// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Reads a policy file.
enum PolicyReader {
  private static let keys = [
    "policy", "sandbox", "network", "limits", "commands", "readable", "environment",
  ]

  /// The policy, or what is wrong with the file.
  static func read(path: String) -> (policy: Policy?, faults: [Diagnostic]) {
    let document = Document.load(path: path)
    guard let root = document.root, !document.hasErrors else { return (nil, document.diagnostics) }
    let report = BlockFields.FaultList(document.file)
    guard let fields = BlockFields(root, keys: keys, what: "a policy", report) else {
      return (nil, report.diagnostics)
    }
    if fields["policy"]?.scalar?.integer != 1 {
      report(
        .badPolicy, "a policy begins with 'policy: 1'",
        fields["policy"]?.span ?? fields.span.startOnly)
    }
    var policy = Policy()
    if let node = fields["sandbox"] {
      if let demand = node.text.flatMap({ Policy.SandboxDemand(rawValue: $0) }) {
        policy.sandbox = demand
      } else {
        report(
          .badPolicy, "'sandbox' is off, preferred or required", node.span,
          help: Suggestion.question(
            for: node.text ?? "", among: Policy.SandboxDemand.allCases.map(\.rawValue)))
      }
    }
    policy.network = Set(fields.texts("network"))
    policy.limits = fields.limits("limits")
    for entry in fields.entries("commands", names: { _ in true }) {
      guard let program = entry.value.text, program.hasPrefix("/") else {
        report(.badPolicy, "a command is the full path of a program", entry.value.span)
        continue
      }
      policy.commands[entry.name] = program
    }
    policy.readable = fields.texts("readable")
    for folder in policy.readable where !folder.hasPrefix("/") || folder == "/" {
      report(.badPolicy, "'\(folder)' is no full path of a folder", fields["readable"]?.span)
    }
    policy.environment = fields.texts("environment")
    let faults = document.diagnostics + report.diagnostics
    return (faults.contains { $0.severity == .error } ? nil : policy, faults)
  }
}
