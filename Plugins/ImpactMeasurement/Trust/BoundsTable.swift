// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The table of bounds under attrition: one row per outcome, contrast and method.
enum BoundsTable {
  struct Line {
    let outcome: String
    let contrast: String
    /// `lee`, `lee-tightened` or `manski`.
    let method: String
    let bounds: IdentifiedInterval
    /// The column within whose groups the bounds are taken.
    var within: String?
    var trimmedShare: Double?
    var trimmedArm: String?
    var count = 0
    /// Cases with an outcome.
    var seen = 0

    init(outcome: String, contrast: String, method: String, bounds: IdentifiedInterval) {
      self.outcome = outcome
      self.contrast = contrast
      self.method = method
      self.bounds = bounds
    }
  }

  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("contrast", .text),
    ColumnPromise("method", .text), ColumnPromise("within", .text),
    ColumnPromise("lower", .number), ColumnPromise("upper", .number),
    ColumnPromise("std_error_lower", .number), ColumnPromise("std_error_upper", .number),
    ColumnPromise("conf_low", .number), ColumnPromise("conf_high", .number),
    ColumnPromise("level", .number), ColumnPromise("trimmed_share", .number),
    ColumnPromise("trimmed_arm", .text), ColumnPromise("n", .integer),
    ColumnPromise("n_seen", .integer),
  ]

  static func table(_ lines: [Line]) throws(TableFault) -> Table {
    func text(_ read: (Line) -> String?) -> Column { .text(TextColumn(lines.map(read))) }
    func number(_ read: (Line) -> Double?) -> Column { .number(FixedColumn(lines.map(read))) }
    func integer(_ read: (Line) -> Int) -> Column {
      .integer(FixedColumn(lines.map { Int64(read($0)) }))
    }
    let columns = [
      text(\.outcome), text(\.contrast), text(\.method), text(\.within), number(\.bounds.lower),
      number(\.bounds.upper), number(\.bounds.lowerError), number(\.bounds.upperError),
      number(\.bounds.interval.lower), number(\.bounds.interval.upper), number(\.bounds.level),
      number(\.trimmedShare), text(\.trimmedArm), integer(\.count), integer(\.seen),
    ]
    return try Table(zip(promises, columns).map { ($0.name, $1) })
  }
}
