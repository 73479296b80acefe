// SPDX-License-Identifier: EUPL-1.2

/// A series in time with the limits within which it moves as long as nothing has changed (Shewhart).
///
/// Centre and spread come from a baseline of points; every point is drawn. The limits of a point are the
/// centre ± 3σᵢ.
///
/// Source: Montgomery (2019), Introduction to Statistical Quality Control, 8th ed.; Laney (2002), Quality
/// Engineering 14:531–537.
public struct ControlChart: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    public let value: Double
    public let centre: Double
    public let lower: Double
    public let upper: Double
    /// (value − centre) ⁄ σᵢ.
    public let z: Double
  }

  public let points: [Point]
  /// Points that centre and spread come from.
  public let baseline: Int
  /// What the counts vary more than chance would let them, as a factor on σ; 1 unless asked for.
  public let overdispersion: Double

  /// Single measurements (XmR): σ from the mean moving range, σ = mR̄·√π ⁄ 2.
  ///
  /// - Parameters:
  ///   - values: in their order in time, none missing.
  ///   - baseline: the first points that make centre and spread; all unless given.
  /// - Throws: `EstimationFault.tooFew` with fewer than two points in the baseline, `.zeroVariance` where
  ///   they are all alike, `.notFinite`.
  public init(individuals values: [Double], baseline: Int? = nil) throws(EstimationFault) {
    try Self.check(values)
    let count = try Self.baseline(baseline, of: values.count)
    let centre = values[..<count].reduce(0, +) / Double(count)
    let sigma = Self.meanMovingRange(Array(values[..<count])) * Double.pi.squareRoot() / 2
    guard sigma > 0 else { throw .zeroVariance("the series in its baseline") }
    self.init(
      values, centre: centre, sigmas: values.map { _ in sigma }, within: -.infinity ... .infinity,
      baseline: count, overdispersion: 1)
  }

  /// Shares (p chart): σᵢ = √(p̄(1 − p̄) ⁄ nᵢ), limits cut at 0 and 1.
  ///
  /// - Parameters:
  ///   - counts: cases with the event at each point.
  ///   - sizes: cases at each point, above 0.
  ///   - baseline: as for `init(individuals:baseline:)`.
  ///   - dispersion: Laney's p′ widens σ by how much the standardised shares really move from point to
  ///     point: needed where sizes are in the thousands.
  /// - Throws: as `init(individuals:baseline:)`, and `.outOfRange` for counts outside 0…size.
  public init(
    shares counts: [Double], of sizes: [Double], baseline: Int? = nil,
    dispersion: Dispersion = .binomial
  ) throws(EstimationFault) {
    try self.init(
      counts, sizes, baseline: baseline, dispersion: dispersion, within: 0...1
    ) { ($0 * (1 - $0)) }
  }

  /// Rates (u chart): σᵢ = √(ū ⁄ nᵢ), the lower limit cut at 0.
  ///
  /// - Parameters:
  ///   - counts: events at each point.
  ///   - sizes: exposure at each point, above 0.
  ///   - baseline: as for `init(individuals:baseline:)`.
  ///   - dispersion: as for `init(shares:of:baseline:dispersion:)`.
  /// - Throws: as `init(shares:of:baseline:dispersion:)`.
  public init(
    rates counts: [Double], of sizes: [Double], baseline: Int? = nil,
    dispersion: Dispersion = .binomial
  ) throws(EstimationFault) {
    try self.init(
      counts, sizes, baseline: baseline, dispersion: dispersion, within: 0 ... .infinity
    ) { $0 }
  }

  /// What counts vary by.
  public enum Dispersion: Sendable, Hashable {
    /// As chance alone would have it: binomial shares, Poisson rates.
    case binomial
    /// As they did in the baseline (Laney).
    case laney
  }

  private init(
    _ counts: [Double], _ sizes: [Double], baseline: Int?, dispersion: Dispersion,
    within limits: ClosedRange<Double>, variance: (Double) -> Double
  ) throws(EstimationFault) {
    precondition(counts.count == sizes.count, "one size for each point")
    try Self.check(counts)
    try Self.check(sizes)
    guard sizes.allSatisfy({ $0 > 0 }) else {
      throw .outOfRange("the size of every point", allowed: "above 0")
    }
    let fits = zip(counts, sizes).allSatisfy { $0 >= 0 && $0 / $1 <= limits.upperBound }
    guard fits else {
      throw .outOfRange("the count of every point", allowed: "between 0 and its size")
    }
    let count = try Self.baseline(baseline, of: counts.count)
    let centre = counts[..<count].reduce(0, +) / sizes[..<count].reduce(0, +)
    let spread = variance(centre)
    guard spread > 0 else { throw .zeroVariance("the series in its baseline") }
    let values = zip(counts, sizes).map { $0 / $1 }
    var sigmas = sizes.map { (spread / $0).squareRoot() }
    var factor = 1.0
    if dispersion == .laney {
      let z = (0..<count).map { (values[$0] - centre) / sigmas[$0] }
      factor = Self.meanMovingRange(z) * Double.pi.squareRoot() / 2
      guard factor > 0 else { throw .zeroVariance("the series in its baseline") }
      for place in sigmas.indices { sigmas[place] *= factor }
    }
    self.init(
      values, centre: centre, sigmas: sigmas, within: limits, baseline: count,
      overdispersion: factor)
  }

  private init(
    _ values: [Double], centre: Double, sigmas: [Double], within limits: ClosedRange<Double>,
    baseline: Int, overdispersion: Double
  ) {
    points = zip(values, sigmas).map { value, sigma in
      Point(
        value: value, centre: centre, lower: max(limits.lowerBound, centre - 3 * sigma),
        upper: min(limits.upperBound, centre + 3 * sigma), z: (value - centre) / sigma)
    }
    self.baseline = baseline
    self.overdispersion = overdispersion
  }

  private static func check(_ values: [Double]) throws(EstimationFault) {
    let rows = values.indices.filter { !values[$0].isFinite }
    guard rows.isEmpty else { throw .notFinite("the series", rows: rows) }
  }

  private static func baseline(_ given: Int?, of count: Int) throws(EstimationFault) -> Int {
    let points = min(given ?? count, count)
    guard points > 1 else { throw .tooFew("points in the baseline", count: points, needed: 2) }
    return points
  }

  private static func meanMovingRange(_ values: [Double]) -> Double {
    zip(values, values.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).magnitude }
      / Double(values.count - 1)
  }
}
