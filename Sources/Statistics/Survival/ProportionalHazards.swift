// SPDX-License-Identifier: EUPL-1.2

extension CoxModel {
  /// Whether hazards stay proportional: the score test for coefficients that change with time.
  ///
  /// β(t) = β + θ·g(t) with g(t) = 1 − S(t−), Kaplan and Meier's curve of all rows. χ² = UᵀI⁻¹U for
  /// U = Σ g(t)·r(t), r the Schoenfeld residuals, and the information on θ given β.
  ///
  /// - Parameter positions: of the regressors tested together; nil for all.
  /// - Returns: χ² with as many degrees of freedom as regressors.
  /// - Throws: `EstimationFault.zeroVariance` where events happen at one time only.
  ///
  /// Source: Grambsch and Therneau (1994), Biometrika 81:515–526. Agrees with R survival 3.5
  /// `cox.zph(transform = "km")` to 1e-8.
  public func proportionality(
    of positions: [Int]? = nil
  ) throws(EstimationFault) -> ChiSquaredTest {
    let size = names.count
    let curve = try KaplanMeier(risks.times)
    var score = [Double](repeating: 0, count: size)
    var plain = Matrix(rows: size, columns: size)
    var mixed = plain
    var squared = plain
    risks.visit(coefficients) { moment in
      let g = 1 - curve.survival(before: moment.time)
      for i in 0..<size { score[i] += g * moment.residual[i] }
      for i in 0..<(size * size) {
        let variance = moment.variance.values[i]
        plain.values[i] += variance
        mixed.values[i] += g * variance
        squared.values[i] += g * g * variance
      }
    }
    let adjusted = mixed.sandwich(try plain.pseudoInverse())
    let chosen = positions ?? Array(0..<size)
    var information = Matrix(rows: chosen.count, columns: chosen.count)
    for (i, first) in chosen.enumerated() {
      for (j, second) in chosen.enumerated() {
        information[i, j] = squared[first, second] - adjusted[first, second]
      }
    }
    guard
      chosen.indices.allSatisfy({ information[$0, $0] > 1e-12 * squared[chosen[$0], chosen[$0]] })
    else { throw .zeroVariance("the time of the events") }
    let part = chosen.map { score[$0] }
    let solution = try information.positiveSolution(part)
    return ChiSquaredTest(
      statistic: zip(solution.x, part).reduce(0) { $0 + $1.0 * $1.1 },
      degreesOfFreedom: Double(solution.rank))
  }
}
