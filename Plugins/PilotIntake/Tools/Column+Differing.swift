// SPDX-License-Identifier: EUPL-1.2

import Tables

extension Column {
  /// As `distinctCount`, without a text for each value: sorting a copy is several times faster.
  var countOfDifferentValues: Int {
    switch self {
    case .integer(let column), .decimal(let column, _), .timestamp(let column):
      Self.differences(column.values, column.validity)
    case .date(let column): Self.differences(column.values, column.validity)
    case .number(let column): Self.differences(column.values, column.validity)
    case .boolean, .text, .category: distinctCount
    }
  }

  private static func differences(
    _ values: ColumnBuffer<some Comparable>, _ validity: Bitmap?
  ) -> Int {
    var sorted = values.array
    if let validity { sorted = validity.setIndices.map { values[$0] } }
    sorted.sort()
    var count = sorted.isEmpty ? 0 : 1
    for place in sorted.indices.dropFirst() where sorted[place] != sorted[place - 1] { count += 1 }
    return count
  }
}
