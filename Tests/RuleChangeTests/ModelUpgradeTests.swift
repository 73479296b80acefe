// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

@testable import RuleChange

/// Models of earlier versions in the form of DMN 1.5.
struct ModelUpgradeTests {
  private func read(_ text: String) throws -> ModelDocument {
    try #require(ModelDocument.read(Array(text.utf8), name: "m.dmn").0)
  }

  /// As the first tools wrote it: prefixes before types, types as elements, parts in another order.
  private static let first = """
    <s:definitions xmlns:s="http://www.omg.org/spec/DMN/20151101/dmn.xsd" xmlns:f="http://www.omg.org/spec/FEEL/20140401"
      xmlns:own="urn:m" xmlns:o="urn:other" id="_m" name="m" namespace="urn:m"
      expressionLanguage="http://www.omg.org/spec/FEEL/20140401">
      <s:inputData id="a" name="Age"><s:variable name="Age" typeRef="own:tAge"/></s:inputData>
      <s:itemDefinition name="tAge"><s:typeRef>f:number</s:typeRef>
        <s:allowedValues><s:text>[0..150]</s:text></s:allowedValues></s:itemDefinition>
      <s:import namespace="urn:other" importType="http://www.omg.org/spec/DMN/20151101/dmn.xsd"
        locationURI="parts/other.dmn" name="other"/>
      <s:decision id="d" name="Day">
        <s:literalExpression><s:text>if Age &lt; 18 then "child" else "adult"</s:text></s:literalExpression>
        <s:informationRequirement><s:requiredInput href="a"/></s:informationRequirement>
        <s:knowledgeRequirement><s:requiredKnowledge href="other.dmn#k"/></s:knowledgeRequirement>
        <s:variable><s:typeRef>f:string</s:typeRef></s:variable>
        <s:description>Who is of age.</s:description>
      </s:decision>
      <s:decision id="e" name="Other"><s:variable name="Other" typeRef="o:tThing"/></s:decision>
    </s:definitions>
    """

  @Test func `a model of DMN 1_1 becomes one of DMN 1_5`() throws {
    let document = try read(Self.first)
    #expect(document.version == .oneOne)
    #expect(document.diagnostics.isEmpty, "\(document.diagnostics)")
    #expect(
      document.text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:o="urn:other" xmlns:own="urn:m" id="_m" name="m" expressionLanguage="https://www.omg.org/spec/DMN/20230324/FEEL/" namespace="urn:m">
          <import name="other" namespace="urn:other" locationURI="parts/other.dmn" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
          <itemDefinition name="tAge">
            <typeRef>number</typeRef>
            <allowedValues>
              <text>[0..150]</text>
            </allowedValues>
          </itemDefinition>
          <inputData id="a" name="Age">
            <variable name="Age" typeRef="tAge"/>
          </inputData>
          <decision id="d" name="Day">
            <description>Who is of age.</description>
            <variable name="Day" typeRef="string"/>
            <informationRequirement>
              <requiredInput href="#a"/>
            </informationRequirement>
            <knowledgeRequirement>
              <requiredKnowledge href="urn:other#k"/>
            </knowledgeRequirement>
            <literalExpression>
              <text>if Age &lt; 18 then "child" else "adult"</text>
            </literalExpression>
          </decision>
          <decision id="e" name="Other">
            <variable name="Other" typeRef="other.tThing"/>
          </decision>
        </definitions>

        """)
  }

  /// The names of types in 1.1 were those of its FEEL; XML schema's were written too.
  @Test(arguments: [
    ("feel:dateTime", "date and time"), ("feel:dayTimeDuration", "days and time duration"),
    ("yearMonthDuration", "years and months duration"), ("x:decimal", "number"),
    ("x:string", "string"), (" number ", "number"), ("a:b", "a:b"),
  ])
  func `a type has its name of today`(written: String, expected: String) throws {
    let document = try read(
      """
      <definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/" namespace="n" name="m"
        xmlns:x="http://www.w3.org/2001/XMLSchema">
        <inputData id="i" name="i"><variable name="i" typeRef="\(written)"/></inputData>
      </definitions>
      """)
    #expect(document.root.child("inputData")?.child("variable")?["typeRef"] == expected)
  }

  @Test func `diagrams and what other programs added are kept`() throws {
    let document = try read(
      """
      <d:definitions xmlns:d="http://www.omg.org/spec/DMN/20180521/MODEL/" namespace="n" name="m"
        xmlns:di="http://www.omg.org/spec/DMN/20180521/DMNDI/" xmlns:t="urn:tool" t:colour="red"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">
        <d:extensionElements><t:note t:a="1">one &amp; two</t:note></d:extensionElements>
        <d:decision id="x" name="x"><t:loose/></d:decision>
        <di:DMNDI><di:DMNDiagram id="g"/></di:DMNDI>
      </d:definitions>
      """)
    #expect(document.diagnostics.isEmpty, "\(document.diagnostics)")
    #expect(
      document.text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:di="https://www.omg.org/spec/DMN/20230324/DMNDI/" xmlns:t="urn:tool" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="m" namespace="n" t:colour="red">
          <extensionElements>
            <t:note t:a="1">one &amp; two</t:note>
          </extensionElements>
          <decision id="x" name="x">
            <extensionElements>
              <t:loose/>
            </extensionElements>
          </decision>
          <di:DMNDI>
            <di:DMNDiagram id="g"/>
          </di:DMNDI>
        </definitions>

        """)
  }

  @Test func `what the standard does not know is dropped and told`() throws {
    let document = try read(
      """
      <definitions namespace="n" name="m">
        <decision id="d" name="d" colour="red"><variable name="d"/><thing/>
          <decisionTable hitPolicy="UNIK"><output/><rule/></decisionTable>
        </decision>
        <inputData id="i"/>
      </definitions>
      """)
    let told = document.diagnostics.map { "\($0.span?.start.line ?? 0) \($0.message)" }.sorted()
    #expect(
      told == [
        "2 decision 'd' has no 'thing' in DMN 1.5: it is dropped",
        "2 decision 'd' has no attribute 'colour' in DMN 1.5: it is dropped",
        "3 'hitPolicy' of 'decisionTable' cannot be 'UNIK'", "3 'rule' has no 'outputEntry'",
        "5 'inputData' needs the attribute 'name'",
      ])
    #expect(document.diagnostics.count { $0.severity == .error } == 3)
    #expect(Set(document.diagnostics.map(\.code)) == ["model-schema"])
    #expect(!document.text.contains("thing") && !document.text.contains("colour"))
  }

  @Test(arguments: [
    ("<definitions", "unclosed token", 1, 1),
    ("<a/>", "this is no decision model: it starts with 'a'", 1, 1),
    ("<definitions xmlns=\"urn:x\"/>", "no decision model of a known version", 1, 1),
    ("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>", "document type", 1, 13),
  ])
  func `what is no model is one fault`(text: String, message: String, line: Int, column: Int) {
    let (document, faults) = ModelDocument.read(Array(text.utf8), name: "m.dmn")
    #expect(document == nil && faults.map(\.code) == ["model-syntax"])
    #expect(faults[0].message.contains(message), "\(faults[0].message)")
    #expect(faults[0].span?.start == SourcePosition(line: line, column: column))
  }

  @Test func `signs and line breaks are written so that they read back`() throws {
    let text = "a < b & \"c\"\r\n\td > e\u{A0}é"
    var root = MarkupElement("definitions", ["namespace": "n", "name": text])
    root.children = [MarkupElement("description", text: text)]
    let written = MarkupWriter.document(root, own: ModelVersion.oneFive.rawValue)
    let again = try MarkupElement.parse(Array(written.utf8))
    #expect(again["name"] == text)
    #expect(again.child("description")?.text == text)
  }
}
