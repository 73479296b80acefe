// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Works out from a scheme which values the inputs of a decision table can have.
struct TableDomains {
  /// What all tests of an input compare it with, and whether they do nothing else.
  private struct Constants {
    let values: [FEELValue]
    let isExact: Bool
  }

  let scheme: Scheme
  let scope: FEELScope

  /// The domain of each input of a table.
  ///
  /// - Throws: a fault where tests do more than compare with constants, so that no finite number of
  ///   cases shows everything.
  func domains(of table: DecisionTable, decision: Decision) throws(RuleFault) -> [InputDomain] {
    var part = scheme
    part.decisions = Array(scheme.decisions.prefix { $0.name != decision.name })
    let types = SchemeTypes.checked(part)
    let columns = types.columns(seenBy: decision.level)
    var scope = scope
    scope.groups = types.scope(of: decision.level).groups
    var domains: [InputDomain] = []
    for (place, input) in table.inputs.enumerated() {
      domains.append(try domain(of: input, at: place, in: table, columns, scope))
    }
    return domains
  }

  private func domain(
    of input: TableInput, at place: Int, in table: DecisionTable, _ columns: [ColumnSchema],
    _ scope: FEELScope
  ) throws(RuleFault) -> InputDomain {
    let label = input.expression.source
    let declared = scheme.input(label)
    if let fixed = declared?.fixed, !fixed.isNull {
      return InputDomain(label: label, listed: [fixed])
    }
    if !input.allowed.isEmpty { return InputDomain(label: label, listed: input.allowed) }
    let constants = try constants(at: place, in: table, input)
    let type: ColumnType?
    do throws(FEELFault) {
      type = try input.expression.feel.type(over: columns, in: scope)
    } catch {
      throw RuleFault(error, at: input.expression.origin)
    }
    switch type ?? Self.type(of: constants.values) {
    case .boolean: return InputDomain(label: label, listed: [.boolean(true), .boolean(false)])
    case .integer, .number, .decimal:
      try requireExact(constants, input)
      return InputDomain(
        label: label, numbers: constants.values.compactMap(\.number),
        minimum: declared?.minimum?.number, maximum: declared?.maximum?.number,
        isWhole: declared?.kind == .integer)
    case .date:
      try requireExact(constants, input)
      return InputDomain(
        label: label, dates: constants.values.compactMap(\.date),
        minimum: declared?.minimum?.date, maximum: declared?.maximum?.date)
    case .text, .category:
      try requireExact(constants, input)
      return InputDomain(label: label, texts: constants.values.filter { $0.string != nil })
    case .timestamp, nil:
      throw RuleFault(
        "input '\(label)' has no values that could be told apart beforehand",
        help: "test a number, a text, a date, or true and false")
    }
  }

  private func constants(
    at place: Int, in table: DecisionTable, _ input: TableInput
  ) throws(RuleFault) -> Constants {
    var values: [FEELValue] = []
    var isExact = true
    for row in table.rows {
      let cell = row.cells[place]
      do throws(FEELFault) {
        let found = try cell.tests.boundaries(in: scope)
        values += found.values
        isExact = isExact && found.isExact
      } catch {
        guard error.code == .unknownName else { throw RuleFault(error, at: cell.origin) }
        throw RuleFault(
          "a test on '\(input.expression.source)' depends on other values of the case "
            + "(\(cell.origin.place))",
          help: "compare in a decision of its own, and test that it is true")
      }
    }
    return Constants(values: values.uniqued(), isExact: isExact)
  }

  private func requireExact(
    _ constants: Constants, _ input: TableInput
  ) throws(RuleFault) {
    guard !constants.isExact else { return }
    throw RuleFault(
      "a test on '\(input.expression.source)' does more than compare it with constants",
      help: "compute it in a decision of its own, and compare that")
  }

  private static func type(of values: [FEELValue]) -> ColumnType? {
    switch values.first {
    case .number: .number
    case .text: .text
    case .date: .date
    case .boolean: .boolean
    default: nil
    }
  }
}

extension FEELValue {
  fileprivate var date: FEELDate? { if case .date(let date) = self { date } else { nil } }
}
