// SPDX-License-Identifier: EUPL-1.2

// The verbs over rows, for one column: the kind is looked up once, the work is over whole buffers.
extension Column {
  /// The rows at these positions, in the order given; a position may come again.
  public func taking(rows: [Int]) -> Column {
    switch self {
    case .boolean(let column):
      .boolean(
        BooleanColumn(
          column.values.taking(rows: rows), validity: column.validity?.taking(rows: rows)))
    case .integer(let column): .integer(column.taking(rows: rows))
    case .number(let column): .number(column.taking(rows: rows))
    case .decimal(let column, let scale): .decimal(column.taking(rows: rows), scale: scale)
    case .text(let column): .text(column.taking(rows: rows))
    case .category(let column):
      .category(
        CategoryColumn(
          codes: column.codes.taking(rows: rows), dictionary: column.dictionary,
          validity: column.validity?.taking(rows: rows)))
    case .date(let column): .date(column.taking(rows: rows))
    case .timestamp(let column): .timestamp(column.taking(rows: rows))
    }
  }
}

extension Bitmap {
  /// The bits at these positions, in the order given.
  public func taking(rows: [Int]) -> Bitmap {
    var taken = [UInt64](repeating: 0, count: (rows.count + 63) / 64)
    for (place, row) in rows.enumerated() {
      precondition(row >= 0 && row < count, "a row outside the table")
      taken[place >> 6] |= (words[row >> 6] >> UInt64(row & 63) & 1) << UInt64(place & 63)
    }
    return Bitmap(words: taken, count: rows.count)
  }
}

extension ColumnBuffer {
  fileprivate func taking(rows: [Int]) -> [Element] {
    var taken: [Element] = []
    taken.reserveCapacity(rows.count)
    for row in rows { taken.append(self[row]) }
    return taken
  }
}

extension FixedColumn {
  fileprivate func taking(rows: [Int]) -> FixedColumn {
    FixedColumn(values.taking(rows: rows), validity: validity?.taking(rows: rows))
  }
}

extension TextColumn {
  fileprivate func taking(rows: [Int]) -> TextColumn {
    var total = 0
    for row in rows { total += range(at: row).count }
    precondition(total <= Self.byteLimit, "more text than a column can hold")
    var newOffsets: [Int32] = [0]
    newOffsets.reserveCapacity(rows.count + 1)
    var newBytes: [UInt8] = []
    newBytes.reserveCapacity(total)
    bytes.withUnsafeBufferPointer { bytes in
      for row in rows {
        newBytes.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range(at: row)]))
        newOffsets.append(Int32(newBytes.count))
      }
    }
    return TextColumn(
      offsets: newOffsets, bytes: newBytes, validity: validity?.taking(rows: rows))
  }
}
