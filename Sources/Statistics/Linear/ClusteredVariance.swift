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
    var weighted = residuals
    if let rootWeights {
      for i in weighted.indices { weighted[i] *= rootWeights[i] * rootWeights[i] }
    }
    let codes = clusters.codes
    let products = weighted
    // A column to a processor: each sum is made in the order of rows, whoever makes it.
    let scores = Replicates.map(names.count, chunk: 1) { columns in
      columns.map { column -> [Double] in
        var sums = [Double](repeating: 0, count: clusters.count)
        let from = column * products.count
        for i in products.indices {
          sums[Int(codes[i])] += design.values[from + i] * products[i]
        }
        return sums
      }
    }
    let sums = Matrix(
      rows: clusters.count, columns: names.count, values: Array(scores.joined()))
    let adjusted = sums * basis
    return adjusted.transposedTimes(adjusted)
  }
}
