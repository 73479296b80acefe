// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// How the rules of a scheme come to what they decide for one case, step by step.
struct CaseTrace: Sendable {
  let scheme: Scheme
  /// The day whose rules hold; nil for the last values of all figures.
  let date: CalendarDate?
  /// What is known of the case, in the order of the scheme's inputs.
  let given: [GivenValue]
  /// What is known of each who belongs to the unit.
  var members: [KnownMember] = []
  /// Every decision in the order in which they are made.
  let decisions: [DecisionTrace]

  /// The decisions that no other decision needs: what the scheme is for.
  var outcomes: [DecisionTrace] {
    let needed = scheme.decisions.reduce(into: Set<String>()) { $0.formUnion($1.words) }
    return decisions.filter { !needed.contains($0.name) }
  }

  /// A decision, of a member where it is made for each.
  func decision(_ name: String, of member: CaseMember? = nil) -> DecisionTrace? {
    decisions.first { $0.name.isExactly(name) && $0.member == member }
  }
}

/// One who belongs to the unit, by the place in the case, and the role.
struct CaseMember: Sendable, Hashable {
  /// Counted from 1.
  let number: Int
  let role: String?
}

/// A member with what is known of it.
struct KnownMember: Sendable {
  let member: CaseMember
  let given: [GivenValue]
}

/// One thing that is known of a case.
struct GivenValue: Sendable {
  let input: SchemeInput
  let value: FEELValue
  /// Whether a reform gives everybody this value, whatever the case says.
  let isFixed: Bool
}

/// How one decision came about.
struct DecisionTrace: Sendable {
  /// A value that the decision gives.
  struct Result: Sendable, Hashable {
    /// The decision's name, or `decision.output` where a table has several outputs.
    let name: String
    let value: FEELValue
    /// The value before it was rounded, where that changed it.
    let unrounded: FEELValue?
  }

  enum Basis: Sendable {
    case formula(source: String, WorkedFormula)
    case table(TableTrace)
  }

  let decision: Decision
  /// Whom the decision is about, where it is made for each member.
  var member: CaseMember?
  let results: [Result]
  let basis: Basis
  /// The inputs, parameters and decisions that the result rests on, in the order of their use.
  let uses: [UsedValue]
  /// The articles that the decision itself cites; those of the row that fired, where it has its own.
  let legal: [LegalReference]

  var name: String { decision.name }
}

/// A value that a decision used, and where it comes from.
struct UsedValue: Sendable, Hashable {
  enum Origin: Sendable, Hashable {
    case input
    /// The version that holds, and the articles that set it.
    case parameter(SchemeParameter.Version?, legal: [LegalReference])
    /// The brackets in force, each from a threshold on.
    case scale([ScaleStep], legal: [LegalReference])
    case decision
    /// A name of the language or of a surrounding entity.
    case other
  }

  let name: String
  /// Whose it is, where it is not the own: a role, all members, or the unit.
  var owner: String?
  let title: Title?
  let unit: String?
  let value: FEELValue?
  let origin: Origin
}

/// A bracket of a scale as it holds on a day, with the version of its value.
struct ScaleStep: Sendable, Hashable {
  let kind: Scale.Kind
  let threshold: Decimal128
  let version: SchemeParameter.Version
}

extension Scale {
  /// The brackets in force on a day, with where their values come from.
  func inForce(on date: CalendarDate?) -> [ScaleStep] {
    brackets.compactMap { bracket in
      guard let threshold = bracket.threshold.version(on: date)?.value.number,
        let version = bracket.value.version(on: date), version.value.number != nil
      else { return nil }
      return ScaleStep(kind: kind, threshold: threshold, version: version)
    }
  }
}

/// Which rules of a table applied to a case, and why.
struct TableTrace: Sendable {
  /// A test on one input.
  struct Cell: Sendable {
    /// The place of the input among those of the table.
    let input: Int
    let source: String
    let tests: [TestShape]
    /// Nil where the test is open, as for an unknown value.
    let passed: Bool?
    let isAny: Bool
  }

  struct Row: Sendable {
    /// Counted from 1.
    let number: Int
    let cells: [Cell]
    let outputs: [WorkedFormula]
    let legal: [LegalReference]

    var failures: [Cell] { cells.filter { $0.passed != true } }
  }

  /// What the rows test, with its value for the case.
  struct Input: Sendable {
    let source: String
    let formula: WorkedFormula
    let value: FEELValue
  }

  let hit: HitPolicy
  let inputs: [Input]
  /// The rows that gave the result.
  let fired: [Row]
  /// The row with the fewest tests that fail, where none fired.
  let nearest: Row?
  /// Whether the result is the table's default.
  let usesDefault: Bool
}
