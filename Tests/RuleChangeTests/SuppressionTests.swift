// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import RuleChange

struct SuppressionTests {
  /// One line of groups that add up to a whole: cell 0 is the whole.
  @Test(
    arguments: [
      ([50, 40, 30], []),
      // The next smallest goes with a small one, or it would follow from the whole.
      ([50, 9, 30], [2, 3]),
      // Two small ones together are still fewer than ten.
      ([50, 1, 2, 30], [2, 3, 4]),
      ([50, 5, 6, 30], [2, 3]),
      // Nobody at all may be shown.
      ([0, 50, 30], []),
      ([9], [0, 1]),
      ([4, 3], [0, 1, 2]),
    ] as [([Int], Set<Int>)])
  func `no small group can be found by subtraction`(sizes: [Int], hidden: Set<Int>) {
    let cells = HiddenCells(
      units: [sizes.reduce(0, +)] + sizes,
      sums: [HiddenCells.Sum(total: 0, parts: Array(1...sizes.count))])
    #expect(Set(cells.isHidden.indices.filter { cells.isHidden[$0] }) == hidden)
  }

  private static func impact(_ counts: [Int]) -> Impact {
    var impact = Impact()
    impact.counts = Impact.Counts(
      gainers: counts[0], losers: counts[1], unchanged: counts[2], undecided: counts[3],
      changed: counts[0] + counts[1])
    impact.units = counts.reduce(0, +)
    return impact
  }

  /// Five lose: with 55 winners and nobody else they follow from the number of units, so both go.
  @Test func `a small count goes with another of its group`() {
    let hidden = ImpactSuppression(whole: Self.impact([55, 5, 0, 0]), parts: []).whole
    #expect(hidden == [.gainers, .losers, .gainsAndLosses])
    let spared = ImpactSuppression(whole: Self.impact([55, 5, 40, 0]), parts: []).whole
    #expect(spared == [.unchanged, .losers, .gainsAndLosses])
  }

  /// Nobody gains and five lose: the change of the budget is what the five lose.
  @Test func `money that few people lose is hidden with their number`() {
    let hidden = ImpactSuppression(whole: Self.impact([0, 5, 95, 0]), parts: []).whole
    #expect(hidden == [.losers, .unchanged, .gainsAndLosses, .change])
  }

  @Test func `nobody who loses may be shown`() {
    #expect(ImpactSuppression(whole: Self.impact([30, 0, 70, 0]), parts: []).whole.isEmpty)
  }

  /// Random impacts on groups of two columns: nothing small is shown, and no sum gives one away.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func `no figure follows from those that are shown`(seed: UInt64) {
    var random = RandomStream(seed: seed, name: "suppression")
    let counts = (0..<4).map { _ in random.integer(below: [3, 30, 300][random.integer(below: 3)]) }
    // Each unit is put into one group of each column.
    let parts = (0..<2).map { _ in
      let groups = 1 + random.integer(below: 5)
      var split = [[Int]](repeating: [0, 0, 0, 0], count: groups)
      for outcome in 0..<4 {
        for _ in 0..<counts[outcome] { split[random.integer(below: groups)][outcome] += 1 }
      }
      return split
    }
    let suppression = ImpactSuppression(
      whole: Self.impact(counts), parts: parts.map { $0.map(Self.impact) })
    let outcomes: [ImpactSuppression.Figure] = [.gainers, .losers, .unchanged, .undecided]
    func check(_ parts: [(units: Int, isHidden: Bool)], totalIsHidden: Bool) {
      let hidden = parts.filter(\.isHidden)
      let together = hidden.reduce(0) { $0 + $1.units }
      let isSafe =
        totalIsHidden
        ? !hidden.isEmpty : together == 0 || hidden.count > 1 && together >= 10
      #expect(isSafe, "\(parts)")
      #expect(parts.allSatisfy { $0.isHidden || !(1..<10 ~= $0.units) })
    }
    func row(_ counts: [Int], _ hidden: Set<ImpactSuppression.Figure>) {
      check(
        zip(counts, outcomes).map { ($0, hidden.contains($1)) },
        totalIsHidden: hidden.contains(.units))
      // Gains less losses are the change: of three figures no single one is hidden.
      #expect(!hidden.contains(.change) || hidden.contains(.gainsAndLosses))
      #expect(hidden.isDisjoint(with: [.gainers, .losers]) || hidden.contains(.gainsAndLosses))
    }
    row(counts, suppression.whole)
    for (part, groups) in parts.enumerated() {
      for (group, counts) in groups.enumerated() {
        row(counts, suppression.hidden(part: part, group: group))
      }
      for (outcome, figure) in outcomes.enumerated() {
        check(
          groups.indices.map {
            (
              groups[$0][outcome],
              suppression.hidden(part: part, group: $0).contains(figure)
            )
          }, totalIsHidden: suppression.whole.contains(figure))
      }
      for figure in [ImpactSuppression.Figure.gainsAndLosses, .change] {
        check(
          groups.indices.map {
            (
              groups[$0][0] + groups[$0][1],
              suppression.hidden(part: part, group: $0).contains(figure)
            )
          }, totalIsHidden: suppression.whole.contains(figure))
      }
    }
  }
}
