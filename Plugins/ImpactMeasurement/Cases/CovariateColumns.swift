// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Tables

/// A covariate as regressors: a number as it stands, a text as an indicator for each level but one.
struct CovariateColumns {
  let column: String
  private(set) var columns: [(name: String, values: [Double])] = []
  /// The level that the indicators are compared with; nil for a number.
  private(set) var reference: String?
  /// Levels that a single row has.
  private(set) var singletons: [String] = []
  /// The level of each row; nil for a number.
  private(set) var levels: Statistics.Grouping?

  /// - Parameters:
  ///   - covariate: a column of the stage's cases.
  ///   - rows: those of the model, none of which misses the covariate.
  ///   - dropsReference: whether the first level, in the order of bytes, goes without indicator.
  init(_ covariate: Covariate, rows: [Int], dropsReference: Bool = true) {
    column = covariate.column
    switch covariate {
    case .number(let numbers):
      columns = [(numbers.column, rows.map { numbers.values[$0] })]
    case .levels(let groups):
      let levels = groups.grouping(rows)
      let order = levels.labels.indices.sorted {
        levels.labels[$0].isExactlyBefore(levels.labels[$1])
      }
      self.levels = levels
      reference = order.first.map { levels.labels[$0] }
      singletons = zip(levels.labels, levels.sizes).filter { $1 == 1 }.map(\.0)
      for level in order.dropFirst(dropsReference ? 1 : 0) {
        columns.append(("\(column).\(levels.labels[level])", levels.indicator(level)))
      }
    }
  }
}
