// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// The tools around plugins in other languages: `proeftuin plugin check|add|remove|new`.
public struct ExternalPlugin: Plugin {
  public static let name = "plugin"
  public static let stages: [any Stage.Type] = []
  public static let tools: [any Tool.Type] = [
    CheckPlugin.self, AddPlugin.self, RemovePlugin.self, NewPlugin.self, CopyLanguageFile.self,
  ]

  public static func machineChecks() -> [MachineCheck] {
    [Sandbox.machineCheck, Policy.machineCheck] + Program.machineChecks
  }
}
