// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit

/// What went wrong when a rule was applied; it names places in the scheme, and no case.
struct RuleFault: Error {
  let message: String
  let help: String?
  let place: LocatedNode?
  /// How many cases are concerned.
  let count: Int?

  init(
    _ message: String, help: String? = nil, at place: LocatedNode? = nil, count: Int? = nil
  ) {
    self.message = message
    self.help = help
    self.place = place
    self.count = count
  }

  /// What is wrong with an expression, at the part of it that is at fault.
  init(_ fault: FEELFault, at place: LocatedNode) {
    self.init(
      fault.message, help: fault.help, at: place.part(fault.range), count: fault.rowCount)
  }

  /// The fault with the decision, the article and the line that it concerns.
  func stageFault(decision: Decision, scheme: Scheme) -> StageFault {
    let cases = count.map { " in \($0) \($0 == 1 ? "case" : "cases")" } ?? ""
    let place = place ?? decision.origin
    let legal = scheme.legal(of: decision, at: place).inBrackets
    return StageFault(
      "decision '\(decision.name)' of scheme '\(scheme.id)'\(legal): \(message)\(cases) "
        + "(\(place.place))",
      at: "scheme", help: help, place: place.sourcePlace)
  }
}

extension LocatedNode {
  /// The place as a stage's fault names it.
  var sourcePlace: SourcePlace { SourcePlace(file: file.name, span: node.span) }
}

extension Scheme {
  /// The articles that a place in a decision rests on: its row's, else the decision's, else the
  /// scheme's.
  func legal(of decision: Decision, at place: LocatedNode? = nil) -> [LegalReference] {
    if let place, let row = decision.table?.rows.first(where: { $0.contains(place) }),
      !row.legal.isEmpty
    {
      return row.legal
    }
    return decision.legal.isEmpty ? legal : decision.legal
  }
}

extension TableRow {
  fileprivate func contains(_ place: LocatedNode) -> Bool {
    let (own, other) = (origin.node.span, place.node.span)
    return place.file.name == origin.file.name && own.start <= other.start && other.end <= own.end
  }
}
