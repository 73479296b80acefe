// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// An example household: a name, and what the rules are told of it.
struct HouseholdType: ParameterValue {
  let name: String
  /// The values of inputs as they are written; nil where one is said to be unknown.
  let values: [(input: String, text: String?)]
  let json: JSONValue

  static var schema: ParameterSchema {
    .block(name: "household", schema: ["type": "object", "required": ["name", "set"]])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> HouseholdType? {
    guard let block = ParameterBlock(node, keys: ["name", "set"], in: &reading) else { return nil }
    let name: String? = block.require("name", "what the household is called", in: &reading)
    guard let set = block["set"], let entries = set.entries else {
      reading.report(
        .missingParameter, "'\(reading.parameter)' needs 'set'", at: block["set"] ?? node,
        help: "write set: {children: 2}, with a value for every input of the scheme but the income")
      return nil
    }
    for entry in entries where entry.value.scalar == nil {
      reading.report(
        .wrongType, "'\(entry.name)' takes one value, not \(entry.value.kindName)",
        at: entry.value)
      return nil
    }
    guard let name else { return nil }
    return HouseholdType(
      name: name,
      values: entries.map { ($0.name, $0.value.isNull ? nil : $0.value.text) }, json: node.json)
  }

  /// The value of an input; nil where nothing is said of it.
  subscript(input: String) -> String?? {
    values.first { $0.input.isExactly(input) }.map { $0.text }
  }
}

/// Example households with incomes that vary: what the rules would give them.
struct HouseholdGrid: Sendable {
  let types: [HouseholdType]
  /// The input whose value is the income.
  let incomeInput: String

  /// Finds what the scheme cannot be told, before anything runs.
  func check(_ variants: [SchemeVariant]) throws(StageFault) {
    if let twice = types.first(where: { type in types.count { $0.name == type.name } > 1 }) {
      throw StageFault(
        "two household types are called '\(twice.name)'", at: "household_types", kind: .user)
    }
    for variant in variants {
      guard let income = variant.scheme.input(incomeInput), income.kind.isNumber else {
        throw StageFault(
          "'\(incomeInput)' is no input of scheme '\(variant.scheme.id)' that takes numbers",
          at: "income_input",
          help: Suggestion.question(
            for: incomeInput,
            among: variant.scheme.inputs.filter { $0.kind.isNumber }.map(\.name))
            ?? "name the input that incomes are filled into", kind: .user)
      }
      for type in types { try check(type, against: variant.scheme) }
    }
  }

  private func check(_ type: HouseholdType, against scheme: Scheme) throws(StageFault) {
    guard !scheme.needsMembers else {
      throw StageFault(
        "scheme '\(scheme.id)' asks for members, and example households have none",
        at: "household_types", help: "leave them out for this scheme", kind: .user)
    }
    let names = scheme.inputs.map(\.name)
    for input in scheme.inputs where input.fixed == nil && !input.name.isExactly(incomeInput) {
      guard let value = type[input.name] else {
        throw StageFault(
          "household type '\(type.name)' says nothing of '\(input.name)'", at: "household_types",
          help: "add \(input.name) under 'set', \(input.kind.wanted); null where it is unknown",
          kind: .user)
      }
      guard let text = value else { continue }
      guard input.kind.value(of: text) != nil else {
        throw StageFault(
          "household type '\(type.name)': '\(input.name)' is no \(input.kind.rawValue)",
          at: "household_types", kind: .user)
      }
    }
    for (name, _) in type.values where !names.contains(where: { $0.isExactly(name) }) {
      throw StageFault(
        "household type '\(type.name)' has '\(name)', which no rule asks for",
        at: "household_types", help: Suggestion.question(for: name, among: names), kind: .user)
    }
  }

  /// A population of one household type with these incomes.
  func cases(of type: HouseholdType, incomes: Column, in scheme: Scheme) throws -> Table {
    var columns: [(name: String, column: Column)] = []
    for input in scheme.inputs {
      if input.name.isExactly(incomeInput) {
        columns.append((input.name, incomes))
        continue
      }
      let value = (type[input.name] ?? nil).flatMap { input.kind.value(of: $0) } ?? .null
      guard
        let column = ColumnBlend.repeating(value, as: input.kind.columnType, count: incomes.count)
      else {
        throw StageFault(
          "household type '\(type.name)': '\(input.name)' does not fit a column",
          at: "household_types", kind: .user)
      }
      columns.append((input.name, column))
    }
    return try Table(columns)
  }

  /// The result for one household type at each income; nil where the rules leave it undecided.
  func amounts(
    of type: HouseholdType, incomes: Column, _ variant: SchemeVariant, _ result: String,
    on date: CalendarDate
  ) throws -> [Double?] {
    let cases = try cases(of: type, incomes: incomes, in: variant.scheme)
    let column = try SchemeEvaluation(variant.scheme, on: date).decide(over: cases).column(result)
    guard let (values, validity) = column.doubles() else {
      return [Double?](repeating: nil, count: incomes.count)
    }
    return values.indices.map { row in
      validity.map { $0[row] } ?? true ? values[row] : nil
    }
  }
}

extension SchemeInput.Kind {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number, .decimal: true
    case .boolean, .text, .date: false
    }
  }
}
