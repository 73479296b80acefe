// SPDX-License-Identifier: EUPL-1.2

extension BuiltIn {
  /// Functions of one or two numbers.
  static let numbers: [BuiltIn] =
    [
      rounding("decimal(n, scale)", .halfEven),
      rounding("floor(n, scale?)", .floor),
      rounding("ceiling(n, scale?)", .ceiling),
      rounding("round up(n, scale?)", .up),
      rounding("round down(n, scale?)", .down),
      rounding("round half up(n, scale?)", .halfUp),
      rounding("round half down(n, scale?)", .halfDown),
      BuiltIn("abs(n)", result: .same) {
        switch $0.single(0) {
        case .daysTimeDuration(let duration) where duration.nanoseconds < 0:
          return try Arithmetic.negate($0.single(0))
        case .yearsMonthsDuration(let duration) where duration.months < 0:
          return try Arithmetic.negate($0.single(0))
        case .daysTimeDuration, .yearsMonthsDuration: return $0.single(0)
        default: return .number(try $0.number(0).magnitude)
        }
      },
      BuiltIn("modulo(dividend, divisor)", result: .number) {
        let divisor = try $0.number(1)
        guard !divisor.isZero else { throw FEELFault.divisionByZero }
        return try finite($0.number(0).modulo(divisor))
      },
      BuiltIn("sqrt(number)", result: .number) {
        let number = try $0.number(0)
        guard !number.isNegative else {
          throw $0.invalid("a negative number has no square root")
        }
        return try finite(number.squareRoot())
      },
      BuiltIn("exp(number)", result: .number) { try finite($0.number(0).exponential()) },
      BuiltIn("log(number)", result: .number) {
        let number = try $0.number(0)
        guard !number.isNegative, !number.isZero else {
          throw $0.invalid("only a positive number has a logarithm")
        }
        return try finite(number.naturalLogarithm())
      },
      BuiltIn("odd(number)", result: .boolean) {
        .boolean(try isOdd($0.number(0), of: $0))
      },
      BuiltIn("even(number)", result: .boolean) {
        .boolean(try !isOdd($0.number(0), of: $0))
      },
    ]

  static func finite(_ number: Decimal128?) throws(FEELFault) -> FEELValue {
    guard let number else { throw .numberOverflow }
    return .number(number)
  }

  /// How the rounding functions round, by name.
  static let roundings: [String: DecimalRounding] = [
    "decimal": .halfEven, "floor": .floor, "ceiling": .ceiling, "round up": .up,
    "round down": .down, "round half up": .halfUp, "round half down": .halfDown,
  ]

  private static func rounding(_ signature: String, _ rounding: DecimalRounding) -> BuiltIn {
    BuiltIn(signature, result: .rounded) {
      if let scale = $0.values[1], scale.isNull { return .null }
      // The standard lets only two of them do without a scale.
      if $0.scope.mode.isStandard, $0.values[1] == nil, !["floor", "ceiling"].contains($0.function)
      {
        throw $0.invalid("'\($0.function)' needs a scale")
      }
      let scale = $0.has(1) ? try $0.whole(1) : 0
      guard (-6_111...6_176).contains(scale) else {
        throw $0.invalid("a scale lies between -6111 and 6176")
      }
      return try finite($0.number(0).rounded(scale: scale, rounding))
    }
  }

  private static func isOdd(_ number: Decimal128, of arguments: Arguments) throws(FEELFault) -> Bool
  {
    guard number.isWhole else { throw arguments.invalid("only whole numbers are odd or even") }
    return number.modulo(Decimal128(2))?.isZero == false
  }
}
