// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// A bootstrap interval for Krippendorff's α: whole cases are drawn again, with all their units.
///
/// The percentile interval over replicates. Each replicate draws as many cases as there are, with
/// replacement; one in which all values are alike has no α, and is counted and left out. Drawing whole
/// cases keeps the codes of one case together, which drawing pairs of values would not.
///
/// Source: Zapf et al. (2016), BMC Medical Research Methodology 16:93.
public struct AgreementInterval: Sendable, Hashable {
  public let interval: ConfidenceInterval
  public let level: Double
  /// Replicates with an α.
  public let replicates: Int
  /// Replicates whose values were all alike.
  public let withoutVariation: Int
  /// How far the lower bound may be off because the replicates are drawn: its standard error.
  public let monteCarloError: Double

  /// - Parameters:
  ///   - units: as for `KrippendorffAlpha`.
  ///   - scale: how values are compared.
  ///   - cases: the case of each unit; each unit is its own unless given.
  ///   - draws: replicates.
  ///   - streams: one stream for each replicate.
  ///   - level: two-sided confidence level.
  /// - Throws: `EstimationFault.outOfRange` for a level outside (0, 1) or fewer than 20 draws, and
  ///   `.zeroVariance` where nearly all replicates are without variation.
  public init(
    _ units: [[Double]], scale: KrippendorffAlpha.Scale, cases: Grouping? = nil, draws: Int,
    streams: RandomStreams, level: Double = 0.95
  ) throws(EstimationFault) {
    let tail = try ConfidenceInterval.tail(outside: level)
    guard draws >= 20 else { throw .outOfRange("the number of draws", allowed: "at least 20") }
    let blocks = Self.blocks(units, cases)
    guard blocks.count > 1 else { throw .tooFew("cases", count: blocks.count, needed: 2) }
    let drawn: [Double?] = Replicates.map(draws) { range in
      range.map { replicate in
        var stream = streams[replicate]
        var sample: [[Double]] = []
        sample.reserveCapacity(units.count)
        for _ in blocks.indices { sample += blocks[stream.integer(below: blocks.count)] }
        return KrippendorffAlpha.alpha(sample, scale)
      }
    }
    let sorted = drawn.compactMap(\.self).sorted()
    guard sorted.count >= 20 else { throw .zeroVariance("what coders gave") }
    self.level = level
    replicates = sorted.count
    withoutVariation = draws - sorted.count
    interval = ConfidenceInterval(
      Self.quantile(tail, of: sorted), Self.quantile(1 - tail, of: sorted))
    let count = Double(sorted.count)
    let reach = (tail * (1 - tail) / count).squareRoot()
    monteCarloError =
      (Self.quantile(min(1, tail + reach), of: sorted)
        - Self.quantile(max(0, tail - reach), of: sorted)) / 2
  }

  private static func blocks(_ units: [[Double]], _ cases: Grouping?) -> [[[Double]]] {
    guard let cases else { return units.filter { $0.count > 1 }.map { [$0] } }
    precondition(cases.rowCount == units.count, "one case per unit")
    var blocks = [[[Double]]](repeating: [], count: cases.count)
    for (unit, values) in units.enumerated() where values.count > 1 {
      blocks[Int(cases.codes[unit])].append(values)
    }
    return blocks.filter { !$0.isEmpty }
  }

  /// By linear interpolation between order statistics.
  private static func quantile(_ p: Double, of sorted: [Double]) -> Double {
    let place = p * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
