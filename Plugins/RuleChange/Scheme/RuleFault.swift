// SPDX-License-Identifier: EUPL-1.2

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

  init(_ fault: FEELFault, at place: LocatedNode) {
    self.init(fault.message, help: fault.help, at: place, count: fault.rowCount)
  }

  func stageFault(decision: Decision, scheme: Scheme) -> StageFault {
    let cases = count.map { " in \($0) \($0 == 1 ? "case" : "cases")" } ?? ""
    let place = (place ?? decision.origin).place
    return StageFault(
      "decision '\(decision.name)' of scheme '\(scheme.id)': \(message)\(cases) (\(place))",
      at: "scheme", help: help)
  }
}
