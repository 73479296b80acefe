// SPDX-License-Identifier: EUPL-1.2

extension LogRank {
  /// The log-rank test of arms whose clusters were assigned: Cox's score test at no effect.
  ///
  /// χ² = UᵀV⁻U with U the score of the arms' indicators (Efron's ties) and V = Σ_g s_g s_gᵀ, s_g the sum of
  /// score residuals of cluster g; k − 1 degrees of freedom. It needs some forty clusters to be relied on.
  ///
  /// - Parameters:
  ///   - times: of all rows.
  ///   - groups: the arm of each row.
  ///   - strata: within which arms are compared; nil for one.
  ///   - clusters: of each row.
  /// - Returns: the test.
  /// - Throws: `EstimationFault.tooFew` for fewer than two groups, `.oneCluster`, `.zeroVariance`
  ///   without any event.
  ///
  /// Source: Lin and Wei (1989), J. American Statistical Association 84:1074–1078. Agrees with R survival
  /// `summary(coxph(cluster =))$robscore` to 1e-10.
  public static func clustered(
    _ times: SurvivalTimes, groups: Grouping, strata: Grouping? = nil, clusters: Grouping
  ) throws(EstimationFault) -> ChiSquaredTest {
    precondition(
      groups.rowCount == times.count && clusters.rowCount == times.count, "one of each for each row"
    )
    guard groups.count > 1 else { throw .tooFew("arms", count: groups.count, needed: 2) }
    guard clusters.count > 1 else { throw .oneCluster }
    guard times.eventCount > 0 else { throw .zeroVariance("whether the event came") }
    let size = groups.count - 1
    var design = Design(rows: times.count, intercept: false, capacity: size)
    for group in 1...size { design.append(groups.labels[group], groups.indicator(group)) }
    let residuals = CoxRisks(times, design.matrix, strata).scoreResiduals(
      [Double](repeating: 0, count: size))
    var score = [Double](repeating: 0, count: size)
    var sums = Matrix(rows: clusters.count, columns: size)
    for column in 0..<size {
      for row in 0..<residuals.rows {
        score[column] += residuals[row, column]
        sums[Int(clusters.codes[row]), column] += residuals[row, column]
      }
    }
    let solution = try sums.transposedTimes(sums).positiveSolution(score)
    guard solution.rank > 0 else { throw .zeroVariance("whether the event came") }
    return ChiSquaredTest(
      statistic: zip(solution.x, score).reduce(0) { $0 + $1.0 * $1.1 },
      degreesOfFreedom: Double(solution.rank))
  }
}
