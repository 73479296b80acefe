// SPDX-License-Identifier: EUPL-1.2

extension BuiltIn {
  /// Functions of lists that need an order or the spread of their values.
  static let orders: [BuiltIn] = [
    BuiltIn("sort(list, precedes)", result: .other) {
      guard case .function(let precedes) = $0.value(1), precedes.parameters.count == 2 else {
        throw $0.wrongKind(1, "function of two values")
      }
      let depth = $0.scope.callDepth
      return .list(
        try $0.list(0).sorted { left, right in
          try precedes.call([left, right], depth: depth).boolean == true
        })
    },
    BuiltIn("stddev(list...)", result: .number, seesNull: true) {
      guard let numbers = try $0.numbers(0), numbers.count > 1,
        let mean = mean(numbers)
      else { return .null }
      var squares: Decimal128? = .zero
      for number in numbers {
        guard let distance = number.subtracting(mean) else { return .null }
        squares = distance.multiplied(by: distance).flatMap { squares?.adding($0) }
      }
      let variance = squares?.divided(by: Decimal128(numbers.count - 1))
      return variance?.squareRoot().map { .number($0) } ?? .null
    },
    BuiltIn("mode(list...)", result: .other, seesNull: true) {
      guard let numbers = try $0.numbers(0) else { return .null }
      let counts = Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
      let most = counts.values.max()
      return .list(counts.filter { $0.value == most }.keys.sorted().map { .number($0) })
    },
  ]

  private static func mean(_ numbers: [Decimal128]) -> Decimal128? {
    var sum: Decimal128? = .zero
    for number in numbers { sum = sum?.adding(number) }
    return sum?.divided(by: Decimal128(numbers.count))
  }
}
