// SPDX-License-Identifier: EUPL-1.2

import Documents
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
    let result = ModelTestFolder(path: folder.path, referenceDate: nil).run()
    let outcomes = result.outcomes
    #expect(outcomes.map(\.passed) == [true, false])
    #expect(outcomes.map(\.file) == ["m-test", "m-test"])
    #expect(outcomes[1].differences == ["d: expected 4, found null"])
    #expect(outcomes[1].reasons == ["'a b': a text does not fit the type 'number'"])
    #expect(result.faults.isEmpty, "\(result.faults)")
    let results = folder.appending(path: "results.csv").path
    let tool = ToolDeclaration(TestModels.self, plugin: "rules")
    let answer = try await tool.run(
      ["path": Samples.scalar(folder.path), "results": Samples.scalar(results)], Samples.reading)
    #expect(!answer.succeeded)
    #expect(answer.notes.count == 1)
    #expect(answer.notes[0].wholeMatch(of: /1 passed, 1 failed in \d+\.\d s/) != nil)
    let lines = try String(contentsOfFile: results, encoding: .utf8)
    let name = folder.lastPathComponent
    #expect(lines == "\(name),m-test,1,SUCCESS\n\(name),m-test,2,ERROR\n")
  }
}

/// What the tool tells of files that cannot be read, and of why a case failed.
struct TestModelFaultsTests {
  private func run(
    model: String, cases: String
  ) throws -> (result: ModelTestFolder.Result, faults: [String]) {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(model.utf8).write(to: folder.appending(path: "m.dmn"))
    try Data(cases.utf8).write(to: folder.appending(path: "m-test.xml"))
    let result = ModelTestFolder(path: folder.path, referenceDate: nil).run()
    return (
      result,
      result.faults.map { fault in
        let file = fault.file.split(separator: "/").last ?? ""
        let place = fault.span.map { ":\($0.start)" } ?? ""
        return "\(fault.severity) \(fault.code) \(file)\(place) \(fault.message)"
      }
    )
  }

  private static let model = "<definitions namespace=\"n\" name=\"m\"/>"

  @Test func `files that cannot be read are told with their places and counted`() throws {
    let (result, faults) = try run(
      model: Self.model, cases: "<testCases>\n  <testCase></testCases>")
    #expect(result.unreadable == 1)
    #expect(
      faults == [
        "error model-syntax m-test.xml:2:15 the file cannot be read as XML: mismatched tag"
      ])
    let (_, other) = try run(model: "<definitions", cases: "<layout/>")
    #expect(
      other == [
        "error model-syntax m.dmn:1:1 the file cannot be read as XML: unclosed token",
        "warning model-tests m-test.xml:1:1 the file holds no test cases: it starts with 'layout'",
      ])
  }

  @Test func `a value that is not what its type says is told`() throws {
    let (_, faults) = try run(
      model: Self.model,
      cases: """
        <testCases><modelName>m.dmn</modelName>
          <testCase id="1"><inputNode name="a"><value type="decimal">two</value></inputNode></testCase>
        </testCases>
        """)
    #expect(faults == ["error model-tests m-test.xml:2:40 a value cannot be read as decimal"])
  }

  /// The reasons of the standard's errors, which are null by themselves.
  @Test(arguments: [
    ("<literalExpression><text>a + \"x\"</text></literalExpression>", "decision 'd', line 3"),
    ("<literalExpression><text>1 +</text></literalExpression>", "decision 'd', line 3, '1 +'"),
    ("<literalExpression><text>nothing(a)</text></literalExpression>", "'nothing(a)'"),
    (
      """
      <decisionTable><input><inputExpression><text>a</text></inputExpression></input><output/>
        <rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
        <rule><inputEntry><text>&gt; 2</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
      </decisionTable>
      """, "2 rules of the table apply at once, which UNIQUE forbids"
    ),
    (
      """
      <decisionTable><input><inputExpression><text>a</text></inputExpression>
        <inputValues><text>[0..1]</text></inputValues></input><output/>
        <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      </decisionTable>
      """, "the table does not allow the value of 'a': it takes [0..1]"
    ),
    (
      """
      <decisionTable><input><inputExpression><text>a</text></inputExpression></input><output/>
        <rule><inputEntry><text>1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      </decisionTable>
      """, "no rule of the table applies, and it has no default"
    ),
  ])
  func `a failed case says why`(logic: String, reason: String) throws {
    let (result, _) = try run(
      model: """
        <definitions namespace="n" name="m"><inputData id="a" name="a"><variable name="a"/></inputData>
        <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#a"/></informationRequirement>
        \(logic)</decision></definitions>
        """,
      cases: """
        <testCases><modelName>m.dmn</modelName>
          <testCase id="1"><inputNode name="a"><value type="decimal">5</value></inputNode>
            <resultNode name="d"><expected><value type="decimal">7</value></expected></resultNode>
          </testCase></testCases>
        """)
    let outcome = try #require(result.outcomes.first)
    #expect(outcome.differences == ["d: expected 7, found null"])
    #expect(outcome.reasons.contains { $0.contains(reason) }, "\(outcome.reasons)")
  }
}
