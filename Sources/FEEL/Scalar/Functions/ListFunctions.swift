// SPDX-License-Identifier: EUPL-1.2

extension BuiltIn {
  /// Functions of lists; those of the standard that take a list also take its values one by one.
  static let lists: [BuiltIn] = [
    BuiltIn("min(list...)", result: .same) { try extreme($0) { $0 < 0 } },
    BuiltIn("max(list...)", result: .same) { try extreme($0) { $0 > 0 } },
    BuiltIn("sum(list...)", result: .same) {
      guard let numbers = try $0.numbers(0), let first = numbers.first else { return .null }
      return try finite(total(numbers.dropFirst(), from: first))
    },
    BuiltIn("mean(list...)", result: .number) {
      guard let numbers = try $0.numbers(0), !numbers.isEmpty else { return .null }
      return try finite(total(numbers[...], from: .zero)?.divided(by: Decimal128(numbers.count)))
    },
    BuiltIn("product(list...)", result: .number) {
      guard let numbers = try $0.numbers(0), !numbers.isEmpty else { return .null }
      var result: Decimal128? = .one
      for number in numbers { result = result?.multiplied(by: number) }
      return try finite(result)
    },
    BuiltIn("median(list...)", result: .number) {
      guard let numbers = try $0.numbers(0)?.sorted(), !numbers.isEmpty else { return .null }
      let upper = numbers[numbers.count / 2]
      guard numbers.count % 2 == 0 else { return .number(upper) }
      return try finite(
        numbers[numbers.count / 2 - 1].adding(upper)?.divided(by: Decimal128(2)))
    },
    BuiltIn("count(list)", result: .integer) { .integer(Int64($0.list(0).count)) },
    BuiltIn("list contains(list, element)", result: .boolean, seesNull: true) {
      guard $0.has(0) else { return .null }
      let element = $0.value(1)
      return .boolean($0.list(0).contains(element))
    },
    BuiltIn("all(list...)", result: .boolean, seesNull: true) { try logical($0, decisive: false) },
    BuiltIn("any(list...)", result: .boolean, seesNull: true) { try logical($0, decisive: true) },
    BuiltIn("sublist(list, start position, length?)", result: .other) {
      let list = $0.list(0)
      let start = try $0.whole(1)
      let first = start > 0 ? start - 1 : list.count + start
      guard start != 0, list.indices.contains(first) else {
        throw $0.invalid("the list has no such place")
      }
      guard $0.has(2) else { return .list(Array(list[first...])) }
      let length = try $0.whole(2)
      guard length >= 1, length <= list.count - first else {
        throw $0.invalid("the list has no part of such a length there")
      }
      return .list(Array(list[first..<(first + length)]))
    },
    BuiltIn("reverse(list)", result: .other) { .list($0.list(0).reversed()) },
    BuiltIn("append(list, item...)", result: .other, seesNull: true) {
      guard $0.has(0) else { return .null }
      return .list($0.list(0) + $0.list(1))
    },
    BuiltIn("concatenate([list]...)", result: .other) { .list(try joined($0)) },
    BuiltIn("union([list]...)", result: .other) { .list(distinct(try joined($0))) },
    BuiltIn("distinct values(list)", result: .other) { .list(distinct($0.list(0))) },
    BuiltIn("flatten(list)", result: .other) { .list(flattened($0.value(0))) },
    BuiltIn("index of(list, match)", result: .other, seesNull: true) {
      guard $0.has(0) else { return .null }
      let match = $0.value(1)
      let places = $0.list(0).enumerated().filter { $0.element == match }
      return .list(places.map { .integer(Int64($0.offset) + 1) })
    },
    BuiltIn(
      "list replace(list, position, newItem)", "list replace(list, match, newItem)",
      result: .other, seesNull: true
    ) {
      guard $0.has(0), $0.has(1) else { return .null }
      let (list, item) = ($0.list(0), $0.value(2))
      guard case .function(let match) = $0.value(1) else {
        let position = try $0.whole(1)
        let place = position > 0 ? position - 1 : list.count + position
        guard position != 0, list.indices.contains(place) else {
          throw $0.invalid("the list has no such place")
        }
        var replaced = list
        replaced[place] = item
        return .list(replaced)
      }
      guard match.parameters.count == 2 else {
        throw $0.invalid("'match' is a function of an element and the new one")
      }
      var replaced: [FEELValue] = []
      for element in list {
        let isMatch = try match.call([element, item], depth: $0.scope.callDepth)
        guard let isMatch = isMatch.boolean else { throw $0.wrongKind(1, "condition") }
        replaced.append(isMatch ? item : element)
      }
      return .list(replaced)
    },
    BuiltIn("insert before(list, position, newItem)", result: .other, seesNull: true) {
      guard $0.has(0), $0.has(1) else { return .null }
      var list = $0.list(0)
      let position = try $0.whole(1)
      let place = position > 0 ? position - 1 : list.count + position
      guard position != 0, list.indices.contains(place) else {
        throw $0.invalid("the list has no such place")
      }
      list.insert($0.value(2), at: place)
      return .list(list)
    },
    BuiltIn("remove(list, position)", result: .other) {
      var list = $0.list(0)
      let position = try $0.whole(1)
      let place = position > 0 ? position - 1 : list.count + position
      guard position != 0, list.indices.contains(place) else {
        throw $0.invalid("the list has no such place")
      }
      list.remove(at: place)
      return .list(list)
    },
  ]

  private static func extreme(
    _ arguments: Arguments, _ isBetter: (Int) -> Bool
  ) throws(FEELFault) -> FEELValue {
    let list = arguments.list(0)
    guard var best = list.first, !list.contains(.null) else { return .null }
    for element in list.dropFirst() {
      guard let order = try Ordering.order(element, best) else { return .null }
      if isBetter(order) { best = element }
    }
    return best
  }

  private static func total(
    _ numbers: ArraySlice<Decimal128>, from start: Decimal128
  ) -> Decimal128? {
    var sum: Decimal128? = start
    for number in numbers { sum = sum?.adding(number) }
    return sum
  }

  private static func logical(
    _ arguments: Arguments, decisive: Bool
  ) throws(FEELFault) -> FEELValue {
    var isOpen = false
    for element in arguments.list(0) {
      switch element {
      case .boolean(let value): if value == decisive { return .boolean(decisive) }
      case .null: isOpen = true
      default: throw arguments.wrongKind(0, "list of booleans", isElement: element.kind)
      }
    }
    return isOpen ? .null : .boolean(!decisive)
  }

  private static func distinct(_ values: [FEELValue]) -> [FEELValue] {
    var seen: Set<FEELValue> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// The elements of several lists one after the other.
  private static func joined(_ arguments: Arguments) throws(FEELFault) -> [FEELValue] {
    let lists = arguments.list(0)
    guard !lists.contains(.null) else { throw arguments.wrongKind(0, "list", isElement: "null") }
    return lists.flatMap { $0.list ?? [$0] }
  }

  private static func flattened(_ value: FEELValue) -> [FEELValue] {
    value.list?.flatMap { flattened($0) } ?? [value]
  }
}
