// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit

/// Checks that the decisions of a scheme do not mix units, and give what they are declared to give.
///
/// What has no unit is not checked. A decision without one has the unit that follows from its rule.
struct SchemeUnits {
  private var faults = SchemeFaults()
  private var known: [String: Quantity] = [:]
  private let scheme: Scheme
  private let counts: Set<String>

  /// - Precondition: the decisions stand in an order in which each follows those that it names.
  static func faults(of scheme: Scheme) -> [Diagnostic] {
    var units = SchemeUnits(scheme)
    for decision in scheme.decisions { units.check(decision) }
    return units.faults.diagnostics
  }

  private init(_ scheme: Scheme) {
    self.scheme = scheme
    counts = scheme.countedWords
    for parameter in scheme.parameters { known[parameter.name] = declared(parameter.unit) }
    for input in scheme.inputs { known[input.name] = declared(input.unit) }
  }

  private func declared(_ text: String?) -> Quantity {
    text.map { .measured(UnitWords.unit(of: $0, counts: counts)) } ?? .unknown
  }

  /// The unit of a name, or of a name of a member or of the household around it.
  private func quantity(of path: [String]) -> Quantity {
    known[path.joined(separator: ".")] ?? known[path[0]]
      ?? path.last.flatMap { path.count > 1 ? known[$0] : nil } ?? .unknown
  }

  private var knowledge: UnitKnowledge {
    let known = self
    return UnitKnowledge(name: { known.quantity(of: $0) }, number: UnitWords.meanings)
  }

  private mutating func check(_ decision: Decision) {
    faults.legal = scheme.legal(of: decision)
    defer { faults.legal = [] }
    switch decision.body {
    case .expression(let expression):
      let found = quantity(of: expression)
      known[decision.name] = settled(found, decision, at: expression.origin)
    case .table(let table): check(table, of: decision)
    }
  }

  private mutating func check(_ table: DecisionTable, of decision: Decision) {
    let inputs = table.inputs.map { quantity(of: $0.expression) }
    let own = faults.legal
    for row in table.rows {
      faults.legal = row.legal.isEmpty ? own : row.legal
      for (cell, input) in zip(row.cells, inputs) {
        report(cell.tests.unitFaults(input: input, knowing: knowledge), in: cell.origin)
      }
    }
    faults.legal = own
    for (place, name) in decision.columns.enumerated() {
      var common = Quantity.unknown
      let results =
        table.rows.map { $0.outputs[place] } + [table.outputs[place].fallback].compactMap { $0 }
      for result in results {
        let next = quantity(of: result)
        guard let joined = common.joined(with: next) else {
          report(
            "this result is in \(next.name), and others of '\(decision.name)' are in "
              + "\(common.name)", at: result.origin)
          continue
        }
        common = joined
      }
      known[name] =
        table.outputs.count == 1
        ? settled(common, decision, at: decision.origin) : Self.followed(common)
    }
  }

  private mutating func quantity(of expression: RuleExpression) -> Quantity {
    let (quantity, found) = expression.feel.unit(knowing: knowledge)
    report(found, in: expression.origin)
    return quantity
  }

  /// The unit that later decisions reckon with: the declared one, if there is one.
  private mutating func settled(
    _ found: Quantity, _ decision: Decision, at place: LocatedNode
  ) -> Quantity {
    guard decision.unit != nil else { return Self.followed(found) }
    let declared = declared(decision.unit)
    if found.joined(with: declared) == nil {
      report(
        "decision '\(decision.name)' is declared in \(declared.name), and its rule gives "
          + "\(found.name)", at: place)
    }
    return declared
  }

  /// Numbers alone do not tell a unit.
  private static func followed(_ found: Quantity) -> Quantity {
    if case .measured = found { found } else { .unknown }
  }

  private mutating func report(_ found: [FEELFault], in place: LocatedNode) {
    for fault in found {
      faults.report(.mixedUnits, fault.message, at: place.part(fault.range), help: fault.help)
    }
  }

  private mutating func report(_ message: String, at place: LocatedNode) {
    faults.report(
      .mixedUnits, message, at: place,
      help: "mend the rule or the 'unit'; a number in a rule has no unit, a parameter can have one")
  }
}

extension Scheme {
  /// Words that count units of the scheme: they are no unit of measure.
  var countedWords: Set<String> {
    Set([entities.unit, entities.member].compactMap { $0?.lowercased() })
  }
}

extension DiagnosticCode {
  static let mixedUnits: DiagnosticCode = "mixed-units"
}
