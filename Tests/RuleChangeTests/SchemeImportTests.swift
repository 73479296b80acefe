// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Testing

@testable import RuleChange

/// Decision models as schemes, where they fit.
struct SchemeImportTests {
  private func scheme(_ body: String) throws -> (text: String?, faults: [String]) {
    let model = "<definitions namespace=\"n\" name=\"Library fees\">\n\(body)\n</definitions>"
    let document = try #require(ModelDocument.read(Array(model.utf8), name: "m.dmn").0)
    let (text, diagnostics) = SchemeImport.scheme(from: document)
    return (
      text,
      diagnostics.map { "\($0.severity) \($0.code) \($0.span?.start.line ?? 0) \($0.message)" }
    )
  }

  private static let reader = """
    <inputData id="i" name="Age of reader"><variable name="Age of reader" typeRef="number"/></inputData>
    """

  private static let needsReader = """
    <informationRequirement><requiredInput href="#i"/></informationRequirement>
    """

  private static func literal(_ source: String) -> String {
    "<literalExpression><text>\(source)</text></literalExpression>"
  }

  @Test func `inputs, constants, expressions and tables become those of a scheme`() throws {
    let (text, faults) = try scheme(
      """
      <itemDefinition name="tKind"><typeRef>string</typeRef>
        <allowedValues><text>"child", "adult"</text></allowedValues></itemDefinition>
      <itemDefinition name="tAge"><typeRef>number</typeRef>
        <allowedValues><text>[0..120]</text></allowedValues></itemDefinition>
      <decision id="f" name="Total fee"><question>What is to be paid?</question>
        <variable name="Total fee" typeRef="number"/>
        <informationRequirement><requiredDecision href="#b"/></informationRequirement>
        <informationRequirement><requiredDecision href="#t"/></informationRequirement>
        \(Self.literal("Base fee * Terms.Share of fee + 1"))</decision>
      <inputData id="i" name="Age of reader"><variable name="Age of reader" typeRef="tAge"/></inputData>
      <inputData id="k" name="kind"><variable name="kind" typeRef="tKind"/></inputData>
      <decision id="b" name="Base fee"><variable name="Base fee"/>\(Self.literal("12.50"))</decision>
      <decision id="t" name="Terms"><variable name="Terms"/>\(Self.needsReader)
        <informationRequirement><requiredInput href="#k"/></informationRequirement>
        <decisionTable hitPolicy="FIRST">
          <input><inputExpression><text>Age of reader</text></inputExpression></input>
          <input><inputExpression><text>kind</text></inputExpression></input>
          <output name="Share of fee"><defaultOutputEntry><text>1</text></defaultOutputEntry></output>
          <output name="weeks"><defaultOutputEntry><text>2</text></defaultOutputEntry></output>
          <annotation name="why"/>
          <rule><inputEntry><text>&lt; 18</text></inputEntry><inputEntry><text>"child"</text></inputEntry>
            <outputEntry><text>0.5</text></outputEntry><outputEntry><text>4</text></outputEntry>
            <annotationEntry><text>the young</text></annotationEntry></rule>
        </decisionTable></decision>
      """)
    #expect(faults == [])
    #expect(
      text == """
        scheme: {id: library-fees, title: "Library fees"}
        parameters:
          base_fee: {title: "Base fee", value: 12.50}
        inputs:
          age_of_reader: {title: "Age of reader", type: number, minimum: 0, maximum: 120}
          kind: {type: text, values: ["child", "adult"]}
        decisions:
          Terms:
            table:
              hit: FIRST
              inputs: ["age_of_reader", "kind"]
              outputs: [share_of_fee, weeks]
              default: ["1", "2"]
              rows:
                - ["< 18", "\\"child\\"", "0.5", "4"] # the young
          total_fee:
            title: "Total fee. What is to be paid?"
            expression: "base_fee * Terms.share_of_fee + 1"

        """)
  }

  @Test(arguments: [
    ("<businessKnowledgeModel id=\"k\" name=\"k\"/>", "knowledge model 'k' is a function"),
    ("<import name=\"o\" namespace=\"o\"/>", "import 'o' draws in another model"),
    ("<decision id=\"d\" name=\"d\"><context/></decision>", "decision 'd' is a boxed context"),
    ("<decision id=\"d\" name=\"d\"/>", "decision 'd' has no logic"),
    ("<inputData id=\"x\" name=\"x\"/>", "input data 'x' has the type 'none'"),
    (
      "<decision id=\"d\" name=\"d\">\(literal("1 +"))</decision>",
      "decision 'd': "
    ),
    (
      "<decision id=\"d\" name=\"d\">\(literal("nothing + 1"))</decision>",
      "decision 'd' does not fit a scheme: the scheme has no 'nothing'"
    ),
    (
      """
      <decision id="d" name="d"><decisionTable hitPolicy="OUTPUT ORDER"><output/></decisionTable></decision>
      """, "decision 'd' has the hit policy OUTPUT ORDER"
    ),
    (
      """
      <itemDefinition name="t"><typeRef>number</typeRef><allowedValues><text>&lt; 3, &gt; 9</text></allowedValues></itemDefinition><inputData id="x" name="x"><variable name="x" typeRef="t"/></inputData>
      """, "input data 'x' has the type 't'"
    ),
  ])
  func `what does not fit names the element`(body: String, message: String) throws {
    let (text, faults) = try scheme("\(Self.reader)\n\(body)")
    #expect(text == nil)
    #expect(faults.contains { $0.hasPrefix("error model-fit 3 \(message)") }, "\(faults)")
  }
}

/// The tool over files.
struct ConvertModelTests {
  private func convert(
    _ name: String, _ text: String, _ more: [String: String] = [:]
  ) async throws -> (answer: ToolAnswer, written: String?) {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    var values = ["file": Samples.scalar(file.path)]
    for (key, value) in more {
      let path = key == "output" ? folder.appending(path: value).path : value
      values[key] = Samples.scalar(path)
    }
    let tool = ToolDeclaration(ConvertModel.self, plugin: "rules")
    let answer = try await tool.run(values, Samples.reading)
    let output = more["output"].map { folder.appending(path: $0).path }
    return (answer, output.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) })
  }

  private static let old = """
    <definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd" namespace="n" name="m">
      <inputData id="a" name="a"><variable name="a" typeRef="feel:number"/></inputData>
      <decision id="d" name="d"><variable name="d"/>
        <informationRequirement><requiredInput href="#a"/></informationRequirement>
        <literalExpression><text>a + 1</text></literalExpression></decision>
    </definitions>
    """

  @Test func `a model of DMN 1_1 is written as DMN 1_5 or as a scheme`() async throws {
    let (answer, written) = try await convert("m.dmn", Self.old, ["output": "new.dmn"])
    #expect(answer.succeeded)
    #expect(written?.contains("typeRef=\"number\"") == true)
    #expect(written?.contains(ModelVersion.oneFive.rawValue) == true)
    let (_, scheme) = try await convert("m.dmn", Self.old, ["output": "m.yaml"])
    #expect(scheme?.contains("a: {type: number}") == true)
    #expect(scheme?.contains("expression: \"a + 1\"") == true)
  }

  @Test func `a scheme is written as DMN`() async throws {
    let (answer, _) = try await convert(
      "s.yaml", Samples.supplement, ["date": "2024-06-01"])
    guard case .text(let text) = answer.content else {
      Issue.record("no text")
      return
    }
    #expect(text.hasPrefix("<?xml") && text.contains("<text>110</text>"))
    #expect(text.contains("<text>round half up(full_amount * share, 2)</text>"))
    #expect(text.contains("<text>\"single_parent\"</text>"))
  }

  @Test func `a model with faults is not written`() async throws {
    let text = Self.old.replacing("#a", with: "#b")
    let (answer, written) = try await convert("m.dmn", text, ["output": "new.dmn"])
    #expect(!answer.succeeded && written == nil)
    #expect(answer.notes == ["1 error; nothing is written"])
    guard case .text(let shown) = answer.content else { return }
    #expect(shown.contains("error[model-reference]: decision 'd' refers to '#b', which is nothing"))
    #expect(shown.contains("m.dmn:4:"))
  }

  @Test func `a scheme is no scheme to be made`() async throws {
    await #expect(throws: StageFault.self) {
      _ = try await convert("s.yaml", Samples.supplement, ["to": "scheme"])
    }
  }
}
