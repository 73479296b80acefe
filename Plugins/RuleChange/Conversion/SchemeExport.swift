// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import FEEL
import StageKit
import Tables

/// A scheme as a decision model, its parameters as they hold on a day.
///
/// Parameters are decisions that need nothing, inputs are input data with item definitions, decisions
/// are literal expressions or tables. Every figure keeps its unit, article and source in words.
struct SchemeExport {
  private let scheme: Scheme
  private let date: CalendarDate?
  private let types: SchemeTypes
  private var faults = SchemeFaults()

  /// The element `definitions`; nil with faults where the scheme has what no model can say.
  static func definitions(
    of scheme: Scheme, on date: CalendarDate?
  ) -> (root: MarkupElement?, faults: SchemeFaults) {
    var export = SchemeExport(scheme, date)
    let root = export.definitions()
    return (export.faults.hasErrors ? nil : root, export.faults)
  }

  private init(_ scheme: Scheme, _ date: CalendarDate?) {
    self.scheme = scheme
    self.date = date
    types = SchemeTypes.checked(scheme)
  }

  private mutating func definitions() -> MarkupElement {
    if scheme.needsMembers {
      faults.report(
        .modelFit, "the scheme asks for the members of a \(scheme.entities.name(of: .unit))",
        at: scheme.origin, help: "a model decides one unit: add the members' values up in inputs")
    }
    var root = MarkupElement(
      "definitions",
      [
        "id": "scheme-\(scheme.id)", "name": scheme.title, "namespace": "urn:scheme:\(scheme.id)",
        "exporter": "Proeftuin",
      ])
    let day = date.map { "figures as they hold on \($0)" } ?? "the latest figures"
    root.children = description([
      "Scheme '\(scheme.id)', \(day)", scheme.owner.map { "owner: \($0)" },
      scheme.legal.citation,
    ])
    root.children += scheme.inputs.compactMap(itemDefinition)
    root.children += scheme.legal.laws.enumerated().map { place, law in
      MarkupElement(
        "knowledgeSource",
        ["id": "law-\(place + 1)", "name": law.name, "locationURI": law.address])
    }
    for input in scheme.inputs { root.children.append(inputData(input)) }
    for parameter in scheme.parameters { root.children += decision(parameter) }
    for decision in scheme.decisions { root.children += decisions(decision) }
    return root
  }

  /// What a reader should know, in one line; no element where that is nothing.
  private func description(_ parts: [String?]) -> [MarkupElement] {
    let text = parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ". ")
    return text.isEmpty ? [] : [MarkupElement("description", text: "\(text).")]
  }

  private func variable(_ name: String, _ type: String?) -> MarkupElement {
    MarkupElement("variable", ["name": name, "typeRef": type])
  }

  private func literal(_ source: String) -> MarkupElement {
    MarkupElement("literalExpression", [:], [MarkupElement("text", text: source)])
  }
}

// Inputs and parameters
extension SchemeExport {
  private func itemDefinition(_ input: SchemeInput) -> MarkupElement? {
    guard let tests = input.modelTests else { return nil }
    return MarkupElement(
      "itemDefinition", ["name": "t_\(input.name)"],
      [
        MarkupElement("typeRef", text: input.kind.modelType),
        MarkupElement("allowedValues", [:], [MarkupElement("text", text: tests)]),
      ])
  }

  /// An input that a reform answered for everybody is a decision that needs nothing.
  private func inputData(_ input: SchemeInput) -> MarkupElement {
    let type = input.modelTests == nil ? input.kind.modelType : "t_\(input.name)"
    let start = description([input.unit.map { "unit: \($0)" }])
    guard let fixed = input.fixed else {
      return MarkupElement(
        "inputData",
        ["id": input.name, "label": input.title?.text(in: .english), "name": input.name],
        start + [variable(input.name, type)])
    }
    return MarkupElement(
      "decision", ["id": input.name, "name": input.name],
      start + [variable(input.name, type), literal(fixed.source)])
  }

  private mutating func decision(_ parameter: SchemeParameter) -> [MarkupElement] {
    guard let value = parameter.value(on: date) else {
      faults.report(
        .modelFit,
        "parameter '\(parameter.name)' has no value on \(date.map { "\($0)" } ?? "any day")",
        at: parameter.origin ?? scheme.origin,
        help: "choose a later date, or add the figure to the scheme")
      return []
    }
    if case .function(let function) = value, let definition = function.definition {
      return [scale(parameter, function.parameters, definition)]
    }
    guard let type = value.modelType else {
      faults.report(
        .modelFit, "parameter '\(parameter.name)' is a \(value.kind), which no model can hold",
        at: parameter.origin ?? scheme.origin,
        help: "write its parts as decisions of the scheme")
      return []
    }
    let version = parameter.versions.last { version in
      guard let from = version.from, let date else { return true }
      return from <= date
    }
    return [
      MarkupElement(
        "decision",
        [
          "id": parameter.name, "label": parameter.title?.text(in: .english),
          "name": parameter.name,
        ],
        description([
          parameter.unit.map { "unit: \($0)" }, parameter.legal.citation,
          version?.legal.citation, version?.from.map { "holds from \($0)" },
          version?.source.map { "source: \($0)" },
        ]) + [variable(parameter.name, type)] + authority(parameter.legal.citation)
          + [literal(value.source)])
    ]
  }

  /// A scale by brackets is knowledge: a function of its base.
  private func scale(
    _ parameter: SchemeParameter, _ parameters: [String], _ definition: FEELExpression
  ) -> MarkupElement {
    MarkupElement(
      "businessKnowledgeModel",
      [
        "id": parameter.name, "label": parameter.title?.text(in: .english), "name": parameter.name,
      ],
      description([
        "A scale by brackets", parameter.unit.map { "unit: \($0)" }, parameter.legal.citation,
      ]) + [
        variable(parameter.name, nil),
        MarkupElement(
          "encapsulatedLogic", [:],
          parameters.map { MarkupElement("formalParameter", ["name": $0, "typeRef": "number"]) }
            + [literal(definition.source)]),
      ] + authority(parameter.legal.citation))
  }

  /// What cites an article rests on the scheme's law.
  private func authority(_ citation: String) -> [MarkupElement] {
    guard !citation.isEmpty, !scheme.legal.laws.isEmpty else { return [] }
    return [
      MarkupElement(
        "authorityRequirement", [:], [MarkupElement("requiredAuthority", ["href": "#law-1"])])
    ]
  }
}

// Decisions
extension SchemeExport {
  private mutating func decisions(_ decision: Decision) -> [MarkupElement] {
    switch decision.body {
    case .expression(let expression):
      let source = decision.rounding?.formula(of: expression.source) ?? expression.source
      return [
        element(
          decision, decision.name, logic: literal(source), needs: [expression],
          type: type(of: decision.name))
      ]
    case .table(let table): return decisions(decision, table)
    }
  }

  /// A table that rounds, or adds up several outputs, is one or more tables and a decision over them.
  private mutating func decisions(
    _ decision: Decision, _ table: DecisionTable
  ) -> [MarkupElement] {
    let policy = TablePolicy(table.hit)
    let isSplit = policy.aggregation != nil && table.outputs.count > 1
    guard isSplit || decision.rounding != nil else {
      return [
        element(
          decision, decision.name,
          logic: markup(table, of: decision, policy, Array(table.outputs.indices)),
          needs: table.expressions, cells: table.cells,
          type: table.outputs.count == 1 ? type(of: decision.name) : nil)
      ]
    }
    let groups = isSplit ? table.outputs.indices.map { [$0] } : [Array(table.outputs.indices)]
    var result: [MarkupElement] = []
    var parts: [(output: Int, source: String)] = []
    for group in groups {
      let name = free(
        isSplit ? "\(decision.name)_\(table.outputs[group[0]].name)" : "\(decision.name)_unrounded")
      result.append(
        element(
          decision, name, logic: markup(table, of: decision, policy, group),
          needs: table.expressions, cells: table.cells, type: nil))
      parts += group.map { output in
        (output, group.count > 1 ? "\(name).\(table.outputs[output].name)" : name)
      }
    }
    let sources = parts.map { part in
      (table.outputs[part.output].name, decision.rounding?.formula(of: part.source) ?? part.source)
    }
    let source =
      sources.count == 1
      ? sources[0].1 : "{" + sources.map { "\($0): \($1)" }.joined(separator: ", ") + "}"
    let before = result.compactMap { $0["id"] }
    var last = element(
      decision, decision.name, logic: literal(source), needs: [],
      type: sources.count == 1 ? type(of: decision.name) : nil)
    let place = last.children.firstIndex { $0.name == "variable" }.map { $0 + 1 } ?? 0
    last.children.insert(
      contentsOf: before.map { requirement($0, isInput: false) }, at: place)
    return result + [last]
  }

  /// A name that the scheme does not use.
  private func free(_ name: String) -> String {
    var name = name
    while scheme.names.contains(name) { name += "_" }
    return name
  }

  private mutating func element(
    _ decision: Decision, _ name: String, logic: MarkupElement, needs: [RuleExpression],
    cells: [TableCell] = [], type: String?
  ) -> MarkupElement {
    var required: [String] = []
    for expression in needs {
      check(expression.feel.references, at: expression.origin)
      required += words(of: expression.source)
    }
    for cell in cells {
      check(cell.tests.references, at: cell.origin)
      required += words(of: cell.tests.standardSource)
    }
    let known =
      scheme.inputs.map(\.name) + scheme.parameters.map(\.name)
      + scheme.decisions.prefix { $0.name != decision.name }.map(\.name)
    let names = known.filter(Set(required).contains)
    return MarkupElement(
      "decision",
      ["id": name, "label": decision.title?.text(in: .english), "name": name],
      description([
        decision.unit.map { "unit: \($0)" }, decision.legal.citation,
        decision.rounding.map { $0.legal.isEmpty ? "" : "rounded by \($0.legal.citation)" },
      ])
        + [variable(name, type)]
        + names.filter { !scheme.functions.contains($0) }
        .map { requirement($0, isInput: scheme.input($0).map { $0.fixed == nil } ?? false) }
        + names.filter(scheme.functions.contains).map { name in
          MarkupElement(
            "knowledgeRequirement", [:],
            [MarkupElement("requiredKnowledge", ["href": "#\(name)"])])
        }
        + authority(decision.legal.citation) + [logic])
  }

  private func requirement(_ name: String, isInput: Bool) -> MarkupElement {
    MarkupElement(
      "informationRequirement", [:],
      [MarkupElement(isInput ? "requiredInput" : "requiredDecision", ["href": "#\(name)"])])
  }

  /// Names that no element of the model stands for, such as the members of a household.
  private mutating func check(_ references: [Reference], at place: LocatedNode) {
    for reference in references {
      let name = reference.path[0]
      guard !scheme.names.contains(name), !scheme.decisions.contains(where: { $0.name == name })
      else { continue }
      faults.report(
        .modelFit, "'\(name)' has no counterpart in a decision model", at: place,
        help: "a model knows the inputs, parameters and decisions of one unit")
    }
  }

  /// The words outside texts: names in filters too, which may be keys as well.
  private func words(of source: String) -> [String] {
    source.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset.isMultiple(of: 2) }
      .flatMap { $0.element.split { !$0.isLetter && !$0.isNumber && $0 != "_" } }
      .map { String($0) }
  }

  private func type(of column: String) -> String? {
    types.modelType(of: column)
  }

  private func markup(
    _ table: DecisionTable, of decision: Decision, _ policy: TablePolicy, _ outputs: [Int]
  ) -> MarkupElement {
    var element = MarkupElement(
      "decisionTable", ["hitPolicy": policy.name, "aggregation": policy.aggregation])
    element.children = table.inputs.map { input in
      // Those of the scheme's own input stand in its item definition.
      let isOwn = scheme.input(input.expression.source)?.allowed == input.allowed
      let values = isOwn ? "" : input.allowed.map(\.source).joined(separator: ", ")
      return MarkupElement(
        "input", [:],
        (values.isEmpty ? [] : [MarkupElement("description", text: "values: \(values)")])
          + [
            MarkupElement(
              "inputExpression", [:], [MarkupElement("text", text: input.expression.source)])
          ])
    }
    element.children += outputs.map { place in
      let output = table.outputs[place]
      let column = table.outputs.count > 1 ? "\(decision.name).\(output.name)" : decision.name
      return MarkupElement(
        "output",
        [
          "name": outputs.count > 1 ? output.name : nil,
          "typeRef": decision.rounding == nil ? type(of: column) : nil,
        ],
        (output.values.isEmpty
          ? []
          : [text("outputValues", output.values.map(\.source).joined(separator: ", "))])
          + (output.fallback.map { [text("defaultOutputEntry", $0.source)] } ?? []))
    }
    element.children += table.rows.map { row in
      MarkupElement(
        "rule", [:],
        description([row.legal.citation])
          + row.cells.map { text("inputEntry", $0.tests.standardSource) }
          + outputs.map { text("outputEntry", row.outputs[$0].source) })
    }
    return element
  }

  private func text(_ name: String, _ source: String) -> MarkupElement {
    MarkupElement(name, [:], [MarkupElement("text", text: source)])
  }
}

/// A hit policy as the standard's attributes write it.
private struct TablePolicy {
  let name: String
  let aggregation: String?

  init(_ hit: HitPolicy) {
    let isCollect = hit.rawValue.hasPrefix("COLLECT ")
    name = isCollect ? "COLLECT" : hit.rawValue
    aggregation = isCollect ? String(hit.rawValue.dropFirst("COLLECT ".count)) : nil
  }
}

extension DecisionTable {
  fileprivate var expressions: [RuleExpression] {
    inputs.map(\.expression) + rows.flatMap(\.outputs) + outputs.compactMap(\.fallback)
  }

  fileprivate var cells: [TableCell] { rows.flatMap(\.cells) }
}

extension DiagnosticCode {
  static let modelFit: DiagnosticCode = "model-fit"
}
