// SPDX-License-Identifier: EUPL-1.2

import FEEL

extension DecisionTable {
  /// The places of the rows under PRIORITY, the one that goes before all others first.
  ///
  /// A row ranks by the place of its results among the values of the outputs, the first output counting
  /// most; of two that give the same the earlier goes first.
  ///
  /// - Throws: a fault where a result depends on the case, so that it has no rank.
  func priorityOrder(in scope: FEELScope) throws(RuleFault) -> [Int] {
    var ranks: [[Int]] = []
    for row in rows {
      var own: [Int] = []
      for (result, output) in zip(row.outputs, outputs) {
        guard let value = try? result.feel.evaluate(in: scope) else {
          throw RuleFault(
            "a result of a table with hit PRIORITY depends on the case",
            help: "let each row give one of the output's values", at: result.origin)
        }
        own.append(output.values.firstIndex(of: value) ?? output.values.count)
      }
      ranks.append(own)
    }
    return ranks.indices.sorted { left, right in
      ranks[left] == ranks[right]
        ? left < right : ranks[left].lexicographicallyPrecedes(ranks[right])
    }
  }
}
