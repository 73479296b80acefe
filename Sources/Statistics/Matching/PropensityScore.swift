// SPDX-License-Identifier: EUPL-1.2

/// The chance of being treated given covariates, by logistic regression.
///
/// log(e ⁄ (1 − e)) = xᵀβ, by maximum likelihood (`GeneralizedLinearModel`); no value may be missing.
///
/// Agrees with R 4.2 `glm(family = binomial)` to 1e-8 (reference case matching-ipw).
public struct PropensityScore: Sendable {
  /// With the intercept first.
  public let names: [String]
  /// β̂.
  public let coefficients: [Double]
  /// ê for each row, between 0 and 1.
  public let scores: [Double]
  /// log(ê ⁄ (1 − ê)) of each row.
  public let logits: [Double]
  let design: Matrix
  /// A with (XᵀWX)⁻¹ = AAᵀ, the inverse of the information.
  let basis: Matrix

  /// - Parameters:
  ///   - treated: whether each row was.
  ///   - covariates: named columns, one value per row, none missing.
  /// - Throws: `EstimationFault.noOverlap` naming the columns that tell the arms apart, `.emptyArm`,
  ///   `.rankDeficient`, `.notFinite`, `.tooFew`.
  public init(
    treated: [Bool], covariates: [(name: String, values: [Double])]
  ) throws(EstimationFault) {
    guard !covariates.isEmpty else { throw .tooFew("covariates", count: 0, needed: 1) }
    guard treated.contains(true) else { throw .emptyArm("treated") }
    guard treated.contains(false) else { throw .emptyArm("control") }
    var design = Design(rows: treated.count, capacity: covariates.count)
    for (name, values) in covariates { design.append(name, values) }
    let model: GeneralizedLinearModel
    do throws(EstimationFault) {
      model = try GeneralizedLinearModel(
        .logit, outcome: treated.map { $0 ? 1 : 0 }, design: design)
    } catch .separated(let columns, _) {
      let alone = Self.separating(treated, covariates)
      throw .noOverlap(columns: alone.isEmpty ? columns : alone)
    }
    let fit = model.working
    names = design.names
    coefficients = fit.coefficients
    // Row by row and in one order, so that cases that are alike have the same score to the last bit.
    var sums = [Double](repeating: fit.coefficients[0], count: treated.count)
    for (column, covariate) in covariates.enumerated() {
      let slope = fit.coefficients[column + 1]
      for row in sums.indices { sums[row] += slope * covariate.values[row] }
    }
    logits = sums
    scores = sums.map { ResponseFamily.logit.mean($0) }
    self.design = fit.design
    basis = fit.basis
  }

  /// The columns in which the arms do not overlap, or of which one value is seen in one arm only.
  private static func separating(
    _ treated: [Bool], _ covariates: [(name: String, values: [Double])]
  ) -> [String] {
    var found: [String] = []
    for (name, values) in covariates {
      let first = Range(treated, values, of: true)
      let second = Range(treated, values, of: false)
      let isApart = first.upper <= second.lower || second.upper <= first.lower
      let isOneSided = isYesNo(values) && (first.isConstant || second.isConstant)
      if isApart || isOneSided, !(first.isConstant && second.isConstant && first == second) {
        found.append(name)
      }
    }
    return found
  }

  private static func isYesNo(_ values: [Double]) -> Bool {
    values.allSatisfy { $0 == 0 || $0 == 1 }
  }

  /// The least and largest value of one arm.
  private struct Range: Equatable {
    var lower = Double.infinity
    var upper = -Double.infinity
    var isConstant: Bool { lower == upper }

    init(_ treated: [Bool], _ values: [Double], of arm: Bool) {
      for row in values.indices where treated[row] == arm {
        lower = min(lower, values[row])
        upper = max(upper, values[row])
      }
    }
  }
}

extension PropensityScore {
  /// The information's inverse times the score of each row, (XᵀWX)⁻¹xᵢ(dᵢ − eᵢ), along a direction g.
  ///
  /// - Returns: gᵀ(XᵀWX)⁻¹xᵢ(dᵢ − eᵢ) for each row: what row i adds to gᵀ(β̂ − β).
  func influence(along direction: [Double], treated: [Bool]) -> [Double] {
    let inner = basis * (basis.transposed * direction)
    let projected = design * inner
    return projected.indices.map { row in
      projected[row] * ((treated[row] ? 1 : 0) - scores[row])
    }
  }
}
