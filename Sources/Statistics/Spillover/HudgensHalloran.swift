// SPDX-License-Identifier: EUPL-1.2

extension SaturationDesign {
  /// Direct, indirect, total and overall effects as differences of cluster means, every cluster alike.
  ///
  /// A saturation's mean under treatment z is the mean over its clusters of their cases' means under z.
  /// Direct: the mean over clusters of (treated − untreated), se² = s²⁄m of these differences, m − 1
  /// degrees of freedom. The others compare two sets of clusters, with Welch's variance between cluster
  /// means. The variance leaves out the share of clusters drawn from the finite set, as is usual, and is
  /// then conservative. A cluster without treated (or untreated) cases does not enter what needs them,
  /// and is counted.
  ///
  /// - Parameter level: two-sided confidence level.
  /// - Returns: for each saturation the effects that exist there, in the order of `Kind`; at the
  ///   reference the direct one alone.
  /// - Throws: `EstimationFault.tooFew` for fewer than two usable clusters, `.zeroVariance`.
  ///
  /// Source: Hudgens and Halloran (2008), J. American Statistical Association 103:832–842 (their effects
  /// are untreated − treated); Basse and Feller (2018), J. American Statistical Association 113:41–55,
  /// for the variance.
  public func hudgensHalloran(level: Double = 0.95) throws(EstimationFault) -> [SaturationEffect] {
    var effects: [SaturationEffect] = []
    for place in labels.indices {
      for kind in kinds(at: place) {
        effects.append(
          kind == .direct
            ? try direct(at: place, level) : try between(kind, at: place, level))
      }
    }
    return effects
  }

  /// The effects that exist at a saturation.
  func kinds(at place: Int) -> [SaturationEffect.Kind] {
    let hasBoth = shares[place] > 0 && shares[place] < 1
    var kinds: [SaturationEffect.Kind] = hasBoth ? [.direct] : []
    guard place > 0 else { return kinds }
    if shares[place] < 1 { kinds.append(.indirect) }
    if shares[place] > 0 { kinds.append(.total) }
    return kinds + [.overall]
  }

  private func direct(at place: Int, _ level: Double) throws(EstimationFault) -> SaturationEffect {
    var differences: [Double] = []
    for rows in members[place] {
      guard let treated = mean(rows, treated: true), let control = mean(rows, treated: false) else {
        continue
      }
      differences.append(treated - control)
    }
    guard differences.count > 1 else {
      throw .tooFew(
        "clusters with treated and untreated cases at saturation '\(labels[place])'",
        count: differences.count, needed: 2)
    }
    let moments = Moments(differences)
    let count = Double(differences.count)
    let estimate = try Estimate(
      of: "the outcome between clusters at saturation '\(labels[place])'", value: moments.mean,
      standardError: (moments.variance / count).squareRoot(), degreesOfFreedom: count - 1,
      level: level)
    return effect(
      .direct, place, estimate, "differences within clusters", "clusters − 1",
      clusters: differences.count, leftOut: members[place].count - differences.count)
  }

  private func between(
    _ kind: SaturationEffect.Kind, at place: Int, _ level: Double
  ) throws(EstimationFault) -> SaturationEffect {
    let isTreated: Bool? = kind == .overall ? nil : kind == .total
    let reference: Bool? = kind == .overall ? nil : false
    let first = try sample(place, treated: isTreated)
    let second = try sample(0, treated: reference)
    let difference = try MeanDifference.welch(treated: first, control: second, level: level)
    let used = first.count + second.count
    return effect(
      kind, place, difference.estimate, "welch between cluster means", "Satterthwaite",
      clusters: used, leftOut: members[place].count + members[0].count - used)
  }

  private func sample(_ place: Int, treated: Bool?) throws(EstimationFault) -> Sample {
    let means = members[place].compactMap { mean($0, treated: treated) }
    guard means.count > 1 else {
      throw .tooFew(
        "clusters with such cases at saturation '\(labels[place])'", count: means.count, needed: 2)
    }
    return try Sample("clusters at saturation '\(labels[place])'", means)
  }

  private func mean(_ rows: [Int], treated: Bool?) -> Double? {
    let values = rows.filter { treated == nil || isTreated[$0] == treated }.map { outcome[$0] }
    return values.isEmpty ? nil : Moments(values).mean
  }

  func effect(
    _ kind: SaturationEffect.Kind, _ place: Int?, _ estimate: Estimate, _ variance: String,
    _ rule: String, clusters: Int, leftOut: Int = 0
  ) -> SaturationEffect {
    func count(_ wanted: (Int) -> Bool, treated: Bool?) -> Int {
      outcome.indices.count {
        wanted(saturation[$0]) && (treated == nil || isTreated[$0] == treated)
      }
    }
    let isHere: (Int) -> Bool = { place == nil ? $0 > 0 : $0 == place }
    let own: Bool? = kind == .overall ? nil : kind == .total || kind == .direct
    let other: Bool? = kind == .overall ? nil : false
    return SaturationEffect(
      kind: kind, saturation: place, estimate: estimate, variance: variance,
      degreesOfFreedomRule: rule, treatedCount: count(isHere, treated: own),
      controlCount: count(kind == .direct ? isHere : { $0 == 0 }, treated: other),
      clusters: clusters, clustersLeftOut: leftOut)
  }
}
