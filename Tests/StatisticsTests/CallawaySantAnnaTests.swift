// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Statistics
import Tables
import Testing

struct CallawaySantAnnaTests {
  private static let scenarios: [(String, GroupTimeSettings, Bool)] = [
    ("nev_reg_nox", GroupTimeSettings(estimation: .outcomeRegression), false),
    ("nev_reg_nox", GroupTimeSettings(estimation: .weighting), false),
    ("nyt_reg_nox", GroupTimeSettings(controls: .notYet), false),
    ("nev_dr_lpop", GroupTimeSettings(), true),
    ("nyt_dr_lpop", GroupTimeSettings(controls: .notYet), true),
    ("nev_ipw_lpop", GroupTimeSettings(estimation: .weighting), true),
    ("nev_reg_lpop", GroupTimeSettings(estimation: .outcomeRegression), true),
    ("nev_dr_lpop_universal", GroupTimeSettings(base: .universal), true),
  ]

  /// csdid 0.3.4 and R did 2.1 on mpdta; effects 1e-9, standard errors 1e-6 (reference case did-mpdta).
  @Test(.enabled(if: Reference.isPresent, Reference.absent), arguments: scenarios)
  func `every scenario of the county panel gives the published effects`(
    name: String, settings: GroupTimeSettings, hasCovariate: Bool
  ) throws {
    let reference = try Reference("did-mpdta")
    let panel = try PanelSample.counties().balanced(covariate: hasCovariate ? "lpop" : nil)
    let result = try CallawaySantAnna(panel, settings)
    let times = try reference.list("\(name)/t")
    let effects = try reference.list("\(name)/att")
    let errors = try reference.optionalList("\(name)/se")
    #expect(result.effects.map { Double($0.time) } == times)
    for (place, effect) in result.effects.enumerated() {
      expectNear(effect.estimate, effects[place], 1e-9, "\(name) ATT \(place)")
      #expect((effect.standardError == nil) == (errors[place] == nil))
      if let error = errors[place] {
        expectClose(try #require(effect.standardError), error, 1e-6, "\(name) se \(place)")
      }
    }
    for kind in GroupTimeAggregate.Kind.allCases {
      let path = "\(name)/\(kind.rawValue)"
      let aggregate = result.aggregate(kind)
      expectNear(aggregate.overall, try reference.number("\(path)/overall_att"), 1e-9, path)
      expectClose(aggregate.standardError, try reference.number("\(path)/overall_se"), 1e-6, path)
      let values = try reference.list("\(path)/att_egt")
      let errors = try reference.optionalList("\(path)/se_egt")
      #expect(aggregate.parts.map { Double($0.key) } == (try reference.list("\(path)/egt")))
      for (place, part) in aggregate.parts.enumerated() {
        expectNear(part.estimate, values[place], 1e-9, "\(path) \(part.key)")
        if let error = errors[place] {
          expectClose(part.standardError ?? .nan, error, 1e-6, "\(path) se \(part.key)")
        }
      }
    }
  }

  /// R did 2.1 `att_gt` on mpdta: the Wald pre-test (STATISTICS).
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the placebos of the county panel are tested together`() throws {
    let result = try CallawaySantAnna(PanelSample.counties().balanced())
    let test = try #require(try result.preTrend())
    expectNear(test.pValue, 0.16812, 5e-6)
    #expect(test.degreesOfFreedom == 5)
  }

  /// Forty units that adopt at 9, 14 or never, in sixteen periods whose trends are parallel.
  private static func longPanel(seed: UInt64, drift: Double = 0) throws -> BalancedPanel {
    var random = SeededGenerator(seed)
    var sample = PanelSample()
    for unit in 0..<40 {
      let date = [9, 14, nil, nil][unit % 4]
      for time in 1...16 {
        sample.units.append(unit)
        sample.times.append(time)
        sample.adopted.append(date)
        sample.outcome.append((date == nil ? 0 : drift * Double(time)) + random.normal())
      }
    }
    return try sample.balanced()
  }

  @Test func `with few units parallel trends pass, where the joint test often fails`() throws {
    var together = 0
    var separately = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      let result = try CallawaySantAnna(Self.longPanel(seed: seed))
      #expect(!result.canTestPlacebosTogether)
      if let test = try? result.preTrend(), test.pValue < 0.05 { together += 1 }
      if let test = result.separatePlacebos(), test.pValue < 0.05 { separately += 1 }
    }
    #expect(together >= 12 && separately <= 6, "\(together) and \(separately) of 40")
  }

  @Test func `a placebo far from zero is found by itself`() throws {
    let result = try CallawaySantAnna(Self.longPanel(seed: 1, drift: 3))
    let test = try #require(result.separatePlacebos())
    #expect(test.count == 7 + 12 && test.degreesOfFreedom == 28 && test.pValue < 0.001)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `many units are tested together`() throws {
    #expect(try CallawaySantAnna(PanelSample.counties().balanced()).canTestPlacebosTogether)
  }

  /// csdid 0.4.3 `ATTgt(…).fit(bstrap = False)` and `aggte`.
  ///
  /// The first is weighted by exp(lpop), the others have anticipation 1. Simple, group, dynamic and
  /// calendar: effect, standard error.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      (
        GroupTimeSettings(), true,
        [
          (-0.018132710865802978, 0.014049986950079706),
          (-0.025857891383229463, 0.01277366981937944),
          (-0.03025774931981587, 0.01950579448713108),
          (-0.009606428027503187, 0.013069272958136842),
        ]
      ),
      (
        GroupTimeSettings(controls: .notYet, estimation: .outcomeRegression, anticipation: 1),
        false,
        [
          (-0.04520554068373805, 0.016683131272141848),
          (-0.049777513241323776, 0.017385060989438275),
          (-0.04473430442438942, 0.018611707604094793),
          (-0.030703566816993426, 0.017020651343123933),
        ]
      ),
      (
        GroupTimeSettings(controls: .notYet, base: .universal, anticipation: 1), true,
        [
          (-0.04552849648860781, 0.016626664487886827),
          (-0.050010210170027686, 0.01719036523262651),
          (-0.04628228032485747, 0.01828122781075856),
          (-0.030097100345708092, 0.01758046598379027),
        ]
      ),
    ])
  func `weights and anticipation give the figures of csdid`(
    settings: GroupTimeSettings, hasCovariate: Bool, figures: [(Double, Double)]
  ) throws {
    let sample = try PanelSample.counties()
    let weights = settings.anticipation == 0 ? sample.covariate.map(Self.exponential) : nil
    let result = try CallawaySantAnna(
      sample.balanced(covariate: hasCovariate ? "lpop" : nil, weights: weights), settings)
    #expect(result.alwaysTreated == (settings.anticipation == 0 ? 0 : 20))
    for (kind, figure) in zip(GroupTimeAggregate.Kind.allCases, figures) {
      let aggregate = result.aggregate(kind)
      expectNear(aggregate.overall, figure.0, 1e-9, kind.rawValue)
      expectClose(aggregate.standardError, figure.1, 1e-6, kind.rawValue)
    }
  }

  private static func exponential(_ value: Double) -> Double { exp(value) }

  @Test func `neither the order of rows nor units of measurement matter`() throws {
    let sample = PanelSample.simulated()
    var random = SeededGenerator(3)
    var turned = sample.taking(sample.units.indices.shuffled(using: &random))
    for row in turned.covariate.indices { turned.covariate[row] = 5 - 1000 * turned.covariate[row] }
    let settings = GroupTimeSettings(controls: .notYet)
    let first = try CallawaySantAnna(sample.balanced(covariate: "x"), settings)
    let second = try CallawaySantAnna(turned.balanced(covariate: "x"), settings)
    for (one, other) in zip(first.effects, second.effects) {
      #expect(one.group == other.group && one.time == other.time)
      expectClose(one.estimate, other.estimate, 1e-9)
      expectClose(one.standardError ?? 0, other.standardError ?? 0, 1e-9)
    }
  }

  @Test func `without noise every effect is found`() throws {
    var sample = PanelSample.simulated(noise: 0)
    for row in sample.outcome.indices {
      sample.outcome[row] -= 0.3 * Double(sample.times[row]) * sample.covariate[row]
    }
    let result = try CallawaySantAnna(sample.balanced())
    for effect in result.effects {
      expectNear(effect.estimate, Double(max(0, effect.eventTime + 1)), 1e-12)
    }
  }

  /// Two copies of every unit in one cluster say no more than one: the error is that of one copy.
  @Test func `copies of a unit in one cluster add nothing`() throws {
    let sample = PanelSample.simulated()
    var copied = sample
    copied.units += sample.units.map { $0 + 1000 }
    copied.times += sample.times
    copied.adopted += sample.adopted
    copied.outcome += sample.outcome
    copied.covariate += sample.covariate
    let once = try CallawaySantAnna(sample.balanced(covariate: "x"))
    let twice = try CallawaySantAnna(
      copied.balanced(covariate: "x", clusters: Grouping(copied.units.map { $0 % 1000 })))
    #expect(twice.clusterCount == 60 && twice.unitCount == 120)
    let (one, two) = (once.aggregate(.dynamic), twice.aggregate(.dynamic))
    expectClose(two.overall, one.overall, 1e-10)
    expectClose(two.standardError, one.standardError, 1e-10)
  }

  @Test func `the event study carries the dynamic effects and their covariance`() throws {
    let result = try CallawaySantAnna(
      PanelSample.simulated().balanced(), GroupTimeSettings(base: .universal))
    let study = result.eventStudy()
    let dynamic = result.aggregate(.dynamic)
    #expect(study.times == [-5, -4, -3, -2, 0, 1, 2, 3] && study.reference == -1)
    for part in dynamic.parts where part.key != -1 {
      let place = try #require(study.times.firstIndex(of: part.key))
      expectClose(
        study.covariance[place, place].squareRoot(), try #require(part.standardError), 1e-12)
    }
    expectClose(try study.average().standardError, dynamic.standardError, 1e-12)
  }

  /// The base period of the groups of 3 and 4 is 2, that of 6 is 5.
  @Test func `with a period missing groups may differ in their base`() throws {
    let all = PanelSample.simulated()
    let gap = all.taking(all.units.indices.filter { all.times[$0] != 3 })
    let settings = GroupTimeSettings(base: .universal)
    let callaway = try CallawaySantAnna(gap.balanced(), settings)
    #expect(callaway.eventStudy().reference == -1)
    #expect(callaway.effects.filter(\.isBase).map(\.eventTime) == [-1, -2, -1])
    let units = Grouping(gap.units)
    let sun = try SunAbraham(gap.rows(), outcome: gap.outcome) { .cr1(units.selecting($0)) }
    #expect(sun.reference == nil && sun.eventStudy().times == [-5, -4, -3, -2, 0, 1, 2, 3])
    let one = gap.taking(gap.units.indices.filter { [nil, 4].contains(gap.adopted[$0]) })
    #expect(try CallawaySantAnna(one.balanced(), settings).eventStudy().reference == -2)
  }

  @Test func `a group that adopts after the last period counts as never treated`() throws {
    var sample = PanelSample.simulated()
    let never = try CallawaySantAnna(sample.balanced())
    for row in sample.adopted.indices where sample.units[row] == 3 { sample.adopted[row] = 9 }
    let late = try CallawaySantAnna(sample.balanced())
    #expect(late.neverTreatedCount == 15 && late.groups.map(\.time) == [3, 4, 6])
    expectClose(late.aggregate(.simple).overall, never.aggregate(.simple).overall, 1e-12)
  }

  @Test func `units treated from the start and groups of one unit are left out and counted`()
    throws
  {
    var sample = PanelSample.simulated()
    for row in sample.adopted.indices {
      if sample.units[row] < 2 { sample.adopted[row] = 1 }
      if sample.units[row] == 2 { sample.adopted[row] = 5 }
    }
    let result = try CallawaySantAnna(sample.balanced())
    #expect(result.alwaysTreated == 2 && result.loneGroups == [5])
    #expect(result.unitCount == 57 && result.groups.map(\.time) == [3, 4, 6])
  }

  @Test func `units that are not seen in every period are left out and counted`() throws {
    let sample = PanelSample.simulated()
    let kept = sample.units.indices.filter { !(sample.units[$0] < 3 && sample.times[$0] == 4) }
    let panel = try sample.taking(kept).balanced()
    #expect(panel.incomplete == 3 && panel.unitCount == 57)
  }

  @Test func `periods in which nobody is untreated have no effect`() throws {
    let sample = PanelSample.simulated()
    let treated = sample.taking(sample.units.indices.filter { sample.adopted[$0] != nil })
    let result = try CallawaySantAnna(treated.balanced(), GroupTimeSettings(controls: .notYet))
    #expect(result.gaps.filter { !$0.isPlacebo }.map(\.time) == [6, 6, 6])
    #expect(result.gaps.allSatisfy { $0.reason == .noControls })
    #expect(result.effects.filter { $0.eventTime >= 0 }.map(\.group) == [3, 3, 3, 4, 4])
    #expect(throws: EstimationFault.tooFew("never treated units", count: 0, needed: 2)) {
      try CallawaySantAnna(treated.balanced())
    }
  }

  @Test func `covariates that tell groups apart or do not vary are named`() throws {
    var apart = PanelSample.simulated()
    for row in apart.covariate.indices where apart.adopted[row] == nil {
      apart.covariate[row] += 50
    }
    #expect(throws: EstimationFault.noOverlap(columns: ["size"])) {
      try CallawaySantAnna(apart.balanced(covariate: "size"))
    }
    var constant = PanelSample.simulated()
    for row in constant.covariate.indices where constant.adopted[row] == nil {
      constant.covariate[row] = 2
    }
    #expect(throws: EstimationFault.rankDeficient(columns: ["size"])) {
      try CallawaySantAnna(
        constant.balanced(covariate: "size"), GroupTimeSettings(estimation: .outcomeRegression))
    }
    for row in constant.covariate.indices { constant.covariate[row] = 2 }
    #expect(throws: EstimationFault.rankDeficient(columns: ["size"])) {
      try CallawaySantAnna(constant.balanced(covariate: "size"))
    }
  }

  @Test func `what is no panel is told`() throws {
    var sample = PanelSample.simulated()
    sample.times[1] = 1
    sample.times[7] = 1
    #expect(throws: EstimationFault.repeatedPeriods(units: 2)) { try sample.rows() }
    sample = .simulated()
    sample.adopted[5] = 4
    #expect(throws: EstimationFault.changingAdoption(units: 1)) { try sample.rows() }
    #expect(
      EstimationFault.changingAdoption(units: 1).message
        == "1 unit with more than one date of adoption")
    sample = .simulated()
    let first = sample.taking(sample.times.indices.filter { sample.times[$0] == 1 })
    #expect(throws: EstimationFault.tooFew("periods", count: 1, needed: 2)) { try first.rows() }
    sample.outcome[3] = .nan
    #expect(throws: EstimationFault.notFinite("outcome", rows: [3])) { try sample.balanced() }
    sample = .simulated()
    #expect(throws: EstimationFault.oneCluster) {
      try sample.balanced(clusters: Grouping(sample.units.map { _ in 1 }))
    }
    for row in sample.adopted.indices { sample.adopted[row] = 1 }
    #expect(
      throws: EstimationFault.tooFew(
        "groups that adopt after the first period", count: 0, needed: 1)
    ) { try CallawaySantAnna(sample.balanced()) }
  }

  @Test(arguments: SimultaneousBand.Multiplier.allCases)
  func `bands hold all effects at once`(multiplier: SimultaneousBand.Multiplier) throws {
    let result = try CallawaySantAnna(PanelSample.simulated(units: 200).balanced())
    let aggregates = [GroupTimeAggregate.Kind.dynamic, .simple].map(result.aggregate)
    let streams = RandomStreams(seed: 7, name: "bands")
    let bands = try result.bands(
      of: aggregates, draws: 2000, multiplier: multiplier, streams: streams)
    let again = try result.bands(
      of: aggregates, draws: 2000, multiplier: multiplier, streams: streams)
    #expect(bands.effects == again.effects && bands.aggregates[1] == nil)
    // Šidák's bound for 15 independent estimates is 2.93.
    #expect(bands.effects.criticalValue > 2.3 && bands.effects.criticalValue < 3.03)
    let dynamic = try #require(bands.aggregates[0])
    #expect(dynamic.criticalValue < bands.effects.criticalValue)
    #expect(dynamic.monteCarloError > 0 && dynamic.monteCarloError < 0.1)
  }

  /// 4,000 draws: the quantile's standard error is about 0.04.
  @Test(arguments: SimultaneousBand.Multiplier.allCases)
  func `the band of a single effect has the normal quantile`(
    multiplier: SimultaneousBand.Multiplier
  ) throws {
    let all = PanelSample.simulated(units: 400)
    let sample = all.taking(
      all.units.indices.filter {
        [nil, 4].contains(all.adopted[$0]) && [3, 4].contains(all.times[$0])
      })
    let result = try CallawaySantAnna(sample.balanced())
    #expect(result.effects.count == 1)
    let bands = try result.bands(
      of: [], draws: 4000, multiplier: multiplier, streams: RandomStreams(seed: 1, name: "one"))
    expectNear(bands.effects.criticalValue, 1.96, 0.12)
  }

  /// Our own figure, pinned: it was found on two processors and on one (`taskset -c 0`).
  @Test func `the number of threads does not matter`() throws {
    let result = try CallawaySantAnna(PanelSample.simulated(units: 200).balanced())
    let bands = try result.bands(
      of: [result.aggregate(.dynamic)], draws: 1000, multiplier: .mammen,
      streams: RandomStreams(seed: 11, name: "threads"))
    expectClose(bands.effects.criticalValue, 2.8946083326818774, 1e-10)
    expectClose(try #require(bands.aggregates[0]).criticalValue, 2.7347368240431815, 1e-10)
  }
}
