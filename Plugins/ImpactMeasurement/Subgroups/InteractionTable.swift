// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The table of tests on whether an effect differs between subgroups.
enum InteractionTable {
  /// One outcome, contrast and variable.
  struct Line {
    let outcome: String
    let contrast: String
    let variable: String
    /// Subgroups compared.
    let groups: Int
    let isDeclared: Bool
    let result: EffectHeterogeneity
    /// The two subgroups of a difference, as `first - second`.
    let difference: String?
    let variance: String
    var adjustedPValue: Double?
  }

  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("contrast", .text),
    ColumnPromise("subgroup", .text), ColumnPromise("groups", .integer),
    ColumnPromise("declared", .boolean), ColumnPromise("statistic", .number),
    ColumnPromise("df", .number), ColumnPromise("df_residual", .number),
    ColumnPromise("p_value", .number), ColumnPromise("p_adjusted", .number),
    ColumnPromise("difference", .text), ColumnPromise("estimate", .number),
    ColumnPromise("std_error", .number), ColumnPromise("estimate_df", .number),
    ColumnPromise("estimate_p_value", .number), ColumnPromise("conf_low", .number),
    ColumnPromise("conf_high", .number), ColumnPromise("variance", .text),
  ]

  static func table(_ lines: [Line]) throws(TableFault) -> Table {
    func text(_ read: (Line) -> String?) -> Column { .text(TextColumn(lines.map(read))) }
    func number(_ read: (Line) -> Double?) -> Column { .number(FixedColumn(lines.map(read))) }
    let columns: [Column] = [
      text(\.outcome), text(\.contrast), text(\.variable),
      .integer(FixedColumn(lines.map { Int64($0.groups) })),
      .boolean(BooleanColumn(lines.map(\.isDeclared))), number(\.result.test.statistic),
      number(\.result.test.numeratorDegreesOfFreedom),
      number(\.result.test.denominatorDegreesOfFreedom), number(\.result.test.pValue),
      number(\.adjustedPValue), text(\.difference), number(\.result.difference?.value),
      number(\.result.difference?.standardError), number(\.result.difference?.degreesOfFreedom),
      number(\.result.difference?.pValue), number(\.result.difference?.interval.lower),
      number(\.result.difference?.interval.upper), text(\.variance),
    ]
    return try Table(zip(promises, columns).map { ($0.name, $1) })
  }
}
