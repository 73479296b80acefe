// SPDX-License-Identifier: EUPL-1.2

extension BuiltIn {
  /// How points and ranges lie to each other, by the table of the standard (10.3.4.11).
  static let ranges: [BuiltIn] = [
    relation("before", pairs) { try $0.isBefore($1) },
    relation("after", pairs) { try $1.isBefore($0) },
    relation("meets", ["range1, range2"]) { try $0.meets($1) },
    relation("met by", ["range1, range2"]) { try $1.meets($0) },
    relation("overlaps", ["range1, range2"]) {
      try $0.startsBeforeEnd(of: $1) && $1.startsBeforeEnd(of: $0)
    },
    relation("overlaps before", ["range1, range2"]) { try $0.overlapsBefore($1) },
    relation("overlaps after", ["range1, range2"]) { try $1.overlapsBefore($0) },
    relation("finishes", ["point, range", "range1, range2"]) { try $0.finishes($1) },
    relation("finished by", ["range, point", "range1, range2"]) { try $1.finishes($0) },
    relation("includes", ["range, point", "range1, range2"]) { try $0.includes($1) },
    relation("during", ["point, range", "range1, range2"]) { try $1.includes($0) },
    relation("starts", ["point, range", "range1, range2"]) { try $0.starts($1) },
    relation("started by", ["range, point", "range1, range2"]) { try $1.starts($0) },
    relation("coincides", ["point1, point2", "range1, range2"]) { try $0.coincides($1) },
    BuiltIn("range(from)", result: .other) {
      guard let range = RangeText.range(try $0.text(0)) else {
        throw $0.invalid("a text is not a range", help: "it is written as [1..10], [1..) or (..10]")
      }
      return .range(range)
    },
  ]

  private static let pairs = [
    "point1, point2", "point, range", "range, point", "range1, range2",
  ]

  private static func relation(
    _ name: String, _ parameters: [String],
    _ holds: @escaping @Sendable (Extent, Extent) throws -> Bool
  ) -> BuiltIn {
    BuiltIn(parameters.map { "\(name)(\($0))" }, result: .boolean) { arguments in
      let (left, right) = (arguments.value(0), arguments.value(1))
      let kinds = [left, right].map { if case .range = $0 { "range" } else { "point" } }
      let isKnown = parameters.contains { pair in
        zip(pair.split(separator: ", "), kinds).allSatisfy { $0.hasPrefix($1) }
      }
      guard isKnown, let first = Extent(left), let second = Extent(right) else {
        throw arguments.invalid(
          "'\(name)' does not compare a \(left.kind) with a \(right.kind)")
      }
      return .boolean(try holds(first, second))
    }
  }
}

/// A range with both ends, or a point as the range that holds nothing else.
private struct Extent {
  let start: FEELValue
  let end: FEELValue
  let includesStart: Bool
  let includesEnd: Bool
  let isPoint: Bool

  init?(_ value: FEELValue) {
    guard case .range(let range) = value else {
      (start, end, includesStart, includesEnd, isPoint) = (value, value, true, true, true)
      return
    }
    guard let lower = range.lower, let upper = range.upper, !lower.value.isNull,
      !upper.value.isNull
    else { return nil }
    (start, end, isPoint) = (lower.value, upper.value, false)
    (includesStart, includesEnd) = (lower.isIncluded, upper.isIncluded)
  }

  private func order(_ left: FEELValue, _ right: FEELValue) throws(FEELFault) -> Int {
    guard let order = try Ordering.order(left, right) else {
      throw .incomparable(left, right)
    }
    return order
  }

  func isBefore(_ other: Extent) throws -> Bool {
    let order = try order(end, other.start)
    return order < 0 || order == 0 && !(includesEnd && other.includesStart)
  }

  func meets(_ other: Extent) throws -> Bool {
    try includesEnd && other.includesStart && order(end, other.start) == 0
  }

  func startsBeforeEnd(of other: Extent) throws -> Bool {
    let order = try order(start, other.end)
    return order < 0 || order == 0 && includesStart && other.includesEnd
  }

  func overlapsBefore(_ other: Extent) throws -> Bool {
    let starts = try order(start, other.start)
    let ends = try order(end, other.end)
    return try (starts < 0 || starts == 0 && includesStart && !other.includesStart)
      && other.startsBeforeEnd(of: self)
      && (ends < 0 || ends == 0 && (!includesEnd || other.includesEnd))
  }

  func finishes(_ other: Extent) throws -> Bool {
    guard includesEnd == other.includesEnd, try order(end, other.end) == 0 else { return false }
    if isPoint { return true }
    let starts = try order(start, other.start)
    return starts > 0 || starts == 0 && (!includesStart || other.includesStart)
  }

  func starts(_ other: Extent) throws -> Bool {
    guard includesStart == other.includesStart, try order(start, other.start) == 0 else {
      return false
    }
    if isPoint { return true }
    let ends = try order(end, other.end)
    return ends < 0 || ends == 0 && (!includesEnd || other.includesEnd)
  }

  func includes(_ other: Extent) throws -> Bool {
    let starts = try order(start, other.start)
    let ends = try order(end, other.end)
    return (starts < 0 || starts == 0 && (includesStart || !other.includesStart))
      && (ends > 0 || ends == 0 && (includesEnd || !other.includesEnd))
  }

  func coincides(_ other: Extent) throws -> Bool {
    try includesStart == other.includesStart && includesEnd == other.includesEnd
      && order(start, other.start) == 0 && order(end, other.end) == 0
  }
}
