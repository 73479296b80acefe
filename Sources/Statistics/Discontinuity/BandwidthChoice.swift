// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// Chooses bandwidths in three steps, each with the variance and the bias of a higher derivative.
///
/// h = (V ⁄ (B² + R))^(1⁄(2m + 3)) for a polynomial of order m, where V and B are constants of the
/// variance and the bias, and R is the variance of B̂, which keeps h from growing where B̂ is near
/// nothing. Step 1 chooses a bandwidth for the (q + 1)-th derivative, step 2 for the (p + 1)-th, step 3
/// for the level. Where a fifth of the cases on a side share a value with another, every first bandwidth
/// reaches ten different values, and the number of different values stands for n.
///
/// Source: Calonico, Cattaneo and Titiunik (2014), Econometrica 82:2295–2326; Calonico, Cattaneo and
/// Farrell (2020), Econometrics Journal 23:192–210. Agrees with Python rdrobust 2.1.1 to 1e-4.
struct BandwidthChoice: Sendable {
  private let sides: CutoffPair<CutoffSide>
  private let order: Int
  private let biasOrder: Int
  private let kernel: LocalKernel
  private let variance: DiscontinuityVariance
  /// The columns of the sides that make up the outcome, for covariates and treatment.
  private let model: DiscontinuityModel
  private let pilot: Double
  /// The neighbours' residuals of every column within the first bandwidth, nil for other variances.
  ///
  /// All steps combine these.
  private let pilotResiduals: CutoffPair<[[Double]]>?
  private let least: CutoffPair<Double>

  init(
    _ sides: CutoffPair<CutoffSide>, running: [Double], model: DiscontinuityModel, order: Int,
    biasOrder: Int, kernel: LocalKernel, variance: DiscontinuityVariance
  ) throws(EstimationFault) {
    self.sides = sides
    self.order = order
    self.biasOrder = biasOrder
    self.kernel = kernel
    self.variance = variance
    self.model = model
    guard running.count >= 20 else {
      throw .tooFew("cases to choose a bandwidth", count: running.count, needed: 20)
    }
    let different = sides.left.differentCount + sides.right.differentCount
    var first =
      kernel.ruleOfThumb * Self.spread(running, sides) * pow(Double(different), -0.2)
    first = min(first, max(sides.left.farthest, sides.right.farthest))
    if sides.left.isHeaped || sides.right.isHeaped {
      least = CutoffPair(sides.left.reach(of: 10), sides.right.reach(of: 10))
    } else {
      least = CutoffPair(0, 0)
    }
    let pilot = max(first, least.left, least.right)
    self.pilot = pilot
    if case .neighbours(let matches) = variance {
      let pair = [sides.left, sides.right]
      let found = Replicates.map(2, chunk: 1) { range in
        pair[range].map { side in
          let rows = kernel.count(side.distances, within: pilot)
          return side.columns.map {
            side.neighbourResiduals($0, count: rows, matches: matches)
          }
        }
      }
      pilotResiduals = CutoffPair(found[0], found[1])
    } else {
      pilotResiduals = nil
    }
  }

  /// The smaller of the standard deviation and the interquartile range ⁄ 1.349.
  private static func spread(_ running: [Double], _ sides: CutoffPair<CutoffSide>) -> Double {
    // The running variable in ascending order is the left side backwards, and then the right one.
    let below = sides.left.count
    let n = running.count
    func value(_ rank: Int) -> Double {
      rank < below
        ? -sides.left.distances[below - 1 - rank] : sides.right.distances[rank - below]
    }
    func quartile(_ quarters: Int) -> Double {
      let place = n * quarters / 4
      return (n * quarters).isMultiple(of: 4)
        ? (value(place - 1) + value(place)) / 2 : value(place)
    }
    let deviation = Moments(running).variance.squareRoot()
    let range = (quartile(3) - quartile(1)) / 1.349
    return min(deviation, range)
  }

  /// The bandwidths that a selector asks for.
  ///
  /// - Throws: `EstimationFault.tooFew`, `.notConverged` where no bandwidth comes out.
  func bandwidths(_ selector: BandwidthSelector) throws(EstimationFault) -> DiscontinuityBandwidths
  {
    let chosen: DiscontinuityBandwidths
    switch selector.base {
    case .msetwo: chosen = try separate()
    case .msesum: chosen = try common(sign: 1)
    case .msecomb1: chosen = Self.combined([try common(sign: -1), try common(sign: 1)]) { $0[0] }
    case .msecomb2:
      chosen = Self.combined([try common(sign: -1), try common(sign: 1), try separate()]) { $0[1] }
    default: chosen = try common(sign: -1)
    }
    guard selector.isForCoverage else { return chosen }
    let p = Double(order)
    let clusters =
      sides.left.clusterCount(among: sides.left.count)
      + sides.right.clusterCount(among: sides.right.count)
    let count = clusters > 0 ? clusters : sides.left.count + sides.right.count
    let shrink = pow(Double(count), -p / ((3 + p) * (3 + 2 * p)))
    return DiscontinuityBandwidths(
      main: CutoffPair(chosen.main.left * shrink, chosen.main.right * shrink), bias: chosen.bias)
  }

  private static func combined(
    _ all: [DiscontinuityBandwidths], _ pick: ([Double]) -> Double
  ) -> DiscontinuityBandwidths {
    func ranked(_ read: (DiscontinuityBandwidths) -> Double) -> Double {
      pick(all.map(read).sorted())
    }
    return DiscontinuityBandwidths(
      main: CutoffPair(ranked(\.main.left), ranked(\.main.right)),
      bias: CutoffPair(ranked(\.bias.left), ranked(\.bias.right)))
  }
}

extension BandwidthChoice {
  /// Variance, bias and regularisation of one side, and the exponent that goes with them.
  private struct Constants: Sendable {
    let variance: Double
    let bias: Double
    let regularisation: Double
  }

  /// What does not depend on the bandwidth of the bias: shared by all selectors.
  private struct First {
    let variance: Double
    let constant: Double
    let combination: [Double]
  }

  /// One bandwidth for both sides; the sign says whether biases are added or subtracted.
  private func common(sign: Double) throws(EstimationFault) -> DiscontinuityBandwidths {
    let limit = max(sides.left.farthest, sides.right.farthest)
    func bandwidth(
      _ order: Int, _ power: Int, _ from: CutoffPair<Double>, regularised: Bool
    ) throws(EstimationFault) -> Double {
      let (left, right) = try both { side throws(EstimationFault) in
        try constants(
          side, order, power, side.direction < 0 ? from.left : from.right, regularised)
      }
      let bias = right.bias + sign * left.bias
      return min(
        try Self.root(
          left.variance + right.variance, bias, left.regularisation + right.regularisation, order),
        limit)
    }
    let first = max(
      try bandwidth(biasOrder + 1, biasOrder + 1, whole, regularised: false), least.left,
      least.right)
    let bias = try bandwidth(biasOrder, order + 1, CutoffPair(first, first), regularised: true)
    let main = try bandwidth(order, 0, CutoffPair(bias, bias), regularised: true)
    return DiscontinuityBandwidths(main: CutoffPair(main, main), bias: CutoffPair(bias, bias))
  }

  /// A bandwidth for each side.
  private func separate() throws(EstimationFault) -> DiscontinuityBandwidths {
    func bandwidths(
      _ side: CutoffSide, whole: Double, least: Double
    ) throws(EstimationFault) -> (main: Double, bias: Double) {
      func bandwidth(
        _ order: Int, _ power: Int, _ from: Double, regularised: Bool
      ) throws(EstimationFault) -> Double {
        let found = try constants(side, order, power, from, regularised)
        return min(
          try Self.root(found.variance, found.bias, found.regularisation, order), side.farthest)
      }
      let first = max(
        try bandwidth(biasOrder + 1, biasOrder + 1, whole, regularised: false), least)
      let bias = try bandwidth(biasOrder, order + 1, first, regularised: true)
      return (try bandwidth(order, 0, bias, regularised: true), bias)
    }
    let left = try bandwidths(sides.left, whole: whole.left, least: least.left)
    let right = try bandwidths(sides.right, whole: whole.right, least: least.right)
    return DiscontinuityBandwidths(
      main: CutoffPair(left.main, right.main), bias: CutoffPair(left.bias, right.bias))
  }

  /// The constants of both sides, found side by side.
  private func both(
    _ body: @Sendable (CutoffSide) throws(EstimationFault) -> Constants
  ) throws(EstimationFault) -> (left: Constants, right: Constants) {
    let pair = [sides.left, sides.right]
    let found = try Replicates.map(
      2, chunk: 1,
      failing: { range throws(EstimationFault) in
        [try body(pair[range.lowerBound])]
      })
    return (found[0], found[1])
  }

  /// All cases of either side, the farthest with a weight that is just positive.
  private var whole: CutoffPair<Double> {
    CutoffPair(
      sides.left.farthest * CutoffSide.justBeyond, sides.right.farthest * CutoffSide.justBeyond)
  }

  private static func root(
    _ variance: Double, _ bias: Double, _ regularisation: Double, _ order: Int
  ) throws(EstimationFault) -> Double {
    let found = pow(variance / (bias * bias + regularisation), 1 / Double(2 * order + 3))
    guard found > 0, !found.isNaN else {
      throw .notConverged("the bandwidth: the outcome does not vary near the cut-off")
    }
    return found
  }

  /// The constants for the derivative `power` of a polynomial of this order, on one side; a polynomial
  /// of one order more estimates the bias, within the bandwidth given.
  private func constants(
    _ side: CutoffSide, _ order: Int, _ power: Int, _ bandwidth: Double, _ regularised: Bool
  ) throws(EstimationFault) -> Constants {
    let first = try first(side, order, power)
    let polynomial = try LocalPolynomial(
      side.distances, order: order + 1, bandwidth: bandwidth, kernel: kernel)
    let weights = try polynomial.weights(ofPower: order + 1)
    let outcome = side.combined(first.combination, count: polynomial.count)
    var curvature = 0.0
    for row in weights.indices { curvature += weights[row] * outcome[row] }
    let steps = Double(2 * (order + 1 - power))
    var regularisation = 0.0
    if regularised {
      let spread = try side.variance(
        of: weights, outcome: outcome, count: polynomial.count, polynomial: polynomial, variance)
      regularisation = steps * 3 * first.constant * first.constant * spread
    }
    let scale = Double(2 * power + 1) * LocalPolynomial.power(pilot, 2 * power + 1)
    return Constants(
      variance: scale * first.variance,
      bias: side.sign(power) * steps.squareRoot() * first.constant * curvature,
      regularisation: regularisation)
  }

  private func first(
    _ side: CutoffSide, _ order: Int, _ power: Int
  ) throws(EstimationFault) -> First {
    let polynomial = try LocalPolynomial(
      side.distances, order: order, bandwidth: pilot, kernel: kernel)
    let weights = try polynomial.weights(ofPower: power)
    let combination = try model.combination(
      side, polynomial, weights: weights, sign: side.sign(power))
    let outcome = side.combined(combination, count: polynomial.count)
    let residuals = pilotResiduals.map { side.direction < 0 ? $0.left : $0.right }
      .map { CutoffSide.combined($0, combination, count: polynomial.count) }
    var constant = 0.0
    for row in weights.indices {
      constant += weights[row] * LocalPolynomial.power(side.distances[row] / pilot, order + 1)
    }
    return First(
      variance: try side.variance(
        of: weights, outcome: outcome, count: polynomial.count, polynomial: polynomial, variance,
        neighbours: residuals),
      constant: constant * LocalPolynomial.power(pilot, power), combination: combination)
  }
}

extension CutoffSide {
  /// Whether a fifth of the cases or more share their value with an earlier one.
  var isHeaped: Bool { Double(differentCount) <= 0.8 * Double(count) }

  /// The distance of the n-th different value, with a positive weight there.
  fileprivate func reach(of values: Int) -> Double {
    distances[starts[min(values, differentCount) - 1]] * Self.justBeyond
  }

  /// 1 + √ε.
  static let justBeyond = 1 + 1.4901161193847656e-08
}
