// SPDX-License-Identifier: EUPL-1.2

/// Whether an effect is the same in several groups of cases.
///
/// The groups' models stand side by side in one least-squares fit, so that each keeps its own intercept,
/// covariates and blocks, and groups that share clusters keep the covariance between their effects. The
/// effect's regressor enters once for all groups and once more for each group but the first: those
/// coefficients are the differences δ₂ … δ_G from the first group's effect, and the test is
/// F = δ̂ᵀ V̂⁻¹ δ̂ ⁄ (G − 1).
public struct EffectHeterogeneity: Sendable, Hashable {
  /// One group of cases and its model.
  public struct Group: Sendable {
    public let name: String
    /// In the outcome's unit, none missing.
    public let outcome: [Double]
    public let design: Design
    /// Of the regressor whose coefficient is the effect.
    public let position: Int

    public init(name: String, outcome: [Double], design: Design, position: Int) {
      self.name = name
      self.outcome = outcome
      self.design = design
      self.position = position
    }
  }

  /// All effects equal, with G − 1 and n − k degrees of freedom; by cluster, clusters − 1 in place of n − k.
  public let test: FTest
  /// The second group's effect minus the first's; nil for more than two groups.
  public let difference: Estimate?

  /// Tests equal effects.
  ///
  /// - Parameters:
  ///   - groups: at least two, each with its own rows.
  ///   - clusters: the unit of assignment of each row, group after group; HC2 without, CR2 with (the
  ///     difference then has Satterthwaite's degrees of freedom).
  ///   - level: two-sided confidence level of the difference.
  /// - Throws: `EstimationFault.tooFew` for fewer than two groups, and what least squares throws.
  /// - Complexity: O(n·k²) for n rows and k coefficients over all groups.
  ///
  /// Source: Gelman and Stern (2006), The American Statistician 60:328–331, on why effects are compared
  /// and not their p-values. Agrees with statsmodels `OLS(...).fit(cov_type = "HC2")` and with R
  /// clubSandwich `coef_test(vcov = "CR2")` to 1e-8.
  public init(
    _ groups: [Group], clusters: Grouping? = nil, level: Double = 0.95
  ) throws(EstimationFault) {
    guard groups.count > 1 else { throw .tooFew("groups", count: groups.count, needed: 2) }
    let rows = groups.reduce(0) { $0 + $1.outcome.count }
    precondition(clusters.map { $0.rowCount == rows } ?? true, "one cluster per row")
    var design = Design(
      rows: rows, intercept: false, capacity: groups.reduce(0) { $0 + $1.design.columnCount })
    var effect = [Double](repeating: 0, count: rows)
    var start = 0
    for group in groups {
      effect.replaceSubrange(
        start..<start + group.outcome.count, with: group.design.column(group.position))
      start += group.outcome.count
    }
    var differences: [Int] = []
    start = 0
    for (place, group) in groups.enumerated() {
      for position in 0..<group.design.columnCount {
        let name = "\(group.name): \(group.design.names[position])"
        let isEffect = position == group.position
        if isEffect, place == 0 {
          design.append(name, effect)
          continue
        }
        if isEffect { differences.append(design.columnCount) }
        var column = [Double](repeating: 0, count: rows)
        column.replaceSubrange(
          start..<start + group.outcome.count, with: group.design.column(position))
        design.append(name, column)
      }
      start += group.outcome.count
    }
    let fit = try OLS(outcome: groups.flatMap(\.outcome), design: design)
    let covariance = try fit.covariance(clusters.map { .cr2($0) } ?? .hc2)
    test = try fit.waldTest(differences, covariance)
    difference =
      groups.count == 2 ? try fit.estimate(differences[0], covariance, level: level) : nil
  }
}
