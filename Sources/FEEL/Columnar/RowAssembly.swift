// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Builds columns out of values.
enum RowAssembly {
  /// The values as a column of a type; in the mode `feel` a value that does not fit is null.
  static func column(
    _ values: [FEELValue], as type: ColumnType, mode: FEELScope.Mode
  ) throws(FEELFault) -> Column {
    switch type {
    case .boolean: .boolean(BooleanColumn(try map(values, type, mode) { $0.boolean }))
    case .integer: .integer(FixedColumn(try map(values, type, mode) { $0.int64 }))
    case .number: .number(FixedColumn(try map(values, type, mode) { finite($0.double) }))
    case .decimal(let scale):
      .decimal(
        FixedColumn(try map(values, type, mode) { $0.number?.scaledInt64(scale: scale) }),
        scale: scale)
    case .text: .text(TextColumn(try map(values, type, mode) { $0.string }))
    case .category: .category(CategoryColumn(try map(values, type, mode) { $0.string }))
    case .date: .date(FixedColumn(try map(values, type, mode) { $0.columnDay }))
    case .timestamp: .timestamp(FixedColumn(try map(values, type, mode) { $0.columnInstant }))
    }
  }

  private static func map<Cell>(
    _ values: [FEELValue], _ type: ColumnType, _ mode: FEELScope.Mode,
    _ cell: (FEELValue) -> Cell?
  ) throws(FEELFault) -> [Cell?] {
    var cells: [Cell?] = []
    cells.reserveCapacity(values.count)
    var failed: (row: Int, value: FEELValue)?
    var count = 0
    for (row, value) in values.enumerated() {
      let result = cell(value)
      if result == nil, !value.isNull, mode == .strict {
        count += 1
        failed = failed ?? (row, value)
      }
      cells.append(result)
    }
    if let failed {
      var fault = FEELFault.misfit(failed.value, type)
      (fault.row, fault.rowCount) = (failed.row, count)
      throw fault
    }
    return cells
  }

  private static func finite(_ value: Double?) -> Double? {
    value.flatMap { $0.isFinite ? $0 : nil }
  }

  static func column(
    repeating value: FEELValue, as type: ColumnType, count: Int
  ) throws(FEELFault) -> Column {
    // One row as the type holds it, then that row for all.
    let one = try column([value], as: type, mode: .strict)
    return gather(one, [Int32](repeating: 0, count: count))
  }

  /// The rows at these places, in this order.
  static func gather(_ column: Column, _ places: [Int32]) -> Column {
    let validity = column.validity.map { bits in
      Bitmap(count: places.count) { bits[Int(places[$0])] }
    }
    func pick<Cell: BitwiseCopyable>(_ values: ColumnBuffer<Cell>) -> [Cell] {
      values.withUnsafeBufferPointer { values in
        places.withUnsafeBufferPointer { $0.converted { values[Int($0)] } }
      }
    }
    switch column {
    case .boolean(let column):
      let bits = Bitmap(count: places.count) { column.values[Int(places[$0])] }
      return .boolean(BooleanColumn(bits, validity: validity))
    case .integer(let column):
      return .integer(FixedColumn(canonical: pick(column.values), validity: validity))
    case .number(let column):
      return .number(FixedColumn(canonical: pick(column.values), validity: validity))
    case .decimal(let column, let scale):
      return .decimal(
        FixedColumn(canonical: pick(column.values), validity: validity), scale: scale)
    case .text(let column): return .text(TextColumn(places.map { column[Int($0)] }))
    case .category(let column):
      return .category(
        CategoryColumn(
          canonical: pick(column.codes), dictionary: column.dictionary, validity: validity))
    case .date(let column):
      return .date(FixedColumn(canonical: pick(column.values), validity: validity))
    case .timestamp(let column):
      return .timestamp(FixedColumn(canonical: pick(column.values), validity: validity))
    }
  }

  /// The type that holds all values; nil where there is none but null, or values of no column.
  static func type(of values: [FEELValue]) -> ColumnType? {
    var type: ColumnType?
    for value in values where !value.isNull {
      guard let own = Selection.type(of: .scalar(value)),
        let common = Selection.common(type, own)
      else { return nil }
      type = common
    }
    return type == .category ? .text : type
  }
}

extension FEELValue {
  fileprivate var columnDay: Int32? {
    if case .date(let date) = self { Int32(exactly: date.days) } else { nil }
  }

  fileprivate var columnInstant: Int64? {
    if case .dateTime(let moment) = self { moment.microsecondsSince1970 } else { nil }
  }
}

extension FEELFault {
  fileprivate static func misfit(_ value: FEELValue, _ type: ColumnType) -> FEELFault {
    guard value.kind == type.sample.kind else {
      return FEELFault(
        .typeMismatch, "a column of \(type.name) values cannot hold a \(value.kind)")
    }
    switch type {
    case .integer, .decimal:
      return FEELFault(
        .overflow, "a result does not fit the exact type \(type.name)",
        help: "round earlier, or declare a column that it comes from as number")
    default: return FEELFault(.overflow, "a result does not fit a column of \(type.name) values")
    }
  }
}
