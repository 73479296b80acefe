// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

/// Schemes and populations that several suites use.
enum Samples {
  /// Two decisions: a full amount by household, and the share of it by income.
  static let supplement = """
    scheme: {id: supplement, title: Income supplement, entity: household}
    parameters:
      limit: {unit: percent, values: {2024-01-01: 110, 2025-01-01: {value: 120, source: council}}}
    inputs:
      household_type: {type: text, values: [single, single_parent, couple]}
      income_percent: {type: number, minimum: 0, unit: percent}
    decisions:
      full_amount:
        table:
          hit: UNIQUE
          inputs: [household_type]
          outputs: [amount]
          rows:
            - [single, 513]
            - [single_parent, 651]
            - [couple, 732]
      share:
        table:
          hit: UNIQUE
          inputs: [income_percent]
          outputs: [share]
          rows:
            - ["<= limit", 1]
            - ["> limit", 0]
      amount:
        unit: euro
        round: {to: 0.01, mode: half-up}
        expression: full_amount * share

    """

  /// The bands of the municipality of Noordenveld as published: it is open where exactly 124 % and
  /// 127 % belong.
  static let taper = """
    reform: {id: taper, title: Taper, scheme: supplement, rationale: no cliff}
    decisions:
      share:
        table:
          hit: UNIQUE
          inputs: [income_percent]
          outputs: [share]
          rows:
            - ["<= 120", 1]
            - ["(120..124]", 0.75]
            - ["[124..127]", 0.5]
            - ["[127..130]", 0.25]
            - ["> 130", 0]

    """

  /// Decides the open edges for the household.
  static let edges = """
    reform: {id: edges}
    rows:
      share:
        - {replace: 3, with: ["(124..127]", 0.5]}
        - {replace: 4, with: ["(127..130]", 0.25]}

    """

  static func root(_ yaml: String, name: String = "scheme.yaml") throws -> LocatedNode {
    let document = Document.parse(SourceFile(name: name, text: yaml))
    return LocatedNode(
      node: try #require(document.root, "\(document.diagnostics)"), file: document.file)
  }

  static func scheme(_ yaml: String = supplement) throws -> Scheme {
    let (scheme, faults) = SchemeReader.scheme(try root(yaml))
    return try #require(scheme, "\(faults.diagnostics.map(\.message))")
  }

  /// A scheme after reforms on top of each other.
  static func scheme(_ yaml: String = supplement, reforms: [String]) throws -> Scheme {
    let parsed = try reforms.map { try reform($0) }
    let (scheme, faults) = SchemeVariants.applied(parsed, to: try scheme(yaml))
    return try #require(scheme, "\(faults.diagnostics.map(\.message))")
  }

  static func reform(_ yaml: String) throws -> Reform {
    var reader = SchemeReader()
    return try #require(Reform.read(try root(yaml, name: "reform.yaml"), &reader))
  }

  static func households(_ types: [String?], _ incomes: [Double?]) throws -> Table {
    try Table([
      ("household_type", .category(CategoryColumn(types))),
      ("income_percent", .number(FixedColumn(incomes))),
    ])
  }

  /// What a reform, under other keys of a stage's `with`, must be indented by.
  static func indented(_ yaml: String, by count: Int) -> String {
    yaml.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }
      .joined(separator: "\n")
  }
}

// Arguments of the tool
extension Samples {
  static func scalar(_ text: String) -> Documents.Node {
    Documents.Node(
      content: .scalar(Scalar(text: text, style: .plain)), span: SourceSpan(at: .start))
  }

  static func arguments(file: String, reforms: [String]) -> [String: Documents.Node] {
    [
      "file": scalar(file),
      "reforms": Documents.Node(
        content: .sequence(reforms.map { scalar($0) }, .flow), span: SourceSpan(at: .start)),
    ]
  }

  static var reading: ParameterReading {
    ParameterReading(file: SourceFile(name: "tool", text: ""), folder: "", constants: [:])
  }
}
