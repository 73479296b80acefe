// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// Stages that propose changes of rules and show what they do.
public struct RuleChangePlugin: Plugin {
  public static let name = "rules"
  public static let stages: [any Stage.Type] = [
    Propose.self, Apply.self, CheckTable.self, Readability.self, Burden.self, Complexity.self,
    Capacity.self, Doability.self, ImplementationTest.self, QuickScan.self, Interactions.self,
  ]
  public static let tools: [any Tool.Type] = [
    CheckScheme.self, ExplainCase.self, TestModels.self, ConvertModel.self, ImportRules.self,
  ]
}
