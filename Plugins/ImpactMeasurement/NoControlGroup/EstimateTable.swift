// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// Estimates beside a stage's effects, one row each: what they are, the figures, and what they rest on.
struct EstimateTable {
  /// The columns of text that say what a row is.
  let keys: [String]
  /// The columns of numbers behind the estimate.
  let bases: [String]

  private var texts: [[String?]]
  private var figures: [[Double?]]
  private var rests: [[Double?]]

  init(keys: [String], bases: [String] = []) {
    self.keys = keys
    self.bases = bases
    texts = keys.map { _ in [] }
    figures = CoefficientsTable.names.map { _ in [] }
    rests = bases.map { _ in [] }
  }

  /// Adds a row; figures that are not finite are left empty.
  mutating func append(_ keys: [String?], _ estimate: Estimate, _ bases: [Double?] = []) {
    for (place, text) in keys.enumerated() { texts[place].append(text) }
    let values = [
      estimate.value, estimate.standardError, estimate.statistic, estimate.degreesOfFreedom,
      estimate.pValue, estimate.interval.lower, estimate.interval.upper,
    ]
    for (place, value) in values.enumerated() {
      figures[place].append(value.isFinite ? value : nil)
    }
    for (place, value) in bases.enumerated() { rests[place].append(value) }
  }

  func table() throws(TableFault) -> Table {
    try Table(
      zip(keys, texts).map { ($0, .text(TextColumn($1))) }
        + zip(CoefficientsTable.names, figures).map { ($0, .number(FixedColumn($1))) }
        + zip(bases, rests).map { ($0, .number(FixedColumn($1))) })
  }

  /// What the next stage may count on.
  var promises: [ColumnPromise] {
    keys.map { ColumnPromise($0, .text) }
      + (CoefficientsTable.names + bases).map { ColumnPromise($0, .number) }
  }
}
