// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit
import Testing

@testable import RuleChange

/// The tool over a folder with one model and two cases, of which the second is wrong.
struct TestModelsTests {
  private static let model = """
    <definitions namespace="n" name="m">
      <inputData id="i" name="a b"><variable name="a b" typeRef="number"/></inputData>
      <decision id="d" name="d"><variable name="d"/>
        <informationRequirement><requiredInput href="#i"/></informationRequirement>
        <literalExpression><text>a b * 2</text></literalExpression></decision>
    </definitions>
    """

  private static let cases = """
    <testCases><modelName>m.dmn</modelName>
      <testCase id="1"><inputNode name="a b"><value type="decimal">2</value></inputNode>
        <resultNode name="d"><expected><value type="decimal">4</value></expected></resultNode>
      </testCase>
      <testCase id="2"><inputNode name="a b"><value type="string">x</value></inputNode>
        <resultNode name="d"><expected><value type="decimal">4</value></expected></resultNode>
      </testCase>
    </testCases>
    """

  @Test func `a case that fails is told and makes the tool fail`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Self.model.utf8).write(to: folder.appending(path: "m.dmn"))
    try Data(Self.cases.utf8).write(to: folder.appending(path: "m-test.xml"))
    let outcomes = ModelTestFolder(path: folder.path, referenceDate: nil).run()
    #expect(outcomes.map(\.passed) == [true, false])
    #expect(outcomes.map(\.file) == ["m-test", "m-test"])
    #expect(outcomes[1].differences == ["d: expected 4, found null"])
    let results = folder.appending(path: "results.csv").path
    let tool = ToolDeclaration(TestModels.self, plugin: "rules")
    let answer = try await tool.run(
      ["path": Samples.scalar(folder.path), "results": Samples.scalar(results)], Samples.reading)
    #expect(!answer.succeeded)
    #expect(answer.notes == ["1 passed, 1 failed"])
    let lines = try String(contentsOfFile: results, encoding: .utf8)
    let name = folder.lastPathComponent
    #expect(lines == "\(name),m-test,1,SUCCESS\n\(name),m-test,2,ERROR\n")
  }
}
