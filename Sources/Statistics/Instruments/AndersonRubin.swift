// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// The effects that an instrument does not reject: a confidence set whatever the instrument's strength.
///
/// Pieces in rising order; infinite bounds where a piece has no end. It is empty where several instruments
/// contradict each other under every effect, and unbounded where the instrument hardly moves the
/// treatment.
public struct AndersonRubinSet: Sendable, Hashable {
  public let pieces: [ConfidenceInterval]
  public let level: Double

  public var isEmpty: Bool { pieces.isEmpty }

  public var isBounded: Bool {
    pieces.allSatisfy { $0.lower.isFinite && $0.upper.isFinite }
  }

  public func contains(_ value: Double) -> Bool { pieces.contains { $0.contains(value) } }
}

extension TwoStageLeastSquares {
  /// Anderson and Rubin's set: the β₀ for which the instruments say nothing of y − β₀·d.
  ///
  /// F(β₀) = g(β₀)ᵀV̂(g(β₀))⁻¹g(β₀) ⁄ q with g = π_y − β₀·π_d, the instruments' coefficients in the reduced
  /// form and the first stage, against F with q and n − k (clustered: G − 1) degrees of freedom. Both V̂
  /// come from the same variance estimator, whose middle is a quadratic form in the residuals, so that
  /// V̂(g(β₀)) = V_y − β₀·V_yd + β₀²·V_d. With one instrument the set is the solution of a quadratic
  /// inequality; with more the bounds are found by bisection between 4,001 points of the line bent to a
  /// circle.
  ///
  /// Source: Anderson and Rubin (1949), Annals of Mathematical Statistics 20:46–63; Andrews, Stock and Sun
  /// (2019), Annual Review of Economics 11:727–753, for robust variances. Agrees with R lmtest's
  /// `waldtest` of y − β₀·d at its bounds to 1e-8: `StatisticsTests/InstrumentTests`.
  public func andersonRubin(
    _ variance: VarianceEstimator, level: Double = 0.95
  ) throws(EstimationFault) -> AndersonRubinSet {
    _ = try ConfidenceInterval.tail(outside: level)
    let statistic = try AndersonRubinStatistic(self, variance)
    let count = Double(instruments.count)
    let limit = Distribution.f(count, statistic.degreesOfFreedom).upperQuantile(1 - level)
    let pieces =
      instruments.count == 1
      ? statistic.solved(limit)
      : try statistic.searched(limit, around: secondStage.coefficients[Self.position])
    return AndersonRubinSet(pieces: pieces, level: level)
  }

  /// The p-value of one effect under Anderson and Rubin's test.
  public func andersonRubinTest(
    of effect: Double, _ variance: VarianceEstimator
  ) throws(EstimationFault) -> FTest {
    let statistic = try AndersonRubinStatistic(self, variance)
    return FTest(
      statistic: try statistic.value(effect), numerator: Double(instruments.count),
      denominator: statistic.degreesOfFreedom)
  }
}

/// F(β₀), by the parts that do not change with β₀.
private struct AndersonRubinStatistic {
  let degreesOfFreedom: Double
  private let outcome: [Double]
  private let treatment: [Double]
  private let outcomeVariance: Matrix
  private let treatmentVariance: Matrix
  /// Cov(π_y, π_d) + Cov(π_d, π_y).
  private let crossed: Matrix
  private let names: [String]

  init(
    _ model: TwoStageLeastSquares, _ variance: VarianceEstimator
  ) throws(EstimationFault) {
    let places = model.instruments
    func part(_ covariance: CoefficientCovariance) -> Matrix {
      var part = Matrix(rows: places.count, columns: places.count)
      for (i, first) in places.enumerated() {
        for (j, second) in places.enumerated() { part[i, j] = covariance.matrix[first, second] }
      }
      return part
    }
    let first = model.firstStage
    let reduced = model.reducedForm
    // Residuals of like size, so that the crossed part does not drown.
    let sizes = (reduced.residualSumOfSquares, first.residualSumOfSquares)
    let scale =
      sizes.0 > 0 && !model.isFullyDecided ? (sizes.0 / sizes.1).squareRoot() : 1
    let sum = reduced.replacing(
      residuals: reduced.residuals.indices.map {
        reduced.residuals[$0] + scale * first.residuals[$0]
      })
    let whole = try reduced.covariance(variance)
    outcomeVariance = part(whole)
    treatmentVariance = part(try first.covariance(variance))
    var crossed = part(try sum.covariance(variance))
    for i in crossed.values.indices {
      crossed.values[i] =
        (crossed.values[i] - outcomeVariance.values[i]
          - scale * scale * treatmentVariance.values[i]) / scale
    }
    self.crossed = crossed
    outcome = places.map { reduced.coefficients[$0] }
    treatment = places.map { first.coefficients[$0] }
    names = places.map { first.names[$0] }
    degreesOfFreedom = Double(
      whole.clusters.map { $0 - 1 } ?? reduced.residualDegreesOfFreedom)
  }

  func value(_ effect: Double) throws(EstimationFault) -> Double {
    let gap = zip(outcome, treatment).map { $0 - effect * $1 }
    var variance = outcomeVariance
    for i in variance.values.indices {
      variance.values[i] +=
        effect * (effect * treatmentVariance.values[i] - crossed.values[i])
    }
    let solution = try variance.positiveSolution(gap)
    guard solution.rank == gap.count else { throw .rankDeficient(columns: names) }
    return zip(solution.x, gap).reduce(0) { $0 + $1.0 * $1.1 } / Double(gap.count)
  }

  /// (π_y − βπ_d)² ≤ F·(V_y − βV_yd + β²V_d), a quadratic inequality in β.
  func solved(_ limit: Double) -> [ConfidenceInterval] {
    let square = treatment[0] * treatment[0] - limit * treatmentVariance.values[0]
    let half = outcome[0] * treatment[0] - limit * crossed.values[0] / 2
    let constant = outcome[0] * outcome[0] - limit * outcomeVariance.values[0]
    let everything = [ConfidenceInterval(-.infinity, .infinity)]
    let discriminant = half * half - square * constant
    if square == 0 {
      guard half != 0 else { return everything }
      let bound = constant / (2 * half)
      return half > 0
        ? [ConfidenceInterval(bound, .infinity)] : [ConfidenceInterval(-.infinity, bound)]
    }
    guard discriminant > 0 else {
      let middle = half / square
      return square > 0 ? [ConfidenceInterval(middle, middle)] : everything
    }
    let root = discriminant.squareRoot()
    // The root with the larger sum first: the other follows without cancellation.
    let large = half >= 0 ? half + root : half - root
    let bounds = [large / square, constant / large].sorted()
    return square > 0
      ? [ConfidenceInterval(bounds[0], bounds[1])]
      : [ConfidenceInterval(-.infinity, bounds[0]), ConfidenceInterval(bounds[1], .infinity)]
  }

  /// The set between points of the line, β = centre + scale·tan(angle).
  func searched(
    _ limit: Double, around centre: Double
  ) throws(EstimationFault) -> [ConfidenceInterval] {
    let slope = treatment.reduce(0) { $0 + $1 * $1 }
    let spread = (0..<names.count).reduce(0) { $0 + outcomeVariance[$1, $1] }
    let scale = slope > 0 && spread > 0 ? (spread / slope).squareRoot() : 1
    func effect(_ angle: Double) -> Double { centre + scale * tan(angle) }
    let points = 4_001
    let reach = Double.pi / 2 - 1e-6
    let angles = (0..<points).map { reach * (2 * Double($0) / Double(points - 1) - 1) }
    var heights: [Double] = []
    for angle in angles { heights.append(try value(effect(angle)) - limit) }
    var pieces: [ConfidenceInterval] = []
    var start: Double? = heights[0] <= 0 ? -.infinity : nil
    for place in 1..<points where (heights[place] <= 0) != (heights[place - 1] <= 0) {
      let bound = effect(try crossing(angles[place - 1], angles[place], limit, effect))
      if let begin = start {
        pieces.append(ConfidenceInterval(begin, bound))
        start = nil
      } else {
        start = bound
      }
    }
    if let begin = start { pieces.append(ConfidenceInterval(begin, .infinity)) }
    guard pieces.isEmpty, let lowest = heights.indices.min(by: { heights[$0] < heights[$1] }) else {
      return pieces
    }
    // A piece may be narrower than the points are apart: it lies around the lowest of them.
    let (low, high) = (angles[max(lowest - 1, 0)], angles[min(lowest + 1, points - 1)])
    let bottom = try lowestAngle(low, high, effect)
    guard try value(effect(bottom)) <= limit else { return [] }
    return [
      ConfidenceInterval(
        effect(try crossing(low, bottom, limit, effect)),
        effect(try crossing(bottom, high, limit, effect)))
    ]
  }

  private func lowestAngle(
    _ from: Double, _ to: Double, _ effect: (Double) -> Double
  ) throws(EstimationFault) -> Double {
    var (low, high) = (from, to)
    for _ in 0..<80 {
      let third = (high - low) / 3
      if try value(effect(low + third)) <= value(effect(high - third)) {
        high -= third
      } else {
        low += third
      }
    }
    return (low + high) / 2
  }

  private func crossing(
    _ from: Double, _ to: Double, _ limit: Double, _ effect: (Double) -> Double
  ) throws(EstimationFault) -> Double {
    var (low, high) = (from, to)
    let isIn = try value(effect(low)) <= limit
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if (try value(effect(middle)) <= limit) == isIn { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
