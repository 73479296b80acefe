// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Below which yearly equivalised income a household is poor.
enum PovertyLine: ParameterValue {
  case amount(Double)
  /// A share of the median under the rules as they are. It stays there under every reform: a line that
  /// moved along with what it measures would hide half of the change.
  case shareOfMedian(Double)

  static var schema: ParameterSchema {
    .either([
      .number(minimum: 0),
      .block(
        name: "share_of_median", schema: ["type": "object", "required": ["share_of_median"]]),
    ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> PovertyLine? {
    if node.entries != nil {
      guard let block = ParameterBlock(node, keys: ["share_of_median"], in: &reading),
        let share: Double = block.require(
          "share_of_median", "a share of the median, such as 0.6", in: &reading)
      else { return nil }
      guard share > 0, share <= 1 else {
        reading.report(
          .outOfRange, "'share_of_median' is out of range", at: block["share_of_median"] ?? node,
          help: "it takes a share above 0 and at most 1")
        return nil
      }
      return .shareOfMedian(share)
    }
    guard let amount = Double.read(node, in: &reading) else { return nil }
    guard amount > 0 else {
      reading.report(
        .outOfRange, "'\(reading.parameter)' is out of range", at: node,
        help: "it takes a yearly amount above 0, or {share_of_median: 0.6}")
      return nil
    }
    return .amount(amount)
  }

  var json: JSONValue {
    switch self {
    case .amount(let amount): .number(amount)
    case .shareOfMedian(let share): ["share_of_median": .number(share)]
    }
  }
}
