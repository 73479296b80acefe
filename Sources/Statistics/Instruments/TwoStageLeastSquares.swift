// SPDX-License-Identifier: EUPL-1.2

/// The effect of a treatment that people chose, by way of an instrument that chance decided.
///
/// First stage: d = Zπ + Wγ + v. Second: y = α + β·d̂ + Wδ, with residuals y − α − β·d − Wδ. Where the
/// instrument is an assignment that acts through the treatment alone and moves nobody against it, β is
/// the average effect on those whom it moved (LATE), with several instruments a weighted average.
///
/// - Missing values: none are accepted.
/// - Complexity: O(n·k²).
///
/// Source: Angrist, Imbens and Rubin (1996), J. American Statistical Association 91:444–455. Agrees with
/// R estimatr `iv_robust` and AER `ivreg` (reference case iv-2sls) to 1e-8.
public struct TwoStageLeastSquares: Sendable {
  /// The second stage, whose first regressor after the intercept is the treatment.
  ///
  /// Its variances are the sandwiches of the fitted regressors and the residuals with the treatment as it
  /// was: HC2, HC3, CR2 and CR3 take hat values from the fitted regressors, as estimatr does.
  public let secondStage: OLS
  /// The treatment on the instruments and covariates.
  public let firstStage: OLS
  /// The outcome on the instruments and covariates: the effect of the assignment itself.
  public let reducedForm: OLS
  /// Positions of the instruments in the first stage and the reduced form.
  public let instruments: [Int]
  /// Whether instruments and covariates decide the treatment wholly, so that the first stage has no
  /// uncertainty (everybody complied).
  public let isFullyDecided: Bool
  private let treatment: [Double]
  private let outcome: [Double]

  /// Where the treatment's coefficient stands in the second stage.
  public static let position = 1

  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - treatment: named column of what was received.
  ///   - instruments: one or more named columns of what was assigned.
  ///   - covariates: named columns in both stages.
  ///   - weights: positive, proportional to the precision of each row; nil for 1.
  /// - Throws: `EstimationFault.zeroVariance` naming a treatment that does not vary or that no instrument
  ///   moves, and for an outcome that repeats it, `.rankDeficient` naming dependent columns, `.tooFew`, `.notFinite`, `.outOfRange`.
  public init(
    outcome: [Double], treatment: (name: String, values: [Double]),
    instruments: [(name: String, values: [Double])],
    covariates: [(name: String, values: [Double])] = [], weights: [Double]? = nil
  ) throws(EstimationFault) {
    let rows = outcome.count
    guard !instruments.isEmpty else { throw .tooFew("instruments", count: 0, needed: 1) }
    var design = Design(rows: rows, capacity: instruments.count + covariates.count)
    for (name, values) in instruments + covariates { design.append(name, values) }
    let first = try OLS(outcome: treatment.values, design: design, weights: weights)
    var without = Design(rows: rows, capacity: covariates.count)
    for (name, values) in covariates { without.append(name, values) }
    let rest = try OLS(outcome: treatment.values, design: without, weights: weights)
      .residualSumOfSquares
    let mean = treatment.values.reduce(0, +) / Double(max(rows, 1))
    let size = treatment.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard size > 0, rest > 1e-20 * size else {
      throw .zeroVariance("'\(treatment.name)', given the covariates,")
    }
    guard rest - first.residualSumOfSquares > 1e-13 * rest else {
      throw .zeroVariance("the part of '\(treatment.name)' that the instrument moves")
    }
    let fitted = (0..<rows).map { treatment.values[$0] - first.residuals[$0] }
    var second = Design(rows: rows, capacity: 1 + covariates.count)
    second.append(treatment.name, fitted)
    for (name, values) in covariates { second.append(name, values) }
    let fit = try OLS(outcome: outcome, design: second, weights: weights)
    let effect = fit.coefficients[Self.position]
    secondStage = fit.replacing(
      residuals: (0..<rows).map { fit.residuals[$0] - effect * first.residuals[$0] })
    let spread = Moments(outcome).variance * Double(rows - 1)
    guard secondStage.residualSumOfSquares > 1e-22 * spread else {
      throw .zeroVariance("the outcome, given the treatment,")
    }
    firstStage = first
    reducedForm = try OLS(outcome: outcome, design: design, weights: weights)
    self.instruments = Array(1...instruments.count)
    isFullyDecided = first.residualSumOfSquares <= 1e-20 * rest
    self.treatment = treatment.values
    self.outcome = outcome
  }

  /// Whether the instruments move the treatment: F of their coefficients in the first stage.
  ///
  /// With one instrument and a robust or clustered variance this is Montiel Olea and Pflueger's effective
  /// F as well. Below 10 the estimate leans towards a comparison by treatment as received, and its
  /// interval covers less often than it says; the Anderson–Rubin set does not suffer.
  ///
  /// - Returns: nil where the instruments decide the treatment wholly.
  /// - Throws: as the variance, and `EstimationFault.rankDeficient` with fewer clusters than instruments.
  public func firstStageTest(_ variance: VarianceEstimator) throws(EstimationFault) -> FTest? {
    guard !isFullyDecided else { return nil }
    return try firstStage.waldTest(instruments, firstStage.covariance(variance))
  }

  /// Whether ordinary least squares would do (Durbin, Wu and Hausman): F of the first stage's residuals
  /// beside the treatment, with equal variances; nil where everybody complied.
  public func exogeneityTest() throws(EstimationFault) -> FTest? {
    guard !isFullyDecided else { return nil }
    var design = Design(rows: outcome.count, capacity: secondStage.names.count + 1)
    design.append(secondStage.names[1], treatment)
    for position in secondStage.names.indices.dropFirst(2) {
      design.append(secondStage.names[position], secondStage.design.column(position))
    }
    design.append("first-stage residual", firstStage.residuals)
    let weights = secondStage.rootWeights?.map { $0 * $0 }
    let fit = try OLS(outcome: outcome, design: design, weights: weights)
    return try fit.waldTest([design.columnCount - 1], fit.covariance(.classical))
  }

  /// Whether several instruments tell the same effect (Sargan): n·R² of the residuals on all
  /// instruments, with equal variances; nil with one instrument.
  public func overidentificationTest() throws(EstimationFault) -> ChiSquaredTest? {
    guard instruments.count > 1, secondStage.residualSumOfSquares > 0 else { return nil }
    var design = Design(rows: outcome.count, capacity: firstStage.names.count)
    for position in firstStage.names.indices.dropFirst() {
      design.append(firstStage.names[position], firstStage.design.column(position))
    }
    let fit = try OLS(
      outcome: secondStage.residuals, design: design,
      weights: secondStage.rootWeights?.map { $0 * $0 })
    let share = 1 - fit.residualSumOfSquares / secondStage.residualSumOfSquares
    return ChiSquaredTest(
      statistic: Double(outcome.count) * max(share, 0),
      degreesOfFreedom: Double(instruments.count - 1))
  }
}
