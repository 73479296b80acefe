// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct CutoffCountsTests {
  /// scipy.stats.binomtest(30, 100).pvalue and (45, 100), SciPy 1.16.
  @Test(arguments: [(30, 7.85013964559367e-05), (45, 0.36820161732669615)])
  func `a window's counts give the exact binomial test`(below: Int, pValue: Double) throws {
    var running: [Double] = [-9, 9, 9, 9]
    for place in 0..<100 {
      let distance = 0.1 + Double(place) / 1000
      running.append(place >= 100 - below ? -distance : distance)
    }
    let counts = try CutoffCounts(running: running, cutoff: 0)
    #expect(counts.below == below && counts.above == 100 - below)
    expectClose(counts.pValue, pValue, 1e-10)
  }

  @Test func `whole numbers have as many values below as above`() throws {
    let running = (0..<400).map { Double($0 % 20) - 10 }
    let counts = try CutoffCounts(running: running, cutoff: 0)
    #expect(counts.below == counts.above && counts.pValue == 1)
  }

  @Test func `the order of cases and the unit do not matter`() throws {
    var random = SeededGenerator(3)
    let running = (0..<300).map { _ in random.normal() }
    let counts = try CutoffCounts(running: running, cutoff: 0.2)
    let scaled = try CutoffCounts(running: running.reversed().map { 4 * $0 }, cutoff: 0.8)
    #expect(counts.below == scaled.below && counts.above == scaled.above)
    #expect(counts.below + counts.above >= 100 && counts.below + counts.above < 120)
  }

  @Test func `what cannot be counted is a fault`() {
    #expect(throws: EstimationFault.tooFew("cases above the cut-off", count: 0, needed: 1)) {
      try CutoffCounts(running: [1, 2, 3], cutoff: 5)
    }
    #expect(throws: EstimationFault.tooFew("cases around the cut-off", count: 3, needed: 20)) {
      try CutoffCounts(running: [1, 2, 3], cutoff: 2)
    }
    #expect(throws: EstimationFault.notFinite("running", rows: [1])) {
      try CutoffCounts(running: [1, .nan], cutoff: 2)
    }
  }
}

struct PreTrendTests {
  /// Twelve units over five years, the first five of which start later; one row is missing.
  private struct Panel {
    var outcome: [Double] = []
    var time: [Double] = []
    var starts: [Bool] = []
    var units: [Int] = []

    init(slope: Double = 0.3) {
      for unit in 0..<12 {
        for year in 0..<5 where unit != 0 || year != 4 {
          let t = Double(year)
          outcome.append(
            Double(unit * 7 % 5) + 0.5 * t * t + (unit < 5 ? slope * t : 0)
              + Double((unit * 13 + year * 29) % 11) / 10)
          time.append(2000 + t)
          starts.append(unit < 5)
          units.append(unit)
        }
      }
    }

    func test() throws -> PreTrend {
      try PreTrend(outcome: outcome, time: time, starts: starts, units: Grouping(units))
    }
  }

  /// pyfixest 0.60.0: feols("y ~ x | unit + time", vcov = {"CRV1": "unit"}).
  @Test func `unequal slopes give pyfixest's figures`() throws {
    let test = try Panel().test()
    expectClose(test.slope.value, 0.34607489597780855, 1e-8)
    expectClose(test.slope.standardError, 0.06292601775110657, 1e-8)
    expectClose(test.slope.pValue, 0.00018631779938393933, 1e-7)
    #expect(test.slope.degreesOfFreedom == 11)
    #expect(test.units == 12 && test.startingUnits == 5 && test.rows == 59)
  }

  @Test func `a steeper slope adds to the difference and changes nothing else`() throws {
    let flat = try Panel(slope: 0).test()
    let steep = try Panel(slope: 2).test()
    expectClose(steep.slope.value - flat.slope.value, 2, 1e-10)
    expectClose(steep.slope.standardError, flat.slope.standardError, 1e-9)
  }

  @Test func `what cannot be compared is a fault`() {
    var panel = Panel()
    panel.starts = panel.units.map { _ in true }
    #expect(throws: EstimationFault.tooFew("units that never start", count: 0, needed: 2)) {
      try panel.test()
    }
    panel.starts = panel.units.map { $0 == 1 }
    #expect(throws: EstimationFault.tooFew("units that start", count: 1, needed: 2)) {
      try panel.test()
    }
    panel = Panel()
    panel.time = panel.time.map { _ in 2000 }
    #expect(throws: EstimationFault.tooFew("periods before the change", count: 1, needed: 2)) {
      try panel.test()
    }
  }
}
