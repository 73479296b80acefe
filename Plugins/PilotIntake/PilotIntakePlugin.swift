// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// Takes in a pilot: its cases, its card, who gets which arm, or a population made up for practice.
public struct PilotIntakePlugin: Plugin {
  public static let name = "pilot"
  public static let stages: [any Stage.Type] = [
    Intake.self, Card.self, Synthesize.self, Assign.self, Anonymity.self, Disclosure.self,
  ]
  public static let tools: [any Tool.Type] = [ColumnsTool.self, ContractTool.self]
}
