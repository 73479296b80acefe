// SPDX-License-Identifier: EUPL-1.2

/// Effects by group and period with their covariance, and what they add up to.
///
/// Groups count by their units (or weights) seen in a period, taken as they are: unlike
/// `CallawaySantAnna`, standard errors hold for the groups' sizes as given.
public struct CohortEffects: Sendable {
  public struct Cell: Sendable, Hashable {
    /// First treated time.
    public let group: Int
    public let time: Int
    public let estimate: Double
    /// Rows (or their weight) that the effect stands for.
    public let size: Double

    public var eventTime: Int { time - group }
  }

  /// By group, then time; placebos included where the method has them.
  public let cells: [Cell]
  /// In the order of the cells.
  public let covariance: Matrix
  /// Of each effect; infinite for the normal distribution.
  public let degreesOfFreedom: Double

  public func standardError(_ cell: Int) -> Double { covariance[cell, cell].squareRoot() }

  /// Draws the effects together, as `GroupTimeAggregate` says.
  ///
  /// - Throws: `EstimationFault.tooFew` where there is no effect since adoption.
  public func aggregate(
    _ kind: GroupTimeAggregate.Kind
  ) throws(EstimationFault) -> GroupTimeAggregate {
    let (overall, parts) = try weights(kind)
    return GroupTimeAggregate(
      kind: kind, overall: value(overall), standardError: error(overall),
      parts: parts.map {
        GroupTimeAggregate.Part(
          key: $0.key, estimate: value($0.weights), standardError: error($0.weights))
      })
  }

  /// How much each cell counts in the whole, and in each part.
  func weights(
    _ kind: GroupTimeAggregate.Kind
  ) throws(EstimationFault) -> (overall: [Double], parts: [(key: Int, weights: [Double])]) {
    let since = cells.indices.filter { cells[$0].eventTime >= 0 }
    guard !since.isEmpty else {
      throw .tooFew("group-time effects since adoption", count: 0, needed: 1)
    }
    switch kind {
    case .simple: return (shares(since), [])
    case .group:
      let groups = keyed(since) { cells[$0].group }
      let parts = groups.map { (key: $0, weights: shares($1)) }
      let sizes = groups.map { _, places in
        places.reduce(0) { $0 + cells[$1].size } / Double(places.count)
      }
      let total = sizes.reduce(0, +)
      return (sum(parts.map(\.weights), sizes.map { $0 / total }), parts)
    case .dynamic:
      let parts = keyed(Array(cells.indices)) { cells[$0].eventTime }.map {
        (key: $0, weights: shares($1))
      }
      return (mean(parts.filter { $0.key >= 0 }.map(\.weights)), parts)
    case .calendar:
      let parts = keyed(since) { cells[$0].time }.map { (key: $0, weights: shares($1)) }
      return (mean(parts.map(\.weights)), parts)
    }
  }

  /// The dynamic effects with their covariance.
  public func eventStudy(reference: Int?, anticipation: Int = 0) -> EventStudy {
    let parts = keyed(Array(cells.indices)) { cells[$0].eventTime }.map { ($0, shares($1)) }
    var weights = Matrix(rows: cells.count, columns: parts.count)
    for (column, part) in parts.enumerated() {
      for place in cells.indices { weights[place, column] = part.1[place] }
    }
    return EventStudy(
      times: parts.map(\.0), estimates: parts.map { value($0.1) },
      covariance: weights.transposed.sandwich(covariance), reference: reference,
      anticipation: anticipation, degreesOfFreedom: degreesOfFreedom)
  }

  private func keyed(_ places: [Int], _ key: (Int) -> Int) -> [(Int, [Int])] {
    Dictionary(grouping: places, by: key).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Weights over all cells, by size within some.
  private func shares(_ places: [Int]) -> [Double] {
    let total = places.reduce(0) { $0 + cells[$1].size }
    var weights = [Double](repeating: 0, count: cells.count)
    for place in places { weights[place] = cells[place].size / total }
    return weights
  }

  private func mean(_ parts: [[Double]]) -> [Double] {
    sum(parts, Array(repeating: 1 / Double(parts.count), count: parts.count))
  }

  private func sum(_ parts: [[Double]], _ factors: [Double]) -> [Double] {
    cells.indices.map { place in
      zip(parts, factors).reduce(0) { $0 + $1.0[place] * $1.1 }
    }
  }

  private func value(_ weights: [Double]) -> Double {
    zip(weights, cells).reduce(0) { $0 + $1.0 * $1.1.estimate }
  }

  private func error(_ weights: [Double]) -> Double {
    max(0, zip(weights, covariance * weights).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
  }
}
