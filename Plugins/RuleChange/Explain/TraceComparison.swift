// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// Where the traces of one case part, under the rules as they are and after a reform.
struct TraceComparison: Sendable {
  /// Why a decision comes out otherwise.
  enum Cause: Sendable, Hashable {
    /// The expression, the table or the rounding is another.
    case rule
    /// A figure has another value, or holds from another day.
    case figure(String)
    /// The reform gives everybody one value of an input.
    case input(String)
    /// A decision before it comes out otherwise.
    case decision(String)
  }

  /// A decision that comes out otherwise; on one side it may not be made at all.
  struct Parting: Sendable {
    let before: DecisionTrace?
    let after: DecisionTrace?
    let causes: [Cause]

    var name: String { (after ?? before)?.name ?? "" }

    /// Whether the difference begins here, and does not merely follow from another.
    var isOrigin: Bool {
      causes.contains { if case .decision = $0 { false } else { true } }
    }
  }

  let before: CaseTrace
  let after: CaseTrace
  let reforms: [Reform]
  let partings: [Parting]

  init(before: CaseTrace, after: CaseTrace, reforms: [Reform]) {
    self.before = before
    self.after = after
    self.reforms = reforms
    let made = (after.decisions + before.decisions).map {
      DecisionOfCase(name: $0.name, member: $0.member)
    }
    partings = made.uniqued().compactMap { one in
      Self.parting(
        before.decision(one.name, of: one.member), after.decision(one.name, of: one.member))
    }
  }

  private static func parting(_ before: DecisionTrace?, _ after: DecisionTrace?) -> Parting? {
    guard let before, let after else {
      return Parting(before: before, after: after, causes: [.rule])
    }
    guard before.results.map(\.value) != after.results.map(\.value) else { return nil }
    var causes: [Cause] = before.decision.hasSameRule(as: after.decision) ? [] : [.rule]
    for use in after.uses {
      guard let old = before.uses.first(where: { $0.name == use.name }),
        old.value != use.value || old.isOtherScale(than: use)
      else { continue }
      switch use.origin {
      case .parameter, .scale: causes.append(.figure(use.name))
      case .decision: causes.append(.decision(use.name))
      case .input, .other: causes.append(.input(use.name))
      }
    }
    return Parting(before: before, after: after, causes: causes)
  }

  /// The decisions at which the traces part first.
  var origins: [Parting] {
    let origins = partings.filter(\.isOrigin)
    return origins.isEmpty ? partings : origins
  }
}

private struct DecisionOfCase: Hashable {
  let name: String
  let member: CaseMember?
}

extension UsedValue {
  fileprivate func isOtherScale(than other: UsedValue) -> Bool {
    guard case .scale(let own, _) = origin, case .scale(let others, _) = other.origin else {
      return false
    }
    return own != others
  }
}

extension Decision {
  /// Whether another decision has the same rule, wherever it stands.
  func hasSameRule(as other: Decision) -> Bool {
    guard rounding?.to == other.rounding?.to, rounding?.mode == other.rounding?.mode else {
      return false
    }
    return switch (body, other.body) {
    case (.expression(let one), .expression(let another)): one.feel == another.feel
    case (.table(let one), .table(let another)): one.hasSameRules(as: another)
    default: false
    }
  }
}

extension TraceComparison {
  var json: JSONValue {
    [
      "reforms": .array(reforms.map { .string($0.id) }),
      "before": before.json,
      "after": after.json,
      "differences": .array(
        partings.map { parting in
          [
            "decision": .string(parting.name),
            "member": JSONValue((parting.after ?? parting.before)?.member?.number),
            "before": Self.values(parting.before), "after": Self.values(parting.after),
            "causes": .array(parting.causes.map(\.json)),
          ]
        }),
    ]
  }

  private static func values(_ step: DecisionTrace?) -> JSONValue {
    guard let step else { return .null }
    return .object(members: step.results.map { ($0.name, $0.value.json) })
  }
}

extension TraceComparison.Cause {
  fileprivate var json: JSONValue {
    switch self {
    case .rule: ["kind": "rule"]
    case .figure(let name): ["kind": "parameter", "name": .string(name)]
    case .input(let name): ["kind": "input", "name": .string(name)]
    case .decision(let name): ["kind": "decision", "name": .string(name)]
    }
  }
}
