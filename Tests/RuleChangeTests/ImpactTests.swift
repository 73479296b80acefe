// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import RuleChange

struct ImpactTests {
  private struct Draw {
    let baseline: Column
    let reform: Column
    let weights: [Double]
    let groups: Column
    let rowCount: Int

    init(seed: UInt64) {
      var random = RandomStream(seed: seed, name: "impact")
      let count = 1 + random.integer(below: 400)
      rowCount = count
      func amounts() -> Column {
        .decimal(
          FixedColumn(
            (0..<count).map { _ in
              random.integer(below: 20) == 0
                ? nil : Int64(random.integer(below: 200_000) - 50_000)
            } as [Int64?]), scale: 2)
      }
      baseline = amounts()
      reform = amounts()
      weights = (0..<count).map { _ in Double(random.integer(below: 400)) / 8 }
      groups = .category(
        CategoryColumn(
          (0..<count).map { _ in ["a", "b", "c", nil][random.integer(below: 4)] } as [String?]))
    }

    func measure(weighted: Bool) throws -> ImpactMeasure {
      let changes = try #require(ChangeColumn(baseline: baseline, reform: reform))
      return ImpactMeasure(changes, weights: weighted ? weights : nil, threshold: 0.005)
    }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `a reform that changes nothing gives zeros`(seed: UInt64) throws {
    let draw = Draw(seed: seed)
    let changes = try #require(ChangeColumn(baseline: draw.baseline, reform: draw.baseline))
    let impact = ImpactMeasure(changes, weights: draw.weights, threshold: 0.005)
      .whole()
    #expect(
      [impact.gainers, impact.losers, impact.totalGain, impact.totalLoss] == [0, 0, 0, 0])
    #expect(impact.reformTotal == impact.baselineTotal)
    #expect(impact.meanGain == nil && impact.meanLoss == nil)
  }

  /// Whole cents and weights in eighths are exact in doubles: no tolerance.
  @Test(arguments: 0..<30 as Range<UInt64>, [false, true])
  func `gains less losses are the change of the budget`(seed: UInt64, weighted: Bool) throws {
    let draw = Draw(seed: seed)
    let impact = try draw.measure(weighted: weighted).whole()
    let expected = (0..<draw.rowCount).reduce(0.0) { sum, row in
      guard case .decimal(let old, _) = draw.baseline, case .decimal(let new, _) = draw.reform,
        let before = old[row], let after = new[row]
      else { return sum }
      return sum + Double(after - before) * (weighted ? draw.weights[row] : 1)
    }
    #expect(abs(impact.totalChange * 100 - expected) < 1e-6)
    #expect(abs(impact.reformTotal - impact.baselineTotal - impact.totalChange) < 1e-6)
  }

  @Test(arguments: 0..<30 as Range<UInt64>, [false, true])
  func `groups sum to the whole`(seed: UInt64, weighted: Bool) throws {
    let draw = Draw(seed: seed)
    let measure = try draw.measure(weighted: weighted)
    let whole = measure.whole()
    let parts = measure.impacts(of: UnitPartition(of: draw.groups, named: "group"))
    #expect(parts.reduce(0) { $0 + $1.units } == whole.units)
    for figure in [
      \Impact.weight, \.gainers, \.losers, \.unchanged, \.undecided, \.totalGain, \.totalLoss,
      \.baselineTotal, \.reformTotal,
    ] as [KeyPath<Impact, Double>] {
      let sum = parts.reduce(0) { $0 + $1[keyPath: figure] }
      #expect(abs(sum - whole[keyPath: figure]) < 1e-6)
    }
  }

  @Test func `a change within the threshold is no gain, and still in the budget`() throws {
    let changes = try #require(
      ChangeColumn(
        baseline: .integer(FixedColumn([10, 10, 10] as [Int64])),
        reform: .integer(FixedColumn([11, 15, 10] as [Int64]))))
    let impact = ImpactMeasure(changes, weights: nil, threshold: 1).whole()
    #expect([impact.gainers, impact.unchanged] == [1, 2])
    #expect(impact.totalChange == 6)
    #expect(impact.meanGain == 5)
  }

  @Test func `a gain of eligibility is counted`() throws {
    let changes = try #require(
      ChangeColumn(
        baseline: .boolean(BooleanColumn([true, false, false, nil])),
        reform: .boolean(BooleanColumn([false, true, false, true]))))
    let impact = ImpactMeasure(changes, weights: nil, threshold: 0.005).whole()
    #expect([impact.gainers, impact.losers, impact.undecided] == [1, 1, 1])
  }

  @Test func `texts have no change`() {
    let text = Column.text(TextColumn(["a"]))
    #expect(ChangeColumn(baseline: text, reform: text) == nil)
  }
}
