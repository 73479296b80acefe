// SPDX-License-Identifier: EUPL-1.2

/// Gives the numbers of a variable the type that its format tells, where all values agree.
struct StatisticalNumberTyping {
  let numbers: StatisticalNumbers
  let meaning: StatisticalMeaning

  func column() -> (column: Column, why: String) {
    if numbers.validity.noneSet, meaning == .number {
      return (plain, "no row has a value")
    }
    switch meaning {
    case .number: return (plain, "the format shows numbers")
    case .otherTime:
      return (plain, "the format is of a time that is no day, so that the numbers are kept")
    case .whole: return whole
    case .day, .instant, .period: return time
    }
  }

  private var plain: Column {
    .number(FixedColumn(numbers.values, validity: numbers.validity))
  }

  private var whole: (Column, String) {
    guard let values = exact({ $0.isExactInteger ? Int64($0) : nil }) else {
      return (plain, "the format shows whole numbers, and some values are not whole")
    }
    return (
      .integer(FixedColumn(values, validity: numbers.validity)),
      "the format shows whole numbers, and every value is one"
    )
  }

  private var time: (Column, String) {
    guard let instants = exact(meaning.microseconds) else {
      return (
        plain, "the format shows dates, and some values are none between the years 1 and 9999"
      )
    }
    if case .instant = meaning {
      return (
        .timestamp(FixedColumn(instants, validity: numbers.validity)),
        "the format shows dates with a time, which is taken as UTC"
      )
    }
    let days = instants.compactMap(\.wholeDays)
    guard days.count == instants.count else {
      return (
        .timestamp(FixedColumn(instants, validity: numbers.validity)),
        "the format shows dates, and some values have a time, which is taken as UTC"
      )
    }
    let column = Column.date(FixedColumn(days, validity: numbers.validity))
    if case .period = meaning {
      return (column, "the format shows periods, of which each is its first day")
    }
    return (column, "the format shows dates")
  }

  /// All values converted, zero where one is missing; nil where one cannot be.
  private func exact(_ convert: (Double) -> Int64?) -> [Int64]? {
    var result: [Int64] = []
    result.reserveCapacity(numbers.count)
    for row in 0..<numbers.count {
      guard let number = numbers[row] else {
        result.append(0)
        continue
      }
      guard let value = convert(number) else { return nil }
      result.append(value)
    }
    return result
  }
}
