// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What a reform changes for each unit: reform minus baseline, exact where both are.
struct ChangeColumn: Sendable {
  /// Amounts of the baseline, the reform and the change; a unit that either leaves undecided has none.
  let baseline: Column
  let reform: Column
  let change: Column

  /// Nil where a column is no number, or an amount does not fit.
  init?(baseline: Column, reform: Column) {
    let first = Self.amounts(baseline)
    let second = Self.amounts(reform)
    guard let first, let second, let type = Column.commonType(of: [first, second]),
      let left = first.converted(to: type),
      let right = second.converted(to: type)
    else { return nil }
    let validity = Self.both(left.validity, right.validity)
    switch (left, right) {
    case (.integer(let left), .integer(let right)), (.decimal(let left, _), .decimal(let right, _)):
      guard let values = Self.differences(right.values, left.values) else { return nil }
      let column = FixedColumn(values, validity: validity)
      change = type == .integer ? .integer(column) : .decimal(column, scale: type.places)
    case (.number(let left), .number(let right)):
      change = .number(
        FixedColumn(zip(right.values, left.values).map { $0 - $1 }, validity: validity))
    default: return nil
    }
    self.baseline = left
    self.reform = right
  }

  /// Truth counts as one and falsehood as none, so that a reform of who is entitled can be counted.
  private static func amounts(_ column: Column) -> Column? {
    if column.missingCount == column.count {
      return Column.missing(.integer, count: column.count)
    }
    guard case .boolean(let flags) = column else { return column.type.isNumeric ? column : nil }
    return .integer(
      FixedColumn((0..<flags.count).map { flags.values[$0] ? 1 : 0 }, validity: flags.validity))
  }

  private static func differences(_ left: ColumnBuffer<Int64>, _ right: ColumnBuffer<Int64>)
    -> [Int64]?
  {
    var result: [Int64] = []
    result.reserveCapacity(left.count)
    for (first, second) in zip(left, right) {
      let (difference, overflow) = first.subtractingReportingOverflow(second)
      guard !overflow else { return nil }
      result.append(difference)
    }
    return result
  }

  private static func both(_ left: Bitmap?, _ right: Bitmap?) -> Bitmap? {
    guard let left else { return right }
    return right.map { left & $0 } ?? left
  }
}
