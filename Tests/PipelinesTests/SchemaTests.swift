// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import Testing

struct SchemaTests {
  @Test func `the schema knows every stage and its parameters`() throws {
    let schema = PipelineSchema.schema(of: TestPlugin.catalog)
    let stage = try #require(schema["$defs"]?["stage"])
    let names = stage["properties"]?["use"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
    #expect(names == TestPlugin.catalog.names)
    let rule = stage["allOf"]?.arrayValue?.first {
      $0["if"]?["properties"]?["use"]?["const"] == "test/total"
    }
    let with = rule?["then"]?["properties"]?["with"]
    #expect(with?["additionalProperties"] == false)
    #expect(with?["properties"]?["level"]?["default"] == 0.95)
    #expect(with?["properties"]?["level"]?["description"] == "Confidence.")
  }

  @Test func `a graph has a box for each stage and an arrow for each flow`() throws {
    let text = """
      pipeline: p
      stages:
        a: {use: test/numbers, each: {x: [1, 2]}}
        b: {use: test/stack, from: [a]}
      """
    let pipeline = try #require(
      PipelineChecker(catalog: TestPlugin.catalog).check(SourceFile(name: "p.yaml", text: text))
        .pipeline)
    let graph = PipelineGraph(pipeline)
    #expect(graph.boxes.map(\.instances) == [2, 1])
    #expect(graph.arrows.map { [$0.from, $0.port, $0.to] } == [["a", "cases", "b"]])
  }
}
