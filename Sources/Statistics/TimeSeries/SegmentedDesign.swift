// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// The regressors of an interrupted time series: a trend that may change its level and its slope.
///
/// For interruption k at period Tₖ, the first under the change: level 1[t ≥ Tₖ] and slope
/// max(0, t − Tₖ), so that the level is the change in that very period. With a control series all of
/// these appear once for both series and once for the studied series alone, and the latter are the
/// effect: the change beyond that of the control. Seasons are common to both.
///
/// Source: Wagner, Soumerai, Zhang and Ross-Degnan (2002), J. Clinical Pharmacy and Therapeutics
/// 27:299–309; Lopez Bernal, Cummins and Gasparrini (2017, 2018), International J. Epidemiology
/// 46:348–355 and 47:2082–2093.
public struct SegmentedDesign: Sendable {
  /// What comes back every so many periods.
  public enum Season: Sendable, Hashable {
    case none
    /// An indicator for each place in the cycle but the first that occurs.
    case indicators(cycle: Int)
    /// So many pairs of sine and cosine; the cycle need not be whole.
    case harmonics(Int, cycle: Double)
  }

  public let design: Design
  public let interruptions: [Int]
  private let isControlled: Bool

  /// Makes the regressors.
  ///
  /// - Parameters:
  ///   - periods: of each row.
  ///   - interruptions: the first period under each change, ascending.
  ///   - studied: whether a row is of the studied series; nil without a control series.
  ///   - season: what comes back.
  ///   - covariates: further regressors with their names.
  /// - Throws: `EstimationFault.tooFew` where a segment has fewer than two periods in a series, or one
  ///   before the first interruption fewer than three; `.outOfRange` for an interruption outside the
  ///   series.
  public init(
    periods: [Int], interruptions: [Int], studied: [Bool]? = nil, season: Season = .none,
    covariates: [(name: String, values: [Double])] = []
  ) throws(EstimationFault) {
    try Self.check(periods, interruptions, studied)
    let start = periods.min() ?? 0
    let time = periods.map { Double($0 - start) }
    var design = Design(rows: periods.count)
    var changes: [(name: String, values: [Double])] = [("time", time)]
    for (place, interruption) in interruptions.enumerated() {
      let suffix = interruptions.count > 1 ? ".\(place + 1)" : ""
      changes.append(("level\(suffix)", periods.map { $0 >= interruption ? 1 : 0 }))
      changes.append(("slope\(suffix)", periods.map { Double(max(0, $0 - interruption)) }))
    }
    for change in changes { design.append(change.name, change.values) }
    if let studied {
      let mark = studied.map { $0 ? 1.0 : 0 }
      design.append("studied", mark)
      for change in changes {
        design.append("\(change.name) × studied", zip(change.values, mark).map { $0 * $1 })
      }
    }
    Self.append(season, periods: periods, to: &design)
    for covariate in covariates { design.append(covariate.name, covariate.values) }
    self.design = design
    self.interruptions = interruptions
    isControlled = studied != nil
  }

  private static func append(_ season: Season, periods: [Int], to design: inout Design) {
    switch season {
    case .none: break
    case .indicators(let cycle):
      let places = periods.map { (($0 % cycle) + cycle) % cycle }
      for place in Set(places).sorted().dropFirst() {
        design.append("season.\(place)", places.map { $0 == place ? 1 : 0 })
      }
    case .harmonics(let count, let cycle):
      for harmonic in stride(from: 1, through: count, by: 1) {
        let angles = periods.map { 2 * Double.pi * Double(harmonic) * Double($0) / cycle }
        design.append("sine.\(harmonic)", angles.map { sin($0) })
        // The sine of the highest harmonic of an even cycle is 0 at whole periods; only its cosine
        // is left, and the caller hears of the sine as a dependent column.
        design.append("cosine.\(harmonic)", angles.map { cos($0) })
      }
    }
  }

  private static func check(
    _ periods: [Int], _ interruptions: [Int], _ studied: [Bool]?
  ) throws(EstimationFault) {
    guard !interruptions.isEmpty else { throw .tooFew("interruptions", count: 0, needed: 1) }
    precondition(
      zip(interruptions, interruptions.dropFirst()).allSatisfy { $0 < $1 },
      "interruptions in ascending order, each once")
    for wanted in studied == nil ? [true] : [true, false] {
      let rows = periods.indices.filter { studied?[$0] ?? true == wanted }
      let series = Set(rows.map { periods[$0] }).sorted()
      for interruption in interruptions {
        guard let first = series.first, let last = series.last, first < interruption,
          interruption <= last
        else {
          throw .outOfRange(
            "the interruption", allowed: "inside the series, after its first period")
        }
      }
      let bounds = [Int.min] + interruptions + [Int.max]
      for (place, (low, high)) in zip(bounds, bounds.dropFirst()).enumerated() {
        let count = series.count { $0 >= low && $0 < high }
        let needed = place == 0 ? 3 : 2
        guard count >= needed else {
          throw .tooFew(
            place == 0
              ? "periods before the interruption" : "periods after interruption \(place)",
            count: count, needed: needed)
        }
      }
    }
  }

  /// c with cᵀβ = what an interruption changed, on average over some periods at or after it.
  ///
  /// - Parameters:
  ///   - interruption: its place in `interruptions`.
  ///   - periods: over which the effect is averaged, each no earlier than the interruption.
  /// - Returns: one weight for each column of the design.
  public func effect(of interruption: Int, over periods: [Int]) -> [Double] {
    precondition(!periods.isEmpty, "some periods")
    let start = interruptions[interruption]
    let since = periods.reduce(0.0) { $0 + Double($1 - start) } / Double(periods.count)
    var weights = [Double](repeating: 0, count: design.columnCount)
    weights[levelPosition(interruption)] = 1
    weights[levelPosition(interruption) + 1] = since
    return weights
  }

  /// The position of an interruption's change of level; that of its slope is the next.
  public func levelPosition(_ interruption: Int) -> Int {
    let block = 2 + 2 * interruptions.count
    return (isControlled ? block + 1 : 1) + 1 + 2 * interruption
  }

  /// The design as it would be without the interruptions, for the counterfactual of the studied series.
  ///
  /// With a control series what happened to both is kept.
  public var counterfactual: Matrix {
    var matrix = design.matrix
    for interruption in interruptions.indices {
      for position in [levelPosition(interruption), levelPosition(interruption) + 1] {
        for row in 0..<matrix.rows { matrix[row, position] = 0 }
      }
    }
    return matrix
  }
}

extension LinearModel {
  /// A weighted sum of coefficients, cᵀβ̂, under a covariance of these.
  ///
  /// - Throws: `EstimationFault.zeroVariance`, `.noDegreesOfFreedom`.
  public func combination(
    _ weights: [Double], named name: String, _ covariance: CoefficientCovariance,
    level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    precondition(weights.count == coefficients.count, "one weight per coefficient")
    var value = 0.0
    var variance = 0.0
    var freedom = Double.infinity
    for (i, first) in weights.enumerated() where first != 0 {
      value += first * coefficients[i]
      freedom = min(freedom, covariance.degreesOfFreedom[i])
      for (j, second) in weights.enumerated() {
        variance += first * second * covariance.matrix[i, j]
      }
    }
    return try Estimate(
      of: "the estimate of '\(name)'", value: value, standardError: variance.squareRoot(),
      degreesOfFreedom: freedom, level: level)
  }
}
