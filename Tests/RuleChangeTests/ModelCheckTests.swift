// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

@testable import RuleChange

/// Faults between the elements of models, each at its place.
struct ModelCheckTests {
  /// `code line:column message` of every fault of the first model.
  private func faults(_ body: String, beside other: String? = nil) throws -> [String] {
    let texts = [Self.model(body, "n")] + (other.map { [Self.model($0, "o")] } ?? [])
    let documents = try texts.map {
      try #require(ModelDocument.read(Array($0.utf8), name: "m.dmn").0)
    }
    let models = DecisionModels(documents.map(\.root))
    return ModelCheck.faults(of: documents[0], among: documents, models).map { fault in
      "\(fault.code) \(fault.span?.start.description ?? "") \(fault.message)"
    }
  }

  private static func model(_ body: String, _ namespace: String) -> String {
    "<definitions namespace=\"\(namespace)\" name=\"m\">\n\(body)\n</definitions>"
  }

  private static func decision(_ id: String, needs: String..., text: String = "1") -> String {
    let requirements = needs.map {
      "<informationRequirement><requiredDecision href=\"\($0)\"/></informationRequirement>"
    }.joined()
    return "<decision id=\"\(id)\" name=\"\(id)\"><variable name=\"\(id)\"/>\(requirements)"
      + "<literalExpression><text>\(text)</text></literalExpression></decision>"
  }

  @Test func `a model without faults has none`() throws {
    let body = Self.decision("a") + Self.decision("b", needs: "#a", text: "a + 1")
    #expect(try faults(body) == [])
  }

  @Test func `a reference to nothing names who refers and what there is`() throws {
    let body = Self.decision("amount") + "\n" + Self.decision("b", needs: "#amuont")
    #expect(
      try faults(body) == [
        "model-reference 3:71 decision 'b' refers to '#amuont', which is nothing"
      ])
  }

  @Test func `a reference to the wrong kind of thing is a fault`() throws {
    let body = "<inputData id=\"i\" name=\"i\"/>\n" + Self.decision("b", needs: "#i")
    #expect(
      try faults(body) == [
        "model-reference 3:71 'requiredDecision' of decision 'b' points to input data 'i'"
      ])
  }

  @Test func `an id that stands twice is a fault`() throws {
    #expect(
      try faults(Self.decision("a") + "\n" + Self.decision("a")) == [
        "model-reference 3:1 decision 'a' has the id 'a', which something else has too"
      ])
  }

  @Test func `an import of what is not here is told once`() throws {
    let wanted = """
      <import name="o" namespace="o" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
      """
    let body = wanted + Self.decision("b", needs: "o#x") + Self.decision("c", needs: "o#x")
    #expect(
      try faults(body) == ["model-import 2:1 import 'o' wants the model of 'o', which is not here"])
    #expect(try faults(body, beside: Self.decision("x")) == [])
    #expect(
      try faults(Self.decision("b", needs: "o#x"), beside: Self.decision("x")) == [
        "model-reference 2:71 decision 'b' refers to 'o#x', a model that it does not import"
      ])
  }

  @Test func `a loop names its way`() throws {
    let body =
      Self.decision("a", needs: "#c") + Self.decision("b", needs: "#a") + "\n"
      + Self.decision("c", needs: "#b") + Self.decision("d", needs: "#a")
    #expect(
      try faults(body) == [
        "model-loop 2:1 decision 'a' needs itself: 'a' needs 'c' needs 'b' needs 'a'"
      ])
  }

  @Test func `an expression that cannot be read is underlined in its text`() throws {
    let body = Self.decision("a", text: "1 &lt; 2 and\n  (3 +")
    let faults = try faults(body)
    #expect(faults.first?.hasPrefix("bad-expression 3:7 decision 'a': ") == true, "\(faults)")
  }

  @Test func `a cell of a table that cannot be read is told`() throws {
    let body = """
      <decision id="a" name="a"><variable name="a"/><decisionTable>
      <input><inputExpression><text>1</text></inputExpression></input><output/>
      <rule><inputEntry><text>&gt; ]</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      </decisionTable></decision>
      """
    let faults = try faults(body)
    #expect(faults.first?.hasPrefix("bad-expression 4:31 decision 'a': ") == true, "\(faults)")
  }

  @Test func `a type that nothing defines is a warning`() throws {
    let body =
      "<inputData id=\"i\" name=\"i\"><variable name=\"i\" typeRef=\"nummer\"/></inputData>"
    #expect(
      try faults(body) == [
        "model-type 2:28 input data 'i' has the type 'nummer', which nothing defines: it takes any "
          + "value"
      ])
  }
}
