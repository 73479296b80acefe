// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Finds what must go wrong for every case: a division by a parameter that is zero, a number that is
/// too large before any case comes in.
struct ConstantCheck {
  private let scheme: Scheme
  private let parameters: [String: SchemeParameter]
  private var faults = SchemeFaults()

  static func faults(of scheme: Scheme) -> [Diagnostic] {
    var check = ConstantCheck(scheme)
    for decision in scheme.decisions {
      for expression in decision.expressions { check.look(at: expression, of: decision) }
    }
    return check.faults.diagnostics
  }

  private init(_ scheme: Scheme) {
    self.scheme = scheme
    parameters = Dictionary(
      scheme.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Looks with the parameters of every day on which one of them changes.
  private mutating func look(at expression: RuleExpression, of decision: Decision) {
    let named = Set(expression.feel.references.map { $0.path[0] }).compactMap { parameters[$0] }
    let days = Set(named.flatMap { $0.versions.compactMap(\.from) }).sorted()
    let whole: [CalendarDate?] = days.isEmpty ? [nil] : days.map { $0 }
    var seen: [FEELFault: [CalendarDate?]] = [:]
    var order: [FEELFault] = []
    for day in whole {
      for fault in expression.feel.constantFaults(in: scheme.scope(on: day)) {
        if seen[fault] == nil { order.append(fault) }
        seen[fault, default: []].append(day)
      }
    }
    faults.legal = scheme.legal(of: decision, at: expression.origin)
    for fault in order {
      let first = (seen[fault] ?? []).first ?? nil
      let isAlways = seen[fault]?.count == whole.count
      let day = first.map { isAlways ? "" : " with the parameters of \($0)" } ?? ""
      faults.report(
        .badExpression, fault.message + day, at: expression.origin.part(fault.range),
        help: fault.help)
    }
  }
}
