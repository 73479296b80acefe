// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

@testable import RuleChange

/// Each boxed form of a decision model, by the value that it gives.
struct BoxedFormTests {
  /// The value of the decision `d`, whose logic is the markup.
  private func value(_ logic: String, beside more: String = "", needs: String = "") throws
    -> String
  {
    let text = """
      <definitions namespace="n" name="m">
        \(more)<decision id="d" name="d"><variable name="d"/>\(needs)\(logic)</decision>
      </definitions>
      """
    let models = DecisionModels([try MarkupElement.parse(Array(text.utf8))])
    var evaluation = ModelEvaluation(models, given: [:])
    return try evaluation.value(of: .init(namespace: "n", id: "d")).literal
  }

  private static func literal(_ source: String) -> String {
    "<literalExpression><text>\(source)</text></literalExpression>"
  }

  private static func entry(_ name: String, _ source: String) -> String {
    "<contextEntry><variable name=\"\(name)\"/>\(literal(source))</contextEntry>"
  }

  private static func part(_ name: String, _ source: String) -> String {
    "<\(name)>\(literal(source))</\(name)>"
  }

  private static func form(_ opening: String, _ parts: [String]) -> String {
    let name = opening.split(separator: " ")[0]
    return "<\(opening)>" + parts.joined() + "</\(name)>"
  }

  private static let forms: [(logic: String, expected: String)] = {
    let iterator = "iteratorVariable=\"i\""
    let list = part("in", "[1, 2]")
    let row = form("row", [literal("1"), literal("2")])
    var forms: [(logic: String, expected: String)] = []
    func add(_ logic: String, _ expected: String) { forms.append((logic, expected)) }
    add(literal("1 + 1"), "2")
    add(literal("1 +"), "null")
    add(literal("nothing()"), "null")
    add(form("context", [entry("a b", "1"), entry("c", "a b + 1")]), "{a b: 1, c: 2}")
    add(form("context", [entry("a", "1"), part("contextEntry", "a + 1")]), "2")
    add(form("list", [literal("1"), literal("2")]), "[1, 2]")
    let columns = ["<column name=\"a\"/>", "<column name=\"b\"/>"]
    add(form("relation", columns + [row]), "[{a: 1, b: 2}]")
    let branches = [part("if", "null"), part("then", "1"), part("else", "2")]
    add(form("conditional", branches), "2")
    add(form("for \(iterator)", [list, part("return", "i * 10")]), "[10, 20]")
    add(form("some \(iterator)", [list, part("satisfies", "i = 2")]), "true")
    add(form("every \(iterator)", [list, part("satisfies", "i = 2")]), "false")
    let filtered = [part("in", "[{a: 1}, {a: 5}]"), part("match", "item.a = 5")]
    add(form("filter", filtered), "[{a: 5}]")
    add(form("filter", [part("in", "[7, 8]"), part("match", "-1")]), "8")
    return forms
  }()

  @Test(arguments: forms)
  func `a form gives its value`(logic: String, expected: String) throws {
    #expect(try value(logic) == expected)
  }

  private static let knowledge = """
    <businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>
      <formalParameter name="n" typeRef="number"/>
      <literalExpression><text>if n = 0 then 1 else n * f(n - 1)</text></literalExpression>
    </encapsulatedLogic></businessKnowledgeModel>
    """
  private static let needsIt = """
    <knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>
    """

  private static let calls: [(logic: String, expected: String)] = {
    let binding = "<binding><parameter name=\"n\"/>\(literal("4"))</binding>"
    var calls = [
      "f(5)": "120", "f(n: 3)": "6", "f(\"a\")": "null", "f(1, 2)": "null", "f(1000)": "null",
    ]
    .map { (logic: literal($0.key), expected: $0.value) }
    calls.append((form("invocation", [literal("f"), binding]), "24"))
    return calls
  }()

  @Test(arguments: calls)
  func `knowledge is a function that may call itself`(logic: String, expected: String) throws {
    #expect(try value(logic, beside: Self.knowledge, needs: Self.needsIt) == expected)
  }

  /// Three rules, of which the first two apply.
  private static func table(_ attributes: String, fallback: String = "", test: String = "&gt; 1")
    -> String
  {
    func rule(_ test: String, _ result: String) -> String {
      "<rule><inputEntry><text>\(test)</text></inputEntry>"
        + "<outputEntry><text>\(result)</text></outputEntry></rule>"
    }
    let input = "<input><inputExpression><text>5</text></inputExpression></input>"
    let output = "<output><outputValues><text>3, 2, 1</text></outputValues>\(fallback)</output>"
    let rules = [rule(test, "1"), rule(test, "3"), rule("&lt; 0", "2")]
    return form("decisionTable \(attributes)", [input, output] + rules)
  }

  @Test(arguments: [
    ("hitPolicy=\"UNIQUE\"", "null"), ("hitPolicy=\"ANY\"", "null"),
    ("hitPolicy=\"FIRST\"", "1"), ("hitPolicy=\"PRIORITY\"", "3"),
    ("hitPolicy=\"RULE ORDER\"", "[1, 3]"), ("hitPolicy=\"OUTPUT ORDER\"", "[3, 1]"),
    ("hitPolicy=\"COLLECT\"", "[1, 3]"), ("hitPolicy=\"COLLECT\" aggregation=\"SUM\"", "4"),
    ("hitPolicy=\"COLLECT\" aggregation=\"MIN\"", "1"),
    ("hitPolicy=\"COLLECT\" aggregation=\"MAX\"", "3"),
    ("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", "2"),
  ])
  func `a table decides by its hit policy`(policy: String, expected: String) throws {
    #expect(try value(Self.table(policy)) == expected)
  }

  @Test func `a table without a rule that applies takes its default`() throws {
    let fallback = "<defaultOutputEntry><text>9</text></defaultOutputEntry>"
    #expect(try value(Self.table("", fallback: fallback, test: "&lt; 2")) == "9")
    #expect(try value(Self.table("", test: "&lt; 2")) == "null")
  }

  @Test func `decisions that need each other in a circle have no value`() throws {
    let needs = "<informationRequirement><requiredDecision href=\"#d\"/></informationRequirement>"
    #expect(try value(Self.literal("d"), needs: needs) == "null")
  }

  @Test func `a document type declaration is refused`() {
    let text = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"
    #expect(throws: MarkupFault.self) { try MarkupElement.parse(Array(text.utf8)) }
  }
}
