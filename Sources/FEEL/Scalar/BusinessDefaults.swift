// SPDX-License-Identifier: EUPL-1.2

/// What stands for an error in the mode `bFeel`, by the kind of value that was wanted.
enum BusinessKind: Sendable {
  case boolean
  case number
  case text
  case date
  case time
  case moment
  case days
  case months
  case list
  case range
}

extension FEELValue {
  /// The default of a kind (DMN 1.6, chapter 11, on the language B-FEEL).
  static func nothing(of kind: BusinessKind) -> FEELValue {
    switch kind {
    case .boolean: .boolean(false)
    case .number: .integer(0)
    case .text: .text("")
    case .date: epoch.map { .date($0) } ?? .null
    case .time: FEELTime(nanosecond: 0, offset: 0).map { .time($0) } ?? .null
    case .moment: epoch.flatMap { FEELDateTime(midnightOf: $0) }.map { .dateTime($0) } ?? .null
    case .days: DaysTimeDuration(nanoseconds: 0).map { .daysTimeDuration($0) } ?? .null
    case .months: .yearsMonthsDuration(YearsMonthsDuration(months: 0))
    case .list: .list([])
    case .range:
      .range(
        FEELRange(
          lower: FEELRange.End(.integer(0), isIncluded: false),
          upper: FEELRange.End(.integer(0), isIncluded: false)))
    }
  }

  private static var epoch: FEELDate? { FEELDate(days: 0) }
}

extension Node {
  /// What the node's value is in the mode `bFeel` where it has none; null means missing data.
  var businessDefault: FEELValue {
    switch form {
    case .comparison(.unequal, _, _): .boolean(true)
    case .comparison, .conjunction, .disjunction, .between, .membership, .quantified:
      .nothing(of: .boolean)
    case .call(let name, _): BuiltIn.named(name)?.businessKind.map { .nothing(of: $0) } ?? .null
    case .invocation(let function, _):
      // A call of a function of the language by a name that something else might have.
      function.path.flatMap { $0.count == 1 ? BuiltIn.named($0[0])?.businessKind : nil }
        .map { .nothing(of: $0) } ?? .null
    default: .null
    }
  }
}

extension BuiltIn {
  /// The kind of the function's result; nil where it depends on the arguments.
  fileprivate var businessKind: BusinessKind? {
    switch result {
    case .boolean: return .boolean
    case .integer, .number, .rounded: return .number
    case .text: return .text
    case .date: return .date
    case .timestamp: return .moment
    case .same: return ["sum", "abs"].contains(name) ? .number : nil
    case .other: break
    }
    switch name {
    case "time": return .time
    case "duration": return .days
    case "years and months duration": return .months
    case "range": return .range
    case "context", "context put", "context merge", "get value": return nil
    default: return .list
    }
  }
}
