// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Inequality and poverty, one row for the baseline and one for each reform.
enum DistributionTable {
  static func table(_ measures: IncomeMeasures) throws(TableFault) -> Table {
    let rows = measures.variants
    // With all households known, those that are left out follow from the number of the measured.
    let hidesNumbers = 1..<HiddenCells.smallest ~= measures.leftOut
    func column(_ value: (IncomeMeasures.Variant) -> Double?) -> Column {
      .number(FixedColumn(rows.map { isShown($0) ? value($0) : nil }))
    }
    func change(_ value: @escaping (IncomeMeasures.Variant) -> Double?) -> Column {
      column { row in
        guard isShown(rows[0]), let before = value(rows[0]), let after = value(row) else {
          return nil
        }
        return after - before
      }
    }
    let units = rows.map {
      isShown($0) && !hidesNumbers ? Int64($0.distribution.units) : nil
    }
    return try Table([
      ("reform", .category(CategoryColumn(rows.map(\.id)))),
      ("n", .integer(FixedColumn(units))),
      ("weighted_n", column { hidesNumbers ? nil : $0.distribution.weight }),
      ("mean_income", column(\.distribution.mean)),
      ("median_income", column { hasMedian($0) ? $0.distribution.median : nil }),
      ("gini", column(\.distribution.gini)), ("gini_change", change(\.distribution.gini)),
      ("poverty_line", column { $0.poverty?.line }), ("poor", column { shown($0)?.weight }),
      ("headcount", column { shown($0)?.headcount }),
      ("headcount_change", change { shown($0)?.headcount }),
      ("poverty_gap", column { shown($0)?.gap }),
      ("poverty_gap_change", change { shown($0)?.gap }),
      ("poverty_severity", column { shown($0)?.severity }),
      ("poverty_severity_change", change { shown($0)?.severity }),
      ("shortfall", column { shown($0)?.shortfall }),
      ("shortfall_change", change { shown($0)?.shortfall }),
      (
        "flags",
        .category(
          CategoryColumn(
            rows.map { row in
              !isShown(row)
                ? "suppressed"
                : hidesNumbers || row.poverty != nil && shown(row) == nil
                  ? "partly suppressed" : nil
            }))
      ),
    ])
  }

  private static func isShown(_ row: IncomeMeasures.Variant) -> Bool {
    row.distribution.units >= HiddenCells.smallest
  }

  /// The median is one household's income: at least ten must lie on either side.
  private static func hasMedian(_ row: IncomeMeasures.Variant) -> Bool {
    row.distribution.units > 2 * HiddenCells.smallest
  }

  /// Poverty, where neither the poor nor the others are one to nine households.
  private static func shown(_ row: IncomeMeasures.Variant) -> Poverty? {
    guard let poverty = row.poverty else { return nil }
    let small = 1..<HiddenCells.smallest
    let others = row.distribution.units - poverty.units
    return small ~= poverty.units || small ~= others ? nil : poverty
  }

  static let promises =
    [ColumnPromise("reform", .category), ColumnPromise("n", .integer)]
    + [
      "weighted_n", "mean_income", "median_income", "gini", "gini_change", "poverty_line", "poor",
      "headcount", "headcount_change", "poverty_gap", "poverty_gap_change", "poverty_severity",
      "poverty_severity_change", "shortfall", "shortfall_change",
    ].map { ColumnPromise($0, .number) } + [ColumnPromise("flags", .category)]
}
