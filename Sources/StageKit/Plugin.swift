// SPDX-License-Identifier: EUPL-1.2

/// A named set of stages and tools.
public protocol Plugin: Sendable {
  static var name: String { get }
  static var stages: [any Stage.Type] { get }
  static var tools: [any Tool.Type] { get }
  /// What the plugin wants of the machine, for `proeftuin doctor`.
  static func machineChecks() -> [MachineCheck]
}

extension Plugin {
  public static var tools: [any Tool.Type] { [] }
  public static func machineChecks() -> [MachineCheck] { [] }

  /// The stages as data.
  public static var declarations: [StageDeclaration] {
    stages.map { declare($0) }
  }

  private static func declare<S: Stage>(_ stage: S.Type) -> StageDeclaration {
    StageDeclaration(stage, plugin: name)
  }
}
