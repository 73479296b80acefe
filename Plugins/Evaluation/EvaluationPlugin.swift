// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// The stages `evaluation/*`: what experiments say together, what to decide, and how to tell it.
public struct EvaluationPlugin: Plugin {
  public static let name = "evaluation"
  public static let stages: [any Stage.Type] = [
    Compare.self, PoolStudies.self, DecideVerdict.self, WriteReport.self,
  ]
}
