// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// Intervals that hold although trends may have differed, one row for each outcome, target and bound.
///
/// `target` is `first` (the first treated period) or `average` (over all since adoption); `restriction` is
/// `original` (parallel trends), `smoothness` or `relative-magnitudes`; `breakdown` is the largest bound at
/// which zero is outside (empty where it never is; `breakdown_is_limit` where that was the largest tried);
/// `refuted` says that the periods before adoption do not fit the bound; `critical_mcse` is the Monte Carlo
/// error of the critical value, in standard errors.
struct SensitivityTable {
  private var lines: [(outcome: String, line: TrendSensitivityRows.Line)] = []

  mutating func append(_ rows: TrendSensitivityRows, outcome: String) {
    lines += rows.lines.map { (outcome, $0) }
  }

  func table() throws(TableFault) -> Table {
    func numbers(_ read: (TrendSensitivityRows.Line) -> Double?) -> Column {
      .number(FixedColumn(lines.map { read($0.line) }))
    }
    func texts(_ read: (TrendSensitivityRows.Line) -> String) -> Column {
      .text(TextColumn(lines.map { read($0.line) }))
    }
    func truths(_ read: (TrendSensitivityRows.Line) -> Bool?) -> Column {
      .boolean(BooleanColumn(lines.map { read($0.line) }))
    }
    return try Table([
      ("outcome", .text(TextColumn(lines.map(\.outcome)))),
      ("target", texts(\.target.rawValue)),
      ("restriction", texts(\.restriction)),
      ("bound", numbers(\.bound)),
      ("conf_low", numbers(\.interval.lower)),
      ("conf_high", numbers(\.interval.upper)),
      ("excludes_zero", truths { !$0.interval.contains(0) }),
      ("breakdown", numbers { $0.breakdown?.value }),
      ("breakdown_is_limit", truths { $0.breakdown.map(\.isLimit) }),
      ("refuted", truths(\.isRefuted)),
      ("critical_mcse", numbers(\.monteCarloError)),
    ])
  }

  static var promises: [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("target", .text),
      ColumnPromise("restriction", .text), ColumnPromise("bound", .number),
      ColumnPromise("conf_low", .number), ColumnPromise("conf_high", .number),
      ColumnPromise("excludes_zero", .boolean), ColumnPromise("breakdown", .number),
      ColumnPromise("breakdown_is_limit", .boolean), ColumnPromise("refuted", .boolean),
      ColumnPromise("critical_mcse", .number),
    ]
  }
}

extension Breakdown {
  var value: Double? {
    switch self {
    case .none: nil
    case .at(let bound), .above(let bound): bound
    }
  }

  fileprivate var isLimit: Bool {
    if case .above = self { true } else { false }
  }
}
