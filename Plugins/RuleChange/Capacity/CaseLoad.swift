// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// The cases that come in, and the work that each is.
struct CaseLoad: ParameterValue, Hashable {
  enum Handling: String, ParameterChoice {
    /// Many short cases and some long ones; the Markov case of Erlang.
    case exponential
    /// As long as `cv` says, skewed to the right.
    case lognormal
    /// All cases alike.
    case constant
  }

  /// Cases in each period.
  let cases: Double
  /// Net minutes of work for a case, on average.
  let minutes: Double
  let handling: Handling
  /// Standard deviation of the minutes over their mean; for lognormal work.
  let cv: Double

  static var schema: ParameterSchema {
    .block(name: "case load", schema: ["type": "object", "required": ["cases", "minutes"]])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> CaseLoad? {
    let keys = ["cases", "minutes", "handling", "cv"]
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let cases = block.amount("cases", "the cases in each period", in: &reading)
    let minutes = block.amount("minutes", "the mean minutes of work for a case", in: &reading)
    let handling: Handling? =
      block["handling"] != nil ? block.read("handling", in: &reading) : .exponential
    let cv = block.amount("cv", otherwise: 1, in: &reading)
    guard let cases, let minutes, let handling, let cv else { return nil }
    guard cases > 0, minutes > 0 else {
      reading.report(.outOfRange, "a load has more than 0 cases and minutes", at: node)
      return nil
    }
    guard handling == .lognormal || block["cv"] == nil else {
      reading.report(
        .outOfRange, "\(handling.rawValue) handling has its own spread", at: node,
        help: "leave out cv, or write handling: lognormal")
      return nil
    }
    return CaseLoad(cases: cases, minutes: minutes, handling: handling, cv: cv)
  }

  var json: JSONValue {
    [
      "cases": .number(cases), "minutes": .number(minutes), "handling": .string(handling.rawValue),
      "cv": .number(cv),
    ]
  }
}
