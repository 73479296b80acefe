// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Reads a contract from a YAML map and finds all that is wrong with it, each at its line and column.
struct ContractReader {
  /// Where a column is named: the pipeline knows later whether the table has it.
  struct Use {
    let name: String
    let parameter: String
    let span: SourceSpan
  }

  /// Of the file that holds the contract, which need not be the pipeline file.
  var reading: ParameterReading
  private(set) var uses: [Use] = []
  /// Paths of the tables that columns refer to.
  var sources: [Node] = []

  init(_ reading: ParameterReading) { self.reading = reading }

  static let keys = [
    "version", "owner", "legal_basis", "retain_until", "columns", "unique", "rules",
    "other_columns",
  ]

  /// The contract; of no use where `reading` has errors afterwards.
  mutating func contract(_ node: Node) -> DataContract {
    let outer = reading.parameter
    var contract = DataContract()
    contract.readOn = reading.referenceDate
    for entry in entries(of: node, keys: Self.keys) {
      reading.parameter = Self.path(outer, entry.name)
      switch entry.name {
      case "version": contract.version = String.read(entry.value, in: &reading)
      case "owner": contract.owner = String.read(entry.value, in: &reading)
      case "legal_basis": contract.legalBasis = String.read(entry.value, in: &reading)
      case "retain_until": contract.retention = retention(entry.value)
      case "columns": contract.columns = columns(entry.value)
      case "unique": contract.unique = unique(entry.value)
      case "other_columns":
        contract.otherColumns = OtherColumns.read(entry.value, in: &reading) ?? .allowed
      default: break
      }
    }
    if let rules = node["rules"] {
      reading.parameter = Self.path(outer, "rules")
      contract.rules = self.rules(rules, types: contract.types)
    }
    reading.parameter = outer
    return contract
  }
}

extension ContractReader {
  static func path(_ outer: String, _ name: String) -> String {
    outer.isEmpty ? name : "\(outer).\(name)"
  }

  mutating func use(_ name: String, at span: SourceSpan) {
    uses.append(Use(name: name, parameter: reading.parameter, span: span))
  }

  /// The entries with known keys; the others are reported, and so is a node that is no map.
  mutating func entries(of node: Node, keys: [String]) -> [Node.Entry] {
    guard let entries = node.entries else {
      reading.reportWrongType(node, wanted: "a map with " + keys.joined(separator: ", "))
      return []
    }
    return entries.filter { entry in
      if keys.contains(entry.name) { return true }
      reading.report(
        .unknownTerm, "a contract has no '\(entry.name)' here", at: entry.key,
        help: Suggestion.question(for: entry.name, among: keys),
        notes: ["known here: " + keys.joined(separator: ", ")])
      return false
    }
  }

  private mutating func retention(_ node: Node) -> Retention? {
    guard let text = node.scalar?.text, let day = CalendarDate(text) else {
      reading.reportWrongType(node, wanted: ParameterSchema.date.phrase)
      return nil
    }
    let retention = Retention(until: day)
    if retention.state(on: reading.referenceDate) == .passed {
      reading.report(
        .retentionPassed, "the data may not be used any more: they are kept until \(day)",
        at: node, help: Retention.help)
    }
    return retention
  }

  private mutating func unique(_ node: Node) -> [UniqueTerms] {
    guard let items = node.items else {
      reading.reportWrongType(
        node, wanted: "a list of lists of columns", help: "as in unique: [[number, month]]")
      return []
    }
    return items.compactMap { uniqueTerms($0) }
  }

  private mutating func uniqueTerms(_ node: Node) -> UniqueTerms? {
    if node.items != nil { return names(node).map { UniqueTerms(columns: $0) } }
    guard node.entries != nil else {
      reading.reportWrongType(
        node, wanted: "a list of columns",
        help: "columns that are unique together stand in brackets of their own: [[number, month]]; "
          + "for one alone write unique: true at the column")
      return nil
    }
    var columns: [String]?
    var severity = Severity.error
    for entry in entries(of: node, keys: ["columns", "severity"]) {
      if entry.name == "columns" { columns = names(entry.value) }
      if entry.name == "severity" { severity = self.severity(entry.value) }
    }
    if node["columns"] == nil {
      reading.report(.missingTerm, "'columns' is missing", at: node)
    }
    return columns.map { UniqueTerms(columns: $0, severity: severity) }
  }

  private mutating func names(_ node: Node) -> [String]? {
    guard let names = [String].read(node, in: &reading) else { return nil }
    guard !names.isEmpty else {
      reading.report(.contradictoryTerms, "no column is named here", at: node)
      return nil
    }
    for (name, item) in zip(names, node.items ?? [node]) { use(name, at: item.span) }
    return names
  }

  mutating func severity(_ node: Node) -> Severity {
    Severity.read(node, in: &reading) ?? .error
  }
}

// Rules between columns
extension ContractReader {
  private mutating func rules(_ node: Node, types: [String: DeclaredType]) -> [RowRule] {
    guard let pairs = node.entries else {
      reading.reportWrongType(node, wanted: "a map from names to expressions")
      return []
    }
    let outer = reading.parameter
    defer { reading.parameter = outer }
    return pairs.compactMap { pair in
      reading.parameter = Self.path(outer, pair.name)
      return rule(pair, types)
    }
  }

  private mutating func rule(_ pair: Node.Entry, _ types: [String: DeclaredType]) -> RowRule? {
    var source = pair.value
    var severity = Severity.error
    if pair.value.entries != nil {
      for entry in entries(of: pair.value, keys: ["expression", "severity"])
      where entry.name == "severity" {
        severity = self.severity(entry.value)
      }
      guard let given = pair.value["expression"] else {
        reading.report(.missingTerm, "'expression' is missing", at: pair.key)
        return nil
      }
      source = given
    }
    guard let expression = Expression.read(source, in: &reading) else { return nil }
    // A longer path may be a property or a name with dots: only the rows can tell.
    for reference in expression.columns where reference.path.count == 1 {
      use(reference.path[0], at: source.span(inScalar: reference.range, of: reading.file))
    }
    checkType(of: expression, at: source, types)
    return RowRule(name: pair.name, expression: expression, severity: severity)
  }

  /// Finds clashes of types where the contract says the types of all columns that a rule uses.
  private mutating func checkType(
    of expression: Expression, at node: Node, _ types: [String: DeclaredType]
  ) {
    let constants = reading.constants
    // A contract that is read by itself does not know the parameters of a pipeline.
    guard
      expression.feel.references.allSatisfy({
        !["parameters", "each"].contains($0.path[0]) || constants[$0.path[0]] != nil
      })
    else { return }
    var schema: [ColumnSchema] = []
    for name in Set(expression.columns.map { $0.path[0] }) {
      guard let type = types[name] else { return }
      schema.append(ColumnSchema(name, type.columnType))
    }
    do {
      let type = try expression.feel.type(over: schema, in: expression.scope)
      guard let type, type != .boolean else { return }
      reading.report(
        .wrongType, "the rule gives \(type.name), not true or false", at: node,
        help: "compare it with something, as in income < 30000")
    } catch {
      reading.report(error, at: node)
    }
  }
}

extension Retention {
  static let help =
    "delete them ('proeftuin forget' does so for the runs), or agree on a later date with the owner"
}

extension DiagnosticCode {
  static let unknownTerm: DiagnosticCode = "unknown-term"
  static let missingTerm: DiagnosticCode = "missing-term"
  static let contradictoryTerms: DiagnosticCode = "contradictory-terms"
  static let badPattern: DiagnosticCode = "bad-pattern"
  static let retentionPassed: DiagnosticCode = "retention-passed"
}
