// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// What rules are worth: values and gains, one row each.
struct ValuesTable {
  private struct Line {
    let policy: String
    let over: String?
    let cases: String
    let estimate: Estimate?
    let count: Int
    let clusters: Int?
    let share: Double
    let cost: Double
  }

  private var lines: [Line] = []

  /// - Parameters:
  ///   - policy: the rule that is valued.
  ///   - over: what it is compared with; nil for the value itself.
  ///   - cases: `evaluation` or `cross-fitted`.
  ///   - estimate: nil where both give everybody the same.
  ///   - count: cases.
  ///   - clusters: nil where cases were assigned.
  ///   - share: of cases that get another arm than the control under the rule.
  ///   - cost: of a case, on average.
  mutating func append(
    _ policy: String, over: String?, cases: String, _ estimate: Estimate?, count: Int,
    clusters: Int?, share: Double, cost: Double
  ) {
    lines.append(
      Line(
        policy: policy, over: over, cases: cases, estimate: estimate, count: count,
        clusters: clusters, share: share, cost: cost))
  }

  static let promises = [
    ColumnPromise("policy", .text), ColumnPromise("over", .text), ColumnPromise("cases", .text),
    ColumnPromise("estimate", .number), ColumnPromise("std_error", .number),
    ColumnPromise("df", .number), ColumnPromise("p_value", .number),
    ColumnPromise("conf_low", .number), ColumnPromise("conf_high", .number),
    ColumnPromise("level", .number), ColumnPromise("n", .integer),
    ColumnPromise("clusters", .integer), ColumnPromise("variance", .text),
    ColumnPromise("share", .number), ColumnPromise("cost", .number),
  ]

  func table() throws(TableFault) -> Table {
    func number(_ read: (Line) -> Double?) -> Column { .number(FixedColumn(lines.map(read))) }
    let columns: [Column] = [
      .text(TextColumn(lines.map(\.policy))), .text(TextColumn(lines.map(\.over))),
      .text(TextColumn(lines.map(\.cases))), number(\.estimate?.value),
      number(\.estimate?.standardError), number(\.estimate?.degreesOfFreedom),
      number { $0.over == nil ? nil : $0.estimate?.pValue },
      number(\.estimate?.interval.lower), number(\.estimate?.interval.upper),
      number(\.estimate?.level), .integer(FixedColumn(lines.map { Int64($0.count) })),
      .integer(FixedColumn(lines.map { $0.clusters.map { Int64($0) } })),
      .text(
        TextColumn(
          lines.map {
            $0.clusters == nil ? "hc2, df n − 1" : "cr2, df Satterthwaite"
          })), number(\.share), number(\.cost),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

/// The learned rule, one row for each leaf.
enum RuleTable {
  struct Line {
    let condition: String
    let arm: String
    let learned: Int
    let count: Int
    /// Over the control, on the cases of the leaf that it was not learned from.
    let gain: Estimate?
  }

  static let promises = [
    ColumnPromise("leaf", .integer), ColumnPromise("condition", .text),
    ColumnPromise("arm", .text), ColumnPromise("n_learned", .integer),
    ColumnPromise("n", .integer), ColumnPromise("gain", .number),
    ColumnPromise("std_error", .number), ColumnPromise("conf_low", .number),
    ColumnPromise("conf_high", .number),
  ]

  static func table(_ lines: [Line]) throws(TableFault) -> Table {
    func number(_ read: (Line) -> Double?) -> Column { .number(FixedColumn(lines.map(read))) }
    let columns: [Column] = [
      .integer(FixedColumn(lines.indices.map { Int64($0 + 1) })),
      .text(TextColumn(lines.map(\.condition))), .text(TextColumn(lines.map(\.arm))),
      .integer(FixedColumn(lines.map { Int64($0.learned) })),
      .integer(FixedColumn(lines.map { Int64($0.count) })), number(\.gain?.value),
      number(\.gain?.standardError), number(\.gain?.interval.lower),
      number(\.gain?.interval.upper),
    ]
    return try Table(zip(promises, columns).map { ($0.name, $1) })
  }
}
