// SPDX-License-Identifier: EUPL-1.2

extension OLS {
  /// The sandwich's middle for CR0, to which CR1 adds a factor.
  ///
  /// Σ_g s_g s_gᵀ with s_g = Aᵀ Σ_{i in g} wᵢ xᵢ eᵢ, summed in one pass over the columns.
  ///
  /// - Complexity: O(n·k + G·k²) time, O(G·k) memory.
  ///
  /// Source: Liang and Zeger (1986), Biometrika 73:13–22. Agrees with R estimatr `lm_robust`
  /// (reference case ols-cluster) to 1e-8.
  func clusteredMeat(_ clusters: Grouping) -> Matrix {
    let groups = clusters.count
    var scores = Matrix(rows: groups, columns: names.count)
    var weighted = residuals
    if let rootWeights {
      for i in weighted.indices { weighted[i] *= rootWeights[i] * rootWeights[i] }
    }
    let codes = clusters.codes
    for column in 0..<names.count {
      let from = column * rowCount
      let to = column * groups
      for i in weighted.indices {
        scores.values[to + Int(codes[i])] += design.values[from + i] * weighted[i]
      }
    }
    let adjusted = scores * basis
    return adjusted.transposedTimes(adjusted)
  }
}
