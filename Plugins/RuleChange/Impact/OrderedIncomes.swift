// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Incomes from the lowest to the highest, with what each stands for: sorted once, read by all measures.
struct OrderedIncomes: Sendable {
  let rows: [UInt32]
  let values: [Double]
  let weights: [Double]

  /// - Parameters:
  ///   - incomes: an income for each row, and where it is known.
  ///   - weights: what each row stands for; each counts once without them.
  init(_ incomes: HouseholdIncomes.Equivalised, weights: [Double]?) {
    self.init(IncomeOrder.sorted(incomes.known.setRows, by: incomes.values), incomes, weights)
  }

  private init(
    _ rows: [UInt32], _ incomes: HouseholdIncomes.Equivalised, _ weights: [Double]?
  ) {
    self.rows = rows
    values = rows.map { incomes.values[Int($0)] }
    if let weights {
      self.weights = rows.map { weights[Int($0)] }
    } else {
      self.weights = [Double](repeating: 1, count: rows.count)
    }
  }

  /// Some of the rows, in the same order.
  func keeping(
    _ kept: Bitmap, of incomes: HouseholdIncomes.Equivalised, weights: [Double]?
  ) -> OrderedIncomes {
    OrderedIncomes(rows.filter { kept[Int($0)] }, incomes, weights)
  }
}
