// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The rules of a service as data: what they need to know, and what they decide, in order.
struct Scheme: Sendable {
  var id: String
  var title: String
  var owner: String?
  var legal: [LegalReference]
  var entities = SchemeEntities()
  var parameters: [SchemeParameter] = []
  var inputs: [SchemeInput] = []
  var decisions: [Decision] = []
  var tests: [SchemeTest] = []
  /// The file that the scheme was read from, for messages.
  var origin: LocatedNode

  func input(_ name: String) -> SchemeInput? { inputs.first { $0.name.isExactly(name) } }
  func decision(_ name: String) -> Decision? { decisions.first { $0.name.isExactly(name) } }

  /// The scales, which expressions call as functions.
  var functions: Set<String> { Set(parameters.filter { $0.scale != nil }.map(\.name)) }

  /// Every place in the law that the scheme cites, as often as it does.
  var legalReferences: [LegalReference] {
    legal
      + parameters.flatMap { parameter in
        parameter.legal + (parameter.scale?.brackets.flatMap(\.legal) ?? [])
          + parameter.allVersions.flatMap(\.legal)
      }
      + inputs.flatMap(\.legal)
      + decisions.flatMap { decision in
        decision.legal + (decision.rounding?.legal ?? [])
          + (decision.table?.rows.flatMap(\.legal) ?? [])
      }
  }

  /// Everything that an expression at the end may name.
  var names: [String] {
    parameters.map(\.name) + inputs.map(\.name) + decisions.flatMap(\.columns)
  }
}
