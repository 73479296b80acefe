// SPDX-License-Identifier: EUPL-1.2

import StageKit
import StageTesting
import Testing

@testable import Evaluation

struct PluginTests {
  @Test func `every stage is fit to publish`() {
    #expect(checkStage(Compare.self, plugin: "evaluation").isEmpty)
    #expect(checkStage(PoolStudies.self, plugin: "evaluation").isEmpty)
    #expect(checkStage(DecideVerdict.self, plugin: "evaluation").isEmpty)
    #expect(checkStage(WriteReport.self, plugin: "evaluation").isEmpty)
  }

  @Test func `the stages have their fixed names`() {
    #expect(
      EvaluationPlugin.declarations.map(\.name) == [
        "evaluation/compare", "evaluation/meta-analysis", "evaluation/verdict",
        "evaluation/report",
      ])
  }
}
