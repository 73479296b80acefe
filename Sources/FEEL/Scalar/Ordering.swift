// SPDX-License-Identifier: EUPL-1.2

/// Equality and order of values.
enum Ordering {
  /// The result of a comparison: a boolean, or null where an operand of an order is null.
  ///
  /// Equality with null is true or false; a null operand of `<` gives null.
  static func compare(
    _ operation: Node.Comparison, _ left: FEELValue, _ right: FEELValue
  ) throws(FEELFault) -> FEELValue {
    switch operation {
    case .equal: return .boolean(try equal(left, right))
    case .unequal: return .boolean(try !equal(left, right))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard !left.isNull, !right.isNull else { return .null }
      guard let order = try order(left, right) else { return .null }
      switch operation {
      case .less: return .boolean(order < 0)
      case .lessOrEqual: return .boolean(order <= 0)
      case .greater: return .boolean(order > 0)
      default: return .boolean(order >= 0)
      }
    }
  }

  private static func equal(_ left: FEELValue, _ right: FEELValue) throws(FEELFault) -> Bool {
    guard !left.isNull, !right.isNull else { return left.isNull && right.isNull }
    guard left.kind == right.kind else { throw .incomparable(left, right) }
    switch (left, right) {
    case (.time, .time), (.dateTime, .dateTime): return try order(left, right) == 0
    default: return left == right
    }
  }

  /// Negative, zero or positive; nil where the kind has an order and one operand has no place in it.
  ///
  /// A moment that does not say how far it is from UTC takes the distance of the other.
  static func order(_ left: FEELValue, _ right: FEELValue) throws(FEELFault) -> Int? {
    switch (left, right) {
    case (.number(let left), .number(let right)): return sign(left, right)
    case (.text(let left), .text(let right)):
      if left.utf8.elementsEqual(right.utf8) { return 0 }
      return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    case (.date(let left), .date(let right)): return sign(left, right)
    case (.time(let left), .time(let right)):
      guard left.isLocal == right.isLocal else { return sign(left.nanosecond, right.nanosecond) }
      return sign(left.instant, right.instant)
    case (.dateTime(let left), .dateTime(let right)):
      guard left.time.isLocal == right.time.isLocal else {
        return sign(left.localInstant, right.localInstant)
      }
      return sign(left, right)
    case (.daysTimeDuration(let left), .daysTimeDuration(let right)): return sign(left, right)
    case (.yearsMonthsDuration(let left), .yearsMonthsDuration(let right)):
      return sign(left, right)
    default:
      guard !left.isNull, !right.isNull else { return nil }
      guard left.kind != right.kind else {
        throw FEELFault(.typeMismatch, "values of the kind \(left.kind) have no order")
      }
      throw .incomparable(left, right)
    }
  }

  private static func sign<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : left == right ? 0 : 1
  }

  /// Whether a value equals a value, lies in a range or is in a list; nil where that is open.
  static func isIn(_ value: FEELValue, _ target: FEELValue) throws(FEELFault) -> Bool? {
    switch target {
    case .range(let range):
      if case .range = value { return value == target }
      return try isIn(value, range)
    case .list(let elements):
      if case .list = value, value == target { return true }
      var isOpen = false
      for element in elements {
        var result: Bool? = false
        if case .range = element {
          result = try isIn(value, element)
        } else {
          result = value == element
        }
        if result == true { return true }
        if result == nil { isOpen = true }
      }
      return isOpen ? nil : false
    default: return try equal(value, target)
    }
  }

  static func isIn(_ value: FEELValue, _ range: FEELRange) throws(FEELFault) -> Bool? {
    if range.kind == .unequal, let end = range.lower { return try !equal(value, end.value) }
    var result: Bool? = true
    if let lower = range.lower {
      let operation: Node.Comparison = lower.isIncluded ? .greaterOrEqual : .greater
      result = try compare(operation, value, lower.value).boolean
    }
    guard result != false, let upper = range.upper else { return result }
    let operation: Node.Comparison = upper.isIncluded ? .lessOrEqual : .less
    let below = try compare(operation, value, upper.value).boolean
    return below == false ? false : below == nil ? nil : result
  }
}

extension FEELValue {
  /// A time without its fraction of a second: the standard compares times for equality by that.
  var inWholeSeconds: FEELValue {
    switch self {
    case .time(let time) where time.nanosecond % 1_000_000_000 != 0:
      time.adding(Int128(-(time.nanosecond % 1_000_000_000))).map { .time($0) } ?? self
    case .dateTime(let moment) where moment.time.nanosecond % 1_000_000_000 != 0:
      moment.time.adding(Int128(-(moment.time.nanosecond % 1_000_000_000))).map {
        .dateTime(FEELDateTime(date: moment.date, time: $0))
      } ?? self
    default: self
    }
  }
}

extension FEELFault {
  static func incomparable(_ left: FEELValue, _ right: FEELValue) -> FEELFault {
    .incomparable(left.kind, right.kind)
  }

  static func incomparable(_ left: String, _ right: String) -> FEELFault {
    var help: String?
    switch (left, right) {
    case ("text", "number"), ("number", "text"): help = "use number(), or put it in quotes"
    case ("date", "text"), ("text", "date"): help = "write the date as @\"2025-01-31\""
    case ("date", "date and time"), ("date and time", "date"): help = "use date()"
    default: break
    }
    return FEELFault(
      .typeMismatch, "a \(left) cannot be compared with a \(right)", help: help)
  }
}
