// SPDX-License-Identifier: EUPL-1.2

/// Collects the values of one column, whose type is known but for whether its texts repeat.
struct ColumnCollector {
  let type: ColumnType
  private var flags = BooleanColumnBuilder()
  private var numbers = FixedColumnBuilder<Double>()
  private var days = FixedColumnBuilder<Int32>()
  /// Whole numbers, decimals and instants.
  private var integers = FixedColumnBuilder<Int64>()
  private var texts: TextCollector

  /// A text column whose type nobody declared becomes a category where its texts repeat.
  init(_ type: ColumnType, isDeclared: Bool) {
    self.type = type
    texts = TextCollector(!isDeclared ? .either : type == .category ? .category : .text)
  }

  mutating func appendMissing() {
    switch type {
    case .boolean: flags.append(nil)
    case .integer, .decimal, .timestamp: integers.append(nil)
    case .number: numbers.append(nil)
    case .date: days.append(nil)
    case .text, .category: texts.appendMissing()
    }
  }

  mutating func append(flag: Bool) { flags.append(flag) }
  mutating func append(integer: Int64) { integers.append(integer) }
  mutating func append(number: Double) { numbers.append(number) }
  mutating func append(text: UnsafeBufferPointer<UInt8>) { texts.append(text) }

  /// Adds the value that a text spells, or says that it spells none of this type.
  mutating func append(spelling: UnsafeBufferPointer<UInt8>, _ reading: CellReading) -> Bool {
    switch type {
    case .boolean: return flags.take(reading.boolean(spelling, strict: false))
    case .integer: return integers.take(reading.integer(spelling, strict: false))
    case .number: return numbers.take(reading.number(spelling, strict: false))
    case .decimal(let scale): return integers.take(reading.decimal(spelling, scale: scale))
    case .date: return days.take(reading.day(spelling))
    case .timestamp: return integers.take(reading.instant(spelling))
    case .text, .category:
      texts.append(spelling)
      return true
    }
  }

  consuming func finish(named name: String) throws(TableFault) -> Column {
    switch type {
    case .boolean: .boolean(flags.finish())
    case .integer: .integer(integers.finish())
    case .number: .number(numbers.finish())
    case .decimal(let scale): .decimal(integers.finish(), scale: scale)
    case .date: .date(days.finish())
    case .timestamp: .timestamp(integers.finish())
    case .text, .category: try texts.finish(named: name)
    }
  }
}

extension CellReading {
  /// A day, also where midnight is written behind it.
  func day(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
    if let day = date(text) { return day }
    guard let instant = timestamp(text), instant % Timestamp.microsecondsPerDay == 0 else {
      return nil
    }
    return Int32(exactly: instant / Timestamp.microsecondsPerDay)
  }

  /// An instant; a day alone is its midnight in UTC.
  func instant(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    timestamp(text) ?? date(text).map { Int64($0) * Timestamp.microsecondsPerDay }
  }
}

extension FixedColumnBuilder {
  fileprivate mutating func take(_ value: Value?) -> Bool {
    guard let value else { return false }
    append(value)
    return true
  }
}

extension BooleanColumnBuilder {
  fileprivate mutating func take(_ value: Bool?) -> Bool {
    guard let value else { return false }
    append(value)
    return true
  }
}
