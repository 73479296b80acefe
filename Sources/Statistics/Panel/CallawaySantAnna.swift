// SPDX-License-Identifier: EUPL-1.2

/// Effects of a change that units adopt at different times: one for each group and period.
///
/// ATT(g, t) = E[Y_t − Y_b | G = g] − the same of the controls, with covariates as
/// `GroupTimeSettings.Estimation` says, b the last period before adoption less anticipation (for
/// placebos with a varying base the period before t). Covariates are those of period b, affinely
/// rescaled, which changes no result. Standard errors are √(Σ_c (Σ_{i∈c} ψᵢ)²) ⁄ n over the clusters
/// c, from the influence functions ψ, without small-sample factor; the normal distribution applies.
///
/// - Missing values: none; the panel holds only units that are seen in every period.
/// - Left out, and counted: units treated in the first period (no period before), and groups of a
///   single unit or cluster, in which nothing shows the variance. A group that adopts after the
///   last period counts as never treated.
/// - Complexity: O(groups · periods · n · k) time and O(groups · periods · n) memory.
///
/// Source: Callaway and Sant'Anna (2021), J. Econometrics 225:200–230. Agrees with R did (reference
/// case did-mpdta): effects 1e-9, standard errors 1e-6.
public struct CallawaySantAnna: Sendable {
  public let settings: GroupTimeSettings
  /// By group, then time.
  public let effects: [GroupTimeEffect]
  /// What could not be estimated, in the same order.
  public let gaps: [GroupTimeGap]
  /// First treated times, and how many units have each.
  public let groups: [(time: Int, count: Int)]
  public let neverTreatedCount: Int
  /// Units treated in the first period, or so soon after that the anticipation reaches it.
  public let alwaysTreated: Int
  /// Groups left out because they are a single unit or cluster.
  public let loneGroups: [Int]
  public let clusterCount: Int

  public let unitCount: Int
  /// The share of each group among the (weighted) units.
  let shares: [Double]
  /// Influence functions summed by cluster: those of the effects, then w·1[G = g] − share of each group.
  let scores: Matrix
  /// The scores' products, ⁄ n²: the covariance of effects and shares.
  let moments: Matrix
  /// Rows of the scores within which the same effects have any influence.
  let blocks: [Range<Int>]

  /// - Throws: `EstimationFault.tooFew` where nobody adopts after the first period or too few are
  ///   untreated, `.noOverlap` or `.rankDeficient` naming covariates where these leave no effect,
  ///   `.outOfRange` for a negative anticipation, `.oneCluster`.
  public init(
    _ panel: BalancedPanel, _ settings: GroupTimeSettings = GroupTimeSettings()
  ) throws(EstimationFault) {
    guard settings.anticipation >= 0 else {
      throw .outOfRange("the anticipation", allowed: "zero or a number of periods")
    }
    let chosen = CohortChoice(panel, anticipation: settings.anticipation)
    try chosen.check(settings.controls)
    let plan = GroupTimePlan(panel, chosen, settings)
    let covariates = try StandardCovariates(panel)
    let chosenGroups = chosen.groups
    let byGroup = Replicates.map(chosenGroups.count, chunk: 1) { range in
      range.map { plan.results(of: chosenGroups[$0].time, panel, covariates) }
    }
    let results = byGroup.flatMap(\.self)
    self.settings = settings
    groups = chosen.groups
    neverTreatedCount = chosen.never.count
    alwaysTreated = chosen.alwaysTreated
    loneGroups = chosen.loneGroups
    let clusters = panel.clusters.selecting(chosen.units)
    clusterCount = clusters.count
    unitCount = chosen.units.count
    guard clusters.count > 1 else { throw .oneCluster }
    gaps = results.compactMap(\.gap)
    let found = results.compactMap(\.found)
    let influence = GroupTimeInfluence(panel, chosen, found)
    let n = Double(unitCount)
    shares = influence.shares
    scores = influence.matrix.summed(by: clusters)
    blocks = clusters.count == unitCount ? influence.blocks : [0..<clusters.count]
    var moments = scores.transposedTimes(scores)
    for place in moments.values.indices { moments.values[place] /= n * n }
    self.moments = moments
    effects = found.enumerated().map { column, cell in
      GroupTimeEffect(
        group: cell.group, time: cell.time, estimate: cell.estimate,
        standardError: cell.isBase ? nil : moments[column, column].squareRoot(),
        treatedCount: cell.treatedCount, controlCount: cell.controlCount)
    }
    guard effects.contains(where: { !$0.isBase && $0.eventTime >= 0 }) else {
      throw Self.nothingLeft(gaps, panel.covariateNames)
    }
  }

  /// Whether all placebos are zero (Wald, χ²); nil where there is none.
  ///
  /// - Throws: `EstimationFault.rankDeficient` naming them where their covariance is singular.
  public func preTrend() throws(EstimationFault) -> WaldTest? {
    let placebos = effects.indices.filter {
      !effects[$0].isBase && effects[$0].eventTime < -settings.anticipation
    }
    guard !placebos.isEmpty else { return nil }
    return try WaldTest(
      placebos.map { effects[$0].estimate }, moments.selecting(placebos),
      names: placebos.map { "group \(effects[$0].group) in \(effects[$0].time)" },
      degreesOfFreedom: .infinity)
  }

  private static func nothingLeft(
    _ gaps: [GroupTimeGap], _ covariates: [String]
  ) -> EstimationFault {
    for gap in gaps where !gap.isPlacebo {
      switch gap.reason {
      case .noOverlap: return .noOverlap(columns: covariates)
      case .dependentCovariates(let columns): return .rankDeficient(columns: columns)
      case .noControls: continue
      }
    }
    return .tooFew("units not treated yet when others are", count: 0, needed: 2)
  }
}
