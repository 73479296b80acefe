// SPDX-License-Identifier: EUPL-1.2

/// Whether those who would start and those who would not moved in parallel before anybody started.
public struct PreTrend: Sendable, Hashable {
  /// The difference in slopes, in the outcome's unit per unit of time.
  public let slope: Estimate
  public let units: Int
  public let startingUnits: Int
  /// Rows before the change that enter.
  public let rows: Int

  /// Estimates δ in y_it = αᵢ + λ_t + δ·startsᵢ·t + e_it over the rows before the change.
  ///
  /// Units are absorbed by their means, periods by indicators. The variance sums by unit (CR1, with
  /// the factor G⁄(G − 1)·(n − 1)⁄(n − k), where the absorbed units
  /// count as one), with G − 1 degrees of freedom.
  /// A linear test: trends that differ and cross pass it.
  ///
  /// - Parameters:
  ///   - outcome: n values in the outcome's unit, all of before the change.
  ///   - time: the period of each row.
  ///   - starts: whether the row's unit starts at some time.
  ///   - units: the panel unit of each row, the cluster of the variance unless others are given.
  ///   - clusters: what was assigned, where that was more than one unit.
  ///   - level: two-sided confidence level.
  /// - Throws: `EstimationFault.tooFew` for fewer than two units of either kind, or fewer than two
  ///   periods; `.rankDeficient` where no starting unit has two periods; `.zeroVariance` where the
  ///   outcome fits exactly; `.notFinite`.
  /// - Complexity: O(n·t²) for t periods.
  ///
  /// Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, section 10.5;
  /// Roth (2022), American Economic Review: Insights 4:305–322, on what such a test can and cannot do.
  /// Agrees with pyfixest `feols("y ~ x | unit + time", vcov = {"CRV1": "unit"})` to 1e-8.
  public init(
    outcome: [Double], time: [Double], starts: [Bool], units: Grouping,
    clusters: Grouping? = nil, level: Double = 0.95
  ) throws(EstimationFault) {
    precondition(
      outcome.count == time.count && time.count == starts.count && units.rowCount == starts.count,
      "one outcome, period and unit per row")
    for (name, values) in [("outcome", outcome), ("time", time)] {
      let wrong = values.indices.filter { !values[$0].isFinite }
      guard wrong.isEmpty else { throw .notFinite(name, rows: wrong) }
    }
    var isStarting = [Bool](repeating: false, count: units.count)
    for (row, flag) in starts.enumerated() where flag { isStarting[Int(units.codes[row])] = true }
    let starting = isStarting.count { $0 }
    for (name, count) in [
      ("units that start", starting), ("units that never start", units.count - starting),
    ] where count < 2 { throw .tooFew(name, count: count, needed: 2) }
    let periods = Set(time).sorted()
    guard periods.count > 1 else {
      throw .tooFew("periods before the change", count: periods.count, needed: 2)
    }
    let sizes = units.sizes
    func within(_ values: [Double]) -> [Double] {
      var means = [Double](repeating: 0, count: units.count)
      for (row, value) in values.enumerated() { means[Int(units.codes[row])] += value }
      for unit in means.indices { means[unit] /= Double(sizes[unit]) }
      return values.indices.map { values[$0] - means[Int(units.codes[$0])] }
    }
    // Counted from the first period, so that years keep their digits. The intercept is zero by the means,
    // and counts for the units in the variance's factor.
    let first = periods.first ?? 0
    var design = Design(rows: outcome.count, capacity: periods.count)
    for period in periods.dropFirst() {
      design.append("period \(period)", within(time.map { $0 == period ? 1 : 0 }))
    }
    design.append("slope", within(zip(time, starts).map { $1 ? $0 - first : 0 }))
    let fit = try OLS(outcome: within(outcome), design: design)
    let covariance = try fit.covariance(.cr1(clusters ?? units))
    slope = try fit.estimate(periods.count, covariance, level: level)
    self.units = units.count
    startingUnits = starting
    rows = outcome.count
  }
}
