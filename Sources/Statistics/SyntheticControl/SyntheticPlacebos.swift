// SPDX-License-Identifier: EUPL-1.2

public import Tables

extension SyntheticControl {
  /// The same estimate for every donor as if it had got the change, at each time that somebody did.
  ///
  /// A donor's pool is the other donors; treated units are in no pool.
  ///
  /// - Returns: for each cohort of the panel a placebo for each donor, in their order.
  /// - Throws: as `init`; `EstimationFault.tooFew` with fewer than three donors.
  public func placebosInSpace() throws(EstimationFault) -> [[SyntheticUnit]] {
    var all: [[SyntheticUnit]] = []
    for cohort in panel.cohorts {
      all.append(try placebos(cohort.from..<panel.times.count))
    }
    return all
  }

  private func placebos(
    _ periods: Range<Int>, by method: Method? = nil
  ) throws(EstimationFault) -> [SyntheticUnit] {
    let method = method ?? self.method
    let donors = panel.donors
    guard donors.count > 2 else {
      throw .tooFew("donors for a placebo", count: donors.count, needed: 3)
    }
    return try Replicates.map(donors.count, chunk: 1) { range throws(EstimationFault) in
      var units: [SyntheticUnit] = []
      for place in range {
        units.append(
          try Self.fit(
            panel, method, donors[place], donors.filter { $0 != donors[place] }, periods))
      }
      return units
    }
  }

  /// How extreme the treated units' error ratio is among donors put in their place.
  ///
  /// With one treated unit the ratios of all donors are ranked: p = rank ⁄ (donors + 1), exact if who
  /// was treated had been drawn by lot. With several, sets of as many different donors are drawn, each
  /// taking the place of one treated unit: p = (1 + those as extreme) ⁄ (1 + draws).
  ///
  /// - Parameters:
  ///   - placebos: as `placebosInSpace()` gives them.
  ///   - draws: how many sets are drawn where there are several treated units.
  ///   - streams: one for each set.
  /// - Returns: the ratio, its rank and p-value.
  /// - Throws: `EstimationFault.tooFew` with fewer donors than treated units.
  public func rank(
    among placebos: [[SyntheticUnit]], draws: Int, streams: RandomStreams
  ) throws(EstimationFault) -> PlaceboRank {
    try Self.rank(units, among: placebos, panel.cohorts, draws: draws, streams: streams)
  }

  private static func rank(
    _ units: [SyntheticUnit], among placebos: [[SyntheticUnit]],
    _ cohorts: [(from: Int, units: [Int])], draws: Int, streams: RandomStreams
  ) throws(EstimationFault) -> PlaceboRank {
    let ratio = units.errorRatio
    let limit = ratio * (1 - 1e-12)
    let places = cohorts.indices.flatMap { cohort in cohorts[cohort].units.map { _ in cohort } }
    let donors = placebos[0].count
    if places.count == 1 {
      let extreme = placebos[0].count { [$0].errorRatio >= limit }
      return PlaceboRank(
        ratio: ratio, rank: 1 + extreme, count: donors + 1,
        pValue: Double(1 + extreme) / Double(donors + 1), monteCarloError: nil)
    }
    guard donors >= places.count else {
      throw .tooFew("donors for a placebo", count: donors, needed: places.count)
    }
    let extreme = Replicates.map(draws) { range in
      range.map { index in
        var stream = streams[index]
        var order = Array(0..<donors)
        stream.shuffle(&order)
        let drawn = places.indices.map { placebos[places[$0]][order[$0]] }
        return drawn.errorRatio >= limit
      }
    }.count { $0 }
    let share = Double(1 + extreme) / Double(1 + draws)
    return PlaceboRank(
      ratio: ratio, rank: 1 + extreme, count: 1 + draws, pValue: share,
      monteCarloError: (share * (1 - share) / Double(1 + draws)).squareRoot())
  }

  /// The estimate as if the change had come earlier, in periods that nobody was treated in.
  ///
  /// - Parameters:
  ///   - earlier: how many periods earlier; at least two periods stay before.
  ///   - method: the study's own unless given; predictors must come from before the earlier time.
  ///   - draws: as in `rank`.
  ///   - streams: as in `rank`.
  /// - Returns: the units with their gaps up to the change, and the rank of their ratio; nil where
  ///   too few periods stay before.
  /// - Throws: as `placebosInSpace()` and `rank`.
  public func placeboInTime(
    earlier: Int, method: Method? = nil, draws: Int, streams: RandomStreams
  ) throws(EstimationFault) -> (units: [SyntheticUnit], rank: PlaceboRank)? {
    guard earlier > 0, panel.cohorts.allSatisfy({ $0.from - earlier > 1 }) else { return nil }
    var moved: [SyntheticUnit] = []
    var placebos: [[SyntheticUnit]] = []
    for (from, treated) in panel.cohorts {
      for unit in treated {
        moved.append(
          try Self.fit(
            panel, method ?? self.method, unit, panel.donors, from - earlier..<from))
      }
      placebos.append(try self.placebos(from - earlier..<from, by: method))
    }
    let rank = try Self.rank(
      moved, among: placebos, panel.cohorts, draws: draws, streams: streams)
    return (moved, rank)
  }

  /// The effect without each donor that has a weight of more than a thousandth, in their order.
  ///
  /// - Throws: as `init`.
  public func leavingOutDonors() throws(EstimationFault) -> [(donor: Int, effect: Double)] {
    let used = panel.donors.indices.filter { place in
      units.contains { $0.weights[place].magnitude > 1e-3 }
    }.map { panel.donors[$0] }
    guard panel.donors.count > 2 else { return [] }
    let effects = try Replicates.map(used.count, chunk: 1) { range throws(EstimationFault) in
      var effects: [Double] = []
      for place in range {
        let rest = panel.donors.filter { $0 != used[place] }
        var refitted: [SyntheticUnit] = []
        for unit in units {
          refitted.append(try Self.fit(panel, method, unit.unit, rest, unit.treatedPeriods))
        }
        effects.append(refitted.meanGap)
      }
      return effects
    }
    return zip(used, effects).map { (donor: $0, effect: $1) }
  }
}

extension SyntheticDifference {
  /// The estimate for every donor as if it alone had got the change; nil where treated units have
  /// different times, or there are fewer than three donors.
  ///
  /// - Throws: as `init`.
  public func placebosInSpace() throws(EstimationFault) -> [(donor: Int, cohort: Cohort)]? {
    guard cohorts.count == 1, let from = cohorts.first?.from, panel.donors.count > 2 else {
      return nil
    }
    let donors = panel.donors
    let fits = try Replicates.map(donors.count, chunk: 4) { range throws(EstimationFault) in
      var fits: [Cohort] = []
      for place in range {
        fits.append(
          try Self.fit(
            panel.outcomes, units: [donors[place]],
            donors: donors.filter { $0 != donors[place] }, from: from))
      }
      return fits
    }
    return zip(donors, fits).map { (donor: $0, cohort: $1) }
  }

  /// The effect without each donor that has a weight of more than a thousandth, in their order.
  ///
  /// - Throws: as `init`.
  public func leavingOutDonors() throws(EstimationFault) -> [(donor: Int, effect: Double)] {
    guard panel.donors.count > 2 else { return [] }
    let used = panel.donors.indices.filter { place in
      cohorts.contains { $0.unitWeights[place] > 1e-3 }
    }.map { panel.donors[$0] }
    let effects = try Replicates.map(used.count, chunk: 4) { range throws(EstimationFault) in
      var effects: [Double] = []
      for place in range {
        let rest = panel.donors.filter { $0 != used[place] }
        var fits: [Cohort] = []
        for cohort in cohorts {
          fits.append(
            try Self.fit(panel.outcomes, units: cohort.units, donors: rest, from: cohort.from))
        }
        effects.append(fits.weightedEffect(periods: panel.times.count))
      }
      return effects
    }
    return zip(used, effects).map { (donor: $0, effect: $1) }
  }
}

/// Where an estimate stands among placebos.
public struct PlaceboRank: Sendable, Hashable {
  /// Error after ⁄ error before of the treated units.
  public let ratio: Double
  /// 1 for the most extreme, of `count`.
  public let rank: Int
  public let count: Int
  public let pValue: Double
  /// Nil where all placebos were looked at.
  public let monteCarloError: Double?
}
