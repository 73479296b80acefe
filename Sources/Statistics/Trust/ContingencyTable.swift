// SPDX-License-Identifier: EUPL-1.2

/// Counts by row and column, such as arms by whether the outcome was seen.
public struct ContingencyTable: Sendable, Hashable {
  /// One list of counts per row, all of one length.
  public let counts: [[Int]]

  public init(_ counts: [[Int]]) {
    precondition(
      counts.allSatisfy { $0.count == counts[0].count && $0.allSatisfy { $0 >= 0 } },
      "rows of equal length without negative counts")
    self.counts = counts
  }

  /// Tests attrition by arm: whether the share of missing outcomes is the same in all arms.
  ///
  /// - Parameters:
  ///   - missing: cases without an outcome, by arm.
  ///   - assigned: cases assigned, by arm.
  public init(missing: [Int], assigned: [Int]) {
    self.init(zip(missing, assigned).map { [$0, $1 - $0] })
  }

  /// Pearson's χ² test of independence, without continuity correction.
  ///
  /// χ² = Σ (nᵢⱼ − nᵢ₊n₊ⱼ⁄n)² ⁄ (nᵢ₊n₊ⱼ⁄n), df = (rows − 1)(columns − 1), empty rows and columns
  /// left out.
  ///
  /// - Throws: `EstimationFault.zeroVariance` where fewer than two rows or columns have counts, as
  ///   when no outcome at all is missing.
  ///
  /// Agrees with R `chisq.test(correct = FALSE)` (reference case proportions) to 1e-8.
  public func pearson() throws(EstimationFault) -> ChiSquaredTest {
    let rowSums = counts.map { Double($0.reduce(0, +)) }
    let columnSums = (counts.first ?? []).indices.map { column in
      Double(counts.reduce(0) { $0 + $1[column] })
    }
    let rows = rowSums.count { $0 > 0 }
    let columns = columnSums.count { $0 > 0 }
    guard rows > 1, columns > 1 else { throw .zeroVariance("the table of counts") }
    let total = rowSums.reduce(0, +)
    var statistic = 0.0
    for (row, rowSum) in rowSums.enumerated() where rowSum > 0 {
      for (column, columnSum) in columnSums.enumerated() where columnSum > 0 {
        let expected = rowSum * columnSum / total
        let deviation = Double(counts[row][column]) - expected
        statistic += deviation * deviation / expected
      }
    }
    return ChiSquaredTest(
      statistic: statistic, degreesOfFreedom: Double((rows - 1) * (columns - 1)))
  }
}
