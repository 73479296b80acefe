// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

@testable import RuleChange

/// What models mean by the text of DMN 1.5, chapters 7.3, 8.2.10, 10.2, 10.3.2.9 and 10.4.
struct ModelSemanticsTests {
  /// The value of the decision `d` of a model, whose type may be given, beside other elements.
  private func value(
    _ logic: String, type: String = "", needs: [String] = [], beside more: String = "",
    importing others: [String] = []
  ) throws -> String {
    let requirements = needs.map { need in
      let kind = need.hasPrefix("f") ? "knowledgeRequirement" : "informationRequirement"
      return "<\(kind)><required href=\"#\(need)\"/></\(kind)>"
    }.joined()
    let variable = "<variable name=\"d\"\(type.isEmpty ? "" : " typeRef=\"\(type)\"")/>"
    let imports = others.indices.map { "<import namespace=\"n\($0)\" name=\"I.\($0)\"/>" }.joined()
    let text = """
      <definitions namespace="n" name="m">\(imports)\(more)
        <decision id="d" name="d">\(variable)\(requirements)\(logic)</decision></definitions>
      """
    var roots = [try MarkupElement.parse(Array(text.utf8))]
    for (place, other) in others.enumerated() {
      let text = "<definitions namespace=\"n\(place)\" name=\"m\">\(other)</definitions>"
      roots.append(try MarkupElement.parse(Array(text.utf8)))
    }
    var evaluation = ModelEvaluation(DecisionModels(roots), given: [:])
    return try evaluation.value(of: .init(namespace: "n", id: "d")).literal
  }

  private static func literal(_ source: String) -> String {
    let escaped = source.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return "<literalExpression><text>\(escaped)</text></literalExpression>"
  }

  private static let types = """
    <itemDefinition name="tAge"><typeRef>number</typeRef>
      <allowedValues><text>[0..120]</text></allowedValues></itemDefinition>
    <itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef>
      </itemComponent><itemComponent name="age"><typeRef>tAge</typeRef></itemComponent>
    </itemDefinition>
    <itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>
    <itemDefinition name="tPair"><itemComponent name="low"><typeRef>number</typeRef>
      </itemComponent><itemComponent name="high"><typeRef>number</typeRef>
      <allowedValues><text>&gt;= low</text></allowedValues></itemComponent></itemDefinition>
    <itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef>
      <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
    <itemDefinition name="tEach" isCollection="true"><typeRef>number</typeRef>
      <allowedValues><text>&lt; 3</text></allowedValues></itemDefinition>
    <itemDefinition name="tMoment"><typeRef>date and time</typeRef></itemDefinition>
    <itemDefinition name="tLoop"><typeRef>tLoop</typeRef></itemDefinition>
    <itemDefinition name="tTest"><functionItem outputTypeRef="boolean">
      <parameters name="x" typeRef="number"/></functionItem></itemDefinition>
    """

  @Test(arguments: [
    ("{name: \"A\", age: 5}", "tPerson", "{name: \"A\", age: 5}"),
    // A context conforms to a type with fewer entries, and not to one with more.
    ("{name: \"A\", age: 5, b: 1}", "tPerson", "{name: \"A\", age: 5, b: 1}"),
    ("{name: \"A\"}", "tPerson", "null"),
    ("{name: \"A\", age: null}", "tPerson", "{name: \"A\", age: null}"),
    ("{name: \"A\", age: 121}", "tPerson", "null"),
    ("{name: \"A\", age: 5}", "tPeople", "[{name: \"A\", age: 5}]"),
    ("[{name: \"A\", age: 5}]", "tPerson", "{name: \"A\", age: 5}"),
    // The values of components beside one are known to its allowed values.
    ("{low: 1, high: 2}", "tPair", "{low: 1, high: 2}"), ("{low: 3, high: 2}", "tPair", "null"),
    // Allowed values are meant of each element, a type constraint of the whole.
    ("[1, 2]", "tFew", "[1, 2]"), ("[5, 5, 5]", "tFew", "null"),
    ("[1, 2, 2]", "tEach", "[1, 2, 2]"),
    ("[1, 5]", "tEach", "null"),
    ("date(\"2020-01-01\")", "date and time", "2020-01-01T00:00:00Z"),
    ("date(\"2020-01-01\")", "tMoment", "2020-01-01T00:00:00Z"), ("5", "tLoop", "null"),
    ("function(x) x > 1", "tTest", "function(x)"), ("function(x, y) x > 1", "tTest", "null"),
    ("5", "tTest", "null"), ("\"123\"", "number", "null"),
    ("{name: \"A\", age: 5} instance of tPerson", "", "true"),
    ("5 instance of tPerson", "", "false"),
    ("[5] instance of list<tAge>", "", "true"), ("5 instance of tNobody", "", "null"),
  ])
  func `a value is made to fit the type of its variable`(
    source: String, type: String, expected: String
  ) throws {
    #expect(try value(Self.literal(source), type: type, beside: Self.types) == expected)
  }

  @Test(arguments: [
    ("{a: {b: 1}}", "I.0.tOuter", "{a: {b: 1}}"), ("{a: {b: \"x\"}}", "I.0.tOuter", "null"),
    ("{a: {b: 1}} instance of I.0.tOuter", "", "true"),
  ])
  func `a type of another model refers to types of that model`(
    source: String, type: String, expected: String
  ) throws {
    let other = """
      <itemDefinition name="tInner"><itemComponent name="b"><typeRef>number</typeRef>
      </itemComponent></itemDefinition><itemDefinition name="tOuter"><itemComponent name="a">
      <typeRef>tInner</typeRef></itemComponent></itemDefinition>
      """
    #expect(try value(Self.literal(source), type: type, importing: [other]) == expected)
  }

  /// Three rules, of which the first two apply; nothing says which result comes first but the type.
  private static func table(_ attributes: String, output: String = "<output/>") -> String {
    func rule(_ test: String, _ result: String) -> String {
      "<rule><inputEntry><text>\(test)</text></inputEntry>"
        + "<outputEntry><text>\(result)</text></outputEntry></rule>"
    }
    return "<decisionTable \(attributes)><input><inputExpression><text>5</text></inputExpression>"
      + "</input>\(output)" + rule("&gt; 1", "\"low\"") + rule("&gt; 2", "\"high\"")
      + rule("&lt; 0", "\"none\"") + "</decisionTable>"
  }

  private static let ranks = """
    <itemDefinition name="tRank"><typeRef>string</typeRef>
      <allowedValues><text>"high", "low", "none"</text></allowedValues></itemDefinition>
    <itemDefinition name="tAlias"><typeRef>tRank</typeRef></itemDefinition>
    """

  @Test(arguments: ["tRank", "tAlias"])
  func `priorities without output values are those of the type`(type: String) throws {
    let table = Self.table("hitPolicy=\"PRIORITY\"")
    #expect(try value(table, type: type, beside: Self.ranks) == "\"high\"")
    let typed = Self.table("hitPolicy=\"OUTPUT ORDER\"", output: "<output typeRef=\"\(type)\"/>")
    #expect(try value(typed, beside: Self.ranks) == "[\"high\", \"low\"]")
  }

  @Test func `counting where no rule applies gives the default, or null`() throws {
    let table = Self.table("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"")
      .replacing("&gt; 1", with: "&lt; 1").replacing("&gt; 2", with: "&lt; 1")
    #expect(try value(table) == "null")
  }

  @Test(arguments: [
    ("f(3)", "\"b\""), ("f(1)", "\"a\""), ("f(Risk Score: 3)", "\"b\""), ("f()", "null"),
    ("f(\"x\")", "null"),
  ])
  func `the inputs of a table are the parameters of knowledge that has none`(
    call: String, expected: String
  ) throws {
    let knowledge = """
      <businessKnowledgeModel id="f" name="f"><encapsulatedLogic><decisionTable><input>
      <inputExpression typeRef="number"><text>Risk Score</text></inputExpression></input><output/>
      <rule><inputEntry><text>&lt; 2</text></inputEntry><outputEntry><text>"a"</text></outputEntry>
      </rule><rule><inputEntry><text>&gt;= 2</text></inputEntry><outputEntry><text>"b"</text>
      </outputEntry></rule></decisionTable></encapsulatedLogic></businessKnowledgeModel>
      """
    #expect(try value(Self.literal(call), needs: ["f"], beside: knowledge) == expected)
  }

  @Test(arguments: [
    // Input data come before input decisions.
    ("f(1, 20)", "21"), ("f(e: 20, i: 1)", "21"), ("f(1)", "null"), ("f(\"x\", 20)", "null"),
    ("f([1], 20)", "21"), ("f(i: 1)", "null"), ("f(1, 200)", "null"),
  ])
  func `a decision service is a function of its inputs`(call: String, expected: String) throws {
    let service = """
      <inputData id="i" name="i"><variable name="i" typeRef="number"/></inputData>
      <decision id="e" name="e"><variable name="e"/>\(Self.literal("0"))</decision>
      <decision id="g" name="g"><variable name="g" typeRef="number"/><informationRequirement>
      <required href="#i"/></informationRequirement><informationRequirement><required href="#e"/>
      </informationRequirement>\(Self.literal("i + e"))</decision>
      <decisionService id="f" name="f"><variable name="f" typeRef="tAge"/>
      <outputDecision href="#g"/><inputDecision href="#e"/><inputData href="#i"/></decisionService>
      """
    let found = try value(
      Self.literal(call), needs: ["f"], beside: service + Self.types)
    #expect(found == expected)
  }

  private static func part(_ name: String, _ source: String) -> String {
    "<\(name)>\(literal(source))</\(name)>"
  }

  @Test(arguments: [
    ("<filter>\(part("in", "5"))\(part("match", "item > 3"))</filter>", "[5]"),
    ("<filter>\(part("in", "null"))\(part("match", "true"))</filter>", "null"),
    ("<filter>\(part("in", "[1, 2]"))\(part("match", "\"x\""))</filter>", "null"),
    (
      "<for iteratorVariable=\"i\">\(part("in", "[1..3)"))\(part("return", "i * 2"))</for>",
      "[2, 4]"
    ),
    ("<for iteratorVariable=\"i\">\(part("in", "null"))\(part("return", "i"))</for>", "null"),
    (
      "<for iteratorVariable=\"i\">\(part("in", "[5, 6]"))\(part("return", "count(partial)"))</for>",
      "[0, 1]"
    ),
    (
      "<every iteratorVariable=\"i\">\(part("in", "[]"))\(part("satisfies", "i > 1"))</every>",
      "true"
    ),
    (
      "<some iteratorVariable=\"i\">\(part("in", "(1..3)"))\(part("satisfies", "i = 2"))</some>",
      "true"
    ),
  ])
  func `boxed forms do what expressions do`(logic: String, expected: String) throws {
    #expect(try value(logic) == expected)
  }

  @Test(arguments: [
    ("https://www.omg.org/spec/DMN/20240513/B-FEEL/", "", "false"),
    ("https://www.omg.org/spec/DMN/20230324/FEEL/", "", "null"), ("", "", "null"),
    ("", "https://www.omg.org/spec/DMN/20240513/B-FEEL/", "false"),
    (
      "https://www.omg.org/spec/DMN/20240513/B-FEEL/",
      "https://www.omg.org/spec/DMN/20230324/FEEL/", "null"
    ),
  ])
  func `a model or an expression may name the business friendly language`(
    model: String, expression: String, expected: String
  ) throws {
    func attribute(_ language: String) -> String {
      language.isEmpty ? "" : " expressionLanguage=\"\(language)\""
    }
    let text = """
      <definitions namespace="n" name="m"\(attribute(model))><decision id="d" name="d">
      <literalExpression\(attribute(expression))><text>"a" = 1</text></literalExpression>
      </decision></definitions>
      """
    let models = DecisionModels([try MarkupElement.parse(Array(text.utf8))])
    var evaluation = ModelEvaluation(models, given: [:])
    #expect(try evaluation.value(of: .init(namespace: "n", id: "d")).literal == expected)
  }
}
