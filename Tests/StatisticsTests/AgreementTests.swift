// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Tables
import Testing

struct AgreementTests {
  /// Four observers, twelve units (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability).
  private static let observers: [[Double?]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, nil, nil, nil], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nil, 3],
    [nil, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nil], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nil],
  ]
  private static let temperatures: [[Double?]] = [
    [3.5, 15.2, 16.3, nil, 36.1, 37.5, 34.6, 52.8, 56.6, nil],
    [0.3, 12.5, 5.6, 18.4, 22.2, 39.0, 40.4, nil, 45.2, 57.4],
    [0.1, 4.2, 25.9, 30.1, -0.10000000000000142, 14.100000000000001, 38.3, nil, 55.1, 62.2],
  ]

  private static func units(_ observers: [[Double?]]) -> [[Double]] {
    observers[0].indices.map { unit in observers.compactMap { $0[unit] } }
  }

  /// Python krippendorff 0.9.0: alpha(reliability_data=…, level_of_measurement=…); 1e-12.
  @Test(arguments: [
    (KrippendorffAlpha.Scale.nominal, 0.743421052631579, 0.0),
    (.ordinal, 0.8153875037548814, 0.7282461538461539),
    (.interval, 0.8491071428571428, 0.7620651428948911),
  ])
  func `alpha agrees with Python's`(
    scale: KrippendorffAlpha.Scale, four: Double, three: Double
  ) throws {
    let first = try KrippendorffAlpha(Self.units(Self.observers), scale: scale)
    expectClose(first.alpha, four, 1e-12)
    #expect(first.units == 11 && first.values == 40)
    let second = try KrippendorffAlpha(Self.units(Self.temperatures), scale: scale)
    #expect((second.alpha - three).magnitude < 1e-12)
  }

  @Test(arguments: KrippendorffAlpha.Scale.allCases)
  func `full agreement is one, and the order of units and coders does not matter`(
    scale: KrippendorffAlpha.Scale
  ) throws {
    let same = try KrippendorffAlpha([[1, 1], [2, 2], [5, 5, 5]], scale: scale)
    expectClose(same.alpha, 1, 1e-14)
    let units = Self.units(Self.observers)
    let turned = units.reversed().map { Array($0.reversed()) }
    expectClose(
      try KrippendorffAlpha(turned, scale: scale).alpha,
      try KrippendorffAlpha(units, scale: scale).alpha, 1e-12)
  }

  @Test func `ordinal and interval alpha do not change with a shift`() throws {
    let units = Self.units(Self.temperatures)
    let shifted = units.map { $0.map { 1e6 + $0 } }
    for scale in [KrippendorffAlpha.Scale.ordinal, .interval] {
      expectClose(
        try KrippendorffAlpha(shifted, scale: scale).alpha,
        try KrippendorffAlpha(units, scale: scale).alpha, 1e-8)
    }
  }

  @Test func `what has no alpha is a fault`() {
    #expect(throws: EstimationFault.tooFew("units with two coders", count: 1, needed: 2)) {
      try KrippendorffAlpha([[1, 2], [3]], scale: .nominal)
    }
    for scale in KrippendorffAlpha.Scale.allCases {
      #expect(throws: EstimationFault.zeroVariance("what coders gave")) {
        try KrippendorffAlpha([[2, 2], [2, 2]], scale: scale)
      }
    }
    #expect(throws: EstimationFault.notFinite("the codes", rows: [])) {
      try KrippendorffAlpha([[1, .nan], [1, 2]], scale: .interval)
    }
  }

  @Test func `the interval holds alpha, and is the same for the same seed`() throws {
    let units = Self.units(Self.observers)
    let streams = RandomStreams(seed: 11, name: "agreement")
    let first = try AgreementInterval(units, scale: .nominal, draws: 400, streams: streams)
    #expect(first.interval.lower < 0.7434 && first.interval.upper > 0.7434)
    #expect(first.interval.upper <= 1 && first.interval.lower > 0.2)
    #expect(first.monteCarloError > 0 && first.monteCarloError < 0.1)
    #expect(
      try AgreementInterval(units, scale: .nominal, draws: 400, streams: streams) == first)
    let wider = try AgreementInterval(
      units, scale: .nominal, draws: 400, streams: streams, level: 0.99)
    #expect(wider.interval.halfWidth > first.interval.halfWidth)
  }

  /// Units that repeat a case's values add nothing: with cases named, the interval stays as wide.
  @Test func `units of one case are drawn together`() throws {
    let units = Self.units(Self.observers).filter { $0.count > 1 }
    let streams = RandomStreams(seed: 5, name: "agreement")
    let copied = units.flatMap { [$0, $0, $0] }
    let cases = Grouping(units.indices.flatMap { [$0, $0, $0] })
    let plain = try AgreementInterval(units, scale: .nominal, draws: 400, streams: streams)
    let grouped = try AgreementInterval(
      copied, scale: .nominal, cases: cases, draws: 400, streams: streams)
    let naive = try AgreementInterval(copied, scale: .nominal, draws: 400, streams: streams)
    #expect((grouped.interval.halfWidth - plain.interval.halfWidth).magnitude < 0.05)
    #expect(naive.interval.halfWidth < 0.75 * grouped.interval.halfWidth)
  }

  @Test func `too few draws or cases are a fault`() {
    let streams = RandomStreams(seed: 1, name: "agreement")
    #expect(throws: EstimationFault.outOfRange("the number of draws", allowed: "at least 20")) {
      try AgreementInterval([[1, 2], [2, 2]], scale: .nominal, draws: 5, streams: streams)
    }
    #expect(throws: EstimationFault.tooFew("cases", count: 1, needed: 2)) {
      try AgreementInterval(
        [[1, 2], [2, 2]], scale: .nominal, cases: Grouping(["a", "a"]), draws: 50,
        streams: streams)
    }
  }
}

struct SaturationTests {
  /// Base {1, 2, 3, 4} of four cases; the runs of two bring 2, 1 and 0 new codes.
  @Test func `the curve, and the case at which it is flat`() throws {
    let saturation = try Saturation(
      [[1, 2], [2, 3], [1], [4], [5], [6], [1, 2], [3]], base: 4, run: 2)
    #expect(saturation.base == 4)
    #expect(saturation.steps.map(\.newCodes) == [2, 1, 0, 1, 1, 1, 0, 0])
    #expect(saturation.steps.map(\.cumulative) == [2, 3, 3, 4, 5, 6, 6, 6])
    #expect(
      saturation.steps.map(\.newInformation) == [nil, nil, nil, nil, nil, 0.5, 0.25, 0])
    #expect(saturation.reachedAt == 8)
  }

  @Test func `new codes to the end are no saturation`() throws {
    #expect(try Saturation([[1], [2], [3], [4], [5], [6], [7]]).reachedAt == nil)
  }

  @Test func `too few cases, or a base without a code, are a fault`() {
    #expect(throws: EstimationFault.tooFew("coded cases", count: 5, needed: 6)) {
      try Saturation([[1], [2], [3], [4], [5]])
    }
    #expect(throws: EstimationFault.zeroVariance("the codes of the first cases")) {
      try Saturation([[], [], [], [], [5], [6]])
    }
    #expect(throws: EstimationFault.outOfRange("base and run", allowed: "at least 1")) {
      try Saturation([[1], [2]], base: 0)
    }
  }
}
