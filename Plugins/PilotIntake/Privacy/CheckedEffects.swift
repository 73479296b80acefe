// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables

/// Effects as they may be published: the figures of those on too few units or degrees of freedom blank.
///
/// Where a row tells no degrees of freedom, as for a large-sample test, its units less two stand for
/// them: an arm each. What was estimated, for whom and how stays, with a flag that says why.
struct CheckedEffects {
  enum Rule: String, CaseIterable {
    case units
    case degreesOfFreedom = "degrees-of-freedom"
  }

  private(set) var effects: [Effect] = []
  private(set) var counts: [(rule: Rule, count: Int)] = Rule.allCases.map { ($0, 0) }

  init(_ tables: [Table], rules: OutputRules) throws(StageFault) {
    for table in tables {
      do throws(RecordFault) {
        effects += try EffectsTable.effects(table)
      } catch {
        throw StageFault("input 'effects' is no table of effects: \(error)")
      }
    }
    for place in effects.indices {
      guard let rule = Self.broken(by: effects[place], rules) else { continue }
      effects[place].blank(by: rule)
      for place in counts.indices where counts[place].rule == rule { counts[place].count += 1 }
    }
  }

  /// The first rule that an effect breaks.
  private static func broken(by effect: Effect, _ rules: OutputRules) -> Rule? {
    let counts = [effect.count, effect.treatedCount, effect.controlCount].compactMap { $0 }
    if counts.contains(where: { $0 < rules.units }) { return .units }
    let freedom = effect.degreesOfFreedom ?? effect.count.map { Double($0 - 2) }
    guard let freedom else { return effect.estimate == nil ? nil : .degreesOfFreedom }
    return freedom < rules.degreesOfFreedom ? .degreesOfFreedom : nil
  }

  var table: Table { EffectsTable.table(effects) }
}

extension Effect {
  /// Takes the figures away, counts included, and says by which rule.
  fileprivate mutating func blank(by rule: CheckedEffects.Rule) {
    estimate = nil
    standardError = nil
    statistic = nil
    degreesOfFreedom = nil
    pValue = nil
    adjustedPValue = nil
    confidenceLow = nil
    confidenceHigh = nil
    count = nil
    treatedCount = nil
    controlCount = nil
    clusters = nil
    flags.append("suppressed:\(rule.rawValue)")
  }
}
