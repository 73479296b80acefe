// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Statistics

/// How p-values are raised because a stage tests several contrasts.
enum Adjustment: String, ParameterChoice {
  case none
  case holm
  case hochberg
  case hommel
  case bh
  case by

  /// Adjustments by the joint distribution of all outcomes, for which p-values are not enough.
  static let joint = ["romano-wolf", "westfall-young"]

  /// As any choice; one that needs the data of all outcomes together is answered with the stage that
  /// has them.
  static func read(_ node: Node, in reading: inout ParameterReading) -> Self? {
    let names = allCases.map(\.rawValue)
    guard let text = String.read(node, in: &reading) else { return nil }
    if let choice = Self(rawValue: text) { return choice }
    reading.report(
      .unknownChoice, "'\(reading.parameter)' has no choice '\(text)'", at: node,
      help: joint.contains(text)
        ? "impact/multiple-outcomes adjusts by \(text): it draws for all outcomes together"
        : Suggestion.question(for: text, among: names),
      notes: ["choices: " + names.joined(separator: ", ")])
    return nil
  }

  /// Fills the adjusted p-values; the family is all rows that the stage gives.
  func apply(to effects: inout [Effect]) throws(StageFault) {
    let tested = effects.indices.filter { effects[$0].pValue != nil }
    let adjusted = try adjusted(tested.compactMap { effects[$0].pValue })
    for (row, value) in zip(tested, adjusted) { effects[row].adjustedPValue = value }
  }

  /// Raised p-values, in the order given; nil for each where none are to be raised.
  func adjusted(_ pValues: [Double]) throws(StageFault) -> [Double?] {
    guard self != .none, let method = MultiplicityAdjustment(rawValue: rawValue) else {
      return pValues.map { _ in nil }
    }
    do {
      return try method.adjust(pValues)
    } catch {
      throw StageFault(error.message, at: "adjust", help: error.help)
    }
  }
}
