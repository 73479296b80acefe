// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// The efficient estimate where chance decided who adopted when.
///
/// θ̂ compares each group in each period since adoption with all units not treated yet, as levels,
/// drawn together by group sizes; X̂ is the same comparison in the period before the group adopted,
/// zero on average under random timing. The estimate θ̂ − β̂X̂ with β̂ = Cov(θ̂, X̂) ⁄ Var(X̂) has the
/// least variance of its kind; β = 1 is Callaway and Sant'Anna's with not yet treated controls, β = 0
/// the difference in means. Variances are Neyman's, Σ_g s_g² ⁄ n_g over all groups (and the never
/// treated), conservative where effects differ between units; the normal distribution applies.
///
/// - Left out, and counted: units treated in the first period, groups of a single unit.
/// - Complexity: O(n · T) time for an estimate and for each draw.
///
/// Source: Roth and Sant'Anna (2023), Journal of Political Economy: Microeconomics 1:669–709, with
/// the scalar X̂ of its section 2 and plug-in β̂.
public struct RandomTiming: Sendable {
  public let kind: GroupTimeAggregate.Kind
  public let estimate: Double
  public let standardError: Double
  /// β̂.
  public let adjustment: Double
  /// X̂ and its standard error: how groups differed before adoption.
  public let difference: Double
  public let differenceError: Double
  public let unitCount: Int
  /// First treated times, and how many units have each.
  public let groups: [(time: Int, count: Int)]
  public let neverTreatedCount: Int
  public let alwaysTreated: Int
  public let loneGroups: [Int]

  private let design: TimingDesign

  /// - Parameters:
  ///   - panel: without covariates; clusters must be the units, which were assigned.
  ///   - kind: how groups and periods are drawn together.
  /// - Throws: `EstimationFault.tooFew` where nobody adopts after the first period, or nobody is
  ///   untreated when others are treated; `.zeroVariance`.
  public init(
    _ panel: BalancedPanel, _ kind: GroupTimeAggregate.Kind = .simple
  ) throws(EstimationFault) {
    let chosen = CohortChoice(panel, anticipation: 0)
    try chosen.check(.notYet)
    guard chosen.never.count != 1 else {
      throw .tooFew("units that never adopt", count: 1, needed: 2)
    }
    let design = try TimingDesign(panel, chosen, kind)
    let figures = design.figures(design.labels)
    self.kind = kind
    self.design = design
    guard figures.variance > 0 else { throw .zeroVariance("the outcome within groups") }
    estimate = figures.estimate
    standardError = figures.variance.squareRoot()
    adjustment = figures.adjustment
    difference = figures.difference
    differenceError = figures.differenceVariance.squareRoot()
    unitCount = chosen.units.count
    groups = chosen.groups
    neverTreatedCount = chosen.never.count
    alwaysTreated = chosen.alwaysTreated
    loneGroups = chosen.loneGroups
  }

  /// How often a random order of adoption gives a |estimate ⁄ se| as large as the one found.
  ///
  /// Dates are dealt out again among the units; p = (1 + hits) ⁄ (1 + draws).
  ///
  /// - Returns: p, and its Monte Carlo standard error √(p(1 − p) ⁄ draws).
  /// - Throws: `EstimationFault.tooFew` for fewer than 100 draws.
  public func randomisationTest(
    draws: Int, streams: RandomStreams
  ) throws(EstimationFault) -> (pValue: Double, monteCarloError: Double) {
    guard draws >= 100 else { throw .tooFew("draws", count: draws, needed: 100) }
    let observed = (estimate / standardError).magnitude * (1 - 1e-12)
    let design = design
    let hits = Replicates.map(draws, chunk: 16) { range in
      range.map { index in
        var stream = streams[index]
        var labels = design.labels
        stream.shuffle(&labels)
        let figures = design.figures(labels)
        guard figures.variance > 0 else { return true }
        return (figures.estimate / figures.variance.squareRoot()).magnitude >= observed
      }
    }.count { $0 }
    let p = Double(1 + hits) / Double(1 + draws)
    return (p, (p * (1 - p) / Double(draws)).squareRoot())
  }
}

/// Which weights outcomes have in θ̂ and X̂, by group.
private struct TimingDesign: Sendable {
  /// The group of each unit; never treated last.
  let labels: [Int]
  private let sizes: [Int]
  private let width: Int
  /// units × periods.
  private let outcome: [Double]
  /// groups × periods: the weights of group means in θ̂ and X̂.
  private let effect: [Double]
  private let before: [Double]

  struct Figures {
    let estimate: Double
    let variance: Double
    let adjustment: Double
    let difference: Double
    let differenceVariance: Double
  }

  init(
    _ panel: BalancedPanel, _ chosen: CohortChoice, _ kind: GroupTimeAggregate.Kind
  ) throws(EstimationFault) {
    let periods = panel.periods
    width = periods.count
    let dates: [Int?] = chosen.groups.map { $0.time } + (chosen.never.isEmpty ? [] : [nil])
    let sizes = chosen.groups.map(\.count) + (chosen.never.isEmpty ? [] : [chosen.never.count])
    self.sizes = sizes
    labels = sizes.enumerated().flatMap { Array(repeating: $0, count: $1) }
    outcome = chosen.units.flatMap { unit in
      panel.outcome[(unit * periods.count)..<((unit + 1) * periods.count)]
    }
    var cells: [(group: Int, date: Int, place: Int)] = []
    for (group, date) in dates.enumerated() {
      guard let date else { continue }
      for place in periods.indices where periods[place] >= date {
        let hasControls = dates.contains { $0.map { $0 > periods[place] } ?? true }
        if hasControls { cells.append((group, date, place)) }
      }
    }
    guard !cells.isEmpty else {
      throw .tooFew("units not treated yet when others are", count: 0, needed: 2)
    }
    let shares = Self.shares(cells, sizes: sizes, periods: periods, kind)
    var effect = [Double](repeating: 0, count: dates.count * periods.count)
    var before = effect
    for (cell, share) in zip(cells, shares) {
      let base = periods.lastIndex { $0 < cell.date } ?? 0
      effect[cell.group * periods.count + cell.place] += share
      before[cell.group * periods.count + base] += share
      let controls = dates.indices.filter { dates[$0].map { $0 > periods[cell.place] } ?? true }
      let total = controls.reduce(0) { $0 + sizes[$1] }
      for control in controls {
        let part = share * Double(sizes[control]) / Double(total)
        effect[control * periods.count + cell.place] -= part
        before[control * periods.count + base] -= part
      }
    }
    self.effect = effect
    self.before = before
  }

  /// How much each group and period counts.
  private static func shares(
    _ cells: [(group: Int, date: Int, place: Int)], sizes: [Int], periods: [Int],
    _ kind: GroupTimeAggregate.Kind
  ) -> [Double] {
    let key: (Int) -> Int
    switch kind {
    case .simple: key = { _ in 0 }
    case .group: key = { cells[$0].group }
    case .dynamic: key = { periods[cells[$0].place] - cells[$0].date }
    case .calendar: key = { cells[$0].place }
    }
    let families = Dictionary(grouping: cells.indices, by: key)
    var shares = [Double](repeating: 0, count: cells.count)
    let groupTotal = Set(cells.map(\.group)).reduce(0) { $0 + sizes[$1] }
    for (_, places) in families {
      let total = places.reduce(0) { $0 + sizes[cells[$1].group] }
      let family =
        kind == .group
        ? Double(sizes[cells[places[0]].group]) / Double(groupTotal) : 1 / Double(families.count)
      for place in places {
        shares[place] = family * Double(sizes[cells[place].group]) / Double(total)
      }
    }
    return shares
  }

  /// The estimate for units with these groups.
  func figures(_ labels: [Int]) -> Figures {
    let groups = sizes.count
    var effects = [Double](repeating: 0, count: labels.count)
    var befores = effects
    var effectSums = [Double](repeating: 0, count: groups)
    var beforeSums = effectSums
    for (unit, group) in labels.enumerated() {
      var (first, second) = (0.0, 0.0)
      for place in 0..<width {
        let value = outcome[unit * width + place]
        first += effect[group * width + place] * value
        second += before[group * width + place] * value
      }
      effects[unit] = first
      befores[unit] = second
      effectSums[group] += first
      beforeSums[group] += second
    }
    var theta = 0.0
    var difference = 0.0
    for group in 0..<groups {
      effectSums[group] /= Double(sizes[group])
      beforeSums[group] /= Double(sizes[group])
      theta += effectSums[group]
      difference += beforeSums[group]
    }
    var (effectVariance, covariance, differenceVariance) = (0.0, 0.0, 0.0)
    for (unit, group) in labels.enumerated() {
      let n = Double(sizes[group])
      let scale = 1 / (n * max(1, n - 1))
      let first = effects[unit] - effectSums[group]
      let second = befores[unit] - beforeSums[group]
      effectVariance += scale * first * first
      covariance += scale * first * second
      differenceVariance += scale * second * second
    }
    let adjustment = differenceVariance > 0 ? covariance / differenceVariance : 0
    return Figures(
      estimate: theta - adjustment * difference,
      variance: effectVariance - adjustment * covariance, adjustment: adjustment,
      difference: difference, differenceVariance: differenceVariance)
  }
}
