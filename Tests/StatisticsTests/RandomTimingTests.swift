// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Tables
import Testing

struct RandomTimingTests {
  /// numpy 2, the source's formulas with the covariance matrix S_g of each group's periods, on mpdta.
  ///
  /// Estimate, Neyman error, β̂, X̂.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      (
        GroupTimeAggregate.Kind.simple, -0.04705391421030081, 0.011613878782829644,
        1.0161607769151473, 0.4511100317475405
      ),
      (.group, -0.029847950575115745, 0.012557128904076356, 0.9982949373139749, 0.3602668350456222),
      (
        .dynamic, -0.09577782805183233, 0.018398833390872386, 1.0351715969366164,
        0.5225385163592797
      ),
      (
        .calendar, -0.057988282972633864, 0.014437423485306584, 1.028914352310523,
        0.4745463204360485
      ),
    ])
  func `the county panel gives the matrix formulas' figures`(
    kind: GroupTimeAggregate.Kind, estimate: Double, error: Double, adjustment: Double,
    difference: Double
  ) throws {
    let result = try RandomTiming(PanelSample.counties().balanced(), kind)
    expectClose(result.estimate, estimate, 1e-9)
    expectClose(result.standardError, error, 1e-9)
    expectClose(result.adjustment, adjustment, 1e-9)
    expectClose(result.difference, difference, 1e-9)
  }

  @Test(arguments: GroupTimeAggregate.Kind.allCases)
  func `with an adjustment of one it is Callaway and Sant'Anna's`(kind: GroupTimeAggregate.Kind)
    throws
  {
    let panel = try PanelSample.simulated(units: 61).balanced()
    let result = try RandomTiming(panel, kind)
    let atOne = result.estimate + (result.adjustment - 1) * result.difference
    let other = try CallawaySantAnna(panel, GroupTimeSettings(controls: .notYet))
    expectClose(atOne, other.aggregate(kind).overall, 1e-10)
  }

  /// By hand: levels 3 and 1 after, 1 and 0 before; half of what varied before is still there after.
  @Test func `two groups and two periods can be followed by hand`() throws {
    // Before: −1, 0, 1 around the mean; after: the same plus a part that is uncorrelated with it.
    var sample = PanelSample()
    for (group, means) in [(1.0, 3.0), (0.0, 1.0)].enumerated() {
      for (place, part) in [(-1.0, 1.0), (0.0, -2.0), (1.0, 1.0)].enumerated() {
        for (time, value) in [(1, means.0 + part.0), (2, means.1 + 0.5 * part.0 + part.1)] {
          sample.units.append(group * 10 + place)
          sample.times.append(time)
          sample.adopted.append(group == 0 ? 2 : nil)
          sample.outcome.append(value)
          sample.covariate.append(0)
        }
      }
    }
    let result = try RandomTiming(sample.balanced())
    expectClose(result.adjustment, 0.5, 1e-12)
    expectClose(result.difference, 1, 1e-12)
    expectClose(result.estimate, 2 - 0.5, 1e-12)
    // The uncorrelated part has variance (1 + 4 + 1) ⁄ 2 = 3 in each group of three.
    expectClose(result.standardError, 2.0.squareRoot(), 1e-12)
  }

  @Test func `parts and cells have adjustments of their own and a joint covariance`() throws {
    let all = PanelSample.simulated()
    let sample = all.taking(all.units.indices.filter { [nil, 4].contains(all.adopted[$0]) })
    let dynamic = try RandomTiming(sample.balanced(), .dynamic)
    let study = try #require(dynamic.eventStudy())
    #expect(study.times == [0, 1, 2] && dynamic.cells.map(\.time) == [4, 5, 6])
    for (place, cell) in dynamic.cells.enumerated() {
      expectClose(study.estimates[place], cell.estimate, 1e-12)
      expectClose(
        study.covariance[place, place].squareRoot(), try #require(cell.standardError), 1e-12)
      #expect(cell.treatedCount == 15 && cell.controlCount == 15)
    }
    #expect(study.covariance[0, 1] == study.covariance[1, 0] && study.covariance[0, 1] != 0)
    #expect(try RandomTiming(sample.balanced(), .simple).eventStudy() == nil)
    // The most precise adjustment of the whole is at least as precise as the mean of the parts'.
    #expect(dynamic.standardError <= (try study.average().standardError) * (1 + 1e-12))
  }

  @Test func `a random order gives no larger statistic than a strong effect`() throws {
    let result = try RandomTiming(PanelSample.simulated().balanced())
    let streams = RandomStreams(seed: 3, name: "timing")
    let test = try result.randomisationTest(draws: 400, streams: streams)
    expectClose(test.pValue, 1.0 / 401, 1e-12)
    let again = try result.randomisationTest(draws: 400, streams: streams)
    #expect(test == again)
    #expect(throws: EstimationFault.tooFew("draws", count: 10, needed: 100)) {
      try result.randomisationTest(draws: 10, streams: streams)
    }
  }

  @Test func `without an effect the statistic is nothing special`() throws {
    var sample = PanelSample.simulated()
    for row in sample.outcome.indices {
      let since = sample.adopted[row].map { sample.times[row] - $0 } ?? -1
      if since >= 0 { sample.outcome[row] -= Double(since + 1) }
    }
    let result = try RandomTiming(sample.balanced())
    let test = try result.randomisationTest(
      draws: 400, streams: RandomStreams(seed: 3, name: "timing"))
    let normal = 2 * Distribution.normal.upper((result.estimate / result.standardError).magnitude)
    expectNear(test.pValue, normal, 0.08)
    #expect(test.monteCarloError < 0.03)
  }

  @Test func `without a second group there is nothing to compare`() throws {
    let all = PanelSample.simulated()
    let one = all.taking(all.units.indices.filter { all.adopted[$0] == 4 })
    #expect(
      throws: EstimationFault.tooFew("units not treated yet when others are", count: 0, needed: 2)
    ) { try RandomTiming(one.balanced()) }
    let lone = all.taking(
      all.units.indices.filter { all.adopted[$0] != nil || all.units[$0] == 3 })
    #expect(throws: EstimationFault.tooFew("units that never adopt", count: 1, needed: 2)) {
      try RandomTiming(lone.balanced())
    }
  }
}
