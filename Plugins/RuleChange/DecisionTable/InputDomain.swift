// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// All values of one input of a table, cut where the outcome of a test may change.
///
/// Between two neighbouring constants of the tests nothing changes, so that one value stands for all of
/// them: boundary points and the open intervals between them cover the domain exactly.
struct InputDomain: Sendable {
  /// Values that all tests treat alike.
  struct Region: Sendable {
    /// One of the values.
    let witness: FEELValue
    /// The region as a test: `120`, `(120..124)`, `> 130`, `"single"`.
    let test: String
    /// Whether the region is a single value.
    let isPoint: Bool
  }

  let label: String
  let regions: [Region]
  /// Whether the regions follow each other, as numbers and dates do.
  let isOrdered: Bool

  /// An input whose values are listed.
  init(label: String, listed: [FEELValue]) {
    self.label = label
    isOrdered = false
    regions = listed.map { Region(witness: $0, test: $0.source, isPoint: true) }
  }

  /// An input of texts: those that the tests name, and any other.
  init(label: String, texts: [FEELValue]) {
    self.label = label
    isOrdered = false
    let named = texts.uniqued()
    var other = "any other"
    while named.contains(.text(other)) { other += "…" }
    let rest = named.map(\.source).joined(separator: ", ")
    regions =
      named.map { Region(witness: $0, test: $0.source, isPoint: true) }
      + [Region(witness: .text(other), test: named.isEmpty ? "-" : "not(\(rest))", isPoint: false)]
  }

  /// An input of numbers within limits; whole numbers have nothing between two neighbours.
  init(
    label: String, numbers: [Decimal128], minimum: Decimal128?, maximum: Decimal128?,
    isWhole: Bool
  ) {
    self.label = label
    isOrdered = true
    let points = Self.points(numbers, minimum, maximum)
    regions = Self.regions(
      points, hasStart: minimum != nil, hasEnd: maximum != nil,
      between: isWhole ? Self.wholeBetween : Self.numberBetween, source: { "\($0)" },
      value: { isWhole && !$0.isWhole ? nil : .number($0) }, start: .number(.zero))
  }

  /// An input of dates within limits.
  init(label: String, dates: [FEELDate], minimum: FEELDate?, maximum: FEELDate?) {
    self.label = label
    isOrdered = true
    let points = Self.points(dates, minimum, maximum)
    regions = Self.regions(
      points, hasStart: minimum != nil, hasEnd: maximum != nil, between: Self.dateBetween,
      source: { FEELValue.date($0).source }, value: { .date($0) },
      start: FEELDate(days: 0).map { .date($0) } ?? .null)
  }

  /// The constants within the limits and the limits themselves, in order.
  private static func points<Value: Comparable & Hashable>(
    _ constants: [Value], _ minimum: Value?, _ maximum: Value?
  ) -> [Value] {
    let within = constants.filter { value in
      minimum.map { $0 <= value } ?? true && maximum.map { value <= $0 } ?? true
    }
    return Set(within + [minimum, maximum].compactMap { $0 }).sorted()
  }

  private static func regions<Value>(
    _ points: [Value], hasStart: Bool, hasEnd: Bool, between: (Value?, Value?) -> FEELValue?,
    source: (Value) -> String, value: (Value) -> FEELValue?, start: FEELValue
  ) -> [Region] {
    guard let first = points.first, let last = points.last else {
      return [Region(witness: start, test: "-", isPoint: false)]
    }
    var regions: [Region] = []
    if !hasStart, let witness = between(nil, first) {
      regions.append(Region(witness: witness, test: "< \(source(first))", isPoint: false))
    }
    for (place, point) in points.enumerated() {
      if let witness = value(point) {
        regions.append(Region(witness: witness, test: source(point), isPoint: true))
      }
      guard place + 1 < points.count, let witness = between(point, points[place + 1]) else {
        continue
      }
      let test = "(\(source(point))..\(source(points[place + 1])))"
      regions.append(Region(witness: witness, test: test, isPoint: false))
    }
    if !hasEnd, let witness = between(last, nil) {
      regions.append(Region(witness: witness, test: "> \(source(last))", isPoint: false))
    }
    return regions
  }

  private static func numberBetween(_ low: Decimal128?, _ high: Decimal128?) -> FEELValue? {
    switch (low, high) {
    case (let low?, let high?):
      low.adding(high)?.divided(by: Decimal128(2)).map { .number($0) }
    case (nil, let high?): high.subtracting(.one).map { .number($0) }
    case (let low?, nil): low.adding(.one).map { .number($0) }
    case (nil, nil): nil
    }
  }

  private static func wholeBetween(_ low: Decimal128?, _ high: Decimal128?) -> FEELValue? {
    switch (low, high) {
    case (let low?, let high?):
      low.floor.adding(.one).flatMap { $0 < high ? .number($0) : nil }
    case (nil, let high?): high.ceiling.subtracting(.one).map { .number($0) }
    case (let low?, nil): low.floor.adding(.one).map { .number($0) }
    case (nil, nil): nil
    }
  }

  private static func dateBetween(_ low: FEELDate?, _ high: FEELDate?) -> FEELValue? {
    let day: FEELDate? =
      switch (low, high) {
      case (let low?, let high?): low.days + 1 < high.days ? FEELDate(days: low.days + 1) : nil
      case (nil, let high?): FEELDate(days: high.days - 1)
      case (let low?, nil): FEELDate(days: low.days + 1)
      case (nil, nil): nil
      }
    return day.map { .date($0) }
  }
}

extension Array where Element: Hashable {
  /// The values, each once, in order of first appearance.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
