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
    var single = Matrix(rows: moments.rows, columns: effects.count)
    for place in effects.indices where !effects[place].isBase { single[place, place] = 1 }
    let bootstrap = MultiplierBootstrap(
      scores, blocks: blocks, multiplier: multiplier,
      families: ([single] + aggregates.map(\.parted)).map { weights in
        MultiplierBootstrap.Family(
          weights, covariance: weights.transposed.sandwich(moments), count: unitCount)
      })
    let bands = bootstrap.bands(draws: draws, level: level, streams: streams)
    return (bands[0] ?? SimultaneousBand.none(draws, level), Array(bands.dropFirst()))
  }
}

extension GroupTimeAggregate {
  /// The weights of the parts alone.
  fileprivate var parted: Matrix {
    Matrix(
      rows: weights.rows, columns: parts.count,
      values: Array(weights.values.prefix(weights.rows * parts.count)))
  }
}

extension SimultaneousBand {
  fileprivate static func none(_ draws: Int, _ level: Double) -> SimultaneousBand {
    SimultaneousBand(criticalValue: 0, monteCarloError: 0, draws: draws, level: level)
  }
}

/// Maxima of randomly multiplied influence functions, family by family.
struct MultiplierBootstrap: Sendable {
  /// Estimates that a band holds at once.
  struct Family: Sendable {
    /// scores × estimates, scaled so that each product has variance 1 over the draws.
    let weights: Matrix

    /// Leaves out estimates that do not vary.
    init(_ weights: Matrix, covariance: Matrix, count: Int) {
      let used = (0..<weights.columns).filter { covariance[$0, $0] > 0 }
      self.weights = Matrix(
        rows: weights.rows, columns: used.count,
        values: used.flatMap { column in
          let length = covariance[column, column].squareRoot() * Double(count)
          return weights.column(column).map { $0 / length }
        })
    }
  }

  /// Some rows of the scores, with the columns that are not zero there.
  private struct Block: Sendable {
    let columns: [Int]
    let scores: Matrix
  }

  private let blocks: [Block]
  private let width: Int
  private let families: [Family]
  private let multiplier: SimultaneousBand.Multiplier

  init(
    _ scores: Matrix, blocks: [Range<Int>], multiplier: SimultaneousBand.Multiplier,
    families: [Family]
  ) {
    self.blocks = blocks.map { rows in
      let columns = (0..<scores.columns).filter { column in
        rows.contains { scores.values[column * scores.rows + $0] != 0 }
      }
      let values = columns.flatMap { column in
        scores.values[
          (column * scores.rows + rows.lowerBound)..<(column * scores.rows + rows.upperBound)]
      }
      return Block(
        columns: columns, scores: Matrix(rows: rows.count, columns: columns.count, values: values))
    }
    width = scores.columns
    self.families = families
    self.multiplier = multiplier
  }

  /// Nil for a family without members.
  func bands(draws: Int, level: Double, streams: RandomStreams) -> [SimultaneousBand?] {
    let maxima = Replicates.map(draws, chunk: 64) { range in largest(range, streams) }
    return families.indices.map { family in
      guard families[family].weights.columns > 0 else { return nil }
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
    var streams = range.map { streams[$0] }
    var sums = Matrix(rows: width, columns: range.count)
    for block in blocks {
      var multipliers = Matrix(rows: block.scores.rows, columns: range.count)
      for place in 0..<range.count {
        multiplier.fill(
          &multipliers.values, from: place * multipliers.rows, count: multipliers.rows,
          &streams[place])
      }
      let products = block.scores.transposedTimes(multipliers)
      for column in 0..<range.count {
        for (row, target) in block.columns.enumerated() {
          sums.values[column * width + target] += products.values[column * products.rows + row]
        }
      }
    }
    let maxima = families.map { family in
      let values = family.weights.transposedTimes(sums)
      return (0..<range.count).map { column in
        var largest = 0.0
        for row in 0..<values.rows {
          largest = max(largest, values.values[column * values.rows + row].magnitude)
        }
        return largest
      }
    }
    return (0..<range.count).map { column in maxima.map { $0[column] } }
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
