// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Holds a table against a contract, batch by batch.
///
/// Rows are seen as they were read, with identifying values: a pattern is about those. Keys that must be
/// unique spill to the disk; the values of tables that are referred to are kept in memory.
struct ContractCheck: Sendable {
  private var rules: [any ContractRule] = []
  private let otherColumns: RuleOutcome?

  /// Prepares the rules for a table of that schema, and reads the tables that columns refer to.
  ///
  /// - Throws: a fault that names all columns that are missing, or all whose types do not allow their terms.
  init(
    _ contract: DataContract, over schema: [ColumnSchema], folder: String
  ) throws(StageFault) {
    let names = schema.map(\.name)
    let missing = contract.columnNames.filter { name in
      !names.contains { $0.isExactly(name) || $0.hasPrefix(name + ".") }
    }
    guard missing.isEmpty else {
      var each: [String] = []
      for name in missing where !each.contains(name) { each.append(name) }
      throw .unknownColumns(each, known: names, at: "contract")
    }
    let columns = contract.columns.compactMap { terms in
      schema.first { $0.name.isExactly(terms.name) }.map { (terms, $0.type) }
    }
    let misfits = columns.compactMap { $0.misfit(with: $1) }
    guard misfits.isEmpty else { throw .misfits(misfits) }
    for (terms, type) in columns { rules += try Self.rules(for: terms, of: type, folder) }
    rules += contract.unique.map { UniqueRule($0.columns, $0.severity, folder: folder) }
    rules += contract.rules.map { ExpressionRule($0) }
    otherColumns = Self.otherColumns(contract, names)
  }

  /// Looks at a batch, whose columns are those of the schema; `firstRow` is the number of its first row
  /// in the whole table, counted from 0.
  ///
  /// - Throws: a fault where a rule cannot be worked out.
  mutating func check(_ batch: Table, firstRow: Int) throws {
    for place in rules.indices { try rules[place].check(batch, firstRow: firstRow) }
  }

  /// What was found, in the order of the contract.
  func outcomes() throws -> [RuleOutcome] {
    try rules.map { try $0.outcome() } + [otherColumns].compactMap(\.self)
  }
}

/// One thing that a contract asks for.
protocol ContractRule: Sendable {
  mutating func check(_ batch: Table, firstRow: Int) throws
  /// The counts of the batches so far.
  var tally: RuleOutcome { get }
  /// What was found in all batches.
  func outcome() throws -> RuleOutcome
}

extension ContractRule {
  func outcome() throws -> RuleOutcome { tally }
}

extension ContractCheck {
  private static func rules(
    for terms: ColumnTerms, of type: ColumnType, _ folder: String
  ) throws(StageFault) -> [any ContractRule] {
    var rules: [any ContractRule] = []
    if terms.required { rules.append(RequiredRule(terms)) }
    if terms.unique { rules.append(UniqueRule([terms.name], terms.severity, folder: folder)) }
    if let end = terms.minimum { rules.append(RangeRule(terms, from: end, over: type)) }
    if let end = terms.maximum { rules.append(RangeRule(terms, upTo: end, over: type)) }
    if let values = terms.allowed { rules.append(ValueRule(terms, among: values, over: type)) }
    if let pattern = terms.pattern { rules.append(ValueRule(terms, fitting: pattern)) }
    if let reference = terms.refersTo {
      rules.append(try ValueRule(terms, in: reference, over: type))
    }
    return rules
  }

  private static func otherColumns(_ contract: DataContract, _ names: [String]) -> RuleOutcome? {
    guard let severity = contract.otherColumns.severity else { return nil }
    let others = names.filter { contract[$0] == nil }
    var outcome = RuleOutcome("no other columns", of: nil, severity)
    // Names of columns are no values.
    outcome.otherColumns = others
    outcome.breaches = others.count
    return outcome
  }
}

extension ColumnTerms {
  /// Why the terms cannot be held against a column of that type.
  fileprivate func misfit(with actual: ColumnType) -> String? {
    if let type, !actual.fits(type.columnType) {
      return "'\(name)' is \(actual.name), and the contract says \(type.rawValue)"
    }
    if pattern != nil, !actual.isTextual {
      return "'\(name)' is \(actual.name), and a pattern is for texts"
    }
    if [minimum, maximum].contains(where: { $0?.suits(actual) == false }) {
      return "'\(name)' is \(actual.name), which its range is not for"
    }
    return nil
  }
}

extension StageFault {
  fileprivate static func misfits(_ misfits: [String]) -> StageFault {
    StageFault(
      misfits.joined(separator: "; "), at: "contract",
      help: "say the right type in the contract, or ask who delivers the data for it")
  }
}
