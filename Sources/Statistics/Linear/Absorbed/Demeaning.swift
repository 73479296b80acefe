// SPDX-License-Identifier: EUPL-1.2

/// Takes the levels of fixed effects out of columns: what is left of y after regressing it on the
/// indicators of every group, without the indicators.
///
/// The coefficients α of the groups solve DᵀWDα = DᵀWy. Alternating projections set the coefficients of
/// one effect after the other to the mean of what the others leave in each group (block Gauss–Seidel),
/// sped up by Irons and Tuck's extrapolation. Where groups hang together by few rows this takes long:
/// after `patience` sweeps, conjugate gradients with the diagonal as preconditioner go on from where the
/// sweeps stopped, to a hundredth of the tolerance. One effect needs neither, and is exact.
///
/// Four columns are done at a time, since a sweep's cost is in reading which cell belongs to which
/// groups. A column is done when no mean of a group is more than `tolerance` of the column's standard
/// deviation. Coefficients of a regression on the result are then right to about the square of that,
/// because what is left of the effects in one column is at right angles to the others.
///
/// - Complexity: O(cells · effects) for each sweep, O(n + cells · effects) memory.
///
/// Source: Gaure (2013), Computational Statistics & Data Analysis 66:8–18; Irons and Tuck (1969), Int. J.
/// Numerical Methods in Engineering 1:275–277; Correia (2016), Linear models with high-dimensional fixed
/// effects (working paper, Duke University), for conjugate gradients.
struct Demeaning: Sendable {
  static let tolerance = 1e-10
  static let patience = 100
  private static let longest = 20_000

  private let groupings: [Grouping]
  private let cells: EffectCells
  private let weights: [Double]?

  /// - Parameters:
  ///   - effects: over n rows.
  ///   - weights: of the rows, positive; nil for 1.
  init(_ effects: FixedEffects, weights: [Double]?) {
    // The effect with most groups is solved from the others and needs no extrapolation of its own.
    groupings = effects.groupings.sorted { $0.count > $1.count }
    cells = EffectCells(groupings, weights: weights)
    self.weights = weights
  }

  /// Takes the effects out of columns of n values each, which stand one after the other.
  ///
  /// - Throws: `EstimationFault.notConverged`.
  func demean(_ columns: inout [Double]) throws(EstimationFault) {
    let rows = groupings[0].rowCount
    var start = 0
    while start < columns.count {
      let lanes = min(4, (columns.count - start) / rows)
      let means = (0..<lanes).map { lane in
        mean(columns[(start + lane * rows)..<(start + (lane + 1) * rows)])
      }
      let solution = try solve(columns, start, lanes, means)
      take(solution, means, from: &columns, start, lanes)
      start += lanes * rows
    }
  }

  private func mean(_ column: ArraySlice<Double>) -> Double {
    guard let weights else { return column.reduce(0, +) / Double(column.count) }
    var sum = 0.0
    for (value, weight) in zip(column, weights) { sum += value * weight }
    return sum / weights.reduce(0, +)
  }
}

extension Demeaning {
  private func solve(
    _ columns: [Double], _ start: Int, _ lanes: Int, _ means: [Double]
  ) throws(EstimationFault) -> [[SIMD4<Double>]] {
    let (sums, spread) = groupSums(columns, start, lanes, means)
    // The second term is what rounding leaves of a large mean.
    let limit = Self.tolerance * spread + 1e-15 * SIMD4(lanes: means.map(\.magnitude))
    var system = EffectSystem(cells: cells, sums: sums, limit: limit)
    let isSolved =
      groupings.count == 1 || system.alternate(atMost: Self.patience)
      || system.conjugateGradients(atMost: Self.longest)
    guard isSolved else { throw .notConverged("the absorbed effects") }
    return system.coefficients
  }

  /// DᵀW(y − mean) of each effect, and the standard deviation of each column.
  private func groupSums(
    _ columns: [Double], _ start: Int, _ lanes: Int, _ means: [Double]
  ) -> (sums: [[SIMD4<Double>]], spread: SIMD4<Double>) {
    let rows = groupings[0].rowCount
    let centre = SIMD4(lanes: means)
    let parts = Replicates.map(groupings.count, chunk: 1) { range in
      range.map { effect -> (sums: [SIMD4<Double>], squares: SIMD4<Double>) in
        var sums = [SIMD4<Double>](repeating: .zero, count: groupings[effect].count)
        var squares = SIMD4<Double>.zero
        let codes = groupings[effect].codes
        sums.withUnsafeMutableBufferPointer { sums in
          columns.withUnsafeBufferPointer { values in
            for row in 0..<rows {
              var value = SIMD4<Double>.zero
              for lane in 0..<lanes { value[lane] = values[start + lane * rows + row] }
              value -= centre
              let weight = weights?[row] ?? 1
              sums[Int(codes[row])] += value * weight
              squares += value * value * weight
            }
          }
        }
        return (sums, squares)
      }
    }
    let total = weights?.reduce(0, +) ?? Double(rows)
    return (parts.map(\.sums), (parts[0].squares / total).squareRoot())
  }

  private func take(
    _ coefficients: [[SIMD4<Double>]], _ means: [Double], from columns: inout [Double],
    _ start: Int, _ lanes: Int
  ) {
    let rows = groupings[0].rowCount
    let centre = SIMD4(lanes: means)
    columns.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let values = buffer
      Chunks.forEach(rows) { range in
        for row in range {
          var level = centre
          for effect in coefficients.indices {
            level += coefficients[effect][Int(groupings[effect].codes[row])]
          }
          for lane in 0..<lanes { values[start + lane * rows + row] -= level[lane] }
        }
      }
    }
  }
}

extension SIMD4<Double> {
  /// Up to four numbers; the rest are 0.
  fileprivate init(lanes: [Double]) {
    self = .zero
    for (lane, value) in lanes.enumerated() { self[lane] = value }
  }
}
