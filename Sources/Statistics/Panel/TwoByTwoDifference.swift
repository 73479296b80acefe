// SPDX-License-Identifier: EUPL-1.2

/// Difference-in-differences of one date of change: four means, or with covariates least squares.
///
/// y = α + γ·group + λ·after + δ·group·after + xβ; without covariates δ̂ is the change of the group's
/// mean minus the change of the others'. The same cases need not be seen twice (repeated
/// cross-sections); where units are seen again, cluster by unit. On a balanced panel δ̂ is the
/// two-way fixed-effects estimate.
///
/// Source: Angrist and Pischke (2009), Mostly Harmless Econometrics, section 5.2. Agrees with R
/// estimatr `lm_robust(y ~ g * after, se_type = …)` to 1e-8.
public struct TwoByTwoDifference: Sendable {
  /// Rows of each of the four cells.
  public struct Counts: Sendable, Hashable {
    public var treatedBefore = 0
    public var treatedAfter = 0
    public var controlBefore = 0
    public var controlAfter = 0

    public var treated: Int { treatedBefore + treatedAfter }
    public var control: Int { controlBefore + controlAfter }
  }

  public let model: OLS
  public let counts: Counts
  /// The place of δ in the model.
  public let position = 3

  /// - Parameters:
  ///   - outcome: n values, none missing.
  ///   - isInGroup: whether the row's unit adopts the change at all.
  ///   - isAfter: whether the row's time is that of the change or later, also for the others.
  ///   - covariates: named numbers of each row.
  ///   - weights: positive; nil for 1.
  /// - Throws: `EstimationFault.tooFew` naming a cell without rows, `.rankDeficient`, `.notFinite`.
  public init(
    outcome: [Double], isInGroup: [Bool], isAfter: [Bool],
    covariates: [(name: String, values: [Double])] = [], weights: [Double]? = nil
  ) throws(EstimationFault) {
    precondition(
      outcome.count == isInGroup.count && outcome.count == isAfter.count, "one of each per row")
    var counts = Counts()
    for row in outcome.indices {
      switch (isInGroup[row], isAfter[row]) {
      case (true, false): counts.treatedBefore += 1
      case (true, true): counts.treatedAfter += 1
      case (false, false): counts.controlBefore += 1
      case (false, true): counts.controlAfter += 1
      }
    }
    let cells = [
      ("treated rows before the change", counts.treatedBefore),
      ("treated rows after the change", counts.treatedAfter),
      ("untreated rows before the change", counts.controlBefore),
      ("untreated rows after the change", counts.controlAfter),
    ]
    for (name, count) in cells where count == 0 { throw .tooFew(name, count: 0, needed: 1) }
    var design = Design(rows: outcome.count, capacity: 3 + covariates.count)
    design.append("group", isInGroup.map { $0 ? 1 : 0 })
    design.append("after", isAfter.map { $0 ? 1 : 0 })
    design.append("group × after", zip(isInGroup, isAfter).map { $0 && $1 ? 1 : 0 })
    for covariate in covariates { design.append(covariate.name, covariate.values) }
    model = try OLS(outcome: outcome, design: design, weights: weights)
    self.counts = counts
  }
}
