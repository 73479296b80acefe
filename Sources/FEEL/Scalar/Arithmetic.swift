// SPDX-License-Identifier: EUPL-1.2

/// Sums, differences, products, quotients and powers of values.
enum Arithmetic {
  static func apply(
    _ operation: Node.Arithmetic, _ left: FEELValue, _ right: FEELValue
  ) throws(FEELFault) -> FEELValue {
    if left.isNull || right.isNull { return .null }
    if case .number(let left) = left, case .number(let right) = right {
      return try numbers(operation, left, right)
    }
    switch operation {
    case .add:
      if let sum = try add(left, right) { return sum }
      if let sum = try add(right, left) { return sum }
    case .subtract: if let difference = try subtract(left, right) { return difference }
    case .multiply:
      if let product = try multiply(left, right) { return product }
      if let product = try multiply(right, left) { return product }
    case .divide: if let quotient = try divide(left, right) { return quotient }
    case .power: break
    }
    throw .noArithmetic(operation, left.kind, right.kind)
  }

  /// Whether one of two moments says how far it is from UTC and the other does not.
  ///
  /// The standard has no difference between them. A date is taken as a midnight in UTC.
  static func mixesLocal(_ left: FEELValue, _ right: FEELValue) -> Bool {
    func isLocal(_ value: FEELValue) -> Bool? {
      switch value {
      case .dateTime(let moment): moment.time.offset == nil
      case .time(let time): time.offset == nil
      case .date: false
      default: nil
      }
    }
    guard let left = isLocal(left), let right = isLocal(right) else { return false }
    return left != right
  }

  static func negate(_ value: FEELValue) throws(FEELFault) -> FEELValue {
    switch value {
    case .null: return .null
    case .number(let number): return .number(number.negated)
    case .daysTimeDuration(let duration): return try days(-duration.nanoseconds)
    case .yearsMonthsDuration(let duration): return try months(0, subtracting: duration.months)
    default:
      throw FEELFault(.typeMismatch, "a \(value.kind) has no negative")
    }
  }

  private static func numbers(
    _ operation: Node.Arithmetic, _ left: Decimal128, _ right: Decimal128
  ) throws(FEELFault) -> FEELValue {
    let result: Decimal128?
    switch operation {
    case .add: result = left.adding(right)
    case .subtract: result = left.subtracting(right)
    case .multiply: result = left.multiplied(by: right)
    case .divide:
      guard !right.isZero else { throw .divisionByZero }
      result = left.divided(by: right)
    case .power:
      if left.isZero, right.isNegative { throw .divisionByZero }
      if left.isNegative, !right.isWhole {
        throw FEELFault(.invalidValue, "a negative number has no power that is not whole")
      }
      result = left.raised(to: right)
    }
    guard let result else { throw .numberOverflow }
    return .number(result)
  }

  private static func add(_ left: FEELValue, _ right: FEELValue) throws(FEELFault) -> FEELValue? {
    switch (left, right) {
    case (.text(let left), .text(let right)): return .text(left + right)
    case (.date(let date), .yearsMonthsDuration(let duration)):
      return try inCalendar(date.adding(months: duration.months).map { .date($0) })
    case (.date(let date), .daysTimeDuration(let duration)):
      let midnight = FEELTime(nanosecond: 0).map { FEELDateTime(date: date, time: $0) }
      return try inCalendar(midnight?.adding(duration).map { .date($0.date) })
    case (.dateTime(let moment), .yearsMonthsDuration(let duration)):
      let date = moment.date.adding(months: duration.months)
      return try inCalendar(date.map { .dateTime(FEELDateTime(date: $0, time: moment.time)) })
    case (.dateTime(let moment), .daysTimeDuration(let duration)):
      return try inCalendar(moment.adding(duration).map { .dateTime($0) })
    case (.time(let time), .daysTimeDuration(let duration)):
      return time.adding(duration.nanoseconds).map { .time($0) }
    case (.daysTimeDuration(let left), .daysTimeDuration(let right)):
      return try days(left.nanoseconds + right.nanoseconds)
    case (.yearsMonthsDuration(let left), .yearsMonthsDuration(let right)):
      guard right.months != .min else { throw .numberOverflow }
      return try months(left.months, subtracting: -right.months)
    default: return nil
    }
  }

  private static func subtract(
    _ left: FEELValue, _ right: FEELValue
  ) throws(FEELFault) -> FEELValue? {
    switch (left, right) {
    case (.date(let left), .date(let right)):
      return try days(Int128(left.days - right.days) * Int128(FEELTime.nanosecondsPerDay))
    case (.dateTime(let left), .dateTime(let right)):
      return try days(left.instant - right.instant)
    case (.dateTime(let left), .date(let right)):
      return try days(left.instant - Int128(right.days) * Int128(FEELTime.nanosecondsPerDay))
    case (.date(let left), .dateTime(let right)):
      return try days(Int128(left.days) * Int128(FEELTime.nanosecondsPerDay) - right.instant)
    case (.time(let left), .time(let right)): return try days(Int128(left.instant - right.instant))
    case (_, .daysTimeDuration), (_, .yearsMonthsDuration):
      return try add(left, negate(right))
    default: return nil
    }
  }

  private static func multiply(
    _ left: FEELValue, _ right: FEELValue
  ) throws(FEELFault) -> FEELValue? {
    guard case .number(let factor) = right else { return nil }
    return try scale(left) { $0.multiplied(by: factor) }
  }

  private static func divide(
    _ left: FEELValue, _ right: FEELValue
  ) throws(FEELFault) -> FEELValue? {
    switch (left, right) {
    case (_, .number(let divisor)):
      guard !divisor.isZero else { throw .divisionByZero }
      return try scale(left) { $0.divided(by: divisor) }
    case (.daysTimeDuration(let left), .daysTimeDuration(let right)):
      guard right.nanoseconds != 0 else { throw .divisionByZero }
      return left.seconds.divided(by: right.seconds).map { .number($0) }
    case (.yearsMonthsDuration(let left), .yearsMonthsDuration(let right)):
      guard right.months != 0 else { throw .divisionByZero }
      return Decimal128(left.months).divided(by: Decimal128(right.months)).map { .number($0) }
    default: return nil
    }
  }

  /// A duration made longer or shorter; parts of nanoseconds and of months fall away.
  private static func scale(
    _ value: FEELValue, _ operation: (Decimal128) -> Decimal128?
  ) throws(FEELFault) -> FEELValue? {
    switch value {
    case .daysTimeDuration(let duration):
      guard let product = operation(duration.seconds)?.rounded(scale: 9, .down) else {
        throw .numberOverflow
      }
      // Nanoseconds by way of whole seconds, since 64 bits do not hold them all.
      guard let whole = product.rounded(scale: 0, .down), let seconds = whole.int64,
        let rest = product.subtracting(whole)?.scaledInt64(scale: 9)
      else { throw .numberOverflow }
      return try days(Int128(seconds) * 1_000_000_000 + Int128(rest))
    case .yearsMonthsDuration(let duration):
      guard let product = operation(Decimal128(duration.months))?.rounded(scale: 0, .down)?.int64
      else { throw .numberOverflow }
      return .yearsMonthsDuration(YearsMonthsDuration(months: product))
    default: return nil
    }
  }

  private static func days(_ nanoseconds: Int128) throws(FEELFault) -> FEELValue {
    guard let duration = DaysTimeDuration(nanoseconds: nanoseconds) else { throw .numberOverflow }
    return .daysTimeDuration(duration)
  }

  private static func months(
    _ left: Int64, subtracting right: Int64
  ) throws(FEELFault) -> FEELValue {
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    guard !overflow else { throw .numberOverflow }
    return .yearsMonthsDuration(YearsMonthsDuration(months: difference))
  }

  private static func inCalendar(_ value: FEELValue?) throws(FEELFault) -> FEELValue {
    guard let value else { throw FEELFault(.overflow, "the date lies outside the calendar") }
    return value
  }
}

extension FEELFault {
  static var divisionByZero: FEELFault {
    FEELFault(
      .divisionByZero, "a division by zero", help: "test for zero first: if x = 0 then null else …")
  }

  static var numberOverflow: FEELFault { FEELFault(.overflow, "a number is too large") }

  static func noArithmetic(
    _ operation: Node.Arithmetic, _ left: String, _ right: String
  ) -> FEELFault {
    var help: String?
    if left == "text" || right == "text" {
      help = operation == .add ? "use string() or number()" : "use number()"
    }
    return FEELFault(
      .typeMismatch, "'\(operation.rawValue)' has no meaning for a \(left) and a \(right)",
      help: help)
  }
}
