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

  let cohort: [Int?]
  let weights: [Double]?
  private let clusters: Grouping
  /// units × effects.
  private let influence: Matrix

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
    cohort = chosen.units.map { chosen.isNever[$0] ? nil : panel.adoption[$0] }
    weights = panel.weights.map { all in chosen.units.map { all[$0] } }
    clusters = panel.clusters.selecting(chosen.units)
    clusterCount = clusters.count
    guard clusters.count > 1 else { throw .oneCluster }
    gaps = results.compactMap(\.gap)
    let found = results.compactMap(\.found)
    var position = [Int](repeating: -1, count: panel.unitCount)
    for (place, unit) in chosen.units.enumerated() { position[unit] = place }
    var influence = Matrix(rows: chosen.units.count, columns: found.count)
    for (column, cell) in found.enumerated() {
      let scale = Double(chosen.units.count) / Double(max(1, cell.units.count))
      for (place, unit) in cell.units.enumerated() {
        influence[position[unit], column] = scale * cell.influence[place]
      }
    }
    self.influence = influence
    let sums = influence.summed(by: clusters)
    effects = found.enumerated().map { column, cell in
      GroupTimeEffect(
        group: cell.group, time: cell.time, estimate: cell.estimate,
        standardError: cell.isBase
          ? nil : sums.length(column) / Double(chosen.units.count),
        treatedCount: cell.treatedCount, controlCount: cell.controlCount)
    }
    guard effects.contains(where: { !$0.isBase && $0.eventTime >= 0 }) else {
      throw Self.nothingLeft(gaps, panel.covariateNames)
    }
  }

  public var unitCount: Int { cohort.count }

  /// Whether all placebos are zero (Wald, χ²); nil where there is none.
  ///
  /// - Throws: `EstimationFault.rankDeficient` naming them where their covariance is singular.
  public func preTrend() throws(EstimationFault) -> WaldTest? {
    let placebos = effects.indices.filter {
      !effects[$0].isBase && effects[$0].eventTime < -settings.anticipation
    }
    guard !placebos.isEmpty else { return nil }
    var part = Matrix(rows: unitCount, columns: placebos.count)
    for (column, place) in placebos.enumerated() {
      part.values.replaceSubrange(
        (column * unitCount)..<((column + 1) * unitCount), with: influence.column(place))
    }
    return try WaldTest(
      placebos.map { effects[$0].estimate }, covariance(part),
      names: placebos.map { "group \(effects[$0].group) in \(effects[$0].time)" },
      degreesOfFreedom: .infinity)
  }

  /// ψ of one effect over the units.
  func influence(_ effect: Int) -> [Double] { influence.column(effect) }

  /// Sums over clusters, of which each is independent.
  func clusterSums(_ influence: Matrix) -> Matrix { influence.summed(by: clusters) }

  /// The covariance of what has these influence functions.
  func covariance(_ influence: Matrix) -> Matrix {
    let sums = clusterSums(influence)
    var result = sums.transposedTimes(sums)
    let scale = Double(unitCount) * Double(unitCount)
    for place in result.values.indices { result.values[place] /= scale }
    return result
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

  /// The Euclidean length of a column.
  func length(_ column: Int) -> Double {
    var sum = 0.0
    for row in 0..<rows { sum += values[column * rows + row] * values[column * rows + row] }
    return sum.squareRoot()
  }
}
