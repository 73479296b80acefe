// SPDX-License-Identifier: EUPL-1.2

/// A regression coefficient as a function of sums over units: β = cᵀγ with (Σ QᵀQ)γ = Σ QᵀY in an
/// orthonormal basis Q of the whole design, where normal equations keep their digits.
struct ResampledCoefficient: BootstrapStatistic {
  let units: ResampledUnits
  private let rank: Int
  private let direction: [Double]
  private let offset: Double

  init(
    outcome: [Double], design: Design, position: Int, clusters: Grouping?, strata: Grouping?
  ) throws(EstimationFault) {
    let fit = try OLS(outcome: outcome, design: design)
    let basis = fit.design * fit.basis
    rank = basis.columns
    direction = fit.basis.row(position)
    let count = clusters?.count ?? outcome.count
    var stratum = [Int32](repeating: -1, count: count)
    var mixed = Set<Int>()
    let width = rank * (rank + 1) / 2 + rank
    var columns = [[Double]](repeating: [Double](repeating: 0, count: count), count: width)
    // A coefficient does not change when a combination of the design is added to the outcome: its
    // fit's residuals plus the one coefficient's part keep more digits than the outcome does.
    let response = fit.residuals
    for row in outcome.indices {
      let unit = Int(clusters?.codes[row] ?? Int32(row))
      let own = strata?.codes[row] ?? 0
      if stratum[unit] >= 0, stratum[unit] != own { mixed.insert(unit) }
      stratum[unit] = own
      var place = 0
      for first in 0..<rank {
        for second in 0...first {
          columns[place][unit] += basis[row, first] * basis[row, second]
          place += 1
        }
      }
      for column in 0..<rank {
        columns[place][unit] += basis[row, column] * response[row]
        place += 1
      }
    }
    guard mixed.isEmpty else { throw .mixedClusters(mixed.count, of: count) }
    units = ResampledUnits(
      strata: Grouping(codes: stratum, labels: strata?.labels ?? [""]), columns: columns)
    offset = fit.coefficients[position]
  }

  func value(_ sums: [Double]) -> Double {
    guard let solution = solve(sums) else { return .nan }
    return offset + zip(direction, solution.gamma).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Σ over units of (hᵀ(QᵀY − QᵀQγ))² with (Σ QᵀQ)h = c: CR0, or HC0 where units are rows.
  func squaredError(_ sums: [Double], units picked: [UInt32]) -> Double {
    guard let solution = solve(sums) else { return .nan }
    let h = solution.factor.solve(direction)
    var squares = 0.0
    for unit in picked {
      let at = Int(unit) * units.width
      var score = 0.0
      var place = at
      for first in 0..<rank {
        for second in 0...first {
          let entry = units.values[place]
          score -= entry * h[first] * solution.gamma[second]
          if second < first { score -= entry * h[second] * solution.gamma[first] }
          place += 1
        }
      }
      for column in 0..<rank { score += h[column] * units.values[place + column] }
      squares += score * score
    }
    return squares
  }

  private func solve(_ sums: [Double]) -> (factor: Cholesky, gamma: [Double])? {
    let width = units.width
    var all = [Double](repeating: 0, count: width)
    for place in sums.indices { all[place % width] += sums[place] }
    guard let factor = Cholesky(packed: all, size: rank) else { return nil }
    return (factor, factor.solve(Array(all[(width - rank)...])))
  }
}

/// LLᵀ of a small positive definite matrix, the lower triangle row by row.
private struct Cholesky {
  private var lower: [Double]
  private let size: Int

  /// Nil for a matrix that is not positive definite; its diagonal is about one.
  init?(packed: [Double], size: Int) {
    self.size = size
    lower = packed
    for row in 0..<size {
      let start = row * (row + 1) / 2
      for column in 0...row {
        let other = column * (column + 1) / 2
        var sum = lower[start + column]
        for inner in 0..<column { sum -= lower[start + inner] * lower[other + inner] }
        if column == row {
          guard sum > 1e-10 else { return nil }
          lower[start + row] = sum.squareRoot()
        } else {
          lower[start + column] = sum / lower[other + column]
        }
      }
    }
  }

  func solve(_ vector: [Double]) -> [Double] {
    var x = vector
    for row in 0..<size {
      let start = row * (row + 1) / 2
      for column in 0..<row { x[row] -= lower[start + column] * x[column] }
      x[row] /= lower[start + row]
    }
    for row in (0..<size).reversed() {
      for below in (row + 1)..<size {
        x[row] -= lower[below * (below + 1) / 2 + row] * x[below]
      }
      x[row] /= lower[row * (row + 1) / 2 + row]
    }
    return x
  }
}
