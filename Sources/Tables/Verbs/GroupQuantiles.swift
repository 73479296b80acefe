// SPDX-License-Identifier: EUPL-1.2

extension Column {
  /// The quantile of each group's values, missing where a group has none.
  ///
  /// With the n values in order, h = (n − 1)·p lies between two of them, and the quantile as far between
  /// their values: type 7 of Hyndman and Fan (1996), The American Statistician 50:361–365, which R,
  /// NumPy and spreadsheets use unless told otherwise.
  /// - Throws: `TableFault.noProbability`, `.wrongType` where the column is no number.
  /// - Complexity: O(rows · log rows).
  func quantiles(
    at probability: Double, in groups: RowGroups, named name: String
  ) throws(TableFault) -> Column {
    guard probability >= 0, probability <= 1 else { throw .noProbability(probability) }
    guard let (values, validity) = doubles() else {
      throw .wrongType(column: name, type: type, wanted: "a number")
    }
    var codes = groups.codes
    if let validity {
      for row in codes.indices where !validity[row] { codes[row] = -1 }
    }
    let buckets = RowBuckets(codes: codes, count: groups.count)
    var ordered: [Double] = []
    ordered.reserveCapacity(buckets.rows.count)
    for row in buckets.rows { ordered.append(values[row]) }
    var quantiles = FixedColumnBuilder<Double>(capacity: groups.count)
    for group in 0..<groups.count {
      let range = buckets.range(of: group)
      guard !range.isEmpty else {
        quantiles.append(nil)
        continue
      }
      ordered[range].sort()
      let position = Double(range.count - 1) * probability
      let below = Int(position)
      let place = range.lowerBound + below
      let next = min(place + 1, range.upperBound - 1)
      let share = position - Double(below)
      let (low, high) = (ordered[place], ordered[next])
      // Equal values need no weighing, which would round them, and infinities could not be weighed.
      quantiles.append(low == high || share == 0 ? low : (1 - share) * low + share * high)
    }
    return .number(quantiles.finish())
  }
}
