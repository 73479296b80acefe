// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import StageTesting
import Testing

struct FanOutTests {
  private func check(_ text: String) -> PipelineChecker.Outcome {
    PipelineChecker(catalog: TestPlugin.catalog).check(SourceFile(name: "p.yaml", text: text))
  }

  private func ids(_ text: String) throws -> [String] {
    try #require(check(text).pipeline).instances.map { "\($0.id)" }
  }

  @Test func `each makes one instance for every combination, in order`() throws {
    let text = """
      pipeline: p
      stages:
        a:
          use: test/numbers
          each: {x: [1, 2], y: [b, a]}
          with: {rows: "${each.x}"}
      """
    #expect(try ids(text) == ["a[x=1,y=b]", "a[x=1,y=a]", "a[x=2,y=b]", "a[x=2,y=a]"])
  }

  @Test func `a list of a parameter may fan out`() throws {
    let text = """
      pipeline: p
      parameters: {sites: [north, south]}
      stages:
        a: {use: test/numbers, each: {site: "${parameters.sites}"}}
      """
    #expect(try ids(text) == ["a[site=north]", "a[site=south]"])
  }

  @Test func `the same keys are matched key by key`() throws {
    let text = """
      pipeline: p
      stages:
        a: {use: test/numbers, each: {x: [1, 2]}}
        b: {use: test/total, each: {x: [1, 2]}, from: a}
        c: {use: test/stack, from: [b]}
      """
    let pipeline = try #require(check(text).pipeline)
    let b2 = try #require(pipeline.instances.first { "\($0.id)" == "b[x=2]" })
    let source = try #require(b2.inputs["cases"]?.first)
    #expect("\(pipeline.instances[source.instance].id)" == "a[x=2]")
    let c = try #require(pipeline.instances.last)
    #expect(c.inputs["results"]?.count == 2)
  }

  @Test func `one instance may be named`() throws {
    let text = """
      pipeline: p
      stages:
        a: {use: test/numbers, each: {x: [1, 2]}}
        b: {use: test/total, from: "a[x=2].cases"}
      """
    let pipeline = try #require(check(text).pipeline)
    #expect(pipeline.instances[2].inputs["cases"]?.first?.instance == 1)
  }

  @Test(arguments: [
    ("b: {use: test/total, from: a}", "too-many-inputs"),
    ("b: {use: test/total, from: \"a[x=3].cases\"}", "unknown-reference"),
    ("b: {use: test/numbers, each: {x: []}}", "bad-fan-out"),
    ("b: {use: test/numbers, each: {x: [1, 1]}}", "bad-fan-out"),
    ("b: {use: test/numbers, each: {x: 3}}", "bad-fan-out"),
  ])
  func `what does not match is a fault`(stage: String, code: String) {
    let outcome = check(
      "pipeline: p\nstages:\n  a: {use: test/numbers, each: {x: [1, 2]}}\n  \(stage)\n")
    #expect(outcome.diagnostics.map(\.code.rawValue) == [code])
  }
}
