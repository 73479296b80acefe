// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables
import Testing

@testable import RuleChange

struct RoundingTests {
  private static let values: [Int64] = [-25, -15, -11, 0, 14, 15, 16, 25]

  @Test(
    arguments: [
      (.halfUp, [-3, -2, -1, 0, 1, 2, 2, 3]), (.halfEven, [-2, -2, -1, 0, 1, 2, 2, 2]),
      (.halfDown, [-2, -1, -1, 0, 1, 1, 2, 2]), (.up, [-3, -2, -2, 0, 2, 2, 2, 3]),
      (.down, [-2, -1, -1, 0, 1, 1, 1, 2]), (.floor, [-3, -2, -2, 0, 1, 1, 1, 2]),
      (.ceiling, [-2, -1, -1, 0, 2, 2, 2, 3]),
    ] as [(Rounding.Mode, [Int64])])
  func `tenths are rounded to whole numbers`(mode: Rounding.Mode, expected: [Int64]) {
    let rounding = Rounding(to: .one, mode: mode)
    let exact = rounding.apply(to: .decimal(FixedColumn(Self.values), scale: 1))
    #expect(exact == .integer(FixedColumn(expected)))
    let inexact = rounding.apply(to: .number(FixedColumn(Self.values.map { Double($0) / 10 })))
    #expect(inexact == exact)
  }

  /// 3840.575 + 58.35 ⁄ 3 = 3860.025 exactly, whose double lies below; so do its neighbours in cents.
  @Test(arguments: [3, 70_000])
  func `a half that a double misses is rounded as the decimal number is`(rows: Int) throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      inputs: {base: {type: decimal}, parts: {type: decimal}}
      decisions:
        total: {expression: base + parts / 3, round: {to: 0.01, mode: half-up}}
        down: {expression: parts / 3 * 3, round: {to: 0.01, mode: floor}}
        third: {expression: parts / 3}
        chained: {expression: base + third, round: {to: 0.01, mode: half-up}}
        both:
          table: {hit: FIRST, inputs: [base], outputs: [sum, none], rows: [["-", base + third, 0]]}
        output: {expression: both.sum, round: {to: 0.01, mode: half-up}}
        table:
          table: {hit: C+, inputs: [base], rows: [["-", base], ["-", parts / 3]]}
          round: {to: 0.01, mode: half-up}

      """)
    let places = (0..<rows).map { Int64($0) }
    let population = try Table([
      ("base", .decimal(FixedColumn(places.map { 3_840_575 + $0 * 10 }), scale: 3)),
      ("parts", .decimal(FixedColumn(places.map { 5_835 + $0 % 7 * 3 }), scale: 2)),
    ])
    let decided = try SchemeVariantsEvaluation([scheme, scheme], on: nil)
      .decided(over: population)[0].table
    let totals = places.map { 386_003 + $0 + $0 % 7 }
    #expect(decided["total"] == .decimal(FixedColumn(totals), scale: 2))
    for name in ["chained", "output", "table"] {
      #expect(decided[name] == decided["total"], "\(name)")
    }
    #expect(
      decided["down"] == .decimal(FixedColumn(places.map { 5_835 + $0 % 7 * 3 }), scale: 2))
  }

  @Test func `a unit that is no power of ten is exact too`() throws {
    let unit = try #require(Decimal128("0.05"))
    let rounded = Rounding(to: unit, mode: .halfUp)
      .apply(to: .decimal(FixedColumn([1_024, 1_025, 1_022, nil] as [Int64?]), scale: 3))
    #expect(rounded == .decimal(FixedColumn([100, 105, 100, nil] as [Int64?]), scale: 2))
  }

  @Test func `an amount that does not fit is refused`() throws {
    let unit = try #require(Decimal128("0.01"))
    #expect(
      Rounding(to: unit, mode: .up).apply(to: .integer(FixedColumn([Int64.max]))) == nil)
  }
}
