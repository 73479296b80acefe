// SPDX-License-Identifier: EUPL-1.2

/// Effects over time of one date of change, where other people are seen in each period.
///
/// y = λ_t + γ·group + Σ_{e≠−1} θₑ·group·1[t − date = e] + xβ by least squares: θₑ is the change of the
/// group's mean since the last period before the change, minus that of the others.
///
/// Source: Angrist and Pischke (2009), Mostly Harmless Econometrics, section 5.2.1.
public struct CrossSectionEventStudy: Sendable {
  public let model: OLS
  /// The effects, ascending, without the reference.
  public let times: [Int]
  public let reference: Int
  private let firstEffect: Int

  /// - Parameters:
  ///   - outcome: n values, none missing.
  ///   - isInGroup: whether the row's case belongs to those that get the change.
  ///   - times: of each row.
  ///   - date: the first period with the change.
  ///   - covariates: named numbers of each row.
  ///   - weights: positive; nil for 1.
  /// - Throws: `EstimationFault.tooFew` where no period comes before or after the change, else as
  ///   `OLS` (a period in which one side is missing is named as a dependent column).
  public init(
    outcome: [Double], isInGroup: [Bool], times: [Int], date: Int,
    covariates: [(name: String, values: [Double])] = [], weights: [Double]? = nil
  ) throws(EstimationFault) {
    let periods = Set(times).sorted()
    guard let base = periods.last(where: { $0 < date }) else {
      throw .tooFew("periods before adoption", count: 0, needed: 1)
    }
    guard periods.contains(where: { $0 >= date }) else {
      throw .tooFew("periods since adoption", count: 0, needed: 1)
    }
    var design = Design(rows: outcome.count, capacity: 2 * periods.count + covariates.count)
    for period in periods.dropFirst() {
      design.append("period \(period)", times.map { $0 == period ? 1 : 0 })
    }
    design.append("group", isInGroup.map { $0 ? 1 : 0 })
    firstEffect = design.columnCount
    let chosen = periods.filter { $0 != base }
    for period in chosen {
      design.append(
        "group in \(period)", zip(isInGroup, times).map { $0 && $1 == period ? 1 : 0 })
    }
    for covariate in covariates { design.append(covariate.name, covariate.values) }
    model = try OLS(outcome: outcome, design: design, weights: weights)
    self.times = chosen.map { $0 - date }
    reference = base - date
  }

  /// The effects with their covariance; degrees of freedom are clusters − 1, or the model's.
  public func eventStudy(_ covariance: CoefficientCovariance) -> EventStudy {
    let positions = times.indices.map { firstEffect + $0 }
    return EventStudy(
      times: times, estimates: positions.map { model.coefficients[$0] },
      covariance: covariance.matrix.selecting(positions), reference: reference,
      degreesOfFreedom: covariance.clusters.map { Double($0 - 1) }
        ?? Double(model.residualDegreesOfFreedom))
  }
}
