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
  /// Each group and period, or each part of `kind`, with an adjustment of its own.
  public let cells: [GroupTimeEffect]
  public let parts: [GroupTimeAggregate.Part]

  private let design: TimingDesign
  private let whole: TimingEstimand
  private let partEstimands: [TimingEstimand]

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
    let design = try TimingDesign(panel, chosen)
    let whole = design.whole(kind)
    let figures = design.figures(whole, design.labels)
    guard figures.variance > 0 else { throw .zeroVariance("the outcome within groups") }
    let pieces = design.parts(kind)
    self.kind = kind
    self.design = design
    self.whole = whole
    partEstimands = pieces.map(\.estimand)
    parts = pieces.map { key, estimand in
      let part = design.figures(estimand, design.labels)
      return GroupTimeAggregate.Part(
        key: key, estimate: part.estimate, standardError: part.variance.squareRoot())
    }
    cells = design.cells.map { cell in
      let effect = design.figures(design.estimand([(cell, 1)]), design.labels)
      return GroupTimeEffect(
        group: cell.date, time: panel.periods[cell.place], estimate: effect.estimate,
        standardError: effect.variance.squareRoot(), treatedCount: chosen.groups[cell.group].count,
        controlCount: design.controlCount(cell))
    }
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

  /// The effects by time since adoption with their joint covariance; nil unless drawn by those.
  public func eventStudy() -> EventStudy? {
    guard kind == .dynamic else { return nil }
    let scores = Matrix(
      rows: design.labels.count, columns: partEstimands.count,
      values: partEstimands.flatMap(design.scores))
    return EventStudy(
      times: parts.map(\.key), estimates: parts.map(\.estimate),
      covariance: scores.transposedTimes(scores), reference: nil)
  }

  /// The estimate drawn together this way.
  public var aggregate: GroupTimeAggregate {
    GroupTimeAggregate(kind: kind, overall: estimate, standardError: standardError, parts: parts)
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
    let (design, whole) = (design, whole)
    let hits = Replicates.map(draws, chunk: 16) { range in
      range.map { index in
        var stream = streams[index]
        var labels = design.labels
        stream.shuffle(&labels)
        let figures = design.figures(whole, labels)
        guard figures.variance > 0 else { return true }
        return (figures.estimate / figures.variance.squareRoot()).magnitude >= observed
      }
    }.count { $0 }
    let p = Double(1 + hits) / Double(1 + draws)
    return (p, (p * (1 - p) / Double(draws)).squareRoot())
  }
}
