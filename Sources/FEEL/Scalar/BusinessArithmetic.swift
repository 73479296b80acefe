// SPDX-License-Identifier: EUPL-1.2

/// Operators of the mode `bFeel`: an operand is converted where the standard's language has an error.
///
/// A text takes the other operand of a sum as text; else a number takes the other operand as a number.
/// What cannot be repaired is zero, or no time or text at all. Null is zero and no text.
enum BusinessArithmetic {
  static func apply(
    _ operation: Node.Arithmetic, _ left: FEELValue, _ right: FEELValue
  ) -> FEELValue {
    if !left.isNull, !right.isNull,
      !(operation == .subtract && Arithmetic.mixesLocal(left, right)),
      let value = try? Arithmetic.apply(operation, left, right)
    {
      return value
    }
    let hasText = left.string != nil || right.string != nil
    switch operation {
    case .add where hasText: return .text(text(left) + text(right))
    case .subtract where hasText: return .text("")
    case .power: return numbers(operation, left, right)
    case .add, .subtract:
      if left.number != nil || right.number != nil { return numbers(operation, left, right) }
      return failed(operation, left, right)
    case .multiply, .divide:
      return scaled(operation, left, right) ?? numbers(operation, left, right)
    }
  }

  private static func numbers(
    _ operation: Node.Arithmetic, _ left: FEELValue, _ right: FEELValue
  ) -> FEELValue {
    let value = try? Arithmetic.apply(operation, .number(number(left)), .number(number(right)))
    return value ?? .integer(0)
  }

  /// A product or a quotient of durations, of which years and months come before days; nil where there
  /// is no duration, or where the other operand makes it a number.
  private static func scaled(
    _ operation: Node.Arithmetic, _ left: FEELValue, _ right: FEELValue
  ) -> FEELValue? {
    let spans = [left, right].filter(\.isDuration)
    guard let span = spans.first(where: \.isMonths) ?? spans.first else { return nil }
    if operation == .divide, left.number != nil { return nil }
    if left.kind == right.kind { return operation == .divide ? .integer(0) : span.nothing }
    guard spans.count == 2, left.isMonths || operation == .multiply else { return span.nothing }
    let factor = FEELValue.number(number(left.isMonths ? right : left))
    return (try? Arithmetic.apply(operation, span, factor)) ?? span.nothing
  }

  /// What stands for a sum or a difference without a number: nothing of the kind that it would be.
  private static func failed(
    _ operation: Node.Arithmetic, _ left: FEELValue, _ right: FEELValue
  ) -> FEELValue {
    if operation == .subtract, left.isMoment, right.isMoment { return .nothing(of: .days) }
    return left.nothing ?? right.nothing ?? .integer(0)
  }

  /// A value as a number: a duration counts its seconds or its months, and what is none is zero.
  private static func number(_ value: FEELValue) -> Decimal128 {
    switch value {
    case .number(let number): number
    case .text(let text): Decimal128(text) ?? .zero
    case .daysTimeDuration(let duration): duration.seconds
    case .yearsMonthsDuration(let duration): Decimal128(duration.months)
    default: .zero
    }
  }

  private static func text(_ value: FEELValue) -> String { value.isNull ? "" : value.description }
}

extension FEELValue {
  fileprivate var isMonths: Bool {
    if case .yearsMonthsDuration = self { true } else { false }
  }

  fileprivate var isDuration: Bool {
    if case .daysTimeDuration = self { true } else { isMonths }
  }

  fileprivate var isMoment: Bool {
    switch self {
    case .date, .dateTime, .time: true
    default: false
    }
  }

  /// What stands for an error where such a value is wanted; nil for kinds without.
  fileprivate var nothing: FEELValue? {
    switch self {
    case .number: .nothing(of: .number)
    case .text: .nothing(of: .text)
    case .date: .nothing(of: .date)
    case .dateTime: .nothing(of: .moment)
    case .time: .nothing(of: .time)
    case .daysTimeDuration: .nothing(of: .days)
    case .yearsMonthsDuration: .nothing(of: .months)
    default: nil
    }
  }
}
