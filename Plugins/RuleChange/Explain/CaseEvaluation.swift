// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// Applies a scheme to one case by the scalar interpreter, and keeps how each result came about.
struct CaseEvaluation {
  private let scheme: Scheme
  private let date: CalendarDate?
  /// What the expressions of the decision at hand may name.
  private var scope: FEELScope

  /// The trace of a case; inputs that it does not give are unknown.
  ///
  /// - Throws: a fault of the rules with the decision, the article and the line.
  static func trace(
    _ scheme: Scheme, on date: CalendarDate?, given values: [String: FEELValue],
    members: [[String: FEELValue]] = []
  ) throws(StageFault) -> CaseTrace {
    try scheme.requireValues(on: date)
    let given = scheme.given(.unit, values)
    let known = members.enumerated().map { place, values in
      KnownMember(
        member: CaseMember(number: place + 1, role: values[SchemeEntities.role]?.string),
        given: scheme.given(.member, values))
    }
    var facts = CaseFacts(scheme, given, known)
    var steps: [DecisionTrace] = []
    for decision in scheme.decisions {
      let concerned: [CaseMember?] =
        decision.level == .unit ? [nil] : known.map(\.member)
      let seen = concerned.map { facts.scope(scheme.scope(on: date), of: $0) }
      for (member, scope) in zip(concerned, seen) {
        let evaluation = CaseEvaluation(scheme: scheme, date: date, scope: scope)
        var step = try evaluation.step(decision)
        step.member = member
        facts.add(step)
        steps.append(step)
      }
    }
    return CaseTrace(
      scheme: scheme, date: date, given: given, members: known, decisions: steps)
  }

  private func step(_ decision: Decision) throws(StageFault) -> DecisionTrace {
    do throws(RuleFault) {
      switch decision.body {
      case .expression(let expression):
        let value = try expression.value(in: scope)
        let formula = expression.feel.worked(in: scope)
        return try trace(
          decision, [value], .formula(source: expression.source, formula), formula.uses,
          legal: decision.legal)
      case .table(let table):
        let (values, trace) = try TableCaseEvaluation(table, in: scope).result()
        let legal = trace.fired.flatMap(\.legal).uniqued()
        return try self.trace(
          decision, values, .table(trace), uses(in: trace, of: table),
          legal: legal.isEmpty ? decision.legal : legal)
      }
    } catch {
      throw error.stageFault(decision: decision, scheme: scheme)
    }
  }

  private func trace(
    _ decision: Decision, _ values: [FEELValue], _ basis: DecisionTrace.Basis,
    _ uses: [WorkedFormula.Use], legal: [LegalReference]
  ) throws(RuleFault) -> DecisionTrace {
    var results: [DecisionTrace.Result] = []
    for (name, value) in zip(decision.columns, values) {
      let rounded = try rounded(value, decision)
      results.append(
        DecisionTrace.Result(
          name: name, value: rounded, unrounded: rounded == value ? nil : value))
    }
    var used: [UsedValue] = []
    for use in uses {
      let value = usedValue(use)
      if !used.contains(value) { used.append(value) }
    }
    return DecisionTrace(
      decision: decision, results: results, basis: basis, uses: used, legal: legal)
  }

  private func rounded(_ value: FEELValue, _ decision: Decision) throws(RuleFault) -> FEELValue {
    guard let rounding = decision.rounding, !value.isNull else { return value }
    guard let number = value.number else {
      throw RuleFault("it rounds, and gives a \(value.kind)")
    }
    guard let rounded = rounding.applied(to: number) else {
      throw RuleFault("an amount is too large to be rounded exactly", count: 1)
    }
    return .number(rounded)
  }

  /// What the table looked at: its inputs, the names in the cells, and those in the outputs that count.
  private func uses(in trace: TableTrace, of table: DecisionTable) -> [WorkedFormula.Use] {
    let rows = trace.fired.isEmpty ? [trace.nearest].compactMap { $0 } : trace.fired
    var uses = trace.inputs.flatMap(\.formula.uses)
    for row in rows {
      for reference in table.rows[row.number - 1].cells.flatMap(\.tests.references) {
        uses.append(
          WorkedFormula.Use(path: reference.path, value: scope.constants[reference.path[0]]))
      }
      uses += row.outputs.flatMap(\.uses)
    }
    return uses
  }

  private func usedValue(_ use: WorkedFormula.Use) -> UsedValue {
    let name = use.path.joined(separator: ".")
    if let other = othersValue(use) { return other }
    if let parameter = scheme.parameters.first(where: { $0.name == use.path[0] }) {
      if let scale = parameter.scale {
        return UsedValue(
          name: parameter.name, title: parameter.title, unit: parameter.unit, value: nil,
          origin: .scale(scale.inForce(on: date), legal: parameter.legal))
      }
      let version = parameter.dated.version(on: date)
      let own = version?.legal ?? []
      let legal = own.isEmpty ? parameter.legal : own
      return UsedValue(
        name: parameter.name, title: parameter.title, unit: parameter.unit,
        value: version?.value ?? use.value,
        origin: .parameter(version, legal: legal))
    }
    if let input = scheme.input(use.path[0]) {
      return UsedValue(
        name: name, title: input.title, unit: input.unit, value: use.value, origin: .input)
    }
    if let decision = scheme.decisions.first(where: {
      $0.name == use.path[0] || $0.columns.contains(name)
    }) {
      let isWhole = decision.columns == [decision.name]
      return UsedValue(
        name: name, title: isWhole ? decision.title : nil, unit: decision.unit, value: use.value,
        origin: .decision)
    }
    return UsedValue(name: name, title: nil, unit: nil, value: use.value, origin: .other)
  }
}

// Values of others
extension CaseEvaluation {
  /// What a unit's rule asks of its members, or a member's of the unit; nil for the own names.
  private func othersValue(_ use: WorkedFormula.Use) -> UsedValue? {
    let owner = use.path[0]
    let isOther = scheme.entities.lists.contains(owner) || owner == scheme.entities.unit
    guard scheme.entities.member != nil, isOther else { return nil }
    let name = use.path.joined(separator: ".")
    let key = use.path.dropFirst().joined(separator: ".")
    let (input, decision) = (
      scheme.input(key), scheme.decisions.first { $0.columns.contains(key) }
    )
    return UsedValue(
      name: name, owner: owner, title: input?.title ?? decision?.title,
      unit: input?.unit ?? decision?.unit, value: use.value,
      origin: input != nil ? .input : decision != nil ? .decision : .other)
  }
}

extension Scheme {
  fileprivate func given(
    _ level: SchemeEntities.Level, _ values: [String: FEELValue]
  ) -> [GivenValue] {
    inputs(of: level).map { input in
      GivenValue(
        input: input, value: input.fixed ?? values[input.name] ?? .null,
        isFixed: input.fixed != nil)
    }
  }
}

extension RuleExpression {
  /// The value in a scope, with a fault at its place.
  func value(in scope: FEELScope) throws(RuleFault) -> FEELValue {
    do throws(FEELFault) {
      return try feel.evaluate(in: scope)
    } catch {
      throw RuleFault(error, at: origin)
    }
  }
}
