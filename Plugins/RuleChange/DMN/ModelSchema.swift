// SPDX-License-Identifier: EUPL-1.2

/// What may stand in a model of DMN 1.5: the types of the standard's XML schema, as data.
///
/// Reading, upgrading, checking and writing all go by it. Source: DMN15.xsd of the standard.
enum ModelSchema {
  /// Children of one name, in the order of the schema.
  struct Part: Sendable {
    let name: String
    let type: String
    var least = 0
    var most: Int?
  }

  struct Attribute: Sendable {
    let name: String
    var isRequired = false
    /// The only values that there are; empty where any will do.
    var values: [String] = []
  }

  struct Form: Sendable {
    let attributes: [Attribute]
    let parts: [Part]
    /// Whether attributes of other languages may stand here.
    var isOpen = true
  }

  /// Elements by the name of their type; parts of a type that is in `groups` stand for the group.
  static let types: [String: Form] = expressions.merging(elements) { $1 }.merging(parts) { $1 }

  /// The type of each element that may stand where the schema names a group.
  static let groups: [String: [(name: String, type: String)]] = [
    "expression": [
      ("literalExpression", "tLiteralExpression"), ("invocation", "tInvocation"),
      ("decisionTable", "tDecisionTable"), ("context", "tContext"),
      ("functionDefinition", "tFunctionDefinition"), ("relation", "tRelation"),
      ("list", "tList"), ("for", "tFor"), ("every", "tQuantified"), ("some", "tQuantified"),
      ("conditional", "tConditional"), ("filter", "tFilter"),
    ],
    "drgElement": [
      ("decision", "tDecision"), ("businessKnowledgeModel", "tBusinessKnowledgeModel"),
      ("inputData", "tInputData"), ("knowledgeSource", "tKnowledgeSource"),
      ("decisionService", "tDecisionService"),
    ],
    "artifact": [
      ("group", "tGroup"), ("textAnnotation", "tTextAnnotation"), ("association", "tAssociation"),
    ],
    "businessContextElement": [
      ("performanceIndicator", "tPerformanceIndicator"),
      ("organizationUnit", "tOrganizationUnit"),
    ],
  ]

  /// Text alone.
  static let text = "string"
}

extension ModelSchema {
  fileprivate static func one(_ name: String, _ type: String) -> Part {
    Part(name: name, type: type, least: 1, most: 1)
  }

  fileprivate static func maybe(_ name: String, _ type: String) -> Part {
    Part(name: name, type: type, most: 1)
  }

  fileprivate static func many(_ name: String, _ type: String, least: Int = 0) -> Part {
    Part(name: name, type: type, least: least)
  }

  private static let expressionGroup = maybe("expression", "expression")

  /// `tDMNElement` and what extends it.
  private static func element(_ attributes: [Attribute] = [], _ parts: [Part] = []) -> Form {
    Form(
      attributes: [Attribute(name: "id"), Attribute(name: "label")] + attributes,
      parts: [maybe("description", text), maybe("extensionElements", "extensionElements")] + parts)
  }

  private static func named(_ attributes: [Attribute] = [], _ parts: [Part] = []) -> Form {
    element([Attribute(name: "name", isRequired: true)] + attributes, parts)
  }

  private static func expression(_ attributes: [Attribute] = [], _ parts: [Part] = []) -> Form {
    element([Attribute(name: "typeRef")] + attributes, parts)
  }

  private static func required(_ name: String) -> Attribute {
    Attribute(name: name, isRequired: true)
  }

  private static func references(_ names: String...) -> [Part] {
    names.map { many($0, "tDMNElementReference") }
  }

  private static let information = many("informationRequirement", "tInformationRequirement")
  private static let knowledge = many("knowledgeRequirement", "tKnowledgeRequirement")
  private static let authority = many("authorityRequirement", "tAuthorityRequirement")
  private static let variable = maybe("variable", "tInformationItem")

  fileprivate static let elements: [String: Form] = [
    "tDefinitions": named(
      [
        Attribute(name: "expressionLanguage"), Attribute(name: "typeLanguage"),
        required("namespace"), Attribute(name: "exporter"), Attribute(name: "exporterVersion"),
      ],
      [
        many("import", "tImport"), many("itemDefinition", "tItemDefinition"),
        many("drgElement", "drgElement"), many("artifact", "artifact"),
        many("elementCollection", "tElementCollection"),
        many("businessContextElement", "businessContextElement"), maybe("DMNDI", "DMNDI"),
      ]),
    "tImport": named([
      required("namespace"), Attribute(name: "locationURI"), required("importType"),
    ]),
    "tElementCollection": named([], references("drgElement")),
    "tDecision": named(
      [],
      [maybe("question", text), maybe("allowedAnswers", text), variable]
        + [information, knowledge, authority]
        + references(
          "supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner",
          "usingProcess", "usingTask") + [expressionGroup]),
    "tBusinessKnowledgeModel": named(
      [], [variable, maybe("encapsulatedLogic", "tFunctionDefinition"), knowledge, authority]),
    "tInputData": named([], [variable]),
    "tKnowledgeSource": named(
      [Attribute(name: "locationURI")],
      [authority, maybe("type", text), maybe("owner", "tDMNElementReference")]),
    "tDecisionService": named(
      [],
      [variable]
        + references("outputDecision", "encapsulatedDecision", "inputDecision", "inputData")),
    "tPerformanceIndicator": named([Attribute(name: "URI")], references("impactingDecision")),
    "tOrganizationUnit": named(
      [Attribute(name: "URI")], references("decisionMade", "decisionOwned")),
    "tGroup": element([Attribute(name: "name")]),
    "tTextAnnotation": element([Attribute(name: "textFormat")], [maybe("text", text)]),
    "tAssociation": element(
      [Attribute(name: "associationDirection", values: ["None", "One", "Both"])],
      [one("sourceRef", "tDMNElementReference"), one("targetRef", "tDMNElementReference")]),
  ]

  fileprivate static let expressions: [String: Form] = [
    "tLiteralExpression": expression(
      [Attribute(name: "expressionLanguage")],
      [maybe("text", text), maybe("importedValues", "tImportedValues")]),
    "tInvocation": expression([], [expressionGroup, many("binding", "tBinding")]),
    "tDecisionTable": expression(
      [
        Attribute(
          name: "hitPolicy",
          values: [
            "UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER",
          ]),
        Attribute(name: "aggregation", values: ["SUM", "COUNT", "MIN", "MAX"]),
        Attribute(
          name: "preferredOrientation", values: ["Rule-as-Row", "Rule-as-Column", "CrossTable"]),
        Attribute(name: "outputLabel"),
      ],
      [
        many("input", "tInputClause"), many("output", "tOutputClause", least: 1),
        many("annotation", "tRuleAnnotationClause"), many("rule", "tDecisionRule"),
      ]),
    "tContext": expression([], [many("contextEntry", "tContextEntry")]),
    "tFunctionDefinition": expression(
      [Attribute(name: "kind", values: ["FEEL", "Java", "PMML"])],
      [many("formalParameter", "tInformationItem"), expressionGroup]),
    "tRelation": expression([], [many("column", "tInformationItem"), many("row", "tList")]),
    "tList": expression([], [many("expression", "expression")]),
    "tFor": expression(
      [Attribute(name: "iteratorVariable")],
      [one("in", "tTypedChildExpression"), one("return", "tChildExpression")]),
    "tQuantified": expression(
      [Attribute(name: "iteratorVariable")],
      [one("in", "tTypedChildExpression"), one("satisfies", "tChildExpression")]),
    "tConditional": expression(
      [], ["if", "then", "else"].map { one($0, "tChildExpression") }),
    "tFilter": expression([], ["in", "match"].map { one($0, "tChildExpression") }),
    "tUnaryTests": expression([Attribute(name: "expressionLanguage")], [one("text", text)]),
  ]

  fileprivate static let parts: [String: Form] = [
    "tDMNElementReference": Form(attributes: [required("href")], parts: [], isOpen: false),
    "tInformationRequirement": element([], references("requiredDecision", "requiredInput")),
    "tKnowledgeRequirement": element([], [one("requiredKnowledge", "tDMNElementReference")]),
    "tAuthorityRequirement": element(
      [], references("requiredDecision", "requiredInput", "requiredAuthority")),
    "tItemDefinition": named(
      [
        Attribute(name: "typeLanguage"),
        Attribute(name: "isCollection", values: ["true", "false", "1", "0"]),
      ],
      [
        maybe("typeRef", text), maybe("allowedValues", "tUnaryTests"),
        maybe("typeConstraint", "tUnaryTests"), many("itemComponent", "tItemDefinition"),
        maybe("functionItem", "tFunctionItem"),
      ]),
    "tFunctionItem": element(
      [Attribute(name: "outputTypeRef")], [many("parameters", "tInformationItem")]),
    "tInformationItem": named([Attribute(name: "typeRef")]),
    "tBinding": Form(
      attributes: [], parts: [one("parameter", "tInformationItem"), expressionGroup], isOpen: false),
    "tInputClause": element(
      [], [one("inputExpression", "tLiteralExpression"), maybe("inputValues", "tUnaryTests")]),
    "tOutputClause": element(
      [Attribute(name: "name"), Attribute(name: "typeRef")],
      [maybe("outputValues", "tUnaryTests"), maybe("defaultOutputEntry", "tLiteralExpression")]),
    "tRuleAnnotationClause": Form(
      attributes: [Attribute(name: "name")], parts: [], isOpen: false),
    "tDecisionRule": element(
      [],
      [
        many("inputEntry", "tUnaryTests"), many("outputEntry", "tLiteralExpression", least: 1),
        many("annotationEntry", "tRuleAnnotation"),
      ]),
    "tRuleAnnotation": Form(attributes: [], parts: [maybe("text", text)], isOpen: false),
    "tContextEntry": element([], [variable, one("expression", "expression")]),
    "tChildExpression": Form(
      attributes: [Attribute(name: "id")], parts: [one("expression", "expression")],
      isOpen: false),
    "tTypedChildExpression": Form(
      attributes: [Attribute(name: "id"), Attribute(name: "typeRef")],
      parts: [one("expression", "expression")], isOpen: false),
    "tImportedValues": named(
      [
        required("namespace"), Attribute(name: "locationURI"), required("importType"),
        Attribute(name: "expressionLanguage"),
      ],
      [one("importedElement", text)]),
  ]
}
