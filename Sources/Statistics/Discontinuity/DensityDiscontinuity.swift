// SPDX-License-Identifier: EUPL-1.2

/// Whether the density of the running variable jumps at a cut-off: a sign that people chose their side.
///
/// The distribution function F̂ is fitted on either side by a local polynomial, whose slope at the
/// cut-off is the density f̂; T = (f̂₊ − f̂₋) ⁄ se with the jackknife se, and normal probabilities. The
/// bandwidths minimise the mean squared error of order p and the test uses order q = p + 1, which
/// takes the bias away. Equal values share one step of F̂, the highest.
///
/// - Missing values: none are accepted.
/// - Complexity: O(n) time and memory.
///
/// Source: Cattaneo, Jansson and Ma (2020), J. American Statistical Association 115:1449–1455.
/// Agrees with Python rddensity 3.0 (`fitselect="unrestricted", vce="jackknife", bwselect="comb"`):
/// 1e-6 at a fixed bandwidth, 1e-4 for the selected ones (DensityDiscontinuityTests).
public struct DensityDiscontinuity: Sendable {
  /// f̂₋ and f̂₊ at the cut-off, of order q, per unit of the running variable.
  public let densities: CutoffPair<Double>
  /// f̂₊ − f̂₋ with its uncertainty; normal probabilities.
  public let difference: Estimate
  /// In the unit of the running variable.
  public let bandwidths: CutoffPair<Double>
  /// All cases.
  public let counts: CutoffPair<Int>
  /// The cases within the bandwidths.
  public let effectiveCounts: CutoffPair<Int>
  /// The share of cases whose value an earlier case has too.
  public let tiedShare: Double

  /// Tests a running variable.
  ///
  /// - Parameters:
  ///   - running: the running variable.
  ///   - cutoff: cases at it count as right of it.
  ///   - order: p, 1 to 4, of the polynomial for which bandwidths are chosen; the test has p + 1.
  ///   - bandwidths: in the unit of the running variable; chosen where nil.
  ///   - kernel: the weight by distance.
  ///   - level: two-sided confidence level of the difference.
  /// - Throws: `EstimationFault.outOfRange` for a cut-off outside the data or an order that is not
  ///   offered, `.tooFew` for too few different values on a side, `.zeroVariance` for a constant
  ///   running variable, `.notFinite`.
  public init(
    running: [Double], cutoff: Double, order: Int = 2, bandwidths: CutoffPair<Double>? = nil,
    kernel: LocalKernel = .triangular, level: Double = 0.95
  ) throws(EstimationFault) {
    guard (1...4).contains(order) else { throw .outOfRange("the order", allowed: "1 to 4") }
    let cases = try OrderedDensity(running, cutoff: cutoff)
    let chosen: CutoffPair<Double>
    if let bandwidths {
      guard bandwidths.left > 0, bandwidths.right > 0 else {
        throw .outOfRange("the bandwidth", allowed: "positive")
      }
      chosen = bandwidths
    } else {
      chosen = try DensityBandwidths(cases, order: order, kernel: kernel).combined
    }
    let slope = try cases.coefficient(
      power: 1, order: order + 1, bandwidths: chosen, kernel: kernel)
    densities = slope.values
    difference = try Estimate(
      of: "the difference of densities", value: slope.values.right - slope.values.left,
      standardError: slope.variance(left: -1, right: 1).squareRoot(), level: level)
    self.bandwidths = chosen
    counts = CutoffPair(cases.left.distances.count, cases.right.distances.count)
    effectiveCounts = slope.counts
    tiedShare = cases.tiedShare
  }
}
