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

/// Which units take part, and in which role.
struct CohortChoice: Sendable {
  /// Their places in the panel.
  private(set) var units: [Int] = []
  private(set) var groups: [(time: Int, count: Int)] = []
  private(set) var never: [Int] = []
  /// For each unit of the panel.
  private(set) var isNever: [Bool]
  private(set) var alwaysTreated = 0
  private(set) var loneGroups: [Int] = []

  init(_ panel: BalancedPanel, anticipation: Int) {
    let first = panel.periods.first ?? 0
    let last = panel.periods.last ?? 0
    isNever = panel.adoption.map { date in date.map { $0 > last + anticipation } ?? true }
    var members: [Int: [Int]] = [:]
    for (unit, date) in panel.adoption.enumerated() {
      if isNever[unit] {
        never.append(unit)
      } else if let date {
        if date <= first + anticipation {
          alwaysTreated += 1
        } else {
          members[date, default: []].append(unit)
        }
      }
    }
    for date in members.keys.sorted() {
      let group = members[date] ?? []
      if Set(group.map { panel.clusters.codes[$0] }).count < 2 {
        loneGroups.append(date)
      } else {
        groups.append((date, group.count))
        units += group
      }
    }
    units += never
  }

  func check(_ controls: GroupTimeSettings.Controls) throws(EstimationFault) {
    guard !groups.isEmpty else {
      throw .tooFew(
        loneGroups.isEmpty
          ? "groups that adopt after the first period" : "groups of two or more units (clusters)",
        count: 0, needed: 1)
    }
    if controls == .never, never.count < 2 {
      throw .tooFew("never treated units", count: never.count, needed: 2)
    }
  }
}

/// ψ of the effects and of the groups' shares, a row for each unit that takes part.
private struct GroupTimeInfluence {
  let matrix: Matrix
  let shares: [Double]
  /// The rows of each group, and of the never treated.
  let blocks: [Range<Int>]

  init(_ panel: BalancedPanel, _ chosen: CohortChoice, _ cells: [GroupTimePlan.Result.Found]) {
    let count = chosen.units.count
    var position = [Int](repeating: -1, count: panel.unitCount)
    for (place, unit) in chosen.units.enumerated() { position[unit] = place }
    var matrix = Matrix(rows: count, columns: cells.count + chosen.groups.count)
    for (column, cell) in cells.enumerated() {
      let scale = Double(count) / Double(max(1, cell.units.count))
      for (place, unit) in cell.units.enumerated() {
        matrix.values[column * count + position[unit]] = scale * cell.influence[place]
      }
    }
    var blocks: [Range<Int>] = []
    var start = 0
    for size in chosen.groups.map(\.count) + [chosen.never.count] where size > 0 {
      blocks.append(start..<(start + size))
      start += size
    }
    let weights = chosen.units.map { panel.weights?[$0] ?? 1 }
    var shares: [Double] = []
    for group in chosen.groups.indices {
      let share = blocks[group].reduce(0) { $0 + weights[$1] } / Double(count)
      shares.append(share)
      let column = (cells.count + group) * count
      for row in 0..<count { matrix.values[column + row] = -share }
      for row in blocks[group] { matrix.values[column + row] += weights[row] }
    }
    self.matrix = matrix
    self.shares = shares
    self.blocks = blocks
  }
}

/// Covariates with mean 0 and variance 1 over the panel, so that no unit of measurement matters.
struct StandardCovariates: Sendable {
  let names: [String]
  /// units × periods, for each covariate.
  private let values: [[Double]]
  private let width: Int
  /// Whether no unit changes in any covariate, so that periods share what rests on covariates.
  let areConstant: Bool

  /// - Throws: `EstimationFault.rankDeficient` naming a covariate that is the same everywhere.
  init(_ panel: BalancedPanel) throws(EstimationFault) {
    names = panel.covariateNames
    let width = panel.periods.count
    self.width = width
    let flat = names.indices.filter { place in
      let column = panel.covariates[place]
      return column.allSatisfy { $0 == column[0] }
    }
    guard flat.isEmpty else { throw .rankDeficient(columns: flat.map { panel.covariateNames[$0] }) }
    values = panel.covariates.map { column in
      let moments = Moments(column)
      let scale = 1 / moments.variance.squareRoot()
      return column.map { ($0 - moments.mean) * scale }
    }
    areConstant = panel.covariates.allSatisfy { column in
      column.indices.allSatisfy { column[$0] == column[$0 - $0 % width] }
    }
  }

  func of(_ units: [Int], at place: Int) -> [[Double]] {
    units.map { unit in values.map { $0[unit * width + place] } }
  }
}

extension Matrix {
  /// Rows added up by group.
  func summed(by groups: Grouping) -> Matrix {
    precondition(groups.rowCount == rows, "one group per row")
    guard groups.count < rows else { return self }
    var sums = Matrix(rows: groups.count, columns: columns)
    for column in 0..<columns {
      for row in 0..<rows {
        sums.values[column * groups.count + Int(groups.codes[row])] += values[column * rows + row]
      }
    }
    return sums
  }
}
