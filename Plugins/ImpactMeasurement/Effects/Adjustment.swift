// SPDX-License-Identifier: EUPL-1.2

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

  /// Fills the adjusted p-values; the family is all rows that the stage gives.
  func apply(to effects: inout [Effect]) throws(StageFault) {
    guard self != .none, let method = MultiplicityAdjustment(rawValue: rawValue) else { return }
    let tested = effects.indices.filter { effects[$0].pValue != nil }
    do {
      let adjusted = try method.adjust(tested.compactMap { effects[$0].pValue })
      for (row, value) in zip(tested, adjusted) { effects[row].adjustedPValue = value }
    } catch {
      throw StageFault(error.message, at: "adjust", help: error.help)
    }
  }
}
