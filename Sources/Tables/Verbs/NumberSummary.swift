// SPDX-License-Identifier: EUPL-1.2

/// Number, sum, least and greatest value of each group, found in one pass over a column of numbers.
///
/// The four figures of a group lie beside each other: with many groups each row costs one place in memory
/// instead of four.
struct NumberSummary {
  private let counts: [Int64]
  private let sums: [Double]
  private let least: [Double]
  private let most: [Double]

  /// - Complexity: O(rows + groups).
  init(_ column: FixedColumn<Double>, in groups: RowGroups) {
    var figures = [Double](repeating: 0, count: 4 * groups.count)
    for group in 0..<groups.count {
      figures[4 * group + 2] = .infinity
      figures[4 * group + 3] = -.infinity
    }
    let validity = column.validity
    figures.withUnsafeMutableBufferPointer { figures in
      column.values.withUnsafeBufferPointer { values in
        groups.codes.withUnsafeBufferPointer { codes in
          for row in 0..<codes.count {
            if let validity, !validity[row] { continue }
            let place = 4 * Int(codes[row])
            let value = values[row]
            figures[place] += 1
            figures[place + 1] += value
            if value < figures[place + 2] { figures[place + 2] = value }
            if value > figures[place + 3] { figures[place + 3] = value }
          }
        }
      }
    }
    // A count is exact as a floating-point number up to 2⁵³ rows.
    counts = (0..<groups.count).map { Int64(figures[4 * $0]) }
    sums = (0..<groups.count).map { figures[4 * $0 + 1] }
    least = (0..<groups.count).map { figures[4 * $0 + 2] }
    most = (0..<groups.count).map { figures[4 * $0 + 3] }
  }

  init(_ groups: [KeyedNumbers.Group]) {
    counts = groups.map(\.count)
    sums = groups.map(\.sum)
    least = groups.map(\.least)
    most = groups.map(\.most)
  }

  /// The figure that a measure asks for; nil for one that takes more than a pass.
  func column(_ measure: Aggregate.Measure) -> Column? {
    let present = Bitmap(counts.lazy.map { $0 > 0 })
    switch measure {
    case .count: return .integer(FixedColumn(counts))
    case .sum: return .number(FixedColumn(sums, validity: present))
    case .mean:
      return .number(FixedColumn(zip(sums, counts).map { $0 / Double($1) }, validity: present))
    case .minimum: return .number(FixedColumn(least, validity: present))
    case .maximum: return .number(FixedColumn(most, validity: present))
    case .variance, .quantile, .distinctCount: return nil
    }
  }
}
