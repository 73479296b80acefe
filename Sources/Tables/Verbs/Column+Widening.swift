// SPDX-License-Identifier: EUPL-1.2

// One type for values that came as several, exactly where all of them are exact.
extension ColumnType {
  /// The places after the point of an exact type.
  public var places: Int { if case .decimal(let scale) = self { scale } else { 0 } }

  /// The narrowest type that holds both; nil where there is none.
  public static func common(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
    switch (left, right) {
    case _ where left == right: left
    case (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
      .decimal(scale: max(left.places, right.places))
    case (.text, .category), (.category, .text): .text
    default: left.isNumeric && right.isNumeric ? .number : nil
    }
  }
}

extension Column {
  /// A column without values.
  public static func missing(_ type: ColumnType, count: Int) -> Column {
    let none = Bitmap(repeating: false, count: count)
    func zeros<Value: ColumnScalar>(_: Value.Type) -> FixedColumn<Value> {
      FixedColumn([Value](repeating: .zero, count: count), validity: none)
    }
    return switch type {
    case .boolean: .boolean(BooleanColumn(none, validity: none))
    case .integer: .integer(zeros(Int64.self))
    case .number: .number(zeros(Double.self))
    case .decimal(let scale): .decimal(zeros(Int64.self), scale: scale)
    case .text:
      .text(
        TextColumn(
          offsets: [Int32](repeating: 0, count: count + 1), bytes: [], validity: none))
    case .category:
      .category(
        CategoryColumn(
          codes: [Int32](repeating: 0, count: count), dictionary: [], validity: none))
    case .date: .date(zeros(Int32.self))
    case .timestamp: .timestamp(zeros(Int64.self))
    }
  }

  /// The type that holds all columns, those without any value not counted; nil where they clash.
  public static func commonType(of columns: [Column]) -> ColumnType? {
    var type: ColumnType?
    for column in columns where column.missingCount < column.count {
      guard let known = type else {
        type = column.type
        continue
      }
      guard let wider = ColumnType.common(known, column.type) else { return nil }
      type = wider
    }
    return type ?? columns.first?.type ?? .text
  }

  /// The column as another type that holds it; nil where a number does not fit.
  public func converted(to type: ColumnType) -> Column? {
    if self.type == type { return self }
    if missingCount == count { return Column.missing(type, count: count) }
    switch (self, type) {
    case (.integer, .decimal(let scale)), (.decimal, .decimal(let scale)):
      guard let values = scaled(to: scale) else { return nil }
      return .decimal(FixedColumn(values, validity: validity), scale: scale)
    case (_, .number):
      return doubles().map { .number(FixedColumn($0.values, validity: $0.validity)) }
    case (.category(let texts), .text): return .text(texts.expanded())
    case (.text(let texts), .category):
      return .category(CategoryColumn((0..<texts.count).map { texts[$0] }))
    default: return nil
    }
  }

  /// Exact numbers times ten to the power `scale`; nil for other columns, or where one does not fit.
  public func scaled(to scale: Int) -> [Int64]? {
    let values: [Int64]
    switch self {
    case .integer(let column): values = column.values.array
    case .decimal(let column, _): values = column.values.array
    default: return nil
    }
    guard scale >= type.places else { return nil }
    let factor = (type.places..<scale).reduce(Int64(1)) { power, _ in power * 10 }
    guard factor != 1 else { return values }
    var result: [Int64] = []
    result.reserveCapacity(values.count)
    for value in values {
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      result.append(product)
    }
    return result
  }
}
