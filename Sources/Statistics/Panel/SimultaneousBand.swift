// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// How wide intervals must be to hold all estimates of a family at once, found by drawing.
///
/// In each draw every cluster's influence is multiplied by an independent random number with mean 0
/// and variance 1; the critical value is a quantile of max_k |Σ_c v_c ψ_ck| ⁄ √(Σ_c ψ_ck²). Intervals
/// are then θ̂ₖ ± value · seₖ.
///
/// Source: Callaway and Sant'Anna (2021), algorithm 1; Mammen (1993), Annals of Statistics
/// 21:255–285.
public struct SimultaneousBand: Sendable, Hashable {
  /// The random numbers.
  public enum Multiplier: String, Sendable, Hashable, CaseIterable {
    /// (1 ± √5) ⁄ 2, with third moment 1.
    case mammen
    /// ±1.
    case rademacher
  }

  public let criticalValue: Double
  /// How much the value would move with other draws: one standard error.
  public let monteCarloError: Double
  public let draws: Int
  public let level: Double
}

extension CallawaySantAnna {
  /// The band of all group-time effects, and of the parts of aggregates, all from the same draws.
  ///
  /// - Parameters:
  ///   - aggregates: of this estimate.
  ///   - draws: at least 100.
  ///   - multiplier: the random numbers.
  ///   - level: of the whole family.
  ///   - streams: one is used for each draw, so that threads do not matter.
  /// - Returns: that of the group-time effects first, then of each aggregate that has parts (nil
  ///   where it has none).
  /// - Throws: `EstimationFault.outOfRange` for the level, `.tooFew` for fewer than 100 draws.
  /// - Complexity: O(draws · clusters · estimates) time.
  public func bands(
    of aggregates: [GroupTimeAggregate], draws: Int, multiplier: SimultaneousBand.Multiplier,
    level: Double = 0.95, streams: RandomStreams
  ) throws(EstimationFault) -> (effects: SimultaneousBand, aggregates: [SimultaneousBand?]) {
    _ = try ConfidenceInterval.tail(outside: level)
    guard draws >= 100 else { throw .tooFew("draws", count: draws, needed: 100) }
    var columns: [[Double]] = []
    var families: [Range<Int>] = []
    func add(_ family: [[Double]]) {
      families.append(columns.count..<(columns.count + family.count))
      columns += family
    }
    add(effects.indices.filter { !effects[$0].isBase }.map(influence))
    for aggregate in aggregates {
      add(
        aggregate.parts.indices.filter { aggregate.parts[$0].standardError != nil }
          .map(aggregate.influence.column))
    }
    let sums = clusterSums(
      Matrix(rows: unitCount, columns: columns.count, values: columns.flatMap(\.self)))
    let bootstrap = MultiplierBootstrap(sums, families: families, multiplier: multiplier)
    let bands = bootstrap.bands(draws: draws, level: level, streams: streams)
    return (bands[0] ?? SimultaneousBand.none(draws, level), Array(bands.dropFirst()))
  }
}

extension SimultaneousBand {
  fileprivate static func none(_ draws: Int, _ level: Double) -> SimultaneousBand {
    SimultaneousBand(criticalValue: 0, monteCarloError: 0, draws: draws, level: level)
  }
}

/// Maxima of randomly multiplied influence functions, family by family.
struct MultiplierBootstrap: Sendable {
  /// clusters × estimates, every column of length 1.
  private let scores: Matrix
  private let families: [Range<Int>]
  private let multiplier: SimultaneousBand.Multiplier

  init(_ sums: Matrix, families: [Range<Int>], multiplier: SimultaneousBand.Multiplier) {
    var scores = sums
    for column in 0..<sums.columns {
      let length = sums.length(column)
      guard length > 0 else { continue }
      for row in 0..<sums.rows { scores.values[column * sums.rows + row] /= length }
    }
    self.scores = scores
    self.families = families
    self.multiplier = multiplier
  }

  /// Nil for a family without members.
  func bands(draws: Int, level: Double, streams: RandomStreams) -> [SimultaneousBand?] {
    let maxima = Replicates.map(draws, chunk: 64) { range in largest(range, streams) }
    return families.indices.map { family in
      guard !families[family].isEmpty else { return nil }
      let sorted = maxima.map { $0[family] }.sorted()
      let rank = min(draws, Int((level * Double(draws + 1)).rounded(.up))) - 1
      let spread = max(1, Int((Double(draws) * level * (1 - level)).squareRoot().rounded()))
      let low = sorted[max(0, rank - spread)]
      let high = sorted[min(draws - 1, rank + spread)]
      return SimultaneousBand(
        criticalValue: sorted[rank], monteCarloError: (high - low) / 2, draws: draws, level: level)
    }
  }

  private func largest(_ range: Range<Int>, _ streams: RandomStreams) -> [[Double]] {
    var multipliers = Matrix(rows: scores.rows, columns: range.count)
    for (column, index) in range.enumerated() {
      var stream = streams[index]
      multiplier.fill(
        &multipliers.values, from: column * scores.rows, count: scores.rows, &stream)
    }
    let sums = scores.transposedTimes(multipliers)
    return range.indices.map { index in
      let column = index - range.lowerBound
      return families.map { family in
        var largest = 0.0
        for row in family {
          largest = max(largest, sums.values[column * sums.rows + row].magnitude)
        }
        return largest
      }
    }
  }
}

extension SimultaneousBand.Multiplier {
  /// Draws one number for each cluster.
  func fill(_ values: inout [Double], from start: Int, count: Int, _ stream: inout RandomStream) {
    switch self {
    case .mammen:
      let root = 5.0.squareRoot()
      let low = (1 - root) / 2
      let high = (1 + root) / 2
      let threshold = UInt32((root + 1) / (2 * root) * 0x1p32)
      var place = 0
      while place < count {
        let bits = stream.next()
        values[start + place] = UInt32(truncatingIfNeeded: bits) < threshold ? low : high
        if place + 1 < count {
          values[start + place + 1] = UInt32(bits >> 32) < threshold ? low : high
        }
        place += 2
      }
    case .rademacher:
      var place = 0
      while place < count {
        var bits = stream.next()
        for offset in place..<min(place + 64, count) {
          values[start + offset] = bits & 1 == 0 ? -1 : 1
          bits >>= 1
        }
        place += 64
      }
    }
  }
}
