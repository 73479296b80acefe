// SPDX-License-Identifier: EUPL-1.2

/// How many cases crowd together beside a threshold, beyond what a smooth density would put there.
///
/// Cases are counted in bins that have the threshold as an edge. A polynomial fitted to the bins outside
/// a window gives the counts that the window would have, ĉ; the excess is B = Σ(c − ĉ) over the window,
/// and b = B ⁄ mean ĉ puts it in bins. Both are sums of counts, whose variances are taken to be the
/// counts themselves; normal probabilities. Cases that left other bins for the window are not put
/// back there, which makes B a little too great.
///
/// - Missing values: none are accepted.
/// - Complexity: O(n + bins·order²).
///
/// Source: Saez (2010), American Economic Journal: Economic Policy 2:180–212; Chetty, Friedman, Olsen and
/// Pistaferri (2011), Quarterly J. Economics 126:749–804, without their correction by iteration.
public struct Bunching: Sendable {
  /// B in cases.
  public let excess: Estimate
  /// b: the excess in bins of the smooth density.
  public let relativeExcess: Estimate
  /// Observed in the window.
  public let observed: Int
  /// Σĉ in the window.
  public let expected: Double
  public let binWidth: Double
  /// How many bins the window holds, and how many lie outside it.
  public let windowBins: Int
  public let outsideBins: Int

  /// Counts the excess.
  ///
  /// - Parameters:
  ///   - running: the variable, in its unit.
  ///   - threshold: an edge of the bins.
  ///   - binWidth: positive, in the unit of the variable.
  ///   - window: how many bins below and above the threshold people may crowd in.
  ///   - reach: how many bins below and above the threshold are looked at.
  ///   - order: of the polynomial, 1 to 9.
  ///   - level: two-sided confidence level.
  /// - Throws: `EstimationFault.outOfRange` for a width, window, order or threshold that cannot be,
  ///   `.tooFew` for too few bins outside the window or an expected count that is not positive.
  public init(
    running: [Double], threshold: Double, binWidth: Double, window: CutoffPair<Int>,
    reach: CutoffPair<Int>, order: Int = 5, level: Double = 0.95
  ) throws(EstimationFault) {
    guard binWidth > 0, binWidth.isFinite else {
      throw .outOfRange("the bin width", allowed: "positive")
    }
    guard (1...9).contains(order) else { throw .outOfRange("the order", allowed: "1 to 9") }
    guard window.left >= 0, window.right >= 0, window.left + window.right > 0,
      window.left < reach.left, window.right < reach.right
    else { throw .outOfRange("the window", allowed: "at least one bin, and less than the reach") }
    let missing = running.indices.filter { !running[$0].isFinite }
    guard missing.isEmpty else { throw .notFinite("the running variable", rows: missing) }
    var counts = [Double](repeating: 0, count: reach.left + reach.right)
    for value in running {
      let bin = ((value - threshold) / binWidth).rounded(.down)
      guard bin >= -Double(reach.left), bin < Double(reach.right) else { continue }
      counts[Int(bin) + reach.left] += 1
    }
    guard counts.contains(where: { $0 > 0 }) else {
      throw .outOfRange("the threshold", allowed: "inside the range of the running variable")
    }
    let inside = (reach.left - window.left)..<(reach.left + window.right)
    let outside = counts.indices.filter { !inside.contains($0) }
    guard outside.count > order + 1 else {
      throw .tooFew("bins outside the window", count: outside.count, needed: order + 2)
    }
    func powers(_ bin: Int) -> [Double] {
      let v = 2 * (Double(bin) + 0.5) / Double(counts.count) - 1
      return (0...order).map { LocalPolynomial.power(v, $0) }
    }
    var design = Design(rows: outside.count, capacity: order)
    let rows = outside.map(powers)
    for power in 1...order { design.append("v^\(power)", rows.map { $0[power] }) }
    let fit = try OLS(outcome: outside.map { counts[$0] }, design: design)
    var window = [Double](repeating: 0, count: order + 1)
    for bin in inside {
      for (place, power) in powers(bin).enumerated() { window[place] += power }
    }
    // What each count outside adds to Σĉ.
    let direction = fit.basis.times(transposed: fit.basis) * window
    let pulls = rows.map { row in zip(row, direction).reduce(0) { $0 + $1.0 * $1.1 } }
    let expected = zip(window, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    guard expected > 0 else {
      throw .tooFew("cases that a smooth density puts in the window", count: 0, needed: 1)
    }
    let observed = counts[inside].reduce(0, +)
    var spread = 0.0
    for (place, bin) in outside.enumerated() { spread += pulls[place] * pulls[place] * counts[bin] }
    let bins = Double(inside.count)
    let ratio = observed / expected
    excess = try Estimate(
      of: "the count in the window", value: observed - expected,
      standardError: (observed + spread).squareRoot(), level: level)
    relativeExcess = try Estimate(
      of: "the count in the window", value: bins * (ratio - 1),
      standardError: bins / expected * (observed + ratio * ratio * spread).squareRoot(),
      level: level)
    self.observed = Int(observed)
    self.expected = expected
    self.binWidth = binWidth
    windowBins = inside.count
    outsideBins = outside.count
  }

  /// The width 2·s⁄√n of a bin for at least two values that differ.
  ///
  /// Source: McCrary (2008), J. Econometrics 142:698–714.
  public static func binWidth(_ running: [Double]) -> Double {
    2 * (Moments(running).variance / Double(running.count)).squareRoot()
  }
}
