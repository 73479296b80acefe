// SPDX-License-Identifier: EUPL-1.2

/// p-values of a joint test, in the order of the hypotheses.
public struct JointPValues: Sendable, Hashable {
  /// Within the family.
  public private(set) var adjusted: [Double]
  public private(set) var unadjusted: [Double]
  /// How many draws there were.
  public let draws: Int
  public let isExact: Bool

  /// Steps down within each family.
  ///
  /// - Parameters:
  ///   - observed: a statistic for each hypothesis.
  ///   - null: for each draw as many.
  ///   - families: the hypotheses, by place, that are adjusted together.
  ///   - stepDown: by the largest |t| or the smallest p.
  ///   - isExact: whether `null` holds every possible draw.
  init(
    _ observed: [Double], _ null: [[Double]], _ families: [[Int]], _ stepDown: StepDown,
    isExact: Bool
  ) {
    adjusted = [Double](repeating: 1, count: observed.count)
    unadjusted = adjusted
    for family in families {
      let result = stepDown.adjust(
        family.map { observed[$0] }, null: null.map { row in family.map { row[$0] } },
        isExact: isExact)
      for (place, hypothesis) in family.enumerated() {
        adjusted[hypothesis] = result.adjusted[place]
        unadjusted[hypothesis] = result.unadjusted[place]
      }
    }
    draws = null.count
    self.isExact = isExact
  }

  /// The standard error of a drawn p-value; nil where every assignment was looked at.
  public func monteCarloError(of pValue: Double) -> Double? {
    isExact ? nil : (pValue * (1 - pValue) / Double(draws + 1)).squareRoot()
  }
}
