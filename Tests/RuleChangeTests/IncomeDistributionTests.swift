// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import RuleChange

struct IncomeDistributionTests {
  /// 500 incomes: x = 1000 + (7919·i mod 10007), w = 1 + i mod 5, for i = 1 … 500.
  private static let incomes = (1...500).map { 1000 + Double($0 * 7919 % 10_007) }
  private static let weights = (1...500).map { 1 + Double($0 % 5) }

  private static func distribution(
    _ values: [Double], _ weights: [Double]? = nil
  ) -> IncomeDistribution {
    IncomeDistribution(OrderedIncomes(values, weights))
  }

  private static func poverty(
    _ values: [Double], line: Double, _ weights: [Double]? = nil
  ) -> Poverty {
    let whole = weights?.reduce(0, +) ?? Double(values.count)
    return Poverty(
      line: line, OrderedIncomes(values, weights), households: { weights?[$0] ?? 1 },
      whole: whole)
  }

  /// In R 4.2.2, laeken 0.5.2: gini(x), gini(x, weights = w), in percent there.
  ///
  /// The mean is weighted.mean(x, w) and the median quantile(rep(x, w), 0.5, type = 1). Python's
  /// inequalipy 1.0.5 gives the same two coefficients.
  @Test func `inequality agrees with another implementation`() throws {
    let plain = try #require(Self.distribution(Self.incomes).gini)
    #expect(abs(plain - 0.27655067837932479) < 1e-14)
    let weighted = Self.distribution(Self.incomes, Self.weights)
    #expect(abs(try #require(weighted.gini) - 0.27999462637161954) < 1e-14)
    #expect(weighted.mean == 5985.362)
    #expect(weighted.median == 5955)
    #expect(weighted.weight == 1500)
    #expect(weighted.units == 500)
  }

  /// R: sum(w * ifelse(x < z, ((z - x) / z)^a, 0)) / sum(w) with z = 4000; laeken arpr(x, weights = w)
  /// is the share below 3579.
  @Test func `poverty agrees with another implementation`() throws {
    let poverty = Self.poverty(Self.incomes, line: 4000, Self.weights)
    #expect(abs(try #require(poverty.headcount) - 0.30266666666666664) < 1e-14)
    #expect(abs(try #require(poverty.gap) - 0.11352216666666667) < 1e-14)
    #expect(abs(try #require(poverty.severity) - 0.056208663875000002) < 1e-14)
    #expect(poverty.shortfall == 681_133)
    let other = Self.poverty(Self.incomes, line: 3579, Self.weights)
    #expect(abs(try #require(other.headcount) - 0.26133333333333331) < 1e-14)
  }

  /// 1, 2, 3, 4: pairs differ by 10 in all, and 2·n²·mean = 80, twice for each order: 20 ⁄ 80.
  @Test func `four incomes by hand`() {
    #expect(Self.distribution([3, 1, 4, 2]).gini == 0.25)
    // One has all: 1 − 1⁄n.
    #expect(Self.distribution([0, 0, 0, 8]).gini == 0.75)
    #expect(Self.distribution([5, 5, 5]).gini == 0)
  }

  /// With −2 as it is the coefficient of −2, 1, 2, 3 would be 1; it is that of 0, 1, 2, 3.
  @Test func `an income below zero counts as zero, and in the mean as it is`() {
    let distribution = Self.distribution([-2, 1, 2, 3])
    #expect(distribution.gini == Self.distribution([0, 1, 2, 3]).gini)
    #expect(distribution.mean == 1)
    let poverty = Self.poverty([-2, 1, 2, 3], line: 2)
    // Gaps of 2 and 1 in a line of 2: (1 + 0.5) ⁄ 4; who is exactly on the line is not poor.
    #expect(poverty.headcount == 0.5)
    #expect(poverty.gap == 0.375)
    #expect(poverty.shortfall == 3)
  }

  @Test func `without any income there is no inequality to speak of`() {
    #expect(Self.distribution([0, 0, -1]).gini == nil)
    #expect(Self.distribution([]).mean == nil)
    #expect(Self.distribution([1, 2], [0, 0]).median == nil)
  }

  /// A weight of 3 is three households with that income; the scale of money does not matter.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func `weights repeat, and units of money do not matter`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "gini")
    let values = (0..<(2 + random.integer(below: 60))).map { _ in
      Double(random.integer(below: 40) - 3)
    }
    let weights = values.map { _ in random.integer(below: 4) }
    let repeated = zip(values, weights).flatMap { [Double](repeating: $0, count: $1) }
    let weighted = Self.distribution(values, weights.map { Double($0) })
    let plain = Self.distribution(repeated)
    #expect(abs((weighted.gini ?? 0) - (plain.gini ?? 0)) < 1e-12)
    #expect(weighted.median == plain.median)
    let scaled = Self.distribution(values.map { $0 * 16 })
    #expect(scaled.gini == Self.distribution(values).gini)
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `rows are sorted as the library sorts them`(seed: UInt64) {
    var random = RandomStream(seed: seed, name: "order")
    let scale = [1.0, 1e-7, 1e9][random.integer(below: 3)]
    let values = (0..<2000).map { _ -> Double in
      switch random.integer(below: 10) {
      case 0: 0
      case 1: -0.0
      case 2: 30_000
      default: (random.uniform() - 0.2) * scale + 12_345
      }
    }
    let rows = values.indices.filter { _ in random.integer(below: 8) > 0 }
    let expected = rows.sorted { (values[$0], $0) < (values[$1], $1) }
    #expect(IncomeOrder.sorted(rows.map { UInt32($0) }, by: values).map { Int($0) } == expected)
  }
}

extension OrderedIncomes {
  /// Incomes that are all known.
  fileprivate init(_ values: [Double], _ weights: [Double]?) {
    self.init(
      HouseholdIncomes.Equivalised(
        values: values, known: Bitmap(repeating: true, count: values.count)), weights: weights)
  }
}

struct IncomeDecileTests {
  private static func codes(_ values: [Double], _ weights: [Double]? = nil) -> [Int32] {
    IncomeDeciles.partition(OrderedIncomes(values, weights), count: values.count).codes
  }

  @Test func `twenty incomes are two to a decile`() {
    let values = (0..<20).map { Double(($0 * 7) % 20) }
    #expect(Self.codes(values) == values.map { Int32($0 / 2) })
  }

  /// Five of ten have the same income: below it lie none, so all five are in the first decile, and the
  /// next ones, above half of the weight, in the sixth and further.
  @Test func `equal incomes stay together`() {
    #expect(Self.codes([1, 1, 1, 1, 1, 2, 3, 4, 5, 6]) == [0, 0, 0, 0, 0, 5, 6, 7, 8, 9])
  }

  /// The second stands for 80 of 100: it starts at one tenth, and after it nine tenths are passed.
  @Test func `weights fill deciles`() {
    #expect(Self.codes([1, 2, 3], [10, 80, 10]) == [0, 1, 9])
  }

  /// By the definition itself: the smallest d with x ≤ q(d⁄10), q(p) the smallest income up to which lies
  /// at least the share p.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `a decile ends at a quantile`(seed: UInt64) {
    var random = RandomStream(seed: seed, name: "deciles")
    let count = 1 + random.integer(below: 80)
    let values = (0..<count).map { _ in Double(random.integer(below: 50)) }
    let weights = (0..<count).map { _ in Double(1 + random.integer(below: 9)) }
    let whole = weights.reduce(0, +)
    func upTo(_ income: Double) -> Double {
      zip(values, weights).reduce(0) { $1.0 <= income ? $0 + $1.1 : $0 }
    }
    let quantiles = (1...10).map { decile in
      values.filter { upTo($0) * 10 >= whole * Double(decile) }.min() ?? .infinity
    }
    let expected = values.map { value in Int32(quantiles.firstIndex { value <= $0 } ?? -1) }
    #expect(Self.codes(values, weights) == expected)
  }

  @Test func `an unknown income is in no decile`() {
    let incomes = HouseholdIncomes.Equivalised(
      values: [5, 0, 3], known: Bitmap([true, false, true]))
    let partition = IncomeDeciles.partition(OrderedIncomes(incomes, weights: nil), count: 3)
    #expect(partition.codes == [5, 10, 0])
    #expect(partition.labels.count == 11)
    #expect(partition.labels[10] == nil)
  }
}

struct EquivalenceTests {
  /// The sum 1 + 0.5 + 2·0.3 is that of Hagenaars and others (1994).
  ///
  /// CBS: Materiële welvaart in Nederland 2024, annex A, and 2020, table A.1.
  @Test(
    arguments: [
      (.oecdModified, 2, 2, 2.1), (.oecdModified, 1, 0, 1), (.oecdModified, 5, 0, 3),
      (.cbs, 1, 0, 1), (.cbs, 1, 2, 1.52), (.cbs, 2, 0, 1.4), (.cbs, 2, 3, 2.09), (.cbs, 3, 0, nil),
      (.cbs2000, 2, 0, 1.37), (.cbs2000, 1, 2, 1.51), (.cbs2000, 4, 4, 2.68),
      (.cbs2000, 2, 5, nil), (.cbs, 0, 1, nil), (.cbs, 1, -1, nil),
    ] as [(EquivalenceScale, Int, Int, Double?)])
  func `scales give the published factors, and none beyond them`(
    scale: EquivalenceScale, adults: Int, children: Int, factor: Double?
  ) {
    #expect(scale.factor(adults: adults, children: children) == factor)
  }
}
