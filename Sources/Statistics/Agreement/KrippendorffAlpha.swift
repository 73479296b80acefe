// SPDX-License-Identifier: EUPL-1.2

/// Krippendorff's α: how far coders agree beyond what chance would give, 1 for full agreement and 0 for none.
///
/// α = 1 − D_o ⁄ D_e. D_o is the mean squared distance between values of one unit, in which each unit
/// counts by its number of values; D_e is that between all values, whichever unit they belong to. The
/// distance is 0 or 1 (nominal), the difference (interval), or the difference of mid-ranks (ordinal,
/// which is Krippendorff's own ordinal metric written shorter).
///
/// - Missing values: a unit holds the values that there are; a unit with a single value compares nothing
///   and is passed over.
/// - Complexity: O(n) for n values, O(n log n) for ordinal ones.
///
/// Source: Krippendorff (2019), Content Analysis, 4th ed., chapter 12; Hayes and Krippendorff (2007),
/// Communication Methods and Measures 1:77–89.
/// Agrees with Python krippendorff 0.9.0 to 1e-12.
public struct KrippendorffAlpha: Sendable, Hashable {
  /// How values are compared.
  public enum Scale: String, Sendable, Hashable, CaseIterable {
    case nominal
    case ordinal
    case interval
  }

  public let alpha: Double
  public let scale: Scale
  /// Units with at least two values.
  public let units: Int
  /// Values in these units.
  public let values: Int

  /// - Parameters:
  ///   - units: for each unit the values that coders gave it; for a nominal scale any numbers that tell
  ///     categories apart.
  ///   - scale: how values are compared.
  /// - Throws: `EstimationFault.tooFew` where fewer than two units have two values, `.zeroVariance` where
  ///   all values are alike (agreement beyond chance then has no meaning), `.notFinite`.
  public init(_ units: [[Double]], scale: Scale) throws(EstimationFault) {
    let compared = units.filter { $0.count > 1 }
    guard compared.count > 1 else {
      throw .tooFew("units with two coders", count: compared.count, needed: 2)
    }
    guard compared.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .notFinite("the codes", rows: [])
    }
    guard let alpha = Self.alpha(compared, scale) else { throw .zeroVariance("what coders gave") }
    self.alpha = alpha
    self.scale = scale
    self.units = compared.count
    values = compared.reduce(0) { $0 + $1.count }
  }

  /// Nil where all values are alike; every unit has two values at least.
  static func alpha(_ units: [[Double]], _ scale: Scale) -> Double? {
    switch scale {
    case .nominal: nominal(units)
    case .interval: interval(units)
    case .ordinal: interval(midRanks(units))
    }
  }

  private static func nominal(_ units: [[Double]]) -> Double? {
    var totals: [Double: Double] = [:]
    var count = 0.0
    var observed = 0.0
    for unit in units {
      var sizes: [Double: Double] = [:]
      for value in unit { sizes[value, default: 0] += 1 }
      let m = Double(unit.count)
      observed += (m * m - sizes.values.reduce(0) { $0 + $1 * $1 }) / (m - 1)
      for (value, size) in sizes { totals[value, default: 0] += size }
      count += m
    }
    guard totals.count > 1 else { return nil }
    let expected = count * count - totals.values.reduce(0) { $0 + $1 * $1 }
    return 1 - (count - 1) * observed / expected
  }

  /// Σᵢⱼ(xᵢ − xⱼ)² = 2(mΣx² − (Σx)²); taken around the mean, so that no digits are lost.
  private static func interval(_ units: [[Double]]) -> Double? {
    let all = units.flatMap(\.self)
    let count = Double(all.count)
    let mean = all.reduce(0, +) / count
    func spread(_ values: [Double]) -> Double {
      var sum = 0.0
      var squares = 0.0
      for value in values {
        sum += value - mean
        squares += (value - mean) * (value - mean)
      }
      return Double(values.count) * squares - sum * sum
    }
    guard let first = all.first, all.contains(where: { $0 != first }) else { return nil }
    let observed = units.reduce(0) { $0 + spread($1) / Double($1.count - 1) }
    return 1 - (count - 1) * observed / spread(all)
  }

  private static func midRanks(_ units: [[Double]]) -> [[Double]] {
    var sizes: [Double: Int] = [:]
    for unit in units { for value in unit { sizes[value, default: 0] += 1 } }
    var ranks: [Double: Double] = [:]
    var before = 0
    for (value, size) in sizes.sorted(by: { $0.key < $1.key }) {
      ranks[value] = Double(before) + Double(size) / 2
      before += size
    }
    return units.map { $0.map { ranks[$0] ?? 0 } }
  }
}
